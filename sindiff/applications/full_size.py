"""Between the size of the photo, in which everything is given and answered, and the size a source has learned at.

A source that knows its photo draws layouts, small; detail makes pictures of them, as large and as sharp as the photo.
One that does not know it draws what it is asked for, pixel by pixel, and nothing here changes anything.
"""

from collections.abc import Sequence
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.applications.draw import Draw, invent, require_canvas
from sindiff.detail import Detail, DetailSettings, Known, Origin, detail, synthesis
from sindiff.detail.pixels import to_bytes, to_floats
from sindiff.detail.pyramid import resized, sizes_between
from sindiff.detail.settings import plan
from sindiff.detail.work import Work
from sindiff.diffusion import Denoiser
from sindiff.model import Source
from sindiff.pictures.images import resize
from sindiff.samplers import SampleState

Size = tuple[int, int]

SHOWN = 512  # px of the long side of a picture that forms, at most
LEAST = 8  # px of a layout that detail can begin from
AS_LAID_OUT = DetailSettings(matching=0)
"""The colours of the layout are meant: it follows a text, a drawing or what is known."""
COARSER = AS_LAID_OUT.ratio
"""How much coarser than the layout detail begins where things go on from what is known: larger patches know how."""


def full_size(source: Source, size: Size | None = None) -> Size:
    """Height and width of a result: the photo's, or the training picture's, unless they are given.

    Where its sides are joined, the training picture's are the nearest that can be.
    Raises ValueError if none is known, and for more than 100 million px.
    """
    if size is None and source.photo is not None:
        size = tuple(source.photo.shape[1:])
    if size is None and source.size is not None:
        size = joined_size(source, source.size)
    if size is None:
        raise ValueError("this model does not know its picture's size: give one (--size HEIGHTxWIDTH)")
    require_canvas(size)
    return size


def joined_size(source: Source, size: Sequence[float]) -> Size:
    """The nearest height and width to `size` that a layout can have: joined sides are multiples of the source's."""
    steps = [source.multiple if axis in source.wrap else 1 for axis in "yx"]
    return tuple(max(step, round(side / step) * step) for side, step in zip(size, steps, strict=True))


def layout_size(source: Source, size: Size) -> Size:
    """Height and width of the layout of a result; joined sides are multiples of the source's."""
    if source.photo is None:
        return size
    scales = [small / large for small, large in zip(source.size, source.photo.shape[1:], strict=True)]
    return joined_size(source, tuple(max(LEAST, side * scale) for side, scale in zip(size, scales, strict=True)))


def laid_out(source: Source, size: Size, draw: Draw, denoise: Denoiser | None = None) -> Tensor:
    """New layouts (n, C, h, w) for results of a size.  denoise: in place of the source's own."""
    canvas = (source.channels, *layout_size(source, size))
    return invent(denoise or source.denoiser(), source.schedule, canvas, draw, source.device)


def to_layout(source: Source, picture: Tensor) -> Tensor:
    """A picture (C, H, W) at the layout's size."""
    return resize(picture, *layout_size(source, picture.shape[1:]))


