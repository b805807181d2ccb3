"""Exercises of 09_text."""

from collections.abc import Callable

import torch
from torch import Tensor

from sindiff.guidance import mean_weight, normalised
from sindiff.lab.checks.judge import Case, judge, seeded
from sindiff.schedule import Schedule


def step_length(function: Callable[[Tensor, Tensor], Tensor]) -> None:
    """Exercise 1: (x0_hat, g), (B, C, H, W) each -> |x0_hat| / |g| of each picture, (B, 1, 1, 1); 0 where g is 0."""
    cases = []
    for batch in (1, 3):
        x0_hat, g = seeded(batch, 3, 4, 5), 0.01 * seeded(batch, 3, 4, 5, seed=1)
        g = g * torch.arange(1.0, batch + 1).reshape(-1, 1, 1, 1)
        cases.append(Case(f"the factor of a batch of {batch}", (x0_hat, g), normalised(x0_hat, g, 1)))
    g = torch.cat([g[:1], torch.zeros_like(g[:1]), g[2:]])
    cases.append(Case("the factor where one picture has no gradient", (x0_hat, g), normalised(x0_hat, g, 1)))
    judge(function, cases, tolerance=1e-2)


def shift(function: Callable[[Schedule, int], float]) -> None:
    """Exercise 2: (schedule, t) -> by what x0_hat must move so that the mean of x_{t-1} moves by 1."""
    cases, none = [], torch.zeros(1)
    for schedule in (Schedule("linear", 1000), Schedule("cosine", 100)):
        for t in (1, 2, schedule.T // 2):
            weight = float(mean_weight(schedule)(none, none, t))
            cases.append(Case(f"the shift at t = {t} of the {schedule.name} schedule", (schedule, t), weight))
    judge(function, cases, tolerance=1e-3)
