"""From a small layout to a picture as large as its photo, octave by octave (Granot et al. 2022; Wexler et al. 2007)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from sindiff.detail.field import Index, Search, enlarged, exact_field, index_of, penalties, searched, vote
from sindiff.detail.keys import directions
from sindiff.detail.pyramid import Size, level_sizes, resized, steps_between


@dataclass(frozen=True)
class DetailSettings:
    """How detail is drawn.

    seed: of the random places.  wrap: "", "x", "y" or "xy", opposite borders that meet.  even_use: how much more a
    place costs that is used as often as the mean, as a share of the mean squared distance.  patch_size: odd.
    ratio: of the sizes of neighbouring levels, about.  rounds: of search where a level is still blurred.
    """

    seed: int = 0
    wrap: str = ""
    even_use: float = 0.3
    patch_size: int = 7
    ratio: float = 1.6
    rounds: int = 4


@dataclass(frozen=True)
class Detail:
    """pictures: (n, C, H, W) in [-1, 1].  fields: (n, H, W) int32, places in the photo, row * width + column."""

    pictures: Tensor
    fields: Tensor


@dataclass(frozen=True)
class Phase:
    """Rounds of search with the same guess, and a vote.  level: 0 is the layout's.  sharp: keys of the level itself,
    not of the coarser one enlarged.  window: of the vote."""

    level: int
    sharp: bool
    rounds: int
    window: int
    opens: bool = False


@dataclass(frozen=True)
class State:
    """One canvas so far: guess (H', W', C) uint8, its field (H', W') int32 and the mean squared distance."""

    guess: Tensor
    field: Tensor | None = None
    residual: float = 0.0


def detail(
    layouts: Tensor,
    photo: Tensor,
    trained_size: Size,
    size: Size | None = None,
    settings: DetailSettings = DetailSettings(),
    progress: Callable[[int, int], None] | None = None,
) -> Detail:
    """Pictures as fine as the photo, from layouts as fine as the photo was at trained_size.

    layouts: (n, C, h, w) in [-1, 1], photo: (C, H, W).  size: default h, w times photo over trained size.
    """
    photo8 = to_bytes(photo)
    full = tuple(photo.shape[1:])
    size = size or tuple(round(a * f / t) for a, f, t in zip(layouts.shape[2:], full, trained_size, strict=True))
    steps = steps_between(trained_size, full, settings.ratio)
    photo_sizes, sizes = level_sizes(trained_size, full, steps), level_sizes(layouts.shape[2:], size, steps)
    states = [State(to_bytes(layout)) for layout in layouts]
    phases = plan(steps, settings)
    for n, phase in enumerate(phases):
        sharp = resized(photo8, photo_sizes[phase.level])
        source = sharp if phase.sharp else resized(resized(photo8, photo_sizes[phase.level - 1]), sharp.shape[:2])
        index = index_of(source, directions([source], settings.patch_size))
        for k, state in enumerate(states):
            if phase.opens:
                state = opened(state, sizes[phase.level], photo_sizes, phase.level, index, settings)
            states[k] = advanced(state, phase, n, index, sharp, settings)
        if progress:
            progress(n + 1, len(phases))
    fields = torch.stack([(state.field >> 16) * full[1] + (state.field & 65535) for state in states])
    return Detail(torch.stack([to_floats(state.guess) for state in states]), fields)


def plan(steps: int, settings: DetailSettings) -> list[Phase]:
    """The phases from the layout to the photo's size."""
    size = settings.patch_size
    phases = [Phase(0, True, 3, size, opens=True)]
    for level in range(1, steps + 1):
        phases += [
            Phase(level, False, settings.rounds, size, opens=True),
            Phase(level, True, 2, size),
            Phase(level, True, 2, 3),
        ]
    return phases


def opened(
    state: State, size: Size, photo_sizes: list[Size], level: int, index: Index, settings: DetailSettings
) -> State:
    """The state at the beginning of a level."""
    if level == 0:
        return state
    field = enlarged(state.field, size, photo_sizes[level - 1], photo_sizes[level], index.bounds(settings.wrap))
    return replace(state, guess=resized(state.guess, size, settings.wrap), field=field)


def advanced(state: State, phase: Phase, number: int, index: Index, sharp: Tensor, settings: DetailSettings) -> State:
    """The state after a phase."""
    field, residual = state.field, state.residual
    search = Search(settings.wrap, torch.zeros(len(index.keys), dtype=torch.int32, device=state.guess.device))
    for turn in range(phase.rounds):
        if field is not None:
            unit = settings.even_use * residual
            penalty = penalties(field, index.size, settings.patch_size, unit)
            search = replace(search, penalty=penalty, salt=salt_of(settings.seed, number, turn))
        if phase.level == 0:
            field, residual = exact_field(state.guess, index, search)
        else:
            radius = max(index.size) // 4 if phase.opens and turn == 0 else 8
            field, residual = searched(state.guess, field, index, replace(search, radii=halves(radius)))
    return State(vote(field, sharp, phase.window, settings.wrap), field, residual)


def halves(radius: int) -> list[int]:
    """radius, radius / 2, ... 1."""
    return [radius >> n for n in range(radius.bit_length())]


def salt_of(seed: int, phase: int, turn: int) -> int:
    """A 32-bit number for each round of each seed."""
    state = (seed * 0x9E3779B97F4A7C15 + phase * 64 + turn) % 2**64
    for _ in range(2):
        state = (state ^ state >> 31) * 0xBF58476D1CE4E5B9 % 2**64
    return state >> 32


def to_bytes(picture: Tensor) -> Tensor:
    """(C, H, W) in [-1, 1] as (H, W, C) uint8."""
    return ((picture.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).contiguous()


def to_floats(pixels: Tensor) -> Tensor:
    """(H, W, C) uint8 as (C, H, W) in [-1, 1]."""
    return pixels.permute(2, 0, 1).float() / 127.5 - 1
