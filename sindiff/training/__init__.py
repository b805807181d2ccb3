"""Eq. 3 on one picture: the loop, its optimisers, named recipes, and runs that can be stopped."""

from sindiff.training.loop import GOLDEN, Canvases, TrainConfig, TrainState, rate_factor, step_seed, train
from sindiff.training.runs import Upkeep, learn, restart

__all__ = [
    "GOLDEN",
    "Canvases",
    "TrainConfig",
    "TrainState",
    "Upkeep",
    "learn",
    "rate_factor",
    "restart",
    "step_seed",
    "train",
]
