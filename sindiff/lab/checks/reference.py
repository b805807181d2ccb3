"""Exercises of 10_reference."""

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

from sindiff.diffusion import q_sample
from sindiff.edits import match_lowpass
from sindiff.lab.checks.judge import Case, judge, seeded
from sindiff.noise import seeded_noise
from sindiff.schedule import Schedule


def box_means(function: Callable[[Tensor, int], Tensor]) -> None:
    """Exercise 1: (x, factor) -> each pixel the mean of its box, factor x factor px; sides are multiples of it."""
    cases = []
    for factor, height, width in [(1, 3, 4), (2, 6, 4), (4, 8, 12)]:
        x = seeded(2, 3, height, width, seed=factor)
        means = F.interpolate(F.avg_pool2d(x, factor), scale_factor=factor)
        cases.append(Case(f"a batch of {height}x{width} px with factor {factor}", (x, factor), means))
    judge(function, cases)


def details(function: Callable[[Schedule, Tensor, Tensor, int, Tensor, int], Tensor]) -> None:
    """Exercise 2: (schedule, x, y, t, eps, factor) -> x_t with the details of the reference y, Eq. 7 turned round."""
    x, y, eps = (seeded(2, 3, 9, 12, seed=seed) for seed in range(3))
    cases = []
    for schedule in (Schedule("linear", 1000), Schedule("cosine", 100)):
        for t in (0, 1, schedule.T // 2):
            for factor in (2, 4):
                noised = q_sample(schedule, y, t, eps)
                expected = match_lowpass(schedule, x, factor, seeded_noise([0, 1]))(noised, 0)
                what = f"t = {t} of the {schedule.name} schedule with factor {factor}"
                cases.append(Case(what, (schedule, x, y, t, eps, factor), expected))
    judge(function, cases)
