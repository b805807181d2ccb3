"""The nearest patches of a picture: exact, and in memory that does not grow with the picture."""

import torch
from torch import Tensor

from sindiff.metrics.patches import patches

QUERIES, REFERENCES = 512, 4096  # patches compared at once: few enough for a processor's cache


def nearest(wanted: Tensor, picture: Tensor, size: int = 7) -> tuple[Tensor, Tensor]:
    """For each patch (N, C * size * size) the nearest one of a picture (C, H, W): its number and how far it is.

    All pairs are compared.  Patches are numbered row by row; returns (N,) numbers and (N,) squared distances, 0 for a
    patch that the picture holds.  Raises ValueError for a picture under `size` px.
    """
    width = picture.shape[-1] - size + 1
    rows = max(1, REFERENCES // max(1, width))
    best = wanted.new_full((len(wanted),), torch.inf)
    numbers = torch.zeros(len(wanted), dtype=torch.long, device=wanted.device)
    for top in range(0, max(1, picture.shape[-2] - size + 1), rows):
        band = patches(picture[None, :, top : top + rows + size - 1], size).flatten(0, 2)
        norms = band.square().sum(1)
        for part, low, number in zip(*(each.split(QUERIES) for each in (wanted, best, numbers)), strict=True):
            distance, place = torch.addmm(norms, part, band.T, alpha=-2).min(1)
            nearer = distance < low
            low[nearer], number[nearer] = distance[nearer], top * width + place[nearer]
    return numbers, (wanted - patches_at(picture, numbers, size)).square().sum(1)


def patches_at(picture: Tensor, numbers: Tensor, size: int = 7) -> Tensor:
    """The patches (N, C * size * size) of a picture (C, H, W) that have these numbers (N,), row by row."""
    width, steps = picture.shape[-1] - size + 1, torch.arange(size, device=picture.device)
    rows = (numbers // width)[:, None, None] + steps[:, None]
    columns = (numbers % width)[:, None, None] + steps
    return picture[:, rows, columns].transpose(0, 1).flatten(1)


def spread(n: int, most: int | None) -> Tensor:
    """Of the numbers 0 to n - 1 at most so many, one by chance of each of equal stretches; all where they are few."""
    if most is None or n <= most:
        return torch.arange(n)
    chance = torch.rand(most, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return ((torch.arange(most) + chance) * n / most).long()
