"""The loops over pixels in tensors, for any device: what compiled.py must equal to the bit.

Places in the photo are packed: row * 65536 + column.  All arithmetic is in whole numbers, so the order of sums, the
number of threads and the device change nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

NEIGHBOURS = [(-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1), (-2, 0), (0, -2), (2, 0), (0, 2)]
MOST_DISTANCES = 2**22

Bounds = tuple[int, int, int, int]
"""The places that may be used: rows top to bottom - 1, columns left to right - 1."""

Taps = tuple[Tensor, Tensor]
"""Which pixels of a side each new pixel is made of, (n, t), and their whole weights, whose sum is 2^12."""


class Places(NamedTuple):
    """What is searched: keys (H W, 24) int16 of a photo W px wide, what each place costs, (H W,) int32, and where."""

    keys: Tensor
    penalty: Tensor
    width: int
    bounds: Bounds


def nearest(queries: Tensor, places: Places) -> tuple[Tensor, Tensor]:
    """The place of least cost, |query - key|^2 + penalty, among all; of equals the first.

    queries: (Q, 24) int16.  Returns places (Q,) int32 and their squared distances (Q,).
    """
    keys, penalty, width, (top, bottom, left, right) = places
    index = (torch.arange(top, bottom)[:, None] * width + torch.arange(left, right)).flatten().to(keys.device)
    known, added = keys[index].double(), penalty[index].double()
    half = known.square().sum(1) + added
    found, errors = [], []
    for part in queries.double().split(max(1, MOST_DISTANCES // len(index))):
        cost = half - 2 * part @ known.T
        best = _first_least(cost)
        found.append(index[best])
        errors.append(cost.gather(1, best[:, None])[:, 0] + part.square().sum(1) - added[best])
    k = torch.cat(found)
    return (k // width << 16 | k % width).int(), torch.cat(errors).long()


def _first_least(cost: Tensor) -> Tensor:
    least = cost.amin(1, keepdim=True)
    order = torch.arange(cost.shape[1], device=cost.device)
    return torch.where(cost == least, order, cost.shape[1]).amin(1)


def improved(
    queries: Tensor,
    places: Places,
    field: Tensor,
    first: int,
    wraps: tuple[bool, bool],
    salt: int,
    radii: Sequence[int],
) -> tuple[Tensor, Tensor]:
    """One round of search for some rows of a field: neighbours' matches, then random places (Barnes et al. 2009).

    queries: (rows * W, 24) int16 of the rows from `first`, field: (H, W) int32, of the round before.  Candidates are
    the neighbours' places, shifted as they lie, and one place within each of `radii` of the best so far, drawn by a
    hash of salt, place and cost: a pixel's choice depends on what it sees, not on where it lies or who computes it.
    Returns the new rows (rows, W) int32 and their squared distances.
    """
    keys, penalty, width, (top, bottom, left, right) = places
    columns = field.shape[1]
    rows = len(queries) // columns

    def cost_of(place: Tensor) -> Tensor:
        k = (place >> 16).long() * width + (place & 65535)
        step = queries.int() - keys[k.flatten()].int()
        return (step * step).sum(1).reshape(place.shape) + penalty[k]

    def keep(best: Tensor, cost: Tensor, place: Tensor, allowed: Tensor) -> tuple[Tensor, Tensor]:
        place = torch.where(allowed, place, best)
        other = cost_of(place)
        better = other < cost
        return torch.where(better, place, best), torch.where(better, other, cost)

    start = best = field[first : first + rows].long()
    price = cost = cost_of(best)
    for dy, dx in NEIGHBOURS:
        there, seen = _beside(field, first, rows, dy, dx, wraps)
        i, j = (there >> 16) - dy, (there & 65535) - dx
        allowed = seen & (i >= top) & (i < bottom) & (j >= left) & (j < right)
        best, cost = keep(best, cost, i << 16 | j, allowed)
    state = _mixed(_mixed(start ^ salt) ^ price)
    for n, radius in enumerate(radii):
        state = _mixed(state + n & 0xFFFFFFFF)
        span = 2 * radius + 1
        i = ((best >> 16) + ((state >> 16) * span >> 16) - radius).clamp(top, bottom - 1)
        j = ((best & 65535) + ((state & 65535) * span >> 16) - radius).clamp(left, right - 1)
        best, cost = keep(best, cost, i << 16 | j, torch.ones_like(best, dtype=torch.bool))
    k = (best >> 16) * width + (best & 65535)
    return best.int(), (cost - penalty[k]).int()


def _beside(field: Tensor, first: int, rows: int, dy: int, dx: int, wraps: tuple[bool, bool]) -> tuple[Tensor, Tensor]:
    """What the field holds (dy, dx) from each pixel of some rows, int64, and where there is such a pixel."""
    height, width = field.shape
    y, x = torch.arange(first + dy, first + rows + dy), torch.arange(dx, width + dx)
    inside = [wrap | (at >= 0) & (at < side) for at, side, wrap in ((y, height, wraps[0]), (x, width, wraps[1]))]
    y, x = (at % side for at, side in ((y, height), (x, width)))
    seen = (inside[0][:, None] & inside[1]).to(field.device)
    return field[y.to(field.device)][:, x.to(field.device)].long(), seen


def _mixed(x: Tensor) -> Tensor:
    """A hash of 32-bit whole numbers, held in int64 (xor, shift and multiply, as Wellons's lowbias32)."""
    x = x ^ x >> 16
    x = x * 0x7FEB352D & 0xFFFFFFFF
    x = x ^ x >> 15
    x = x * 0x846CA68B & 0xFFFFFFFF
    return x ^ x >> 16


def voted(field: Tensor, photo: Tensor, weights: Tensor, first: int, rows: int, wraps: tuple[bool, bool]) -> Tensor:
    """The mean of what overlapping patches say of each pixel of some rows (Wexler et al. 2007).

    field: (H', W') int32, photo: (H, W, C) of whole numbers, weights: (k, k) int64.  Patches say nothing beyond the
    photo's border.  Returns (rows, W', C) in photo's type, rounded half up; 0 where no patch says anything.
    """
    reach = len(weights) // 2
    total, weight = 0, 0
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            there, seen = _beside(field, first, rows, dy, dx, wraps)
            i, j = (there >> 16) - dy, (there & 65535) - dx
            seen = seen & (i >= 0) & (i < photo.shape[0]) & (j >= 0) & (j < photo.shape[1])
            w = (weights[dy + reach, dx + reach] * seen)[..., None]
            total = total + w * photo[i.clamp(0, photo.shape[0] - 1), j.clamp(0, photo.shape[1] - 1)].long()
            weight = weight + w
    return ((2 * total + weight) // (2 * weight).clamp(min=1)).to(photo.dtype)


def resampled(picture: Tensor, rows: Taps, columns: Taps) -> Tensor:
    """A picture (H, W, C), uint8, at another size: sums of weighted pixels, along columns first."""
    (lines, heavy), (across, wide) = rows, columns
    tall = sum(picture[lines[:, t]].int() * heavy[:, t, None, None] for t in range(lines.shape[1]))
    tall = (tall + 2**5) >> 6
    whole = sum(tall[:, across[:, t]] * wide[:, t, None] for t in range(across.shape[1]))
    return ((whole + 2**17) >> 18).clamp(0, 255).byte()
