"""From noise to pictures: one loop, and the steps that it can take (Eq. 4)."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from sindiff.diffusion import Denoiser, eps_from_x0, q_posterior
from sindiff.noise import Noise
from sindiff.schedule import Schedule

Memory = tuple[Tensor | float, ...] | None
"""What a step hands on to the next one: numbers, and tensors like x; None if nothing, and before the first step."""

Step = Callable[[Tensor, Tensor, int, int, Memory], tuple[Tensor, Memory]]
"""(x_t, x0_hat, t, t_prev, memory) -> (x_prev, memory)."""

Edit = Callable[[Tensor, int], Tensor]
"""(x_prev, t_prev) -> x_prev: a change after each step."""


class SampleState(NamedTuple):
    """What the loop has after a step: the step reached, the noisy picture, and the picture it promises."""

    t: int
    x: Tensor
    x0_hat: Tensor


def sample(
    denoise: Denoiser, step: Step, x: Tensor, timesteps: Sequence[int], edits: Sequence[Edit] = ()
) -> Iterator[SampleState]:
    """Walk from noise to pictures; the last state's x is the result.

    x: (B, C, H, W), noise (or a noised picture) at timesteps[0].  timesteps: falling integers that end at 0.
    A generator, so that callers can show progress, stop or record.
    """
    memory = None
    for t, t_prev in pairwise(timesteps):
        with torch.no_grad():
            x0_hat = denoise(x, t)
            x, memory = step(x, x0_hat, t, t_prev, memory)
            for edit in edits:
                x = edit(x, t_prev)
        yield SampleState(t_prev, x, x0_hat)


def ddpm(schedule: Schedule, noise: Noise, variance: str = "large") -> Step:
    """The paper's ancestral step (Eq. 4, whose print misplaces z and mixes alpha with alpha_bar).

    variance: "large" (beta, what the release samples with) or "small" (the posterior's).  The last step adds no noise.
    Raises ValueError for another variance.
    """
    if variance not in ("large", "small"):
        raise ValueError(f"unknown variance {variance!r}: choose large or small")

    def step(x: Tensor, x0_hat: Tensor, t: int, t_prev: int, memory: None) -> tuple[Tensor, None]:
        mean, posterior_variance = q_posterior(schedule, x0_hat, x, t, t_prev)
        if t_prev == 0:
            return mean, None
        beta = 1 - (schedule.alpha_bar[t] / schedule.alpha_bar[t_prev]).item()
        sigma = (beta if variance == "large" else posterior_variance) ** 0.5
        return mean + sigma * noise(x, t_prev), None

    return step


def ddim(schedule: Schedule, noise: Noise | None = None, eta: float = 0.0) -> Step:
    """Song et al. 2021, Eq. 12: deterministic at eta = 0, the small-variance ancestral step at eta = 1.

    noise is needed for eta > 0.  Raises ValueError if it is missing or eta lies outside [0, 1].
    """
    if not 0 <= eta <= 1:
        raise ValueError(f"eta must lie in [0, 1], not {eta}")
    if eta and noise is None:
        raise ValueError("eta > 0 needs noise")

    def step(x: Tensor, x0_hat: Tensor, t: int, t_prev: int, memory: None) -> tuple[Tensor, None]:
        ab_t, ab_prev = schedule.alpha_bar[t].item(), schedule.alpha_bar[t_prev].item()
        sigma = eta * ((1 - ab_prev) / (1 - ab_t) * (1 - ab_t / ab_prev)) ** 0.5
        direction = (1 - ab_prev - sigma**2) ** 0.5 * eps_from_x0(schedule, x, t, x0_hat)
        x_prev = ab_prev**0.5 * x0_hat + direction
        return (x_prev + sigma * noise(x, t_prev) if sigma else x_prev), None

    return step


def dpmpp_2m(schedule: Schedule) -> Step:
    """DPM-Solver++(2M) (Lu et al. 2022, algorithm 2): second order from the previous x0_hat, deterministic.

    First order at the first step, and at the last, where the log-SNR is infinite and x0_hat itself is the answer.
    """

    def step(x: Tensor, x0_hat: Tensor, t: int, t_prev: int, memory: Memory) -> tuple[Tensor, Memory]:
        if t_prev == 0:
            return x0_hat, None
        ab_t, ab_prev = schedule.alpha_bar[t].item(), schedule.alpha_bar[t_prev].item()
        lambda_t = schedule.half_log_snr[t].item()
        h = schedule.half_log_snr[t_prev].item() - lambda_t
        d = x0_hat
        if memory is not None:
            lambda_last, x0_last = memory
            d = x0_hat + (x0_hat - x0_last) * (h / (2 * (lambda_t - lambda_last)))
        x_weight = ((1 - ab_prev) / (1 - ab_t)) ** 0.5
        x_prev = x_weight * x - ab_prev**0.5 * torch.expm1(torch.tensor(-h)).item() * d
        return x_prev, (lambda_t, x0_hat)

    return step


class Solver(NamedTuple):
    """A way to sample by name: its step, made from a schedule and noise, and the spacing of timesteps that suits it."""

    step: Callable[[Schedule, Noise], Step]
    spacing: str


SOLVERS = {
    "dpmpp": Solver(lambda schedule, noise: dpmpp_2m(schedule), "log_snr"),
    "ddim": Solver(lambda schedule, noise: ddim(schedule), "uniform"),
    "ddpm": Solver(ddpm, "uniform"),
}
