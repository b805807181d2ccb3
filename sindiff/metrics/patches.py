"""How close the patches of samples are to those of the picture."""

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.metrics.checks import check_pictures


def patches(pictures: Tensor, size: int = 7) -> Tensor:
    """All overlapping size x size patches, (B, C, H, W) -> (B, H - size + 1, W - size + 1, C * size * size)."""
    height, width = pictures.shape[-2] - size + 1, pictures.shape[-1] - size + 1
    if height < 1 or width < 1:
        raise ValueError(f"pictures must be at least {size}x{size} px, not {tuple(pictures.shape[-2:])}")
    return F.unfold(pictures, size).transpose(1, 2).unflatten(1, (height, width))


def _quantiles(values: Tensor, n: int) -> Tensor:
    """Sorted columns of (N, P) read at n evenly spaced ranks -> (n, P)."""
    ordered = values.sort(dim=0).values
    position = (torch.arange(n, dtype=torch.float64) + 0.5) / n * len(values) - 0.5
    position = position.clamp(0, len(values) - 1)
    low = position.floor().long()
    high = (low + 1).clamp(max=len(values) - 1)
    return torch.lerp(ordered[low], ordered[high], (position - low)[:, None].to(ordered))


def patch_swd(picture: Tensor, samples: Tensor, size: int = 7, projections: int = 64, seed: int = 0) -> float:
    """Sliced Wasserstein-1 distance between the patches of the picture and of each sample, averaged over samples.

    picture: (C, H, W), samples: (B, C, H', W'), any sizes, in [-1, 1].  Each patch is projected on random unit
    vectors (Rabin et al. 2011); the mean absolute difference of the sorted projections is averaged over vectors.
    0 is equal patch statistics.
    """
    check_pictures(picture, samples)
    reference = patches(picture[None], size).flatten(0, 2)
    generator = torch.Generator().manual_seed(seed)
    direction = F.normalize(torch.randn(reference.shape[1], projections, generator=generator), dim=0).to(picture)
    distances = []
    for sample in samples:
        projected = patches(sample[None], size).flatten(0, 2) @ direction
        n = min(len(projected), len(reference))
        distances.append((_quantiles(projected, n) - _quantiles(reference @ direction, n)).abs().mean())
    return torch.stack(distances).mean().item()


def multiscale_swd(picture: Tensor, samples: Tensor, scales: int = 3, size: int = 7) -> float:
    """patch_swd averaged over pictures as they are, halved, halved again ...: patches that see more of the layout.

    scales: how many; those where a side would have fewer than `size` px are left out.
    """
    distances = []
    for _ in range(scales):
        if min(*picture.shape[-2:], *samples.shape[-2:]) < size and distances:
            break
        distances.append(patch_swd(picture, samples, size))
        picture, samples = F.avg_pool2d(picture[None], 2)[0], F.avg_pool2d(samples, 2)
    return sum(distances) / len(distances)
