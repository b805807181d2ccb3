"""Bidirectional similarity (Simakov et al. 2008): what samples show that is not in the picture, and what they leave out.

Blur and mottle make patches that the picture has nowhere, which patch SWD hardly sees.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.metrics.checks import check_pictures
from sindiff.metrics.nearest import nearest, patches_at

MOST = 4096  # patches that are searched for in each picture


def incoherence(picture: Tensor, samples: Tensor, scale: int = 1, most: int = MOST, size: int = 7) -> float:
    """How far the samples' patches are from the nearest of the picture, over the picture's standard deviation.

    Root mean square per value of the patches (size x size of each channel), averaged over samples.  picture: (C, H, W),
    samples: (B, C, H', W'); both are averaged to 1/scale of their size first: larger scales see larger structures.
    most: of so many patches of each sample, spread evenly and drawn with a fixed seed, the nearest are searched for,
    among all of the picture.  0 where every patch is the picture's.  Raises ValueError for pictures under `size` px.
    """
    picture, samples, deviation = _reduced(picture, samples, scale)
    return sum(distance(sample, picture, most, size) for sample in samples) / len(samples) / deviation


def missing(picture: Tensor, samples: Tensor, scale: int = 1, most: int = MOST, size: int = 7) -> float:
    """How far the picture's patches are from the nearest of each sample: `incoherence` the other way round.

    0 where a sample shows all that the picture does.
    """
    picture, samples, deviation = _reduced(picture, samples, scale)
    return sum(distance(picture, sample, most, size) for sample in samples) / len(samples) / deviation


def distance(one: Tensor, other: Tensor, most: int = MOST, size: int = 7) -> float:
    """Root mean square distance, per value, of patches of one picture (C, H, W) to the nearest of another."""
    rows, columns = (max(0, side - size + 1) for side in one.shape[-2:])
    wanted = patches_at(one, spread(rows * columns, most).to(one.device), size)
    return nearest(wanted, other, size)[1].mean().div(wanted.shape[1]).sqrt().item()


def spread(n: int, most: int, seed: int = 0) -> Tensor:
    """Of the numbers 0 to n - 1 at most so many, one by chance of each of equal stretches; all where they are few."""
    if n <= most:
        return torch.arange(n)
    chance = torch.rand(most, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return ((torch.arange(most) + chance) * n / most).long()


def _reduced(picture: Tensor, samples: Tensor, scale: int) -> tuple[Tensor, Tensor, float]:
    """Both at 1/scale of their size, and the deviation that the picture has then."""
    check_pictures(picture, samples)
    picture, samples = F.avg_pool2d(picture[None], scale)[0], F.avg_pool2d(samples, scale)
    return picture, samples, picture.std().clamp(min=1e-8).item()
