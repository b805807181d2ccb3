"""Patches of pictures, and how close the statistics of the samples' are to those of the picture's."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.metrics.checks import check_pictures

DIRECTIONS = 21  # projected on at once


def patches(pictures: Tensor, size: int = 7) -> Tensor:
    """All overlapping size x size patches, (B, C, H, W) -> (B, H - size + 1, W - size + 1, C * size * size)."""
    height, width = pictures.shape[-2] - size + 1, pictures.shape[-1] - size + 1
    if height < 1 or width < 1:
        raise ValueError(f"pictures must be at least {size}x{size} px, not {tuple(pictures.shape[-2:])}")
    return F.unfold(pictures, size).transpose(1, 2).unflatten(1, (height, width))


def reduced(picture: Tensor, samples: Tensor, scale: int, size: int = 7) -> tuple[Tensor, Tensor]:
    """A picture (C, H, W) and samples (B, C, H', W') averaged to 1/scale of their size.

    Raises ValueError if they cannot be measured, or have no patch of size x size px then.
    """
    check_pictures(picture, samples)
    for height, width in (picture.shape[-2:], samples.shape[-2:]):
        if min(height, width) < scale * size:
            raise ValueError(f"pictures must be at least {scale * size}x{scale * size} px, not {height}x{width}")
    return F.avg_pool2d(picture[None], scale)[0], F.avg_pool2d(samples, scale)


def patch_swd(picture: Tensor, samples: Tensor, scale: int = 1, size: int = 7, bases: int = 2, seed: int = 0) -> float:
    """Sliced Wasserstein-1 distance between the patches of the picture and of each sample, averaged over samples.

    picture: (C, H, W), samples: (B, C, H', W'), any sizes, in [-1, 1], both averaged to 1/scale of their size first.
    Each patch is projected on unit vectors (Rabin et al. 2011), those of `bases` random orthonormal bases; the mean
    absolute difference of the sorted projections is averaged over vectors.  0 is equal patch statistics.
    Over other bases it deviates by about 2 % / sqrt(bases), which patch_swd_draws shows.
    """
    draws = patch_swd_draws(picture, samples, scale, size, bases, seed)
    return sum(draws) / len(draws)


def patch_swd_draws(
    picture: Tensor, samples: Tensor, scale: int = 1, size: int = 7, bases: int = 8, seed: int = 0
) -> list[float]:
    """patch_swd by each basis alone: mean_interval of them says how sure their mean is."""
    picture, samples = reduced(picture, samples, scale, size)
    generator = torch.Generator().manual_seed(seed)
    gaussian = torch.randn(bases, len(picture) * size**2, len(picture) * size**2, generator=generator)
    return [_swd(picture, samples, basis.to(picture), size) for basis in torch.linalg.qr(gaussian).Q]


def multiscale_swd(picture: Tensor, samples: Tensor, scales: int = 3, size: int = 7) -> float:
    """patch_swd averaged over pictures as they are, halved, halved again ...: patches that see more of the layout.

    scales: how many; those where a side would have fewer than `size` px are left out.
    """
    smallest = min(*picture.shape[-2:], *samples.shape[-2:])
    fitting = [2**k for k in range(scales) if k == 0 or smallest >= 2**k * size]
    return sum(patch_swd(picture, samples, scale, size) for scale in fitting) / len(fitting)


def _swd(picture: Tensor, samples: Tensor, basis: Tensor, size: int) -> float:
    """The distance along the rows of a basis (D, D)."""
    n = min((pictures.shape[-2] - size + 1) * (pictures.shape[-1] - size + 1) for pictures in (picture, samples))
    total = 0.0
    for directions in basis.split(DIRECTIONS):
        kernels = directions.unflatten(1, (-1, size, size))
        reference = _quantiles(F.conv2d(picture[None], kernels)[0].flatten(1), n)
        for sample in samples:
            projected = _quantiles(F.conv2d(sample[None], kernels)[0].flatten(1), n)
            total += (projected - reference).abs().mean(dim=1).sum().item()
    return total / len(basis) / len(samples)


def _quantiles(values: Tensor, n: int) -> Tensor:
    """Rows of (P, N), sorted and read at n evenly spaced ranks -> (P, n)."""
    on_cpu = values.device.type == "cpu"  # where numpy sorts four times as fast
    ordered = torch.from_numpy(np.sort(values.numpy(), axis=1)) if on_cpu else values.sort(dim=1).values
    if n == values.shape[1]:
        return ordered
    position = (torch.arange(n, dtype=torch.float64, device=values.device) + 0.5) / n * values.shape[1] - 0.5
    position = position.clamp(0, values.shape[1] - 1)
    low = position.floor().long()
    high = (low + 1).clamp(max=values.shape[1] - 1)
    return torch.lerp(ordered[:, low], ordered[:, high], (position - low).to(ordered))
