"""A nearest-neighbour field: for each pixel of a canvas, the place in the photo whose patch is nearest."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from sindiff.detail import plain
from sindiff.detail.keys import Directions, keys
from sindiff.detail.loops import loops
from sindiff.detail.pyramid import Size, box
from sindiff.detail.work import IN_MEMORY, Work

STRIP = 2**16
COMPARED = 2**11  # px that are compared with all of the photo at a time
MOST_PENALTY = 2**29
STEADY = 1.6


@dataclass(frozen=True)
class Index:
    """What a search looks through: the keys (H W, 24) of a photo of this size, and how they are made."""

    keys: Tensor
    size: Size
    along: Directions

    def bounds(self, wrap: str) -> plain.Bounds:
        """All places, but along a wrapped axis only those whose patch lies in the photo: beyond, it is made up."""
        (top, bottom), (left, right) = (
            (margin, side - margin)
            for side, axis in zip(self.size, "yx", strict=True)
            for margin in [min(self.along.filters.shape[-1] // 2, (side - 1) // 2) * (axis in wrap)]
        )
        return top, bottom, left, right


@dataclass(frozen=True)
class Search:
    """One way to search: the axes of the canvas that meet, and what use of a place costs."""

    wrap: str
    penalty: Tensor
    salt: int = 0
    radii: Sequence[int] = ()


def index_of(picture: Tensor, along: Directions) -> Index:
    """The keys of all patches of a picture (H, W, C), uint8."""
    height, width = picture.shape[:2]
    return Index(keys(picture, range(height), along).flatten(0, 1), (height, width), along)


def exact_field(guess: Tensor, index: Index, search: Search, work: Work = IN_MEMORY) -> tuple[Tensor, float]:
    """The field (H', W') of a guess (H', W', C) by comparison of all patches, and the mean squared distance."""
    places = plain.Places(index.keys, search.penalty, index.size[1], index.bounds(search.wrap))
    total, fields = 0, []
    for rows in strips(*guess.shape[:2], most=COMPARED):
        queries = keys(guess, rows, index.along, search.wrap).flatten(0, 1)
        field, errors = loops(guess.device).nearest(queries, places)
        fields.append(field.reshape(len(rows), -1))
        total += errors.sum(dtype=torch.int64).item()
        work.pulse()
    return torch.cat(fields), total / guess[..., 0].numel()


def searched(
    guess: Tensor, field: Tensor, index: Index, search: Search, work: Work = IN_MEMORY
) -> tuple[Tensor, float]:
    """The field after one round (see plain.improved), and its mean squared distance."""
    places = plain.Places(index.keys, search.penalty, index.size[1], index.bounds(search.wrap))
    total, new = 0, work.empty(field, field.shape, field.dtype)
    for rows in strips(*field.shape):
        queries = keys(guess, rows, index.along, search.wrap).flatten(0, 1)
        new[rows.start : rows.stop], errors = loops(guess.device).improved(
            queries, places, field, rows.start, axes(search.wrap), search.salt, search.radii
        )
        total += errors.sum(dtype=torch.int64).item()
        work.pulse()
    return new, total / field.numel()


def steadied(guess: Tensor, field: Tensor, start: Tensor, index: Index, wrap: str) -> Tensor:
    """The field, but start's place wherever that is hardly farther (STEADY), so that what is good enough stays."""
    new = torch.empty_like(field)
    for rows in strips(*field.shape):
        queries = keys(guess, rows, index.along, wrap).int()
        lines = slice(rows.start, rows.stop)
        near, other = (
            (queries - index.keys[(part >> 16).long() * index.size[1] + (part & 65535)]).square().sum(-1)
            for part in (field[lines], start[lines])
        )
        new[lines] = torch.where(other <= STEADY * near, start[lines], field[lines])
    return new


