"""New pictures as a text says (Eq. 5)."""

import math
from collections.abc import Sequence

from torch import Tensor

from sindiff.applications.draw import Draw, canvas_of, invent
from sindiff.conditioning import clamped
from sindiff.guidance import LogScore, guided, normalised, within
from sindiff.model import Model, unclamped

SCALE = 0.02


def text_guided(
    model: Model,
    scores: Sequence[LogScore],
    guidance_scale: float = SCALE,
    size: tuple[int, int] | None = None,
    draw: Draw = Draw(),
    mask: Tensor | None = None,
) -> Tensor:
    """Invent pictures that the scores like, (n, C, H, W) in [-1, 1] on the CPU; 0 is generate.

    scores: text.text_score of each prompt; they add up.  guidance_scale: how far a step moves x0_hat, as a share of
    its length, whatever the picture and the scores.  mask: (1, H, W), the scores move the pixels where it is 1.
    The rest, and what is raised, as for generate; ValueError also for no score and for a mask of another size.
    """
    canvas = canvas_of(model, size)
    require_fitting(guidance_scale, canvas[1:], mask)
    if not scores:
        raise ValueError("no text: give at least one prompt")

    def together(picture: Tensor, t: int) -> Tensor:
        return sum(score(picture, t) for score in scores)

    log_score = together if mask is None else within(together, mask)
    denoise = guided(unclamped(model, draw.tile, draw.wrap), log_score, guidance_scale, normalised)
    return invent(clamped(denoise), model.schedule, canvas, draw, model.device)


def require_fitting(guidance_scale: float, size: tuple[int, int], mask: Tensor | None) -> None:
    """Raise ValueError for a scale that is not finite, and for a mask of another size."""
    if not math.isfinite(guidance_scale):
        raise ValueError(f"the guidance scale must be a finite number, not {guidance_scale}")
    if mask is not None and tuple(mask.shape[-2:]) != tuple(size):
        given = mask.shape[-2:]
        raise ValueError(f"the mask must be {size[0]}x{size[1]} px like the canvas, not {given[0]}x{given[1]}")
