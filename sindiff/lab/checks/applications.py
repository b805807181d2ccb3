"""Exercises of lessons 08 to 10: steering what is drawn."""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.diffusion import q_sample
from sindiff.edits import match_lowpass
from sindiff.guidance import mean_weight, normalised
from sindiff.lab.checks.judge import SCHEDULES, Case, judge, seeded
from sindiff.metrics import seam_energy
from sindiff.noise import seeded_noise
from sindiff.resampling import legs
from sindiff.schedule import Schedule


def seam(function: Callable[[Tensor, int], Tensor]) -> None:
    """Exercise 08.1: (pictures, edge) -> the seam energy of each, (B, C, H, W) and the edge's right column -> (B,)."""
    noisy = 0.3 * seeded(3, 3, 6, 13)
    scales = seeded(3, 1, 1, 1, seed=1).exp()
    cases = []
    for what, pictures in {"one picture": noisy[:1], "three pictures of other contrasts": scales * noisy}.items():
        for edge in (1, 6, 12):
            expected = seam_energy(pictures, [edge])[:, 0]
            cases.append(Case(f"{what} with an edge at column {edge} of 13", (pictures, edge), expected))
    judge(function, cases)


def walk(function: Callable[[Sequence[int], int, int], Sequence[Sequence[int]]]) -> None:
    """Exercise 08.2: (falling timesteps, jump, times) -> falling legs that pass every `jump` steps `times` times."""
    cases = []
    for timesteps in ([9, 7, 4, 2, 0], [9, 7, 4, 0], [8, 7, 6, 5, 4, 3, 2, 1, 0], [5, 0]):
        for jump, times in ((2, 1), (2, 2), (2, 3), (1, 2), (4, 2)):
            what = f"the walk over {timesteps} with jump = {jump} and times = {times}"
            cases.append(Case(what, (timesteps, jump, times), legs(timesteps, jump, times)))
    judge(lambda *arguments: (answer := function(*arguments)) and [list(leg) for leg in answer], cases)


def step_length(function: Callable[[Tensor, Tensor], Tensor]) -> None:
    """Exercise 09.1: (x0_hat, g), (B, C, H, W) each -> |x0_hat| / |g| of each picture, (B, 1, 1, 1); 0 where g is 0."""
    cases = []
    for batch in (1, 3):
        x0_hat, g = seeded(batch, 3, 4, 5), 0.01 * seeded(batch, 3, 4, 5, seed=1)
        g = g * torch.arange(1.0, batch + 1).reshape(-1, 1, 1, 1)
        cases.append(Case(f"the factor of a batch of {batch}", (x0_hat, g), normalised(x0_hat, g, 1)))
    g = torch.cat([g[:1], torch.zeros_like(g[:1]), g[2:]])
    cases.append(Case("the factor where one picture has no gradient", (x0_hat, g), normalised(x0_hat, g, 1)))
    judge(function, cases, tolerance=1e-2)


def shift(function: Callable[[Schedule, int], float]) -> None:
    """Exercise 09.2: (schedule, t) -> by what x0_hat must move so that the mean of x_{t-1} moves by 1."""
    cases, none = [], torch.zeros(1)
    for schedule in SCHEDULES:
        for t in (1, 2, schedule.T // 2):
            weight = float(mean_weight(schedule)(none, none, t))
            cases.append(Case(f"the shift at t = {t} of the {schedule.name} schedule", (schedule, t), weight))
    judge(function, cases, tolerance=1e-3)


def box_means(function: Callable[[Tensor, int], Tensor]) -> None:
    """Exercise 10.1: (x, factor) -> each pixel the mean of its box, factor x factor px; sides are multiples of it."""
    cases = []
    for factor, height, width in [(1, 3, 4), (2, 6, 4), (4, 8, 12)]:
        x = seeded(2, 3, height, width, seed=factor)
        means = F.interpolate(F.avg_pool2d(x, factor), scale_factor=factor)
        cases.append(Case(f"a batch of {height}x{width} px with factor {factor}", (x, factor), means))
    judge(function, cases)


def details(function: Callable[[Schedule, Tensor, Tensor, int, Tensor, int], Tensor]) -> None:
    """Exercise 10.2: (schedule, x, y, t, eps, factor) -> x_t with the details of a reference y, Eq. 7 reversed."""
    x, y, eps = (seeded(2, 3, 9, 12, seed=seed) for seed in range(3))
    cases = []
    for schedule in SCHEDULES:
        for t in (0, 1, schedule.T // 2):
            for factor in (2, 4):
                noised = q_sample(schedule, y, t, eps)
                expected = match_lowpass(schedule, x, factor, seeded_noise([0, 1]))(noised, 0)
                what = f"t = {t} of the {schedule.name} schedule with factor {factor}"
                cases.append(Case(what, (schedule, x, y, t, eps, factor), expected))
    judge(function, cases)
