"""How much of a trained network the theory explains: x0_hat beside an exact denoiser's, on the same noisy pictures.

Where there is little noise every sensible denoiser returns about x_t, so agreement alone says little.  What counts is
how much more is explained than by a guess that looks at each pixel alone.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import torch.nn.functional as F
from torch import Tensor

from sindiff.diffusion import Denoiser
from sindiff.schedule import Schedule


def pixel_denoiser(picture: Tensor, schedule: Schedule) -> Denoiser:
    """The best linear guess from each pixel alone: what a denoiser knows that knows no patch.

    x0_hat = m + c (x_t - sqrt(alpha_bar) m), c = sqrt(alpha_bar) s^2 / (alpha_bar s^2 + 1 - alpha_bar), with mean m and
    deviation s of each channel of the picture: exact for independent Gaussian pixels.

    picture: (C, H, W) in [-1, 1].  The denoiser takes (B, C, H', W') of any size.
    """
    mean, variance = picture.mean((1, 2), keepdim=True), picture.var((1, 2), keepdim=True, correction=0)

    def denoise(x: Tensor, t: int) -> Tensor:
        signal, sigma = schedule.scales(t, x)
        m, s2 = mean.to(x), variance.to(x)
        return m + signal * s2 / (signal**2 * s2 + sigma**2) * (x - signal * m)

    return denoise


def in_sizes(picture: Tensor, factors: Sequence[float], multiple: int = 1) -> list[Tensor]:
    """A picture (C, H, W) as a training with random resizes shows it: each factor on one side with each on the other.

    Bicubic, neither antialiased nor clamped, sides cut to a multiple, as in training.Canvases.
    """
    sides = [[round(side * f) // multiple * multiple for f in factors] for side in picture.shape[1:]]
    return [F.interpolate(picture[None], size, mode="bicubic")[0] for size in product(*sides)]


class Fit(NamedTuple):
    """How well a theory explains a network's answers at one step: 1 is fully, below 0 is worse than not at all.

    r2: 1 - |network - theory|^2 / |network - m|^2, with m the mean of the network's answers in each channel.
    gain: the same with the answers of pixel_denoiser in place of m: of what these leave open, the share explained.
    """

    r2: float
    gain: float


def explain(answers: Tensor, theories: Mapping[Any, Tensor], plain: Tensor) -> dict[Any, Fit]:
    """A Fit for each theory, with squares summed over all pictures, pixels and channels.

    answers: (B, C, H, W), x0_hat of the network.  theories: name -> x0_hat of a theory, same shape.  plain: that of
    pixel_denoiser.  Values are not finite where there is nothing to explain.
    Raises ValueError if shapes differ.
    """
    for name, guess in {**theories, "plain": plain}.items():
        if guess.shape != answers.shape:
            raise ValueError(f"{name}: answers of {tuple(guess.shape)} cannot explain {tuple(answers.shape)}")
    in_all = _squares(answers - answers.mean((0, 2, 3), keepdim=True))
    in_plain = _squares(answers - plain)
    left = {name: _squares(answers - guess) for name, guess in theories.items()}
    return {name: Fit((1 - rest / in_all).item(), (1 - rest / in_plain).item()) for name, rest in left.items()}


def best(fits: Mapping[Any, Fit]) -> Any:
    """The theory that explains most; among patch sizes, the k of this noise level."""
    return max(fits, key=lambda name: fits[name].gain)


def _squares(x: Tensor) -> Tensor:
    return x.double().square().sum()
