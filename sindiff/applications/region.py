"""A region of a picture placed where one likes, and the rest invented around it (as SinDDM's regions of interest)."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from sindiff.applications.draw import Draw, require_canvas
from sindiff.applications.inpainting import PASSES, inpaint
from sindiff.model import Source


class Box(NamedTuple):
    """A rectangle of pixels: its upper left corner, its height and its width."""

    top: int
    left: int
    height: int
    width: int


def roi(
    source: Source,
    picture: Tensor,
    box: Box,
    places: Sequence[tuple[int, int]],
    size: tuple[int, int] | None = None,
    draw: Draw = Draw(),
    passes: int = PASSES,
) -> Tensor:
    """Invent pictures (n, 3, H, W) around copies of a region, whose pixels stay bit for bit.

    picture: (3, H', W') in [-1, 1].  box: the region in it.  places: (top, left) of each copy on the canvas; a later
    copy covers an earlier one.  size: the canvas, default the picture's.  passes: how often every step is taken.
    Raises ValueError for a box outside the picture, a copy that sticks out of the canvas, copies that leave nothing to
    invent, and a draw that generate refuses.
    """
    size = size or tuple(picture.shape[1:])
    return inpaint(source, *placed(picture, box, places, size), draw, passes)


def placed(
    picture: Tensor, box: Box, places: Sequence[tuple[int, int]], size: tuple[int, int]
) -> tuple[Tensor, Tensor]:
    """Black canvas (3, H, W) with the copies on it, and the mask (1, H, W) of what is left to invent."""
    require_canvas(size)
    if min(box.height, box.width) < 1 or not _fits(box, picture.shape[1:]):
        raise ValueError(f"{_said(box)} is no part of a picture of {picture.shape[1]}x{picture.shape[2]} px")
    if not places:
        raise ValueError("no place: say where the region goes")
    rows, columns = _slices(box)
    canvas, mask = torch.full((len(picture), *size), -1.0), torch.ones(1, *size)
    for top, left in places:
        copy = box._replace(top=top, left=left)
        if not _fits(copy, size):
            raise ValueError(f"{_said(copy)} sticks out of a canvas of {size[0]}x{size[1]} px")
        canvas[:, *_slices(copy)], mask[:, *_slices(copy)] = picture[:, rows, columns], 0
    return canvas, mask


def _fits(box: Box, size: Sequence[int]) -> bool:
    return min(box.top, box.left) >= 0 and box.top + box.height <= size[0] and box.left + box.width <= size[1]


def _slices(box: Box) -> tuple[slice, slice]:
    return slice(box.top, box.top + box.height), slice(box.left, box.left + box.width)


def _said(box: Box) -> str:
    return f"a region of {box.height}x{box.width} px at row {box.top}, column {box.left}"
