"""Guidance: move what the denoiser promises up the gradient of a score (Eq. 5), in three readings of the equation."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from sindiff.diffusion import Denoiser
from sindiff.schedule import Schedule

LogScore = Callable[[Tensor, int], Tensor]
"""(picture, t) -> log C(picture, condition), (B, C, H, W) -> (B,), differentiable; two conditions are their sum."""

Gradient = Callable[[Denoiser, LogScore, Tensor, int], tuple[Tensor, Tensor]]
"""(denoise, log_score, x_t, t) -> (x0_hat, g), both of x_t's shape: one reading of the gradient in Eq. 5."""

Weight = Callable[[Tensor, Tensor, int], Tensor | float]
"""(x0_hat, g, t) -> what g is multiplied by before it moves x0_hat."""


def through_network(denoise: Denoiser, log_score: LogScore, x: Tensor, t: int) -> tuple[Tensor, Tensor]:
    """Gradient with respect to x_t of log C(x0_hat(x_t)): through the denoiser, the best-founded reading of Eq. 5."""
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        x0_hat = denoise(x, t)
        return x0_hat.detach(), _gradient(log_score(x0_hat, t), x)


def at_x0_hat(denoise: Denoiser, log_score: LogScore, x: Tensor, t: int) -> tuple[Tensor, Tensor]:
    """Gradient with respect to x0_hat of log C(x0_hat): the release's hook, which leaves the network out."""
    with torch.no_grad():
        x0_hat = denoise(x, t)
    with torch.enable_grad():
        picture = x0_hat.detach().requires_grad_()
        return x0_hat, _gradient(log_score(picture, t), picture)


def at_x_t(denoise: Denoiser, log_score: LogScore, x: Tensor, t: int) -> tuple[Tensor, Tensor]:
    """Gradient with respect to x_t of log C(x_t): Eq. 5 as printed, whose C must know noisy pictures."""
    with torch.no_grad():
        x0_hat = denoise(x, t)
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        return x0_hat, _gradient(log_score(x, t), x)


def _gradient(score: Tensor, x: Tensor) -> Tensor:
    """Zero where the score does not depend on x at all."""
    if not score.requires_grad:
        return torch.zeros_like(x)
    gradient = torch.autograd.grad(score.sum(), x, allow_unused=True)[0]
    return torch.zeros_like(x) if gradient is None else gradient


def guided(
    denoise: Denoiser,
    log_score: LogScore,
    guidance_scale: float,
    weight: Weight,
    gradient: Gradient = through_network,
) -> Denoiser:
    """Move x0_hat by guidance_scale * weight * gradient of log C (Eq. 5 as a denoiser, so it works with any solver).

    Eq. 5 shifts the mean of x_{t-1}; shifting x0_hat by the same over the posterior's x0 coefficient is equal.
    weight: exact_weight, mean_weight or normalised.  gradient: through_network, at_x0_hat or at_x_t.
    Goes inside `clamped`: a clamp inside would lose the gradient of saturated pixels.
    Raises ValueError for a scale that is not finite.
    """
    if not math.isfinite(guidance_scale):
        raise ValueError(f"the guidance scale must be a finite number, not {guidance_scale}")

    def denoise_guided(x: Tensor, t: int) -> Tensor:
        x0_hat, g = gradient(denoise, log_score, x, t)
        return x0_hat + guidance_scale * weight(x0_hat, g, t) * g

    return denoise_guided


def exact_weight(schedule: Schedule) -> Weight:
    """(1 - alpha_bar) / sqrt(alpha_bar): with the gradient of log p(condition | x_t), x0_hat is the posterior mean."""

    def weight(x0_hat: Tensor, g: Tensor, t: int) -> float:
        alpha_bar = schedule.alpha_bar[t].item()
        return (1 - alpha_bar) / alpha_bar**0.5

    return weight


def mean_weight(schedule: Schedule) -> Weight:
    """(1 - alpha_bar_t) / (sqrt(alpha_bar_{t-1}) beta_t): the mean moves by guidance_scale * g, as Eq. 5 is printed.

    For steps of one, as the paper takes.
    """

    def weight(x0_hat: Tensor, g: Tensor, t: int) -> float:
        now, before = schedule.alpha_bar[t].item(), schedule.alpha_bar[t - 1].item()
        return (1 - now) / (before**0.5 * (1 - now / before))

    return weight


def normalised(x0_hat: Tensor, g: Tensor, t: int) -> Tensor:
    """|x0_hat| / |g| of each picture, (B, 1, 1, 1): one scale suits every picture and score (SinDDM's step)."""
    length = g.flatten(1).norm(dim=1)
    ratio = x0_hat.flatten(1).norm(dim=1) / length
    return torch.where(length > 0, ratio, 0).reshape(-1, 1, 1, 1)


def within(log_score: LogScore, mask: Tensor) -> LogScore:
    """Let a score move only the pixels of a region.  mask: (H, W) or (1, H, W), 1 = move, 0 = keep.

    With through_network the region grows by the network's reach.  Raises ValueError, when called, for another size.
    """

    def log_score_within(picture: Tensor, t: int) -> Tensor:
        if mask.shape[-2:] != picture.shape[-2:]:
            wanted, given = picture.shape[-2:], mask.shape[-2:]
            raise ValueError(f"the mask must be {wanted[0]}x{wanted[1]} px like the canvas, not {given[0]}x{given[1]}")
        return log_score(torch.where(mask.to(picture.device) > 0.5, picture, picture.detach()), t)

    return log_score_within


def distance(reference: Tensor, p: float = 2) -> LogScore:
    """-sum |picture - reference|^p / p, the paper's other example of C: p = 2 is a Gaussian around the reference.

    reference: (C, H, W) or (B, C, H, W).  Raises ValueError unless p >= 1 is finite.
    """
    if not (math.isfinite(p) and p >= 1):
        raise ValueError(f"the power of a distance must be a finite number of at least 1, not {p}")
    return lambda picture, t: -(picture - reference.to(picture)).abs().pow(p).flatten(1).sum(1) / p
