"""Patches as short whole numbers: the few directions in which a photo's patches differ most, and places packed in one.

All arithmetic is exact.  Products of 8-bit pixels with whole-number directions stay below 2^24, where float32 still
holds every whole number, so a convolution gives the same keys in any order, on any device, with any number of threads.
"""

from dataclasses import dataclass
from math import log2, sqrt

import torch
import torch.nn.functional as F
from torch import Tensor

COMPONENTS = 24
"""How many numbers a patch is told by."""

MOST_SAMPLES = 4096
STRIP = 2**17


@dataclass(frozen=True)
class Directions:
    """filters: (24, C, k, k) whole numbers in float32.  shrink: the power of two that makes 16-bit keys of products."""

    filters: Tensor
    shrink: float


def directions(picture: Tensor, size: int) -> Directions:
    """Principal components of the size x size patches of a picture (H, W, C), uint8, as whole numbers.

    The covariance is an exact sum over a fixed grid of places.  Directions in which patches hardly differ are 0.
    """
    windows = _sampled(picture, size)
    n, dims = windows.shape
    total = windows.sum(0)
    covariance = windows.T @ windows - total[:, None] * (total / n)
    values, vectors = torch.linalg.eigh(covariance.cpu())
    values, vectors = values.flip(0)[:COMPONENTS], vectors.flip(1)[:, :COMPONENTS]
    vectors = vectors * vectors.gather(0, vectors.abs().argmax(0, keepdim=True)).sign()
    vectors = vectors * (values > 1e-6 * values[0].clamp(min=1))
    scale = 2 ** int(log2(2**24 / (128 * sqrt(dims))))
    key_scale = 2 ** int(log2(2**15 / (256 * sqrt(dims))))
    filters = torch.zeros(COMPONENTS, dims)
    filters[: vectors.shape[1]] = (vectors.T * scale).round().float()
    channels = picture.shape[2]
    return Directions(filters.reshape(COMPONENTS, channels, size, size).to(picture.device), key_scale / scale)


def _sampled(picture: Tensor, size: int) -> Tensor:
    windows = picture.permute(2, 0, 1).unfold(1, size, 1).unfold(2, size, 1)
    step = int(sqrt(windows.shape[1] * windows.shape[2] / MOST_SAMPLES)) + 1
    return windows[:, ::step, ::step].permute(1, 2, 0, 3, 4).flatten(0, 1).flatten(1).double() - 128


def keys(picture: Tensor, rows: range, along: Directions, wrap: str = "") -> Tensor:
    """The patches around the pixels of some rows of a picture (H, W, C), uint8: (rows, W, 24) int16.

    Beyond the border the picture is mirrored, or goes on at the other side along the axes in wrap ("", "x", "y", "xy").
    Distances between keys are about 8 x those between patches of 8-bit pixels; their squares fit in 31 bits.
    """
    reach, (height, width) = along.filters.shape[-1] // 2, picture.shape[:2]
    columns = beyond(range(-reach, width + reach), width, "x" in wrap).to(picture.device)
    block = max(1, STRIP // width)
    found = torch.empty(len(rows), width, COMPONENTS, dtype=torch.int16, device=picture.device)
    for top in range(rows.start, rows.stop, block):
        bottom = min(top + block, rows.stop)
        lines = range(top - reach, bottom + reach)
        part = picture[beyond(lines, height, "y" in wrap).to(picture.device)][:, columns]
        products = _products((part.float() - 128).permute(2, 0, 1)[None], along.filters)
        found[top - rows.start : bottom - rows.start] = (products[0].permute(1, 2, 0) * along.shrink).round_()
    return found


def _products(pixels: Tensor, filters: Tensor) -> Tensor:
    """The convolution in whole numbers: processors sum them exactly, other devices may take short cuts."""
    if pixels.device.type == "cpu":
        return F.conv2d(pixels, filters.contiguous(memory_format=torch.channels_last))
    return F.conv2d(pixels.double(), filters.double()).round().float()


def beyond(places: range, side: int, wrap: bool) -> Tensor:
    """Where places inside or outside 0..side - 1 lie: mirrored at the border pixels, or wrapped."""
    index = torch.arange(places.start, places.stop)
    if wrap or side == 1:
        return index % side
    index = index.abs() % (2 * side - 2)
    return torch.minimum(index, 2 * side - 2 - index)
