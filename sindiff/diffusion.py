"""The forward process, its posterior, and what a network may predict (Eq. 2, 3)."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from sindiff.schedule import Schedule

Denoiser = Callable[[Tensor, int], Tensor]
"""(x_t, t) -> x0_hat: (B, C, H, W) and a step in 1..T to a picture of the same shape in about [-1, 1]."""


def q_sample(schedule: Schedule, x0: Tensor, t: int | Tensor, eps: Tensor) -> Tensor:
    """Noise a clean picture to step t (Eq. 2; the paper's alpha_t there is alpha_bar).

    x0, eps: (B, C, H, W), x0 in [-1, 1].  t: int or (B,) in 0..T; t = 0 returns x0.  Returns x_t, same shape.
    """
    signal, sigma = schedule.scales(t, x0)
    return signal * x0 + sigma * eps


def q_posterior(schedule: Schedule, x0: Tensor, x_t: Tensor, t: int, t_prev: int) -> tuple[Tensor, float]:
    """Mean and variance of q(x_{t_prev} | x_t, x0), for any t_prev < t (Ho et al. 2020, Eq. 7, for longer strides).

    x0, x_t: (B, C, H, W).  Returns the mean, same shape, and the variance; at t_prev = 0 these are x0 and 0.
    """
    ab_t, ab_prev = schedule.alpha_bar[t].item(), schedule.alpha_bar[t_prev].item()
    alpha = ab_t / ab_prev
    x0_weight = ab_prev**0.5 * (1 - alpha) / (1 - ab_t)
    x_t_weight = alpha**0.5 * (1 - ab_prev) / (1 - ab_t)
    return x0_weight * x0 + x_t_weight * x_t, (1 - alpha) * (1 - ab_prev) / (1 - ab_t)


def eps_from_x0(schedule: Schedule, x_t: Tensor, t: int | Tensor, x0: Tensor) -> Tensor:
    """The noise that turns x0 into x_t (Eq. 2 solved for eps).  t in 1..T."""
    signal, sigma = schedule.scales(t, x_t)
    return (x_t - signal * x0) / sigma


def _x0_from_eps(schedule: Schedule, x_t: Tensor, t: int | Tensor, eps: Tensor) -> Tensor:
    signal, sigma = schedule.scales(t, x_t)
    return (x_t - sigma * eps) / signal


def _v_target(schedule: Schedule, x0: Tensor, t: int | Tensor, eps: Tensor) -> Tensor:
    signal, sigma = schedule.scales(t, x0)
    return signal * eps - sigma * x0


def _x0_from_v(schedule: Schedule, x_t: Tensor, t: int | Tensor, v: Tensor) -> Tensor:
    signal, sigma = schedule.scales(t, x_t)
    return signal * x_t - sigma * v


SIGMA_DATA = 0.5


def _edm_scale(signal: Tensor, sigma: Tensor) -> Tensor:
    return (signal**2 * SIGMA_DATA**2 + sigma**2).rsqrt()


def _edm_input(schedule: Schedule, x_t: Tensor, t: int | Tensor) -> Tensor:
    return _edm_scale(*schedule.scales(t, x_t)) * x_t


def _edm_target(schedule: Schedule, x0: Tensor, t: int | Tensor, eps: Tensor) -> Tensor:
    signal, sigma = schedule.scales(t, x0)
    return _edm_scale(signal, sigma) * (sigma / SIGMA_DATA * x0 - signal * SIGMA_DATA * eps)


def _x0_from_edm(schedule: Schedule, x_t: Tensor, t: int | Tensor, output: Tensor) -> Tensor:
    signal, sigma = schedule.scales(t, x_t)
    scale = _edm_scale(signal, sigma)
    return scale**2 * signal * SIGMA_DATA**2 * x_t + scale * sigma * SIGMA_DATA * output


class Prediction(NamedTuple):
    """What a network is shown and asked for.

    input(schedule, x_t, t) is what it sees, target(schedule, x0, t, eps) what it is trained towards, and
    to_x0(schedule, x_t, t, output) reads its output back.
    """

    input: Callable[[Schedule, Tensor, int | Tensor], Tensor]
    target: Callable[[Schedule, Tensor, int | Tensor, Tensor], Tensor]
    to_x0: Callable[[Schedule, Tensor, int | Tensor, Tensor], Tensor]


def _as_it_is(schedule: Schedule, x_t: Tensor, t: int | Tensor) -> Tensor:
    return x_t


PREDICTIONS = {
    "eps": Prediction(_as_it_is, lambda schedule, x0, t, eps: eps, _x0_from_eps),
    "v": Prediction(_as_it_is, _v_target, _x0_from_v),
    "edm": Prediction(_edm_input, _edm_target, _x0_from_edm),
}
"""eps: the noise (Eq. 3).  v: sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x0 (Salimans and Ho 2022).  edm: what is left
after the best linear guess, with input and target of unit variance at every step for pictures whose pixels deviate by
0.5, as photographs do (Karras et al. 2022, Table 1); for a deviation of 1 it would be -v.
"""


def training_loss(
    network: Callable[[Tensor, Tensor], Tensor],
    schedule: Schedule,
    prediction: str,
    x0: Tensor,
    t: Tensor,
    eps: Tensor,
) -> Tensor:
    """Mean squared error of the network's answer, one value a picture (Eq. 3; printed there as a plain norm).

    network: (x_t, t - 1) -> output.  x0, eps: (B, C, H, W).  t: (B,) in 1..T.  Returns (B,) in float32.
    """
    asked = PREDICTIONS[prediction]
    output = network(asked.input(schedule, q_sample(schedule, x0, t, eps), t), t - 1)
    target = asked.target(schedule, x0, t, eps)
    return (output.float() - target).square().mean(dim=(1, 2, 3))


def denoiser(network: Callable[[Tensor, Tensor], Tensor], schedule: Schedule, prediction: str) -> Denoiser:
    """Read a network as x0_hat(x_t, t), whatever it predicts.

    network: (x_t, index) -> output, where index = t - 1 as in the release.
    """
    asked = PREDICTIONS[prediction]

    def denoise(x: Tensor, t: int) -> Tensor:
        index = torch.full((len(x),), t - 1, device=x.device)
        output = network(asked.input(schedule, x, t), index)
        return asked.to_x0(schedule, x, t, output.to(x.dtype))

    return denoise
