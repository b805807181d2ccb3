"""Bidirectional similarity (Simakov et al. 2008): what samples show that is not in the picture, and what they lack.

Blur and mottle make patches that the picture has nowhere, which patch SWD hardly sees.
"""

from statistics import fmean
from typing import NamedTuple

import torch
from torch import Tensor

from sindiff.metrics.checks import deviation
from sindiff.metrics.copying import share_copied
from sindiff.metrics.nearest import nearest, patches_at, spread
from sindiff.metrics.patches import reduced

MOST = 2500  # patches that are searched for in each picture: all of one of 48 x 64 px, others to 1 %


class Coherence(NamedTuple):
    """Samples against their picture, each a mean over samples."""

    incoherence: float
    missing: float
    copied: float


def coherence(picture: Tensor, samples: Tensor, scale: int = 1, most: int | None = MOST, size: int = 7) -> Coherence:
    """incoherence, missing and copied_share at a scale: one search each way, which is what takes the time."""
    picture, samples = reduced(picture, samples, scale, size)
    shown, copied = zip(*[_shown(sample, picture, most, size) for sample in samples], strict=True)
    lacking = [_lacking(sample, picture, most, size) for sample in samples]
    return Coherence(fmean(shown), fmean(lacking), fmean(copied))


def incoherence(picture: Tensor, samples: Tensor, scale: int = 1, most: int | None = MOST, size: int = 7) -> float:
    """How far the samples' patches are from the nearest of the picture, over the picture's standard deviation.

    Root mean square per value of the patches (size x size of each channel), averaged over samples.  picture: (C, H, W),
    samples: (B, C, H', W'); both are averaged to 1/scale of their size first: larger scales see larger structures.
    most: so many patches of each sample, spread evenly and drawn with a fixed seed, are searched for among all of the
    picture's; None: all.  0 where every patch is the picture's.  Raises ValueError if they have no patch at that scale.
    """
    picture, samples = reduced(picture, samples, scale, size)
    return fmean(_shown(sample, picture, most, size)[0] for sample in samples)


def missing(picture: Tensor, samples: Tensor, scale: int = 1, most: int | None = MOST, size: int = 7) -> float:
    """How far the picture's patches are from the nearest of each sample: `incoherence` the other way round.

    0 where every sample shows all that the picture does.
    """
    picture, samples = reduced(picture, samples, scale, size)
    return fmean(_lacking(sample, picture, most, size) for sample in samples)


def _shown(sample: Tensor, picture: Tensor, most: int | None, size: int) -> tuple[float, float]:
    """Distance of a sample's patches to the picture's, and the share that are copied with their neighbours."""
    rows, columns = (side - size + 1 for side in sample.shape[-2:])
    numbers = spread(rows * columns, most)
    if len(numbers) < rows * columns:
        corners = spread(rows * columns, most // 3)
        numbers = torch.cat([corners, corners + 1, corners + columns]).clamp(max=rows * columns - 1).unique()
    found, distance = _search(numbers, sample, picture, size)
    width = picture.shape[-1] - size + 1
    return distance / deviation(picture).item(), share_copied(numbers, found.cpu(), columns, width)


def _lacking(sample: Tensor, picture: Tensor, most: int | None, size: int) -> float:
    """Distance of the picture's patches to a sample's."""
    rows, columns = (side - size + 1 for side in picture.shape[-2:])
    return _search(spread(rows * columns, most), picture, sample, size)[1] / deviation(picture).item()


def _search(numbers: Tensor, one: Tensor, other: Tensor, size: int) -> tuple[Tensor, float]:
    """Of patches of one picture the nearest ones' numbers in another, and their root mean square distance per value."""
    wanted = patches_at(one, numbers.to(one.device), size)
    found, squared = nearest(wanted, other, size)
    return found, (squared.mean() / wanted.shape[1]).sqrt().item()
