"""Pictures that are their own mirror image."""

from collections.abc import Sequence

import torch
from torch import Tensor

from sindiff.applications.draw import Draw, invent
from sindiff.applications.full_size import LEAST, Size, finished, full_size, layout_size
from sindiff.conditioning import joined_axes
from sindiff.detail import DetailSettings
from sindiff.model import Source
from sindiff.noise import Noise, seeded_noise


def symmetric(source: Source, axes: str = "x", size: Size | None = None, draw: Draw = Draw()) -> Tensor:
    """New pictures that mirror themselves, (n, C, H, W) in [-1, 1] on the CPU.

    axes: "x" mirrors left and right, "y" top and bottom, "xy" both.  Noise and x0_hat are reflected at every step, so
    that things grow across the axis; a half of the layout is detailed, and then reflected.  draw.traced is told of
    the half.
    Raises ValueError for other axes, a size of which no half can be laid out, and a draw or size that generate refuses.
    """
    if not joined_axes(axes):
        raise ValueError('nothing is mirrored: choose the axes "x", "y" or "xy"')
    size = full_size(source, size)
    height, width = halved(layout_size(source, size), axes)
    if source.photo is not None and min(height, width) < LEAST:
        raise ValueError(
            f"half of {size[0]}x{size[1]} px is laid out at {height}x{width}, and {LEAST} px a side are needed: "
            "choose a larger size or layout"
        )
    canvas = tuple(2 * side if axis in axes else side for side, axis in zip((height, width), "yx", strict=True))
    learned = source.denoiser()

    def denoise(x: Tensor, t: int) -> Tensor:
        return reflected(learned(x, t), axes, canvas)

    def noises(seeds: Sequence[int]) -> Noise:
        noise = seeded_noise(seeds)
        return lambda like, t: reflected(noise(like, t), axes, canvas)

    layouts = invent(denoise, source.schedule, (source.channels, *canvas), draw, source.device, noises=noises)
    unjoined = source.joined("".join(axis for axis in source.wrap if axis not in axes))
    halves = layouts[..., :height, :width]
    return reflected(finished(unjoined, halves, halved(size, axes), draw, settings=DetailSettings()), axes, size)


def halved(size: Size, axes: str) -> Size:
    """Half of the sides along the axes, rounded up."""
    return tuple(-(-side // 2) if axis in axes else side for side, axis in zip(size, "yx", strict=True))


def reflected(pictures: Tensor, axes: str, size: Size) -> Tensor:
    """The first half of pictures (..., H, W) along the axes and its mirror image, (..., *size)."""
    places = [torch.arange(side, device=pictures.device) for side in size]
    rows, columns = (
        torch.minimum(along, along.flip(0)) if axis in axes else along for along, axis in zip(places, "yx", strict=True)
    )
    return pictures[..., rows, :][..., columns]
