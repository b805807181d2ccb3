"""Exercises of 07_any_size."""

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

from sindiff.diffusion import Denoiser
from sindiff.lab.checks.judge import Case, judge, seeded
from sindiff.network.receptive_field import rf_reach
from sindiff.network.unet import UNetConfig


def halo(function: Callable[[UNetConfig], int]) -> None:
    """Exercise 1: UNetConfig -> the reach in px, rounded up to a multiple of the network's."""
    cases = []
    for mult, blocks in [((1,), 1), ((1, 2), 1), ((1, 2, 4), 1), ((1, 2, 4, 8), 2)]:
        config = UNetConfig(mult=mult, blocks=blocks)
        reach = max(rf_reach(config))
        levels = "one level" if len(mult) == 1 else f"{len(mult)} levels"
        what = f"a network of {levels} with {blocks} block{'s' * (blocks > 1)} each"
        cases.append(Case(what, (config,), reach + -reach % config.multiple))
    judge(function, cases)


def strip(function: Callable[[Denoiser, Tensor, int, int], Tensor]) -> None:
    """Exercise 2: (denoise, x, t, halo) -> the answer for a canvas whose left and right ends meet."""
    x, reach = seeded(2, 3, 9, 12), 2
    around = sum(x.roll(shift, -1) for shift in range(-reach, reach + 1)) / (2 * reach + 1)

    def blur(height: int, width: int) -> Denoiser:
        """Means over so many pixels, zeros beyond the canvas."""
        return lambda x, t: F.avg_pool2d(x, (height, width), 1, (height // 2, width // 2))

    cases = [
        Case("a denoiser that changes nothing", (lambda x, t: x, x, 1, reach), x),
        Case("one that answers t times the canvas", (lambda x, t: t * x, x, 7, reach), 7 * x),
        Case("one that blurs along the rows", (blur(1, 5), x, 1, reach), around),
        Case("one that blurs along the columns", (blur(5, 1), x, 1, reach), blur(5, 1)(x, 1)),
    ]
    judge(function, cases)
