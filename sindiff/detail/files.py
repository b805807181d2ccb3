"""A canvas larger than memory: detail's steps with the states in files, resumed where they were killed."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, astuple
from pathlib import Path

from torch import Tensor

from sindiff.detail.checks import check
from sindiff.detail.levels import levels_of
from sindiff.detail.pixels import to_bytes
from sindiff.detail.pyramid import Size, level_sizes, resized
from sindiff.detail.settings import USUAL, DetailSettings, plan
from sindiff.detail.steps import State, after_round, after_vote, opened
from sindiff.detail.store import Store
from sindiff.detail.synthesis import full_size
from sindiff.detail.transport import transported
from sindiff.detail.work import Work
from sindiff.machine.progress import locked, parts_done, record


def detail_to_files(
    layout: Tensor,
    photo: Tensor,
    trained_size: Size,
    folder: Path,
    size: Size | None = None,
    settings: DetailSettings = USUAL,
    progress: Callable[[int, int], None] | None = None,
) -> State:
    """detail of one layout (C, h, w), to the bit, in files of a folder: 22 bytes a pixel while it works.

    Returns the last state, which lies in files: guess (H, W, C) uint8, the picture's 8-bit pixels, and field (H, W)
    int32, row * 65536 + column.  Killed at any moment and called again with the same, it goes on with the round in
    which it was.  progress: called after each step with its number, from 1, and how many there are.
    Raises ValueError as detail does, and if the folder holds another job or another process works there.
    """
    size = size or full_size(layout[None], photo, trained_size)
    check(layout[None], photo, trained_size, size, settings, None, None)
    levels, coarse, wrap = levels_of(photo, trained_size, settings), to_bytes(layout), settings.wrap
    photos = levels.sizes
    sizes = level_sizes(tuple(layout.shape[1:]), size, len(photos) - 1)
    phases = plan(photos, settings)
    steps = [(n, turn) for n, phase in enumerate(phases) for turn in range(-phase.opens, phase.rounds + 1)]
    job = {"size": list(size), "trained_size": list(trained_size), "settings": asdict(settings)}
    job |= {"photo": _mark(levels.pixels), "layout": _mark(coarse), "plan": [[*astuple(phase)] for phase in phases]}
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        done, store = parts_done(folder, job), Store(folder)
        work = Work(store.room)
        state = store.load(done) if done else None
        if state is None:
            done = 0
            small = resized(levels.pixels, photos[0])
            state = State(transported(coarse, small, settings.matching, settings.patch_size, settings.seed, wrap))
        for number, (n, turn) in list(enumerate(steps, 1))[done:]:
            phase, store.number = phases[n], number
            level = levels.at(n, phase)
            if turn < 0:
                coarser = photos[phase.level - 1] if phase.level else None
                state = opened(state, sizes[phase.level], coarser, level.index, wrap, work)
            elif turn < phase.rounds:
                state = after_round(state, turn, level, settings, work=work)
            else:
                state = after_vote(state, level, settings, work=work)
            state = store.save(state)
            record(folder, job, number)
            store.clean(state)
            if progress:
                progress(number, len(steps))
    return state


def _mark(pixels: Tensor) -> str:
    """What tells one picture from another."""
    return hashlib.sha256(repr(tuple(pixels.shape)).encode() + pixels.contiguous().numpy().tobytes()).hexdigest()
