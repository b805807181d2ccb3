"""Exercises of 06_sample."""

from collections.abc import Callable

from torch import Tensor

from sindiff.diffusion import q_posterior
from sindiff.lab.checks.judge import Case, judge, seeded
from sindiff.samplers import ddim
from sindiff.schedule import Schedule

SCHEDULES = (Schedule("linear", 1000), Schedule("cosine", 100))


def ddim_step(function: Callable[[Schedule, Tensor, Tensor, int, int], Tensor]) -> None:
    """Exercise 1: (schedule, x_t, x0_hat, t, t_prev) -> x_prev of the deterministic DDIM step, (B, C, H, W)."""
    x, x0_hat = seeded(2, 3, 4, 5), 0.5 * seeded(2, 3, 4, 5, seed=1)
    cases = []
    for schedule in SCHEDULES:
        for t, t_prev in ((schedule.T // 2, schedule.T // 5), (2, 1), (5, 0)):
            what = f"the step from {t} to {t_prev} of the {schedule.name} schedule"
            expected, _ = ddim(schedule)(x, x0_hat, t, t_prev, None)
            cases.append(Case(what, (schedule, x, x0_hat, t, t_prev), expected))
    judge(function, cases)


def sigma(function: Callable[[Schedule, int, int, str], float]) -> None:
    """Exercise 2: (schedule, t, t_prev, "large" or "small") -> the deviation of the noise that a DDPM step adds."""
    cases = []
    for schedule in SCHEDULES:
        x = seeded(1, 1, 1, 1)
        for t, t_prev in ((schedule.T // 2, schedule.T // 5), (2, 1), (5, 0)):
            beta = 1 - schedule.alpha_bar[t].item() / schedule.alpha_bar[t_prev].item()
            variances = {"large": beta if t_prev else 0.0, "small": q_posterior(schedule, x, x, t, t_prev)[1]}
            for name, variance in variances.items():
                what = f"the {name} sigma from {t} to {t_prev} of the {schedule.name} schedule"
                cases.append(Case(what, (schedule, t, t_prev, name), variance**0.5))
    judge(function, cases)
