"""Measures of a picture that tiles: whether its edges meet, and whether the eye is caught by its period."""

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.metrics.pixels import seam_error

COARSE = 32  # px a side of what the eye sees of a tile from afar
NEAR = COARSE // 8  # shifts that are none


def seam_figure(samples: Tensor, axis: str = "x") -> float:
    """seam_error over the spread of the same between columns inside: within about 2, the seam is one column of many.

    samples: (B, C, H, W) in [-1, 1].  axis: "x" for columns, "y" for rows.
    """
    columns = samples.mT if axis == "y" else samples
    inside = columns.diff(dim=-1).abs().mean(dim=(1, 2))
    spread = (inside - inside.median(dim=-1, keepdim=True).values).square().mean().sqrt().clamp(min=1 / 255)
    return seam_error(samples, axis) / spread.item()


def repetition(tile: Tensor, axis: str = "x") -> float:
    """How much the period of a tile (C, H, W) stands out along an axis, as a share of the tile's variance, 0..1.

    The autocovariance at the period, where all that is coarser than 1/32 of the tile returns, less the largest at any
    other shift of an eighth of the side or more: 0 for an even colour and for stripes that repeat within the tile.
    """
    coarse = F.adaptive_avg_pool2d(tile.double(), COARSE)
    coarse = coarse - coarse.mean((1, 2), keepdim=True)
    waves = torch.fft.fft(coarse, dim=-1 if axis == "x" else -2).abs().square()
    shifts = torch.fft.ifft(waves, dim=-1 if axis == "x" else -2).real.mean((0, 1 if axis == "x" else 2))
    others = shifts[NEAR : COARSE - NEAR + 1].max().clamp(min=0)
    variance = tile.double().var((1, 2), correction=0).mean().clamp(min=1e-8)
    return ((shifts[0] - others) / COARSE / variance).item()
