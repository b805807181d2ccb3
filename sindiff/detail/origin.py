"""Where the pixels of a picture come from, and what any other map of the same photo looks like there."""

from dataclasses import dataclass

import torch
from torch import Tensor

from sindiff.detail.synthesis import apply_field


@dataclass(frozen=True)
class Origin:
    """field: (H, W) int32, places in the photo, row * width + column.  keep: (H, W) bool, where the photo was kept.

    wrap: the axes whose opposite edges meet.
    """

    field: Tensor
    keep: Tensor
    wrap: str = ""


def mapped(origin: Origin, other: Tensor, window: int = 3) -> Tensor:
    """Another map (C, H, W) of the photo, put together as the picture was, (C, H', W'); what was kept is bit for bit.

    other, window: as apply_field takes them.
    """
    said = apply_field(origin.field[None], other, window, origin.wrap)[0]
    return torch.where(origin.keep, own(origin, other), said)


def mapped_normals(origin: Origin, other: Tensor, most: int, window: int = 3) -> Tensor:
    """mapped, for normals whose x, y and z are written as whole numbers 0..most: means get unit length again."""
    said = mapped(origin, other, window)
    normals = said.double() * (2 / most) - 1
    normals = normals / normals.norm(dim=0).clamp(min=1e-6)
    unit = ((normals + 1) * (most / 2)).round().to(other.dtype)
    alike = (said == own(origin, other)).all(0)
    return torch.where(alike, said, unit)


def own(origin: Origin, other: Tensor) -> Tensor:
    """What another map holds at each pixel's place alone."""
    return other.flatten(1)[:, origin.field.long()]
