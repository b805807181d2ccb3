"""Exercises of lessons 01, 02, 05 and 06: diffusion, its training, its steps back."""

from collections.abc import Iterator
from dataclasses import replace

import torch

from sindiff.diffusion import PREDICTIONS, q_posterior, q_sample
from sindiff.lab.checks.judge import SCHEDULES, Case, exercise, seeded
from sindiff.oracle.exact import picture_denoiser, shrinking_patches
from sindiff.samplers import ddim
from sindiff.schedule import Schedule
from sindiff.training.loop import rate_factor
from sindiff.training.presets import get_preset


@exercise(tolerance=1e-3)
def eps() -> Iterator[Case]:
    """Exercise 01.1: (schedule, x_t, t, x0) -> the noise that Eq. 2 put into x_t, (B, C, H, W)."""
    x0, noise = seeded(2, 3, 4, 5), seeded(2, 3, 4, 5, seed=1)
    for schedule in SCHEDULES:
        for t in (1, schedule.T // 2):
            what = f"the noise at t = {t} of the {schedule.name} schedule"
            yield Case(what, (schedule, q_sample(schedule, x0, t, noise), t, x0), noise)


@exercise()
def jump() -> Iterator[Case]:
    """Exercise 01.2: (schedule, x_s, s, t, eps) -> x_t drawn from q(x_t | x_s), for s < t, (B, C, H, W)."""
    x, noise = seeded(2, 3, 4, 5), seeded(2, 3, 4, 5, seed=1)
    for schedule in SCHEDULES:
        for s, t in ((0, schedule.T // 2), (1, 2), (schedule.T // 5, schedule.T // 2)):
            between = schedule.alpha_bar[t].item() / schedule.alpha_bar[s].item()
            what = f"the jump from {s} to {t} in the {schedule.name} schedule"
            expected = between**0.5 * x + (1 - between) ** 0.5 * noise
            yield Case(what, (schedule, x, s, t, noise), expected)


@exercise()
def posterior_mean() -> Iterator[Case]:
    """Exercise 02.1: (x_t, known pictures, schedule, t) -> x0_hat, (1, C, H, W) and (N, C, H, W) -> (1, C, H, W)."""
    schedule = Schedule("cosine", 100)
    near = 0.3 * seeded(3, 3, 4, 5)
    pictures = {
        "one known picture": near[:1],
        "three known pictures": near,
        "three known pictures of one px": near[..., :1, :1],
    }
    for t in (30, 80):
        for what, known in pictures.items():
            x = q_sample(schedule, known[:1], t, seeded(1, *known.shape[1:], seed=1))
            expected = picture_denoiser(known, schedule)(x, t)
            yield Case(f"x0_hat at t = {t} with {what}", (x, known, schedule, t), expected)


@exercise()
def patch_size() -> Iterator[Case]:
    """Exercise 02.2: (schedule, t) -> 9 sigma made odd, between 5 and 31 px."""
    for schedule in SCHEDULES:
        right = shrinking_patches(schedule)
        for t in torch.linspace(1, schedule.T, 41).long().tolist():
            what = f"the size at t = {t} of the {schedule.name} schedule with T = {schedule.T}"
            yield Case(what, (schedule, t), right(t))


@exercise()
def x0_from_v() -> Iterator[Case]:
    """Exercise 05.1: (schedule, x_t, t, v) -> x0, (B, C, H, W).

    v = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x0.
    """
    x0, eps = seeded(2, 3, 4, 5), seeded(2, 3, 4, 5, seed=1)
    for schedule in SCHEDULES:
        for t in (1, schedule.T // 2, schedule.T):
            x_t, v = q_sample(schedule, x0, t, eps), PREDICTIONS["v"].target(schedule, x0, t, eps)
            yield Case(f"x0 at t = {t} of the {schedule.name} schedule", (schedule, x_t, t, v), x0)


@exercise()
def rate() -> Iterator[Case]:
    """Exercise 05.2: (config, step, progress) -> share of the peak learning rate."""
    for warmup, cooldown in ((50, 1.0), (4, 0.25), (0, 0.5), (10, 0.0), (0, 0.0)):
        config = replace(get_preset("laptop").train, steps=100, warmup=warmup, cooldown=cooldown)
        for step in (0, 1, 3, 4, 49, 74, 76, 99):
            progress = step / config.steps
            what = f"the share at step {step} of 100 with warmup = {warmup} and cooldown = {cooldown:g}"
            yield Case(what, (config, step, progress), rate_factor(config, step, progress))


@exercise()
def ddim_step() -> Iterator[Case]:
    """Exercise 06.1: (schedule, x_t, x0_hat, t, t_prev) -> x_prev of the deterministic DDIM step, (B, C, H, W)."""
    x, x0_hat = seeded(2, 3, 4, 5), 0.5 * seeded(2, 3, 4, 5, seed=1)
    for schedule in SCHEDULES:
        for t, t_prev in ((schedule.T // 2, schedule.T // 5), (2, 1), (5, 0)):
            what = f"the step from {t} to {t_prev} of the {schedule.name} schedule"
            expected, _ = ddim(schedule)(x, x0_hat, t, t_prev, None)
            yield Case(what, (schedule, x, x0_hat, t, t_prev), expected)


@exercise()
def sigma() -> Iterator[Case]:
    """Exercise 06.2: (schedule, t, t_prev, "large" or "small") -> the deviation of the noise that a DDPM step adds."""
    for schedule in SCHEDULES:
        x = seeded(1, 1, 1, 1)
        for t, t_prev in ((schedule.T // 2, schedule.T // 5), (2, 1), (5, 0)):
            beta = 1 - schedule.alpha_bar[t].item() / schedule.alpha_bar[t_prev].item()
            variances = {"large": beta if t_prev else 0.0, "small": q_posterior(schedule, x, x, t, t_prev)[1]}
            for name, variance in variances.items():
                what = f"the {name} sigma from {t} to {t_prev} of the {schedule.name} schedule"
                yield Case(what, (schedule, t, t_prev, name), variance**0.5)
