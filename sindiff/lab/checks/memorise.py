"""Exercises of 02_memorise."""

from collections.abc import Callable

import torch
from torch import Tensor

from sindiff.diffusion import q_sample
from sindiff.lab.checks.judge import Case, judge, seeded
from sindiff.oracle.exact import picture_denoiser, shrinking_patches
from sindiff.schedule import Schedule


def posterior_mean(function: Callable[[Tensor, Tensor, Schedule, int], Tensor]) -> None:
    """Exercise 1: (x_t, known pictures, schedule, t) -> x0_hat, (1, C, H, W) and (N, C, H, W) -> (1, C, H, W)."""
    schedule = Schedule("cosine", 100)
    near = 0.3 * seeded(3, 3, 4, 5)
    pictures = {
        "one known picture": near[:1],
        "three known pictures": near,
        "three known pictures of one px": near[..., :1, :1],
    }
    cases = []
    for t in (30, 80):
        for what, known in pictures.items():
            x = q_sample(schedule, known[:1], t, seeded(1, *known.shape[1:], seed=1))
            expected = picture_denoiser(known, schedule)(x, t)
            cases.append(Case(f"x0_hat at t = {t} with {what}", (x, known, schedule, t), expected))
    judge(function, cases)


def patch_size(function: Callable[[Schedule, int], int]) -> None:
    """Exercise 2: (schedule, t) -> 9 sigma made odd, between 5 and 31 px."""
    cases = []
    for schedule in (Schedule("linear", 1000), Schedule("cosine", 100)):
        right = shrinking_patches(schedule)
        for t in torch.linspace(1, schedule.T, 41).long().tolist():
            what = f"the size at t = {t} of the {schedule.name} schedule with T = {schedule.T}"
            cases.append(Case(what, (schedule, t), right(t)))
    judge(function, cases)
