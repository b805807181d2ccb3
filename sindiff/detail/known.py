"""Pixels that are kept: pasted after every vote, and their field pinned where they are the photo's own."""

from dataclasses import dataclass

import torch
from torch import Tensor

from sindiff.detail.pyramid import Size, resized


@dataclass(frozen=True)
class Known:
    """pixels: (C, H', W') in [-1, 1], of the canvas's full size.  mask: (1, H', W'), 1 = invent, 0 = keep bit for bit.

    corner: row and column of the canvas where the photo's corner lies, if what is kept is the photo in that place.
    """

    pixels: Tensor
    mask: Tensor
    corner: tuple[int, int] | None = None


@dataclass(frozen=True)
class Kept:
    """Known at one level: pixels (H', W', C) uint8, where they are kept, and where the field is pinned to what."""

    pixels: Tensor
    here: Tensor
    field: Tensor
    pinned: Tensor

    def paste(self, guess: Tensor) -> Tensor:
        """The guess (H', W', C) with the kept pixels on it."""
        return torch.where(self.here[..., None], self.pixels, guess)

    def pin(self, field: Tensor) -> Tensor:
        """The field (H', W') with what is known of it."""
        return torch.where(self.pinned, self.field, field)


def kept_at(
    filled: Tensor, keep: Tensor, corner: tuple[int, int] | None, size: Size, photos: tuple[Size, Size]
) -> Kept:
    """What is kept at a level whose canvas has this size.

    filled: the whole canvas (H', W', C), uint8; keep: (H', W') bool.  photos: the photo's size at this level and whole.
    Pixels that are invented in part are invented.
    """
    here = resized(keep[..., None].byte() * 255, size)[..., 0] == 255
    pixels = resized(filled, size)
    if corner is None:
        return Kept(pixels, here, torch.zeros_like(here, dtype=torch.int32), torch.zeros_like(here))
    row, column = (
        torch.arange(side, device=keep.device) - round(start * small / whole)
        for side, start, small, whole in zip(size, corner, *photos, strict=True)
    )
    inside = ((row >= 0) & (row < photos[0][0]))[:, None] & (column >= 0) & (column < photos[0][1])
    return Kept(pixels, here, (row[:, None] << 16 | column & 65535).int(), here & inside)
