"""New pictures as a text says (Eq. 5)."""

import math
from collections.abc import Sequence

from torch import Tensor

from sindiff.applications import Progress, invent
from sindiff.checkpoint import Model
from sindiff.conditioning import clamped, padded
from sindiff.guidance import LogScore, guided, normalised, within

SCALE = 0.2


def text_guided(
    model: Model,
    scores: Sequence[LogScore],
    guidance_scale: float = SCALE,
    n: int = 4,
    size: tuple[int, int] | None = None,
    sampler: str = "dpmpp",
    steps: int = 20,
    seed: int = 0,
    batch_size: int = 8,
    progress: Progress | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """Invent n pictures that the scores like, (n, C, H, W) in [-1, 1] on the CPU; 0 is generate.

    scores: text.text_score of each prompt; they add up.  guidance_scale: how far a step moves x0_hat, as a share of
    its length, whatever the picture and the scores.  mask: (1, H, W), the scores move the pixels where it is 1.
    The rest, and what is raised, as for generate; ValueError also for no score and for a mask of another size.
    """
    size = size or model.size
    require_fitting(guidance_scale, size, mask)
    if not scores:
        raise ValueError("no text: give at least one prompt")

    def together(picture: Tensor, t: int) -> Tensor:
        return sum(score(picture, t) for score in scores)

    config = model.network.config
    log_score = together if mask is None else within(together, mask)
    denoise = padded(model.denoiser(), config.multiple)
    denoise = clamped(guided(denoise, log_score, guidance_scale, normalised))
    canvas = (config.image_channels, *size)
    return invent(denoise, model.schedule, canvas, n, sampler, steps, seed, batch_size, progress, model.device)


def require_fitting(guidance_scale: float, size: tuple[int, int] | None, mask: Tensor | None) -> None:
    """Raise ValueError for a scale that is not finite, an unknown size, and a mask of another size."""
    if not math.isfinite(guidance_scale):
        raise ValueError(f"the guidance scale must be a finite number, not {guidance_scale}")
    if size is None:
        raise ValueError("this model does not know its picture's size: give one")
    if mask is not None and tuple(mask.shape[-2:]) != tuple(size):
        given = mask.shape[-2:]
        raise ValueError(f"the mask must be {size[0]}x{size[1]} px like the canvas, not {given[0]}x{given[1]}")
