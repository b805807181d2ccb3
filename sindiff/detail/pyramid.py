"""Sizes between the layout's and the photo's, and pictures at these sizes: resizing in whole numbers."""

from math import ceil, log

import torch
from torch import Tensor

from sindiff.detail.keys import beyond
from sindiff.detail.loops import loops
from sindiff.detail.work import IN_MEMORY, Work

Size = tuple[int, int]

ONE = 2**12  # the sum of a pixel's weights: plain.resampled divides by its square
STRIP = 2**20


def level_sizes(coarse: Size, fine: Size, steps: int) -> list[Size]:
    """Sizes from coarse to fine, both among them, in `steps` steps of equal ratio."""
    between = range(steps + 1)
    return [
        tuple(round(a * (b / a) ** (k / max(1, steps))) for a, b in zip(coarse, fine, strict=True)) for k in between
    ]


def sizes_between(coarse: Size, fine: Size, ratio: float) -> list[Size]:
    """Sizes from coarse to fine, both among them, in steps of about `ratio`."""
    scale = max(b / a for a, b in zip(coarse, fine, strict=True))
    return level_sizes(coarse, fine, max(0, ceil(log(scale) / log(ratio) - 0.25)) if scale > 1 else 0)


def resized(picture: Tensor, size: Size, wrap: str = "", work: Work = IN_MEMORY) -> Tensor:
    """A picture (H, W, C), uint8, at another size, by Keys's cubic filter (1981), widened where it shrinks.

    Beyond the border the picture is mirrored, or goes on at the other side along the axes in wrap.
    """
    if size == tuple(picture.shape[:2]):
        return picture
    (rows, row_weights), (columns, column_weights) = (
        [part.to(picture.device) for part in _taps(a, b, axis in wrap)]
        for a, b, axis in zip(picture.shape[:2], size, "yx", strict=True)
    )
    block = max(1, STRIP // max(size[1], picture.shape[1]))
    result = work.empty(picture, (*size, picture.shape[2]), torch.uint8)
    for lines, weights, part in zip(rows.split(block), row_weights.split(block), result.split(block), strict=True):
        part.copy_(loops(picture.device).resampled(picture, (lines, weights), (columns, column_weights)))
    return result


def _taps(side: int, new_side: int, wrap: bool) -> tuple[Tensor, Tensor]:
    """Which pixels of a side each pixel of the new side is made of, and their whole weights, whose sum is ONE."""
    widen = max(1.0, side / new_side)
    centre = (torch.arange(new_side, dtype=torch.float64) + 0.5) * side / new_side - 0.5
    first = (centre - 2 * widen).floor().long() + 1
    places = first[:, None] + torch.arange(ceil(4 * widen))
    weights = _cubic((places - centre[:, None]).abs() / widen)
    whole = (weights / weights.sum(1, keepdim=True) * ONE).round().int()
    middle = weights.argmax(1, keepdim=True)
    whole.scatter_add_(1, middle, ONE - whole.sum(1, keepdim=True, dtype=torch.int32))
    low, high = int(places.min()), int(places.max()) + 1
    return beyond(range(low, high), side, wrap)[places - low], whole


def _cubic(x: Tensor) -> Tensor:
    """Keys's cubic convolution kernel with a = -1/2."""
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return torch.where(x < 1, near, torch.where(x < 2, far, 0.0))


def box(values: Tensor, size: int, dim: int) -> Tensor:
    """Sums over windows along a dimension, cut at the border."""
    side, reach = values.shape[dim], size // 2
    sums = torch.cat([torch.zeros_like(values.narrow(dim, 0, 1)), values.cumsum(dim)], dim)
    at = torch.arange(side, device=values.device)
    upper, lower = (at + reach + 1).clamp(max=side), (at - reach).clamp(min=0)
    return sums.index_select(dim, upper) - sums.index_select(dim, lower)
