"""Exercises of 05_train."""

from collections.abc import Callable
from dataclasses import replace

from torch import Tensor

from sindiff.diffusion import PREDICTIONS, q_sample
from sindiff.lab.checks.judge import Case, judge, seeded
from sindiff.schedule import Schedule
from sindiff.training.loop import TrainConfig, rate_factor
from sindiff.training.presets import get_preset


def x0_from_v(function: Callable[[Schedule, Tensor, int, Tensor], Tensor]) -> None:
    """Exercise 1: (schedule, x_t, t, v) -> x0, (B, C, H, W), where v = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x0."""
    x0, eps = seeded(2, 3, 4, 5), seeded(2, 3, 4, 5, seed=1)
    cases = []
    for schedule in (Schedule("linear", 1000), Schedule("cosine", 100)):
        for t in (1, schedule.T // 2, schedule.T):
            x_t, v = q_sample(schedule, x0, t, eps), PREDICTIONS["v"].target(schedule, x0, t, eps)
            cases.append(Case(f"x0 at t = {t} of the {schedule.name} schedule", (schedule, x_t, t, v), x0))
    judge(function, cases)


def rate(function: Callable[[TrainConfig, int, float], float]) -> None:
    """Exercise 2: (config, step, progress) -> share of the peak learning rate."""
    cases = []
    for warmup, cooldown in ((50, 1.0), (4, 0.25), (0, 0.5), (10, 0.0), (0, 0.0)):
        config = replace(get_preset("laptop").train, steps=100, warmup=warmup, cooldown=cooldown)
        for step in (0, 1, 3, 4, 49, 74, 76, 99):
            progress = step / config.steps
            what = f"the share at step {step} of 100 with warmup = {warmup} and cooldown = {cooldown:g}"
            cases.append(Case(what, (config, step, progress), rate_factor(config, step, progress)))
    judge(function, cases)
