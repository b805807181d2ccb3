"""Between the size of the photo, in which everything is given and answered, and the size a source has learned at.

A source that knows its photo draws layouts, small; detail makes pictures of them, as large and as sharp as the photo.
One that does not know it draws what it is asked for, pixel by pixel, and nothing here changes anything.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.applications.draw import Draw, require_canvas
from sindiff.detail import Detail, DetailSettings, detail
from sindiff.model import Source
from sindiff.pictures.images import resize

Size = tuple[int, int]


class Known(NamedTuple):
    """What of a result is given: a picture (C, H, W) of its size and the mask (1, H, W), 1 = invent, 0 = keep.

    origin: row and column of the result at which the source's own photo lies, None if what is kept is not of it.
    """

    picture: Tensor
    mask: Tensor
    origin: tuple[int, int] | None = None


def full_size(source: Source, size: Size | None = None) -> Size:
    """Height and width of a result: the photo's, or the training picture's, unless they are given.

    Raises ValueError if none is known, and for more than 100 million px.
    """
    size = size or (source.size if source.photo is None else tuple(source.photo.shape[1:]))
    if size is None:
        raise ValueError("this model does not know its picture's size: give one (--size HEIGHTxWIDTH)")
    require_canvas(size)
    return size


def layout_size(source: Source, size: Size) -> Size:
    """Height and width of the layout of a result; joined sides are multiples of the source's."""
    if source.photo is None:
        return size
    scales = [small / large for small, large in zip(source.size, source.photo.shape[1:], strict=True)]
    steps = [source.multiple if axis in source.wrap else 1 for axis in "yx"]
    return tuple(
        max(step, round(side * scale / step) * step) for side, scale, step in zip(size, scales, steps, strict=True)
    )


def to_layout(source: Source, picture: Tensor) -> Tensor:
    """A picture (C, H, W) at the layout's size."""
    size = layout_size(source, picture.shape[1:])
    return picture if size == tuple(picture.shape[1:]) else resize(picture, *size)


def known_to_layout(source: Source, picture: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """A picture (C, H, W) and its mask (1, H, W), 1 = invent, at the layout's size.

    Means over areas: of a layout's pixel all is known or it is invented, so nothing of the masked part leaks into it.
    """
    size = layout_size(source, picture.shape[1:])
    return F.adaptive_avg_pool2d(picture, size), F.adaptive_max_pool2d(mask, size)


def finished(source: Source, layouts: Tensor, size: Size, draw: Draw, known: Known | None = None) -> Tensor:
    """Pictures (n, C, *size) from layouts; what is known stays bit for bit.  Layout i belongs to seed draw.seed + i."""
    if source.photo is None:
        return layouts
    pictures = [_detailed(source, layout, size, draw.seed + i, known).pictures for i, layout in enumerate(layouts)]
    return torch.cat(pictures)


def finished_film(source: Source, layouts: Tensor, size: Size, draw: Draw) -> Tensor:
    """The same for the frames of a film: each begins with the field of the one before, so that nothing flickers."""
    if source.photo is None:
        return layouts
    raise NotImplementedError


def _detailed(source: Source, layout: Tensor, size: Size, seed: int, known: Known | None) -> Detail:
    settings = DetailSettings(seed=seed, wrap=source.wrap)
    return detail(layout[None], source.photo.cpu(), source.size, size, settings)