def vote(field: Tensor, photo: Tensor, size: int, wrap: str = "", work: Work = IN_MEMORY) -> Tensor:
    """The picture (H', W', C) that a field makes of a photo (H, W, C), of whole numbers: see plain.voted.

    size: side of the window in px, odd; its weights are Gaussian, of deviation size / 4.
    """
    weights = vote_weights(size).to(field.device)
    picture = work.empty(photo, (*field.shape, photo.shape[2]), photo.dtype)
    for rows in strips(*field.shape):
        part = loops(field.device).voted(field, photo, weights, rows.start, len(rows), axes(wrap))
        picture[rows.start : rows.stop] = part
        work.pulse()
    return picture


def vote_weights(size: int) -> Tensor:
    """Gaussian weights, (size, size), as whole numbers."""
    place = torch.arange(size, dtype=torch.float64) - size // 2
    line = torch.exp(-(place**2) / (2 * (size / 4) ** 2))
    return (line[:, None] * line * 4096).round().long()


def penalties(field: Tensor | None, size: Size, patch: int, unit: float, device: torch.device) -> Tensor:
    """What it costs to use each place once more: unit x its use over the mean, (H W,) int32.

    The use of a place is how many patches of the canvas cover it (Kaspar et al. 2015; Fiser et al. 2016's occurrence
    map); the mean is that of even use.
    """
    height, width = size
    if unit <= 0:
        return torch.zeros(height * width, dtype=torch.int32, device=device)
    counts = torch.zeros(height * width, dtype=torch.int32, device=device)
    for rows in strips(*field.shape):
        part = field[rows.start : rows.stop]
        at = ((part >> 16) * width + (part & 65535)).flatten().long()
        counts.scatter_add_(0, at, torch.ones_like(at, dtype=torch.int32))
    counts = counts.reshape(height, width)
    for dim in (0, 1):
        counts = box(counts, patch, dim)
    share = unit * (height * width) / (field.numel() * patch**2)
    return (counts.double() * share).clamp(max=MOST_PENALTY).flatten().int()


def carried(
    field: Tensor, size: Size, photo: Size, new_photo: Size, bounds: plain.Bounds, work: Work = IN_MEMORY
) -> Tensor:
    """A field on a finer or coarser canvas and photo: places times the ratio; what lay side by side still does."""
    top, bottom, left, right = bounds
    (y, row_of), (x, column_of) = map(_scaling, size, field.shape, new_photo, photo)
    y, x, new = y.to(field.device), x.to(field.device), work.empty(field, size, field.dtype)
    for rows in strips(*size):
        lines = torch.arange(rows.start, rows.stop, device=field.device)
        there = field[y[lines]][:, x]
        row = row_of(there >> 16, lines[:, None]).clamp(top, bottom - 1)
        column = column_of(there & 65535, torch.arange(size[1], device=field.device)).clamp(left, right - 1)
        new[rows.start : rows.stop] = row << 16 | column
    return new


def _scaling(new: int, old: int, photo_new: int, photo_old: int) -> tuple[Tensor, Callable[[Tensor, Tensor], Tensor]]:
    """Along one side: the old pixel that holds the centre of each new one, and (old place, new pixel) -> new place.

    What the two centres are apart on the canvas, their places are apart in the photo.
    """
    coarse = (2 * torch.arange(new) + 1) * old // (2 * new)

    def place(there: Tensor, at: Tensor) -> Tensor:
        apart = (2 * at + 1) * old - (2 * ((2 * at + 1) * old // (2 * new)) + 1) * new
        return ((2 * there.long() + 1) * 2 * new + 2 * apart) * photo_new // (4 * new * photo_old)

    return coarse, place


def axes(wrap: str) -> tuple[bool, bool]:
    """Whether rows and whether columns meet."""
    return "y" in wrap, "x" in wrap


def strips(height: int, width: int, most: int = STRIP) -> Iterator[range]:
    """Rows, some at a time: of `most` px together."""
    block = max(1, most // width)
    return (range(top, min(top + block, height)) for top in range(0, height, block))
