"""Exercises of lessons 01, 02, 05 and 06: diffusion, its training, its steps back."""

from collections.abc import Iterator

import torch

from sindiff.diffusion import PREDICTIONS, q_posterior, q_sample
from sindiff.lab.checks import solutions
from sindiff.lab.checks.judge import SCHEDULES, Case, exercise, seeded
from sindiff.lab.checks.mistakes import hundred, memorise, noise, sampling, training
from sindiff.oracle.exact import picture_denoiser, shrinking_patches
from sindiff.samplers import ddim
from sindiff.schedule import Schedule


@exercise(noise.EPS, tolerance=1e-3)
def eps() -> Iterator[Case]:
    """Exercise 01.1: (schedule, x_t, t, x0) -> the noise that Eq. 2 put into x_t, (B, C, H, W)."""
    x0, noise = seeded(2, 3, 4, 5), seeded(2, 3, 4, 5, seed=1)
    for schedule in SCHEDULES:
        for t in (1, schedule.T // 2):
            what = f"the noise at t = {t} of the {schedule.name} schedule"
            yield Case(what, (schedule, q_sample(schedule, x0, t, noise), t, x0), noise)


@exercise(noise.JUMPS)
def jump() -> Iterator[Case]:
    """Exercise 01.2: (schedule, x_s, s, t, eps) -> x_t drawn from q(x_t | x_s), for s < t, (B, C, H, W)."""
    x, noise = seeded(2, 3, 4, 5), seeded(2, 3, 4, 5, seed=1)
    for schedule in SCHEDULES:
        for s, t in ((0, schedule.T // 2), (1, 2), (schedule.T // 5, schedule.T // 2)):
            between = schedule.alpha_bar[t].item() / schedule.alpha_bar[s].item()
            what = f"the jump from {s} to {t} in the {schedule.name} schedule"
            expected = between**0.5 * x + (1 - between) ** 0.5 * noise
            yield Case(what, (schedule, x, s, t, noise), expected)


@exercise(memorise.MEANS)
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


@exercise(memorise.SIZES)
def patch_size() -> Iterator[Case]:
    """Exercise 02.2: (schedule, t) -> 9 sigma made odd, between 5 and 31 px."""
    for schedule in SCHEDULES:
        right = shrinking_patches(schedule)
        for t in torch.linspace(1, schedule.T, 41).long().tolist():
            what = f"the size at t = {t} of the {schedule.name} schedule with T = {schedule.T}"
            yield Case(what, (schedule, t), right(t))


@exercise(training.X0)
def x0_from_v() -> Iterator[Case]:
    """Exercise 05.1: (schedule, x_t, t, v) -> x0, (B, C, H, W).

    v = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x0.
    """
    x0, eps = seeded(2, 3, 4, 5), seeded(2, 3, 4, 5, seed=1)
    for schedule in SCHEDULES:
        for t in (1, schedule.T // 2, schedule.T):
            x_t, v = q_sample(schedule, x0, t, eps), PREDICTIONS["v"].target(schedule, x0, t, eps)
            yield Case(f"x0 at t = {t} of the {schedule.name} schedule", (schedule, x_t, t, v), x0)


@exercise(training.WEIGHTS)
def loss_weight() -> Iterator[Case]:
    """Exercise 05.2: (schedule, t, "eps", "v" or "x0") -> the factor of x0_hat's squared error in that loss."""
    for schedule in SCHEDULES:
        for t in (schedule.T // 10, schedule.T // 2, 9 * schedule.T // 10):
            for prediction in ("eps", "v", "x0"):
                what = f"the weight for {prediction} at t = {t} of the {schedule.name} schedule"
                yield Case(what, (schedule, t, prediction), solutions.loss_weight(schedule, t, prediction))


@exercise(sampling.STEPS)
def ddim_step() -> Iterator[Case]:
    """Exercise 06.1: (schedule, x_t, x0_hat, t, t_prev) -> x_prev of the deterministic DDIM step, (B, C, H, W)."""
    x, x0_hat = seeded(2, 3, 4, 5), 0.5 * seeded(2, 3, 4, 5, seed=1)
    for schedule in SCHEDULES:
        for t, t_prev in ((schedule.T // 2, schedule.T // 5), (2, 1), (5, 0)):
            what = f"the step from {t} to {t_prev} of the {schedule.name} schedule"
            expected, _ = ddim(schedule)(x, x0_hat, t, t_prev, None)
            yield Case(what, (schedule, x, x0_hat, t, t_prev), expected)


@exercise(sampling.SIGMAS)
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


@exercise(hundred.KEEP)
def keep() -> Iterator[Case]:
    """Exercise 15.1: (alpha_bar, x, t, known, mask, eps) -> x with the known part put back, Eq. 6."""
    x, known, noise = (seeded(1, 3, 4, 6, seed=seed) for seed in range(3))
    mask = torch.zeros(1, 1, 4, 6)
    mask[..., 3:] = 1
    for schedule in SCHEDULES:
        for t in (schedule.T // 2, 1, 0):
            alpha_bar = schedule.alpha_bar.float()
            expected = solutions.keep(alpha_bar, x, t, known, mask, noise)
            yield Case(
                f"the canvas at t = {t} of the {schedule.name} schedule",
                (alpha_bar, x, t, known, mask, noise),
                expected,
            )
