"""Pixels that are kept: pasted after every vote, and their field pinned where they are the photo's own.

What is invented takes on, near the border, what it lacks there (as the mean-value coordinates of Farbman et al. 2009
do): beyond the border its patches say what they would have there, and the difference to what is kept is spread.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from sindiff.detail.field import vote
from sindiff.detail.keys import beyond
from sindiff.detail.pyramid import Size, box, resized
from sindiff.detail.work import IN_MEMORY, Work

SILENT = -(2**31)  # a place outside every photo
SPREADS = (9, 5, 3)  # px of each of two means that spread a difference, and then what they leave of it
MARGIN = sum(spread - 1 for spread in SPREADS)
BLOCK = 256


@dataclass(frozen=True)
class Known:
    """pixels: (C, H', W') in [-1, 1], of the canvas's full size.  mask: (1, H', W'), 1 = invent, 0 = keep bit for bit.

    corner: row and column of the canvas where the photo's corner lies, if what is kept is the photo in that place.
    """

    pixels: Tensor
    mask: Tensor
    corner: tuple[int, int] | None = None

    def shows(self, photo: Tensor) -> bool:
        """Whether what is kept in the place of a photo (C, H, W) is that photo, to 8 bits."""
        if self.corner is None:
            return False
        (top, left), (height, width) = self.corner, photo.shape[1:]
        there = slice(top, top + height), slice(left, left + width)
        keep, pixels = self.mask[0][there] == 0, self.pixels[:, *there]
        apart = (pixels - photo[:, : keep.shape[0], : keep.shape[1]].to(pixels)).abs().amax(0)
        return bool((apart[keep] < 1 / 255).all())


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

    def joined(
        self, guess: Tensor, field: Tensor, photo: Tensor, window: int, wrap: str, work: Work = IN_MEMORY
    ) -> Tensor:
        """The guess (H', W', C), a vote of the field, moved to where it meets what is kept, which is pasted on it."""
        invented = torch.where(self.here, SILENT, field)
        said = vote(invented, torch.cat([photo, torch.full_like(photo[..., :1], 255)], 2), window, wrap, work)
        lacking, heard = self.pixels.int() - said[..., :-1].int(), self.here & (said[..., -1] == 255)
        marks = torch.cat([lacking * heard[..., None], heard[..., None].int(), self.here[..., None].int()], 2)
        result = guess.clone()
        for rows, columns, around in blocks(self.here.shape, MARGIN, wrap):
            near = marks[around]
            if near[..., -2].any():
                result[rows, columns] = _moved(guess[rows, columns], near)
        return self.paste(result)


def _moved(guess: Tensor, marks: Tensor) -> Tensor:
    """A block of a guess with the differences around it spread on it, far first, then near.

    marks: (h + 2 m, w + 2 m, C + 2), MARGIN wider: what is lacking where it is heard, where that is, what is kept.
    """
    lacking, heard, kept = marks.double().split([marks.shape[2] - 2, 1, 1], 2)
    moves = torch.zeros_like(lacking)
    for spread in SPREADS:
        sums = torch.cat([lacking, heard, kept], 2)
        for dim in (0, 1, 0, 1):
            sums = box(sums, spread, dim)
        share = (2 * sums[..., -1:] / spread**4).clamp(max=1) / sums[..., -2:-1].clamp(min=1)
        step = (sums[..., :-2] * share).round()
        moves, lacking = moves + step, (lacking - step) * heard
    return (guess + moves[MARGIN:-MARGIN, MARGIN:-MARGIN]).clamp(0, 255).to(guess.dtype)


def blocks(size: Size, margin: int, wrap: str) -> Iterator[tuple[slice, slice, tuple[Tensor, Tensor]]]:
    """Rows and columns of the blocks of a canvas, and the places around each, a margin wider."""
    spans = [[slice(low, min(low + BLOCK, side)) for low in range(0, side, BLOCK)] for side in size]
    for rows in spans[0]:
        for columns in spans[1]:
            down, across = (
                beyond(range(part.start - margin, part.stop + margin), side, axis in wrap)
                for part, side, axis in zip((rows, columns), size, "yx", strict=True)
            )
            yield rows, columns, (down[:, None], across)


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
