"""Training on one picture: a generator that takes a step and hands back where it stands (Eq. 3)."""

import copy
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.optim.swa_utils import get_ema_multi_avg_fn

from sindiff.diffusion import PREDICTIONS, training_loss
from sindiff.machine.device import arithmetic
from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.schedule import Schedule
from sindiff.training.distributed import ONE_WORKER, Workers
from sindiff.training.optim import OPTIMIZERS

GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class TrainConfig:
    """What is trained, and how.

    network: its shape.  prediction: what it predicts, "eps", "v" or "edm" (diffusion.PREDICTIONS).
    steps, batch_size: updates, and noised copies of the picture in each.
    optimizer, lr: "adam" or "muon" and its rate.
    warmup: steps the rate rises over.  cooldown: last share of the run in which it falls to zero.
    ema: decay of the running average of the weights, which is what samples are made with.
    resize: range of the random factors on height and width, drawn independently for each step.
    sizes: how many evenly spaced factors there are to draw from; None draws freely, as the release does (on a CPU each
    new size costs).
    stratified: spread the timesteps evenly over the batch and over the steps instead of drawing them independently.
    autocast: arithmetic of the network where the device is made for it, float32 elsewhere: "float32", "bfloat16" (CUDA,
    newer processors) or "float16" (CUDA).
    """

    network: UNetConfig
    schedule: Schedule
    prediction: str
    steps: int
    batch_size: int
    lr: float
    optimizer: str = "adam"
    warmup: int = 0
    cooldown: float = 0.0
    ema: float = 0.9999
    resize: tuple[float, float] = (0.75, 1.25)
    sizes: int | None = None
    stratified: bool = False
    autocast: str = "float32"

    def __post_init__(self):
        if self.prediction not in PREDICTIONS:
            raise ValueError(f"unknown prediction {self.prediction!r}: choose from {', '.join(PREDICTIONS)}")
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"unknown optimizer {self.optimizer!r}: choose from {', '.join(OPTIMIZERS)}")
        if self.steps < 1 or self.batch_size < 1:
            raise ValueError(f"steps and batch_size must be at least 1, not {self.steps} and {self.batch_size}")


class TrainState:
    """All that changes while training: weights, their running average, the optimisers, the step and the clock."""

    def __init__(self, config: TrainConfig, seed: int = 0, device: torch.device | str = "cpu"):
        """Weights as the seed draws them; the global random state is left as it was."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = PatchUNet(config.network)
        self.network = network.to(device=device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.optimizers = OPTIMIZERS[config.optimizer](self.network, config.lr)
        self.scaler = torch.amp.GradScaler("cuda", enabled=config.autocast == "float16" and self.device.type == "cuda")
        self.seed = seed
        self.step = 0
        self.seconds = 0.0
        self.loss = math.nan

    @property
    def device(self) -> torch.device:
        return next(self.network.parameters()).device

    def state_dict(self) -> dict[str, Any]:
        return {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "scaler": self.scaler.state_dict(),
            "seed": self.seed,
            "step": self.step,
            "seconds": self.seconds,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        if state["scaler"]:
            self.scaler.load_state_dict(state["scaler"])
        self.seed, self.step, self.seconds = state["seed"], state["step"], state["seconds"]


def train(
    picture: Tensor,
    config: TrainConfig,
    state: TrainState,
    minutes: float | None = None,
    workers: Workers = ONE_WORKER,
) -> Iterator[TrainState]:
    """Train until config.steps, or until `minutes` of training in all; yields the same state after every step.

    picture: (3, H, W) in [-1, 1].  A state that was saved and loaded goes on exactly as if it had never stopped: the
    randomness of a step depends on the seed and the step's number alone.
    workers: the processes that share each batch; they begin with the state of rank 0.
    Raises ArithmeticError, before the step counts, if the loss is no longer finite; ValueError if the batch does not
    divide among the workers.
    """
    workers.agree(state)
    network = workers.parallel(state.network)
    canvases = Canvases(picture.to(state.device), config)
    update_average = get_ema_multi_avg_fn(config.ema)
    autocast = arithmetic(config.autocast, state.device)
    while True:
        progress = share_done(state, config, minutes)
        if progress >= 1:
            return
        start = time.perf_counter()
        generator = torch.Generator(state.device).manual_seed(step_seed(state.seed, state.step))
        x0, t, eps = workers.share(*canvases.draw(generator, state.step))
        with torch.autocast(state.device.type, autocast, enabled=autocast != torch.float32):
            loss = training_loss(network, config.schedule, config.prediction, x0, t, eps).mean()
        state.loss = workers.mean(loss.item())
        if not math.isfinite(state.loss):
            raise ArithmeticError(
                f"the loss is {state.loss} at step {state.step}: lower the learning rate (now {config.lr:g}), or use "
                "float32 if this was half precision"
            )
        state.scaler.scale(loss).backward()
        factor = rate_factor(config, state.step, progress)
        for optimizer in state.optimizers:
            for group in optimizer.param_groups:
                group.setdefault("peak_lr", group["lr"])
                group["lr"] = group["peak_lr"] * factor
            state.scaler.step(optimizer)
            optimizer.zero_grad(set_to_none=True)
        state.scaler.update()
        update_average(list(state.average.parameters()), list(state.network.parameters()), None)
        state.step += 1
        state.seconds += workers.mean(time.perf_counter() - start)
        yield state


def share_done(state: TrainState, config: TrainConfig, minutes: float | None = None) -> float:
    """How much of a training is done, from 0 to 1: of its steps or, if it is to take `minutes`, of these."""
    return state.step / config.steps if minutes is None else state.seconds / (60 * minutes)


def step_seed(seed: int, step: int) -> int:
    """A generator seed for one step of one run, well spread over 63 bits."""
    return int(np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)[0] >> 1)


def on_host(generator: torch.Generator) -> torch.Generator:
    """The generator, or for a GPU's one with its seed on the CPU, whose numbers are there without waiting."""
    return generator if generator.device.type == "cpu" else torch.Generator().manual_seed(generator.initial_seed())