def known_to_layout(source: Source, picture: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """A picture (C, H, W) and its mask (1, H, W), 1 = invent, at the layout's size.

    Means over areas: of a layout's pixel all is known or it is invented, so nothing of the masked part leaks into it.
    """
    size = layout_size(source, picture.shape[1:])
    return F.adaptive_avg_pool2d(picture, size), F.adaptive_max_pool2d(mask, size)


def finished(
    source: Source,
    layouts: Tensor,
    size: Size,
    draw: Draw,
    known: Known | None = None,
    settings: DetailSettings = AS_LAID_OUT,
    coarser: float = 1.0,
) -> Tensor:
    """Pictures (n, C, *size) from layouts; what is known stays bit for bit.  Layout i belongs to seed draw.seed + i.

    coarser: how much coarser than the layout detail begins, as far as it can.
    """
    if source.photo is None:
        return in_its_colours(source, layouts, known)
    coarser = min(coarser, most_reduced(source.size), most_reduced(layouts.shape[2:]))
    learned = reduced_size(source.size, coarser)
    layouts = _reduced(layouts, reduced_size(layouts.shape[2:], coarser), source.wrap)
    settings = [replace(settings, seed=draw.seed + i, wrap=source.wrap) for i in range(len(layouts))]
    drawn = [
        detail(layout[None], source.photo.cpu(), learned, size, each, known, work=_work(draw, layout))
        for layout, each in zip(layouts, settings, strict=True)
    ]
    _trace(source, drawn, draw, known)
    return in_its_colours(source, torch.cat([each.pictures for each in drawn]), known)


def finished_film(source: Source, layouts: Tensor, size: Size, draw: Draw) -> Tensor:
    """The same for the frames of a film: each begins with the field of the one before, so that nothing flickers."""
    if source.photo is None:
        return in_its_colours(source, layouts)
    settings, frames, field = replace(AS_LAID_OUT, seed=draw.seed, wrap=source.wrap), [], None
    for layout in layouts:
        work = _work(draw, layout)
        frame = detail(layout[None], source.photo.cpu(), source.size, size, settings, None, field, work)
        frames, field = [*frames, frame], frame.fields
    _trace(source, frames, draw, None)
    return in_its_colours(source, torch.cat([frame.pictures for frame in frames]))


def in_its_colours(source: Source, pictures: Tensor, known: Known | None = None) -> Tensor:
    """Pictures (n, C, H, W) of a source without colours, but for what is known of them, without colours."""
    if not source.gray:
        return pictures
    gray = pictures.mean(1, keepdim=True).expand_as(pictures)
    return gray if known is None else torch.where(known.mask == 0, known.pixels.to(gray), gray)


def _reduced(layouts: Tensor, size: Size, wrap: str) -> Tensor:
    """Layouts at a smaller size, whose edges meet as before."""
    return torch.stack([to_floats(resized(to_bytes(each), size, wrap)) for each in layouts])


def reduced_size(size: Size, times: float) -> Size:
    """A size so many times smaller."""
    return tuple(round(side / times) for side in size)


def most_reduced(size: Size) -> float:
    """How many times smaller a size may become, all of its scale the same, for detail to begin from it."""
    return max(1.0, min(size) / LEAST)


def phases(source: Source, coarser: float = 1.0) -> int:
    """How often a Draw's progress is called for the detail of each picture."""
    if source.photo is None:
        return 0
    learned, photo = reduced_size(source.size, min(coarser, most_reduced(source.size))), tuple(source.photo.shape[1:])
    return len(plan(sizes_between(learned, photo, AS_LAID_OUT.ratio), AS_LAID_OUT))


def pulses(source: Source, size: Size, coarser: float = 1.0) -> list[int]:
    """How often a Draw's pulse is felt in each phase of the detail of a picture of this size, at least."""
    if source.photo is None:
        return []
    layout, photo = layout_size(source, size), tuple(source.photo.shape[1:])
    coarser = min(coarser, most_reduced(source.size), most_reduced(layout))
    return synthesis.pulses(reduced_size(layout, coarser), photo, reduced_size(source.size, coarser), size, AS_LAID_OUT)


def _trace(source: Source, drawn: list[Detail], draw: Draw, known: Known | None) -> None:
    """Tell what is drawn where its pixels come from."""
    if draw.traced is None:
        return
    for field in (field for each in drawn for field in each.fields):
        draw.traced(Origin(field, torch.zeros_like(field) > 0 if known is None else known.mask[0] == 0, source.wrap))


def _work(draw: Draw, layout: Tensor) -> Work:
    """What follows the detail of a layout (C, h, w) as the draw is followed; x0_hat is the picture so far, reduced."""

    def phase(pictures: list[Tensor]) -> None:
        if draw.progress:
            (pixels,) = pictures
            times = max(1.0, max(pixels.shape[:2]) / SHOWN)
            size = tuple(max(1, side) for side in reduced_size(tuple(pixels.shape[:2]), times))
            draw.progress(SampleState(0, layout[None], to_floats(resized(pixels, size))[None]))

    return Work(pulse=draw.pulse, phase=phase)
