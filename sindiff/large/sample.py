"""Pictures larger than memory: sampled tile by tile from file to file, ready to be stopped at any moment and resumed.

A sampling step needs the noisy canvas within the network's reach, the solver's memory at the pixel itself, and noise,
of which any window can be drawn alone: so it can go over the canvas tile by tile, from one file to another.
"""

import math
import os
import time
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import torch
from torch import Tensor

from sindiff.conditioning import Span, clamped
from sindiff.large.canvas import save_canvas
from sindiff.large.plan import Plan, tensors, with_tensors
from sindiff.machine.progress import alone, finish, forget, record, resume
from sindiff.noise import Noise, noise_window

RECORD_EVERY_SECONDS = 1.0

Group = list[tuple[Span, Span]]


def sample_to_files(plan: Plan) -> Iterator[tuple[int, int]]:
    """Make the planned pictures; yields (parts done, parts in all), first where it starts, then after each part.

    Works in the folder `unfinished` beside the pictures.  What an earlier call with an equal plan left there, however
    it ended, is gone on with, and the pictures are the same to the bit (on the same machine and versions).
    Raises ValueError if that folder holds unfinished work of another plan, or another process is at it; OSError as the
    file system does.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    with alone(plan.folder):
        yield from _go_on(plan)


def _go_on(plan: Plan) -> Iterator[tuple[int, int]]:
    done = resume(plan.folder, plan.job)
    canvases = [canvas for turn in plan.canvases for canvas in turn]
    if not all(canvas.allocated() for canvas in canvases):
        done = 0
        forget(plan.folder)
        for canvas in canvases:
            canvas.allocate()
    last = len(plan.timesteps)
    cuts = [plan.cut(stage) for stage in range(last)]
    starts = list(accumulate((cut.groups for cut in cuts), initial=0))
    parts = starts[-1] + 1
    yield done, parts * len(plan.paths)
    recorded_at = -math.inf
    for part in range(done, parts * len(plan.paths)):
        turn, place = divmod(part, parts)
        seed, path = plan.seed + turn, plan.paths[turn]
        stage = bisect_right(starts, place) - 1
        if stage == 0:
            _draw(plan, cuts[0].group(place), seed)
        elif stage < last:
            _advance(plan, cuts[stage].group(place - starts[stage]), seed, stage)
        else:
            _write_picture(plan, path)
        stage_ends = stage == last or place + 1 == starts[stage + 1]
        if stage_ends or time.monotonic() - recorded_at > RECORD_EVERY_SECONDS:
            for canvas in plan.canvases[stage % 2]:
                canvas.sync()
            record(plan.folder, plan.job, part + 1)
            recorded_at = time.monotonic()
        yield part + 1, parts * len(plan.paths)
    finish(plan.folder, [*(canvas.path for canvas in canvases), *(_temporary(plan, path) for path in plan.paths)])


def _draw(plan: Plan, group: Group, seed: int) -> None:
    """x_T of these tiles."""
    canvas = plan.canvases[0][0]
    for rows, columns in group:
        height, width = rows.keep.stop - rows.keep.start, columns.keep.stop - columns.keep.start
        like = torch.empty(1, canvas.channels, height, width)
        canvas.write(rows.keep, columns.keep, _noise_at(seed, rows, columns)(like, plan.timesteps[0]))


def _advance(plan: Plan, group: Group, seed: int, stage: int) -> None:
    """One sampling step of these tiles, from the files of one turn to those of the other."""
    before, after = plan.canvases[(stage - 1) % 2], plan.canvases[stage % 2]
    t, t_prev = plan.timesteps[stage - 1 : stage + 1]
    device = plan.model.device
    windows = torch.cat([before[0].read(rows.window, columns.window) for rows, columns in group]).to(device)
    with torch.no_grad():
        answers = clamped(plan.model.denoiser())(windows, t)
        for (rows, columns), window, answer in zip(group, windows.split(1), answers.split(1), strict=True):
            x, x0_hat = (picture[..., rows.inner, columns.inner] for picture in (window, answer))
            last = [canvas.read(rows.keep, columns.keep).to(device) for canvas in before[1:]]
            step = plan.solver.step(plan.model.schedule, _noise_at(seed, rows, columns))
            x, memory = step(x, x0_hat, t, t_prev, with_tensors(plan.memories[stage - 1], last))
            for canvas, tensor in zip(after, [x, *tensors(memory)], strict=False):
                canvas.write(rows.keep, columns.keep, tensor)


def _noise_at(seed: int, rows: Span, columns: Span) -> Noise:
    """The noise that the whole canvas has at this tile."""

    def draw(like: Tensor, t: int) -> Tensor:
        _, channels, height, width = like.shape
        return noise_window(seed, t, rows.keep.start, columns.keep.start, height, width, channels)[None].to(like)

    return draw


def _write_picture(plan: Plan, path: Path) -> None:
    temporary = _temporary(plan, path)
    save_canvas(plan.canvases[(len(plan.timesteps) - 1) % 2][0], temporary)
    with open(temporary, "rb+") as file:
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _temporary(plan: Plan, path: Path) -> Path:
    return plan.folder / f"picture{path.suffix}"
