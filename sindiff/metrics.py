"""How close samples are to their picture, how much they differ, and how much they copy."""

import torch
import torch.nn.functional as F
from torch import Tensor


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
    reference = patches(picture[None], size).flatten(0, 2)
    generator = torch.Generator().manual_seed(seed)
    direction = F.normalize(torch.randn(reference.shape[1], projections, generator=generator), dim=0).to(picture)
    distances = []
    for sample in samples:
        projected = patches(sample[None], size).flatten(0, 2) @ direction
        n = min(len(projected), len(reference))
        distances.append((_quantiles(projected, n) - _quantiles(reference @ direction, n)).abs().mean())
    return torch.stack(distances).mean().item()


def pixel_diversity(picture: Tensor, samples: Tensor) -> float:
    """SinGAN's diversity: the deviation of each pixel over the samples, averaged, over the picture's own deviation.

    picture: (C, H, W), samples: (B, C, H', W') with B >= 2, all of one size.  0 is one picture again and again.
    """
    if len(samples) < 2:
        raise ValueError("diversity needs at least two samples")
    return (samples.std(dim=0).mean() / picture.std().clamp(min=1e-8)).item()


def nearest_patches(picture: Tensor, sample: Tensor, size: int = 7, chunk: int = 2048) -> Tensor:
    """Row and column of the picture's patch nearest to each patch of a sample, (H', W', 2)."""
    reference = patches(picture[None], size)
    width = reference.shape[2]
    reference = reference.flatten(0, 2)
    wanted = patches(sample[None], size)
    norms = reference.square().sum(1)
    flat = wanted.flatten(0, 2)
    best = torch.cat([(norms - 2 * part @ reference.T).argmin(1) for part in flat.split(chunk)])
    return torch.stack([best // width, best % width], dim=-1).reshape(*wanted.shape[1:3], 2)


def copied_share(picture: Tensor, samples: Tensor, size: int = 7) -> float:
    """Share of neighbouring patches of the samples whose nearest patches in the picture are neighbours too.

    picture: (C, H, W), samples: (B, C, H', W').  Neighbours are one pixel apart, sideways or down.  1 for the picture
    itself; noise has 0.2 to 0.3 at 7 x 7, for patches that overlap tend to find neighbours, and near 0 at 1 x 1.
    """
    shares = []
    for sample in samples:
        field = nearest_patches(picture, sample, size)
        step = torch.eye(2, dtype=field.dtype)
        down = (field[1:] - field[:-1] == step[0]).all(-1)
        right = (field[:, 1:] - field[:, :-1] == step[1]).all(-1)
        shares.append(torch.cat([down.flatten(), right.flatten()]).float().mean())
    return torch.stack(shares).mean().item()


def evaluate(picture: Tensor, samples: Tensor) -> dict[str, float]:
    """All measures that need no pretrained weights.

    picture: (C, H, W), samples: (B, C, H', W'), in [-1, 1].  Diversity is left out for a single sample.
    """
    record = {"samples": len(samples), "swd": patch_swd(picture, samples), "copied": copied_share(picture, samples)}
    if len(samples) > 1:
        record["diversity"] = pixel_diversity(picture, samples)
    return record


def seam_error(samples: Tensor, axis: str = "x") -> float:
    """How much more the outermost columns differ than neighbours inside do: about 0 if copies join without a seam.

    mean|x_0 - x_last| minus the median over i of mean|x_{i+1} - x_i|, averaged over the samples.
    samples: (B, C, H, W) in [-1, 1], at least 2 px a side.  axis: "x" for columns, "y" for rows.
    """
    columns = samples.mT if axis == "y" else samples
    inside = columns.diff(dim=-1).abs().mean(dim=(1, 2)).median(dim=-1).values
    seam = (columns[..., 0] - columns[..., -1]).abs().mean(dim=(1, 2))
    return (seam - inside).mean().item()
