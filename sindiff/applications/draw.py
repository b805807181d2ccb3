"""How pictures are drawn: what every application shares."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from sindiff.conditioning import clamped
from sindiff.detail import Origin
from sindiff.detail.work import Pulse, silent
from sindiff.diffusion import Denoiser, q_sample
from sindiff.noise import Noise, seeded_noise
from sindiff.pictures.reading import MOST_PIXELS
from sindiff.resampling import Edits, walk
from sindiff.samplers import SOLVERS, SampleState, Solver
from sindiff.schedule import Schedule

Progress = Callable[[SampleState], None]


@dataclass(frozen=True)
class Draw:
    """How many pictures are drawn, and how: what every application shares.

    sampler: "dpmpp", "ddim" or "ddpm" (the paper's, with steps = 1000).  Picture i depends on seed + i alone: n and
    batch_size change no more than its rounding.  progress: called after every step; an exception in it ends the walk.
    traced: called with each picture's Origin, one after the other, where detail was drawn.  pulse: called many times a
    second while it is; an exception in it ends the work.
    """

    n: int = 4
    sampler: str = "dpmpp"
    steps: int = 20
    seed: int = 0
    batch_size: int = 8
    progress: Progress | None = None
    traced: Callable[[Origin], None] | None = None
    pulse: Pulse = silent


class Start(NamedTuple):
    """Where a walk begins: a picture (C, H, W) in [-1, 1], noised to step t."""

    picture: Tensor
    t: int


def invent(
    denoise: Denoiser,
    schedule: Schedule,
    canvas: tuple[int, int, int],
    draw: Draw,
    device: torch.device | str = "cpu",
    start: Start | None = None,
    edits: Edits = lambda noise: (),
    noises: Callable[[Sequence[int]], Noise] = seeded_noise,
) -> Tensor:
    """Draw pictures of canvas (C, H, W) with any denoiser, whose answers are clamped to [-1, 1].

    Raises ArithmeticError if values are no longer finite.
    start: a picture, noised to a step of its own, to begin with; default: noise.  edits: changes after each step, made
    from the noise of a leg of the walk.
    noises: the noise of the pictures with these seeds.
    """
    denoise = clamped(denoise)
    solver, timesteps = solver_for(schedule, draw, start.t if start else None)
    pictures = []
    for seeds in batches(canvas[1:], draw):
        noise = noises(seeds)
        x = noise(torch.empty(len(seeds), *canvas, device=device), timesteps[0])
        if start:
            x = q_sample(schedule, start.picture.to(x), start.t, x)
        for state in walk(denoise, schedule, solver, x, [timesteps], noise, edits):
            if draw.progress:
                draw.progress(state)
        pictures.append(_finite(state.x).clamp(-1, 1).cpu())
    return torch.cat(pictures)


def _finite(pictures: Tensor) -> Tensor:
    if not pictures.isfinite().all():
        raise ArithmeticError("the source gives values that are not finite: its weights are damaged, or far too large")
    return pictures


def batches(size: tuple[int, int], draw: Draw) -> list[range]:
    """The seeds of each batch.

    Raises ValueError for n, batch_size or a side below 1, a canvas of more than 100 million px, and a seed outside
    0..2^63.
    """
    n, seed, batch_size = draw.n, draw.seed, draw.batch_size
    require_canvas(size)
    _require_positive({"number of pictures": n, "batch": batch_size})
    if not 0 <= seed <= 2**63 - n:
        raise ValueError(f"the seed must lie in 0..2^63, not {seed}")
    return [range(first, min(first + batch_size, seed + n)) for first in range(seed, seed + n, batch_size)]


def require_canvas(size: tuple[int, int]) -> None:
    """Raise ValueError for a side below 1, and for more than 100 million pixels."""
    _require_positive({"height": size[0], "width": size[1]})
    if size[0] * size[1] > MOST_PIXELS:
        raise ValueError(f"a canvas may have {MOST_PIXELS:,} pixels at most, not {size[0]}x{size[1]}")


def _require_positive(numbers: dict[str, int]) -> None:
    for name, value in numbers.items():
        if value < 1:
            raise ValueError(f"the {name} must be at least 1, not {value}")


def solver_for(schedule: Schedule, draw: Draw, start: int | None = None) -> tuple[Solver, list[int]]:
    """The solver of a draw and its timesteps, from `start` (default T).

    Raises ValueError for an unknown name or a number of steps not in 1..start.
    """
    if draw.sampler not in SOLVERS:
        raise ValueError(f"unknown sampler {draw.sampler!r}: choose from {', '.join(SOLVERS)}")
    solver = SOLVERS[draw.sampler]
    return solver, schedule.timesteps(draw.steps, solver.spacing, start)
