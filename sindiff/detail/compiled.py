"""The loops over pixels, compiled for the processor (numba); plain.py says the same in tensors, to the bit.

Places in the photo are packed: row * 65536 + column.
"""

from collections.abc import Sequence

import numba
import numpy as np
import torch
from numba import int32, int64, njit, prange, uint32
from torch import Tensor

from sindiff.detail import plain
from sindiff.detail.plain import Places

NEIGHBOURS = np.array(plain.NEIGHBOURS, np.int32)


def nearest(queries: Tensor, places: Places) -> tuple[Tensor, Tensor]:
    """See plain.nearest."""
    return _called(_nearest, queries, *places)


def improved(
    queries: Tensor,
    places: Places,
    field: Tensor,
    first: int,
    wraps: tuple[bool, bool],
    salt: int,
    radii: Sequence[int],
) -> tuple[Tensor, Tensor]:
    """See plain.improved."""
    return _called(_improved, queries, *places, field, first, wraps, salt, np.array(radii, np.int64))


def voted(field: Tensor, photo: Tensor, weights: Tensor, first: int, rows: int, wraps: tuple[bool, bool]) -> Tensor:
    """See plain.voted."""
    return _called(_voted, field, photo, weights, first, rows, wraps)


def resampled(picture: Tensor, rows: plain.Taps, columns: plain.Taps) -> Tensor:
    """See plain.resampled."""
    return _called(_resampled, picture.contiguous(), *rows, *columns)


def _called(loop, *arguments):
    threads = torch.get_num_threads()
    numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
    result = loop(*(each.numpy() if isinstance(each, Tensor) else each for each in arguments))
    torch.set_num_threads(threads)  # which is OpenMP's, and numba changes it: sums would come out otherwise
    return tuple(map(torch.from_numpy, result)) if isinstance(result, tuple) else torch.from_numpy(result)


@njit(inline="always")
def _distance(queries, q, keys, k):
    total = int32(0)
    for c in range(queries.shape[1]):
        step = int32(queries[q, c]) - int32(keys[k, c])
        total += int32(step * step)
    return int32(total)


@njit(inline="always")
def _mixed(x):
    x = uint32(x ^ (x >> uint32(16)))
    x = uint32(x * uint32(0x7FEB352D))
    x = uint32(x ^ (x >> uint32(15)))
    x = uint32(x * uint32(0x846CA68B))
    return uint32(x ^ (x >> uint32(16)))


@njit(parallel=True, cache=True)
def _nearest(queries, keys, penalty, width, bounds):
    top, bottom, left, right = bounds
    n = len(queries)
    field, errors = np.empty(n, np.int32), np.empty(n, np.int64)
    for q in prange(n):
        best, cost = int32(0), int32(2**31 - 1)
        for row in range(top, bottom):
            for column in range(left, right):
                k = row * width + column
                price = int32(_distance(queries, q, keys, k) + penalty[k])
                if price < cost:
                    best, cost = int32(row << 16 | column), price
        field[q] = best
        errors[q] = cost - penalty[(best >> 16) * width + (best & 65535)]
    return field, errors


