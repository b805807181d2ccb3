"""Measures of the pixels alone: how much samples differ, and whether parts or copies of one join."""

from collections.abc import Sequence

import torch
from torch import Tensor

from sindiff.metrics.checks import check_pictures, deviation


def pixel_diversity(picture: Tensor, samples: Tensor) -> float:
    """SinGAN's diversity: the deviation of each pixel over the samples, averaged, over the picture's own deviation.

    picture: (C, H, W), samples: (B, C, H', W') with B >= 2, all of one size.  0 is one picture again and again.
    Raises ValueError for a single sample, and for a picture of one colour.
    """
    check_pictures(picture, samples)
    if len(samples) < 2:
        raise ValueError("at least two samples are needed to see how they differ")
    return (samples.std(dim=0).mean() / deviation(picture)).item()


def seam_error(samples: Tensor, axis: str = "x") -> float:
    """How much more the outermost columns differ than neighbours inside do: about 0 if copies join without a seam.

    mean|x_0 - x_last| minus the median over i of mean|x_{i+1} - x_i|, averaged over the samples.
    samples: (B, C, H, W) in [-1, 1], at least 2 px a side.  axis: "x" for columns, "y" for rows.
    """
    columns = samples.mT if axis == "y" else samples
    inside = columns.diff(dim=-1).abs().mean(dim=(1, 2)).median(dim=-1).values
    seam = (columns[..., 0] - columns[..., -1]).abs().mean(dim=(1, 2))
    return (seam - inside).mean().item()


def seam_energy(pictures: Tensor, edges: Sequence[int]) -> Tensor:
    """How much pixels differ across an edge, over the same for neighbouring columns at large; 1 is usual.

    mean|x_e - x_{e-1}| over the median over i of mean|x_{i+1} - x_i|.  pictures: (B, C, H, W) in [-1, 1]; for rows give
    pictures.mT.  edges: of each the column on its right, in 1..W-1.  Returns (B, len(edges)).
    Raises ValueError for an edge that has not two sides.
    """
    if not all(1 <= edge < pictures.shape[-1] for edge in edges):
        raise ValueError(f"an edge must lie between two of {pictures.shape[-1]} columns: 1 to W - 1, not {list(edges)}")
    columns = pictures.diff(dim=-1).abs().mean(dim=(1, 2))
    usual = columns.median(dim=-1, keepdim=True).values.clamp(min=1e-8)
    return columns[:, torch.as_tensor(edges) - 1] / usual


def contrast_across(pictures: Tensor, changed: Tensor) -> float:
    """How much neighbours differ across the border of what was changed, over the same for all neighbours; 1 is usual.

    Means of |x_p - x_q| over pairs of neighbours in a row or a column.  pictures: (B, C, H, W) in [-1, 1], changed:
    (H, W), of truth values.
    """
    across, everywhere = [], []
    for axis in (-2, -1):
        differences = pictures.diff(dim=axis).abs().mean((0, 1))
        across.append(differences[changed.diff(dim=axis)])
        everywhere.append(differences.flatten())
    return (torch.cat(across).mean() / torch.cat(everywhere).mean()).item()
