"""New pictures as a text says (Eq. 5)."""

import math
from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor

from sindiff.applications.draw import Draw
from sindiff.applications.full_size import finished, full_size, in_its_colours, laid_out, layout_size
from sindiff.guidance import LogScore, guided, normalised, within
from sindiff.model import Source

SCALE = 0.02
SMOOTH = 3  # px of a layout


def text_guided(
    source: Source,
    scores: Sequence[LogScore],
    guidance_scale: float = SCALE,
    size: tuple[int, int] | None = None,
    draw: Draw = Draw(),
    mask: Tensor | None = None,
) -> Tensor:
    """Invent pictures that the scores favour, (n, C, H, W) in [-1, 1] on the CPU.

    scores: clip.text_score of each prompt; they add up.  guidance_scale: how far a step moves x0_hat, as a share of
    its length, whatever the picture and the scores; 0 is none.  mask: (1, H, W), the scores move the pixels where
    it is 1.  size: height and width, any; default: the photo's.
    Raises ValueError for no score, a mask of another size or all 0, a scale that is not finite, and a draw that
    generate refuses.
    """
    size = full_size(source, size)
    require_fitting(guidance_scale, size, mask)
    if not scores:
        raise ValueError("no text: give at least one prompt")

    def together(picture: Tensor, t: int) -> Tensor:
        return sum(score(picture, t) for score in scores)

    log_score = together
    if mask is not None:
        log_score = within(together, F.adaptive_max_pool2d(mask, layout_size(source, size)))
    layouts = laid_out(source, size, draw, guided(source.denoiser(), log_score, guidance_scale, normalised))
    pictures = finished(source, layouts, size, draw)
    return pictures if source.photo is None else in_its_colours(source, in_colours_of(layouts, pictures, source.wrap))


def in_colours_of(layouts: Tensor, pictures: Tensor, wrap: str = "") -> Tensor:
    """Pictures (n, C, H, W) with the colours of their layouts (n, C, h, w): detail takes its own from the photo.

    What a layout differs by from its picture, in means over SMOOTH of its pixels, is added: Eq. 7's low frequencies,
    exchanged once, at the end.  wrap: the axes whose opposite edges meet, and do so in the result.
    """
    (height, width), times = pictures.shape[2:], [3 if axis in wrap else 1 for axis in "yx"]
    apart = (layouts - F.adaptive_avg_pool2d(pictures, layouts.shape[2:])).repeat(1, 1, *times)
    means = F.avg_pool2d(F.pad(apart, [SMOOTH // 2] * 4, "replicate"), SMOOTH, 1)
    shift = F.interpolate(means, (height * times[0], width * times[1]), mode="bicubic")
    top, left = height * (times[0] // 2), width * (times[1] // 2)
    return (pictures + shift[..., top : top + height, left : left + width]).clamp(-1, 1)


def require_fitting(guidance_scale: float, size: tuple[int, int], mask: Tensor | None) -> None:
    """Raise ValueError for a scale that is not finite, and for a mask of another size or without white."""
    if not math.isfinite(guidance_scale):
        raise ValueError(f"the guidance scale must be a finite number, not {guidance_scale}")
    if mask is not None and not mask.any():
        raise ValueError("the mask is black all over: paint white what the text may change")
    if mask is not None and tuple(mask.shape[-2:]) != tuple(size):
        given = mask.shape[-2:]
        raise ValueError(f"the mask must be {size[0]}x{size[1]} px like the canvas, not {given[0]}x{given[1]}")
