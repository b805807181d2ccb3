"""Eq. 3 on one picture: the loop, its optimisers, named recipes, and runs that can be stopped."""

from sindiff.training.distributed import ONE_WORKER, Workers, workers
from sindiff.training.loop import GOLDEN, Canvases, TrainConfig, TrainState, rate_factor, step_seed, train
from sindiff.training.presets import PRESETS, Preset, get_preset
from sindiff.training.runs import Upkeep, as_model, learn, restart, train_in

__all__ = [
    "GOLDEN",
    "ONE_WORKER",
    "PRESETS",
    "Canvases",
    "Preset",
    "TrainConfig",
    "TrainState",
    "Upkeep",
    "Workers",
    "as_model",
    "get_preset",
    "learn",
    "rate_factor",
    "restart",
    "step_seed",
    "train",
    "train_in",
    "workers",
]
