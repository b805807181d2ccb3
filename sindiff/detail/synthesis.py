"""From a small layout to a picture as large as its photo, octave by octave (Granot et al. 2022; Wexler et al. 2007)."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from sindiff.detail.checks import check
from sindiff.detail.field import carried, strips, vote
from sindiff.detail.known import Known, kept_at
from sindiff.detail.levels import levels_of
from sindiff.detail.pixels import to_bytes, to_floats
from sindiff.detail.pyramid import Size, level_sizes, resized, sizes_between
from sindiff.detail.settings import USUAL, DetailSettings, plan
from sindiff.detail.steps import State, after_round, after_vote, opened
from sindiff.detail.transport import transported
from sindiff.detail.work import IN_MEMORY, Work


@dataclass(frozen=True)
class Detail:
    """pictures: (n, C, H, W) in [-1, 1].  fields: (n, H, W) int32, places in the photo, row * width + column."""

    pictures: Tensor
    fields: Tensor


def detail(
    layouts: Tensor,
    photo: Tensor,
    trained_size: Size,
    size: Size | None = None,
    settings: DetailSettings = USUAL,
    known: Known | None = None,
    start: Tensor | None = None,
    work: Work = IN_MEMORY,
) -> Detail:
    """Pictures as fine as the photo, from layouts as fine as the photo is at trained_size.

    layouts: (n, C, h, w) in [-1, 1], any size.  photo: (C, H, W) in [-1, 1], taken in 8 bits, C from 1 to 4.
    size: of the pictures; default h, w times photo over trained size.  known: pixels to keep.  start: fields as
    Detail has them, (n, H', W'), of the frame before, say: their places stay where they are good enough.  work: what
    follows it.

    Every picture depends on its own layout alone; batch, threads, strips and device change no bit.
    Raises ValueError for values that make no sense.
    """
    size = size or full_size(layouts, photo, trained_size)
    check(layouts, photo, trained_size, size, settings, known, start)
    levels, full, wrap = levels_of(photo, trained_size, settings), tuple(photo.shape[1:]), settings.wrap
    photos = levels.sizes
    sizes = level_sizes(tuple(layouts.shape[2:]), size, len(photos) - 1)
    small = resized(levels.pixels, photos[0])
    states = [
        State(transported(to_bytes(each), small, settings.matching, settings.patch_size, settings.seed, wrap))
        for each in layouts
    ]
    filled, keep = filled_canvases(states, known, size)
    corner = known.corner if known and known.shows(photo) else None
    starts = [packed(each, full[1]) for each in start] if start is not None else [None] * len(states)
    phases = plan(photos, settings)
    for number, phase in enumerate(phases):
        k = phase.level
        level = levels.at(number, phase)
        first_search = phase.rounds > 0 and (phase.opens or phases[number - 1].rounds == 0)
        for n, state in enumerate(states):
            kept = kept_at(filled[n], keep, corner, sizes[k], (photos[k], full)) if known else None
            before = starts[n] if first_search else None
            if phase.opens:
                state = opened(state, sizes[k], photos[k - 1] if k else None, level.index, wrap)
                state = replace(state, guess=kept.paste(state.guess)) if kept else state
            if before is not None:
                before = carried(before, sizes[k], full, photos[k], level.index.bounds(wrap))
            for turn in range(phase.rounds):
                state = after_round(state, turn, level, settings, kept, before, work)
            states[n] = after_vote(state, level, settings, kept, work)
        work.phase([state.guess for state in states])
    pictures = torch.stack([to_floats(state.guess) for state in states])
    if known:
        pictures = torch.where(known.mask == 0, known.pixels.to(pictures), pictures)
    return Detail(pictures, torch.stack([flat(state.field, full[1]) for state in states]))


def full_size(layouts: Tensor, photo: Tensor, trained_size: Size) -> Size:
    """How large layouts are at the photo's scale."""
    sides = zip(layouts.shape[-2:], photo.shape[-2:], trained_size, strict=True)
    return tuple(round(side * whole / small) for side, whole, small in sides)


def pulses(layout: Size, photo: Size, trained_size: Size, size: Size, settings: DetailSettings) -> list[int]:
    """How often the pulse of a picture of this size is felt in each phase, at least: in longer ones more often."""
    photos = sizes_between(trained_size, photo, settings.ratio)
    sizes = level_sizes(layout, size, len(photos) - 1)
    return [(phase.rounds + 1) * sum(1 for _ in strips(*sizes[phase.level])) for phase in plan(photos, settings)]


def filled_canvases(states: list[State], known: Known | None, size: Size) -> tuple[list[Tensor], Tensor | None]:
    """The known pixels with the layouts in between, at full size, and where they are kept."""
    if known is None:
        return [], None
    keep, pixels = known.mask[0] == 0, to_bytes(known.pixels)
    return [torch.where(keep[..., None], pixels, resized(state.guess, size)) for state in states], keep


def apply_field(fields: Tensor, other: Tensor, window: int = 3, wrap: str = "") -> Tensor:
    """Another map of the same photo, put together as the fields say: (n, H', W') and (C, H, W) -> (n, C, H', W').

    other: of whole numbers up to 16 bits (heights, say), or of floats in [-1, 1], which are taken in 16 bits.
    window: the side of the vote in px, odd; 3 is the pictures' own, 1 takes each pixel from its place alone.
    """
    whole = not other.is_floating_point()
    values = other if whole else ((other.clamp(-1, 1) + 1) * 32767.5).round()
    values = values.permute(1, 2, 0).int().contiguous()
    maps = torch.stack([vote(packed(field, other.shape[2]), values, window, wrap) for field in fields])
    maps = maps.permute(0, 3, 1, 2)
    return maps.to(other.dtype) if whole else (maps / 32767.5 - 1).to(other.dtype)


def packed(field: Tensor, width: int) -> Tensor:
    """Flat places as row * 65536 + column."""
    return (field // width << 16 | field % width).int().contiguous()


def flat(field: Tensor, width: int) -> Tensor:
    """Packed places as row * width + column."""
    return (field >> 16) * width + (field & 65535)
