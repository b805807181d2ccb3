"""Exercises of lessons 08 to 10: steering what is drawn."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F

from sindiff.diffusion import q_sample
from sindiff.edits import match_lowpass
from sindiff.guidance import mean_weight, normalised
from sindiff.lab.checks.judge import SCHEDULES, Case, exercise, seeded
from sindiff.lab.checks.mistakes import outpaint, reference, text
from sindiff.metrics import seam_energy
from sindiff.noise import seeded_noise
from sindiff.resampling import legs


@exercise(outpaint.SEAMS)
def seam() -> Iterator[Case]:
    """Exercise 08.1: (pictures, edge) -> the seam energy of each, (B, C, H, W) and the edge's right column -> (B,)."""
    noisy = 0.3 * seeded(3, 3, 6, 13)
    scales = seeded(3, 1, 1, 1, seed=1).exp()
    for what, pictures in {"one picture": noisy[:1], "three pictures of other contrasts": scales * noisy}.items():
        for edge in (1, 6, 12):
            expected = seam_energy(pictures, [edge])[:, 0]
            yield Case(f"{what} with an edge at column {edge} of 13", (pictures, edge), expected)


@exercise(outpaint.WALKS)
def walk() -> Iterator[Case]:
    """Exercise 08.2: (falling timesteps, jump, times) -> falling legs that pass every `jump` steps `times` times."""
    for timesteps in ([9, 7, 4, 2, 0], [9, 7, 4, 0], [8, 7, 6, 5, 4, 3, 2, 1, 0], [5, 0]):
        for jump, times in ((2, 1), (2, 2), (2, 3), (1, 2), (4, 2)):
            what = f"the walk over {timesteps} with jump = {jump} and times = {times}"
            yield Case(what, (timesteps, jump, times), legs(timesteps, jump, times))


@exercise(text.LENGTHS, tolerance=1e-2)
def step_length() -> Iterator[Case]:
    """Exercise 09.1: (x0_hat, g), (B, C, H, W) each -> |x0_hat| / |g| of each picture, (B, 1, 1, 1); 0 where g is 0."""
    for batch in (1, 3):
        x0_hat, g = seeded(batch, 3, 4, 5), 0.01 * seeded(batch, 3, 4, 5, seed=1)
        g = g * torch.arange(1.0, batch + 1).reshape(-1, 1, 1, 1)
        yield Case(f"the factor of a batch of {batch}", (x0_hat, g), normalised(x0_hat, g, 1))
    g = torch.cat([g[:1], torch.zeros_like(g[:1]), g[2:]])
    yield Case("the factor where one picture has no gradient", (x0_hat, g), normalised(x0_hat, g, 1))


@exercise(text.SHIFTS, tolerance=1e-3)
def shift() -> Iterator[Case]:
    """Exercise 09.2: (schedule, t) -> by what x0_hat must move so that the mean of x_{t-1} moves by 1."""
    none = torch.zeros(1)
    for schedule in SCHEDULES:
        for t in (1, 2, schedule.T // 2):
            weight = float(mean_weight(schedule)(none, none, t))
            yield Case(f"the shift at t = {t} of the {schedule.name} schedule", (schedule, t), weight)


@exercise(reference.MEANS)
def box_means() -> Iterator[Case]:
    """Exercise 10.1: (x, factor) -> each pixel the mean of its box, factor x factor px; sides are multiples of it."""
    for factor, height, width in [(1, 3, 4), (2, 6, 4), (4, 8, 12)]:
        x = seeded(2, 3, height, width, seed=factor)
        means = F.interpolate(F.avg_pool2d(x, factor), scale_factor=factor)
        yield Case(f"a batch of {height}x{width} px with factor {factor}", (x, factor), means)


@exercise(reference.DETAILS)
def details() -> Iterator[Case]:
    """Exercise 10.2: (schedule, x, y, t, eps, factor) -> x_t with the details of a reference y, Eq. 7 reversed."""
    x, y, eps = (seeded(2, 3, 9, 12, seed=seed) for seed in range(3))
    for schedule in SCHEDULES:
        for t in (0, 1, schedule.T // 2):
            for factor in (2, 4):
                noised = q_sample(schedule, y, t, eps)
                expected = match_lowpass(schedule, x, factor, seeded_noise([0, 1]))(noised, 0)
                what = f"t = {t} of the {schedule.name} schedule with factor {factor}"
                yield Case(what, (schedule, x, y, t, eps, factor), expected)