@njit(parallel=True, cache=True)
def _improved(queries, keys, penalty, width, bounds, field, first, wraps, salt, radii):
    top, bottom, left, right = bounds
    wrap_y, wrap_x = wraps
    height, columns = field.shape
    rows = len(queries) // columns
    new, errors = np.empty((rows, columns), np.int32), np.empty((rows, columns), np.int32)
    for row in prange(rows):
        y = first + row
        for x in range(columns):
            q = row * columns + x
            best = field[y, x]
            k = (best >> 16) * width + (best & 65535)
            cost = int32(_distance(queries, q, keys, k) + penalty[k])
            if cost == 0:
                new[row, x], errors[row, x] = best, 0
                continue
            start, price = best, cost
            last = best
            for n in range(len(NEIGHBOURS)):
                dy, dx = NEIGHBOURS[n, 0], NEIGHBOURS[n, 1]
                beside, along = y + dy, x + dx
                if wrap_y:
                    beside %= height
                elif beside < 0 or beside >= height:
                    continue
                if wrap_x:
                    along %= columns
                elif along < 0 or along >= columns:
                    continue
                there = field[beside, along]
                i, j = (there >> 16) - dy, (there & 65535) - dx
                if i < top or i >= bottom or j < left or j >= right:
                    continue
                place = int32(i << 16 | j)
                if place in (best, start, last):
                    continue
                last = place
                k = i * width + j
                other = int32(_distance(queries, q, keys, k) + penalty[k])
                if other < cost:
                    best, cost = place, other
            state = _mixed(uint32(uint32(salt) ^ uint32(start)))
            state = _mixed(uint32(state ^ uint32(price)))
            for n in range(len(radii)):
                state = _mixed(uint32(state + uint32(n)))
                span = 2 * radii[n] + 1
                i = (best >> 16) + (((int64(state) >> 16) * span) >> 16) - radii[n]
                j = (best & 65535) + (((int64(state) & 65535) * span) >> 16) - radii[n]
                i, j = min(max(i, top), bottom - 1), min(max(j, left), right - 1)
                k = i * width + j
                other = int32(_distance(queries, q, keys, k) + penalty[k])
                if other < cost:
                    best, cost = int32(i << 16 | j), other
            new[row, x] = best
            errors[row, x] = cost - penalty[(best >> 16) * width + (best & 65535)]
    return new, errors


@njit(inline="always")
def _agreed(field, y, x, reach):
    """Whether all the window votes for one place: its places lie side by side as its pixels do."""
    height, columns = field.shape
    if y < reach or y + reach >= height or x < reach or x + reach >= columns:
        return False
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if field[y + dy, x + dx] != field[y, x] + (dy << 16) + dx:
                return False
    return True


@njit(parallel=True, cache=True)
def _voted(field, photo, weights, first, rows, wraps):
    wrap_y, wrap_x = wraps
    height, columns = field.shape
    photo_height, photo_width, channels = photo.shape
    reach = len(weights) // 2
    picture = np.empty((rows, columns, channels), photo.dtype)
    for row in prange(rows):
        total, y = np.empty(channels, np.int64), first + row
        for x in range(columns):
            if _agreed(field, y, x, reach):
                for c in range(channels):
                    picture[row, x, c] = photo[field[y, x] >> 16, field[y, x] & 65535, c]
                continue
            total[:] = 0
            weight = int64(0)
            for dy in range(-reach, reach + 1):
                beside = y + dy
                if wrap_y:
                    beside %= height
                elif beside < 0 or beside >= height:
                    continue
                for dx in range(-reach, reach + 1):
                    along = x + dx
                    if wrap_x:
                        along %= columns
                    elif along < 0 or along >= columns:
                        continue
                    there = field[beside, along]
                    i, j = (there >> 16) - dy, (there & 65535) - dx
                    if i < 0 or i >= photo_height or j < 0 or j >= photo_width:
                        continue
                    w = weights[dy + reach, dx + reach]
                    weight += w
                    for c in range(channels):
                        total[c] += w * photo[i, j, c]
            for c in range(channels):
                picture[row, x, c] = (2 * total[c] + weight) // max(2 * weight, 1)
    return picture


@njit(parallel=True, cache=True)
def _resampled(picture, rows, row_weights, columns, column_weights):
    height, width, channels = picture.shape
    flat = picture.reshape(height, width * channels)
    result = np.empty((len(rows), len(columns), channels), np.uint8)
    for y in prange(len(rows)):
        tall = np.zeros(width * channels, np.int32)
        for t in range(rows.shape[1]):
            line, weight = flat[rows[y, t]], row_weights[y, t]
            for i in range(width * channels):
                tall[i] += int32(line[i]) * weight
        for i in range(width * channels):
            tall[i] = (tall[i] + int32(32)) >> 6
        for x in range(len(columns)):
            for c in range(channels):
                total = int32(2**17)
                for t in range(columns.shape[1]):
                    total += tall[columns[x, t] * channels + c] * column_weights[x, t]
                result[y, x, c] = min(max(total >> 18, 0), 255)
    return result