def rate_factor(config: TrainConfig, step: int, progress: float) -> float:
    """Share of the peak learning rate: a linear rise over `warmup` steps, a linear fall over the `cooldown` share."""
    rise = min(1.0, (step + 1) / config.warmup) if config.warmup else 1.0
    fall = min(1.0, (1 - progress) / config.cooldown) if config.cooldown else 1.0
    return rise * fall


class Canvases:
    """Draws what a step trains on: the picture at a random height and width, timesteps and noise."""

    def __init__(self, picture: Tensor, config: TrainConfig):
        self.picture = picture[None]
        self.config = config
        self.resized: dict[tuple[int, int], Tensor] = {}

    def draw(self, generator: torch.Generator, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """x0 (B, 3, h, w), t (B,) in 1..T on the CPU, eps like x0.

        Stratified timesteps are multiples of the golden section modulo 1, the same for every generator: any stretch of
        them covers 1..T evenly, whatever the batch size, so that what the optimiser averages over holds all of them.
        """
        config, host = self.config, on_host(generator)
        height, width = (self._side(side, host) for side in self.picture.shape[-2:])
        x0 = self._canvas(height, width).expand(config.batch_size, -1, -1, -1)
        eps = torch.randn(x0.shape, generator=generator, device=x0.device)
        eps = eps.contiguous(memory_format=torch.channels_last)
        if config.stratified:
            first = step * config.batch_size
            count = torch.arange(first, first + config.batch_size, dtype=torch.float64)
            u = (count * GOLDEN).frac().float()
        else:
            u = torch.rand(config.batch_size, generator=host)
        t = (u * config.schedule.T).long().clamp(max=config.schedule.T - 1) + 1
        return x0, t, eps

    def _side(self, side: int, generator: torch.Generator) -> int:
        low, high = self.config.resize
        u = torch.rand(1, generator=generator).item()
        if self.config.sizes:
            u = math.floor(u * self.config.sizes) / max(1, self.config.sizes - 1)
        multiple = self.config.network.multiple
        return max(multiple, round(side * (low + (high - low) * u)) // multiple * multiple)

    def _canvas(self, height: int, width: int) -> Tensor:
        """The picture at a size: bicubic, neither antialiased nor clamped, as in the release."""
        if (height, width) not in self.resized:
            if not self.config.sizes:
                self.resized.clear()
            self.resized[height, width] = F.interpolate(self.picture, (height, width), mode="bicubic")
        return self.resized[height, width]
