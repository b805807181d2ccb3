"""Between the size of the photo, in which everything is given and answered, and the size a source has learned at.

A source that knows its photo draws layouts, small; detail makes pictures of them, as large and as sharp as the photo.
One that does not know it draws what it is asked for, pixel by pixel, and nothing here changes anything.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.applications.draw import Draw, require_canvas
from sindiff.detail import Detail, DetailSettings, Known, detail, phases_between
from sindiff.model import Source
from sindiff.pictures.images import resize
from sindiff.samplers import SampleState

Size = tuple[int, int]



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
    drawn = [_detailed(source, layout, size, draw.seed + i, draw, known) for i, layout in enumerate(layouts)]
    return torch.cat([each.pictures for each in drawn])


def finished_film(source: Source, layouts: Tensor, size: Size, draw: Draw) -> Tensor:
    """The same for the frames of a film: each begins with the field of the one before, so that nothing flickers."""
    if source.photo is None:
        return layouts
    frames, field = [], None
    for layout in layouts:
        drawn = _detailed(source, layout, size, draw.seed, draw, start=field)
        frames, field = [*frames, drawn.pictures], drawn.fields
    return torch.cat(frames)


def phases(source: Source) -> int:
    """How often a Draw's progress is called for the detail of each picture."""
    if source.photo is None:
        return 0
    return phases_between(source.size, tuple(source.photo.shape[1:]), DetailSettings())


def _detailed(
    source: Source,
    layout: Tensor,
    size: Size,
    seed: int,
    draw: Draw,
    known: Known | None = None,
    start: Tensor | None = None,
) -> Detail:
    def progress(phase: int, of: int) -> None:
        if draw.progress:
            draw.progress(SampleState(0, layout[None], layout[None]))

    settings = DetailSettings(seed=seed, wrap=source.wrap)
    return detail(layout[None], source.photo.cpu(), source.size, size, settings, known, start, progress)
