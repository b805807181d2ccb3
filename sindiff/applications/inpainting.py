"""Keeping what is known and inventing the rest (Eq. 6)."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from sindiff.applications.draw import Draw, batches, solver_for
from sindiff.applications.full_size import AS_LAID_OUT, COARSER, finished, known_to_layout
from sindiff.conditioning import clamped
from sindiff.detail import DetailSettings, Known
from sindiff.edits import keep_known
from sindiff.model import Source
from sindiff.noise import seeded_noise
from sindiff.resampling import Edits, legs, walk
from sindiff.schedule import Schedule

JUMP, PASSES = 1, 10


class Window(NamedTuple):
    """A part of the canvas to work on, and the part of it that is finished then: rows and columns of each."""

    view: tuple[slice, slice]
    done: tuple[slice, slice]


def inpaint(
    source: Source,
    picture: Tensor,
    mask: Tensor,
    draw: Draw = Draw(),
    passes: int = PASSES,
    settings: DetailSettings = AS_LAID_OUT,
    coarser: float = COARSER,
) -> Tensor:
    """Invent the masked part of a picture, (n, 3, H, W) in [-1, 1] on the CPU; the rest stays bit for bit.

    picture: (3, H, W) in [-1, 1], any size, its things as large as in the photo.  mask: (1, H, W), 1 = invent,
    0 = keep.  passes: how often every step is taken, with climbs between (RePaint); 1 is Eq. 6 alone.
    settings, coarser: of the detail, and how much coarser than the layout it begins.
    Raises ValueError for a mask of another size, all 0 or all 1, and for a draw that generate refuses.
    """
    require_mask(mask, picture)
    small, hole = known_to_layout(source, picture, mask)
    everything = slice(0, small.shape[1]), slice(0, small.shape[2])
    layouts = fill(source, small, hole, [Window(everything, everything)], draw, passes)
    known = Known(picture, mask, (0, 0))
    return finished(source, layouts, tuple(picture.shape[1:]), draw, known, settings, coarser)


def require_mask(mask: Tensor, picture: Tensor) -> None:
    """Raise ValueError if a mask has not the picture's size, or leaves nothing to invent or nothing to keep."""
    sizes = [f"{x.shape[-2]}x{x.shape[-1]}" for x in (mask, picture)]
    if sizes[0] != sizes[1]:
        raise ValueError(f"the mask is {sizes[0]} px, but the picture {sizes[1]}; they must agree")
    if not mask.any():
        raise ValueError("the mask is black all over: paint white what is to be invented")
    if mask.all():
        raise ValueError("the mask is white all over: paint black what is to be kept")


def fill(
    source: Source,
    canvas: Tensor,
    mask: Tensor,
    windows: Sequence[Window],
    draw: Draw = Draw(),
    passes: int = PASSES,
) -> Tensor:
    """Invent the masked part of a canvas window by window, each knowing what is finished.

    canvas: (C, H, W) in [-1, 1].  mask: (1, H, W), 1 = invent.  Returns (n, C, H, W) on the CPU.
    """
    denoise, schedule = clamped(source.denoiser()), source.schedule
    solver, timesteps = solver_for(schedule, draw)
    falling = legs(timesteps, JUMP, passes)
    pictures = []
    for seeds in batches(canvas.shape[1:], draw):
        x = canvas.to(source.device).repeat(len(seeds), 1, 1, 1)
        unknown = mask.to(source.device, copy=True)[None]
        for window in windows:
            rows, columns = window.view
            known, hole = x[..., rows, columns].clone(), unknown[..., rows, columns].clone()
            noise = seeded_noise(seeds, rows.start, columns.start)
            x_t = noise(known, timesteps[0])
            for state in walk(denoise, schedule, solver, x_t, falling, noise, _keep(schedule, known, hole)):
                if draw.progress:
                    draw.progress(state)
            x[..., rows, columns] = state.x
            unknown[..., *window.done] = 0
        pictures.append(x.clamp(-1, 1).cpu())
    return torch.cat(pictures)


def calls(steps: int, passes: int) -> int:
    """How often the network is called for a window."""
    return sum(len(leg) - 1 for leg in legs(range(steps, -1, -1), JUMP, passes))


def _keep(schedule: Schedule, known: Tensor, mask: Tensor) -> Edits:
    return lambda noise: [keep_known(schedule, known, mask, noise)]
