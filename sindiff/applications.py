"""What one trained model can do: a function for each application."""

from collections.abc import Callable

import torch
from torch import Tensor

from sindiff.checkpoint import Model
from sindiff.conditioning import clamped, padded
from sindiff.noise import seeded_noise
from sindiff.samplers import SOLVERS, SampleState, sample

Progress = Callable[[SampleState], None]


def generate(
    model: Model,
    n: int = 4,
    size: tuple[int, int] | None = None,
    sampler: str = "dpmpp",
    steps: int = 20,
    seed: int = 0,
    batch_size: int = 8,
    progress: Progress | None = None,
) -> Tensor:
    """Invent n new pictures (§3.2), (n, C, H, W) in [-1, 1] on the CPU.

    size: height and width, any; default: the training picture's.  sampler: "dpmpp", "ddim" or "ddpm" (the paper's, with
    steps = 1000).  Picture i depends on seed + i alone, not on n or batch_size.  progress: called after every step.
    Raises ValueError for values that make no sense.
    """
    size = size or model.size
    if size is None:
        raise ValueError("this model does not know its picture's size: give one")
    if n < 1 or batch_size < 1 or min(size) < 1:
        raise ValueError(
            f"the number, the batch and the size must be positive, not {n}, {batch_size}, {size[0]}x{size[1]}"
        )
    if not 0 <= seed <= 2**63 - n:
        raise ValueError(f"the seed must lie in 0..2^63, not {seed}")
    if sampler not in SOLVERS:
        raise ValueError(f"unknown sampler {sampler!r}: choose from {', '.join(SOLVERS)}")
    solver = SOLVERS[sampler]
    timesteps = model.schedule.timesteps(steps, solver.spacing)
    config = model.network.config
    denoise = clamped(padded(model.denoiser(), config.multiple))
    pictures = []
    for first in range(0, n, batch_size):
        seeds = range(seed + first, seed + min(first + batch_size, n))
        noise = seeded_noise(seeds)
        x = noise(torch.empty(len(seeds), config.image_channels, *size, device=model.device), model.schedule.T)
        for state in sample(denoise, solver.step(model.schedule, noise), x, timesteps):
            if progress:
                progress(state)
        pictures.append(state.x.clamp(-1, 1).cpu())
    return torch.cat(pictures)
