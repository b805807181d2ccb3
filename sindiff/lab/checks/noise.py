"""Exercises of 01_noise."""

from collections.abc import Callable

from torch import Tensor

from sindiff.diffusion import q_sample
from sindiff.lab.checks.judge import Case, judge, seeded
from sindiff.schedule import Schedule

SCHEDULES = (Schedule("linear", 1000), Schedule("cosine", 100))


def eps(function: Callable[[Schedule, Tensor, int, Tensor], Tensor]) -> None:
    """Exercise 1: (schedule, x_t, t, x0) -> the noise that Eq. 2 put into x_t, (B, C, H, W)."""
    x0, noise = seeded(2, 3, 4, 5), seeded(2, 3, 4, 5, seed=1)
    cases = []
    for schedule in SCHEDULES:
        for t in (1, schedule.T // 2):
            what = f"the noise at t = {t} of the {schedule.name} schedule"
            cases.append(Case(what, (schedule, q_sample(schedule, x0, t, noise), t, x0), noise))
    judge(function, cases, tolerance=1e-3)


def jump(function: Callable[[Schedule, Tensor, int, int, Tensor], Tensor]) -> None:
    """Exercise 2: (schedule, x_s, s, t, eps) -> x_t drawn from q(x_t | x_s), for s < t, (B, C, H, W)."""
    x, noise = seeded(2, 3, 4, 5), seeded(2, 3, 4, 5, seed=1)
    cases = []
    for schedule in SCHEDULES:
        for s, t in ((0, schedule.T // 2), (1, 2), (schedule.T // 5, schedule.T // 2)):
            between = schedule.alpha_bar[t].item() / schedule.alpha_bar[s].item()
            what = f"the jump from {s} to {t} in the {schedule.name} schedule"
            expected = between**0.5 * x + (1 - between) ** 0.5 * noise
            cases.append(Case(what, (schedule, x, s, t, noise), expected))
    judge(function, cases)
