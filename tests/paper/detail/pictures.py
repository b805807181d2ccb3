"""Pictures for the tests of detail: shapes and grain, made with a fixed seed."""

import torch
import torch.nn.functional as F
from torch import Tensor


def scene(height: int = 48, width: int = 64, channels: int = 3, seed: int = 0) -> Tensor:
    """A picture (C, H, W) in [-1, 1] of 8-bit values: soft shapes with hard edges, and grain."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, channels, height // 8 + 2, width // 8 + 2, generator=generator)
    soft = F.interpolate(coarse, (height, width), mode="bicubic")[0]
    picture = soft + 0.4 * (soft[:1] > 0.55) + 0.1 * torch.rand(channels, height, width, generator=generator)
    return (picture / 1.5 * 255).round().clamp(0, 255) / 127.5 - 1


def reduced(picture: Tensor, height: int, width: int) -> Tensor:
    """The picture at another size."""
    return F.interpolate(picture[None], (height, width), mode="bicubic", antialias=True)[0].clamp(-1, 1)
