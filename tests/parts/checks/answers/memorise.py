"""The exercises of 02_memorise: right answers and wrong ones."""

import torch

from sindiff.lab import checks
from sindiff.oracle.exact import picture_denoiser, shrinking_patches


def answer(log_weights, known):
    return torch.einsum("n,nchw->chw", log_weights.softmax(0), known)[None]


def squares(x, known, signal):
    return (x - signal * known).square().sum((1, 2, 3))


WRONG_MEANS = {
    "all that is known, averaged": lambda x, known, s, t: known.mean(0, keepdim=True),
    "the noisy picture": lambda x, known, s, t: x,
    "the nearest picture alone": lambda x, known, s, t: known[squares(x, known, s.alpha_bar[t].sqrt()).argmin()][None],
    "no half": lambda x, known, s, t: answer(-squares(x, known, s.alpha_bar[t].sqrt()) / (1 - s.alpha_bar[t]), known),
    "sigma for its square": lambda x, known, s, t: answer(
        -squares(x, known, s.alpha_bar[t].sqrt()) / (2 * (1 - s.alpha_bar[t]).sqrt()), known
    ),
    "alpha_bar without its root": lambda x, known, s, t: answer(
        -squares(x, known, s.alpha_bar[t]) / (2 * (1 - s.alpha_bar[t])), known
    ),
    "known pictures not scaled": lambda x, known, s, t: answer(
        -squares(x, known, 1) / (2 * (1 - s.alpha_bar[t])), known
    ),
    "one step late": lambda x, known, s, t: answer(
        -squares(x, known, s.alpha_bar[t - 1].sqrt()) / (2 * (1 - s.alpha_bar[t - 1])), known
    ),
    "alpha for alpha_bar": lambda x, known, s, t: answer(
        -squares(x, known, (s.alpha_bar[t] / s.alpha_bar[t - 1]).sqrt())
        / (2 * (1 - s.alpha_bar[t] / s.alpha_bar[t - 1])),
        known,
    ),
    "sign": lambda x, known, s, t: answer(squares(x, known, s.alpha_bar[t].sqrt()) / (2 * (1 - s.alpha_bar[t])), known),
    "mean for sum": lambda x, known, s, t: answer(
        -(x - s.alpha_bar[t].sqrt() * known).square().mean((1, 2, 3)) / (2 * (1 - s.alpha_bar[t])), known
    ),
    "no batch": lambda x, known, s, t: picture_denoiser(known, s)(x, t)[0],
}


def side(ratio, low=5, high=31):
    return int(min(max(9 * ratio, low), high)) // 2 * 2 + 1


WRONG_SIZES = {
    "no root": lambda s, t: side(((1 - s.alpha_bar[t]) / s.alpha_bar[t]).item()),
    "upside down": lambda s, t: side((s.alpha_bar[t] / (1 - s.alpha_bar[t])).item() ** 0.5),
    "noise alone": lambda s, t: side((1 - s.alpha_bar[t]).item() ** 0.5),
    "one step late": lambda s, t: side(((1 - s.alpha_bar[t - 1]) / s.alpha_bar[t - 1]).item() ** 0.5),
    "alpha for alpha_bar": lambda s, t: side((s.alpha_bar[t - 1] / s.alpha_bar[t] - 1).item() ** 0.5),
    "not odd": lambda s, t: int(min(max(9 * ((1 - s.alpha_bar[t]) / s.alpha_bar[t]).item() ** 0.5, 5), 31)),
    "no least": lambda s, t: side(((1 - s.alpha_bar[t]) / s.alpha_bar[t]).item() ** 0.5, low=0),
    "no largest": lambda s, t: side(((1 - s.alpha_bar[t]) / s.alpha_bar[t]).item() ** 0.5, high=999),
}
RIGHT_MEANS = {"the package's": lambda x, known, s, t: picture_denoiser(known, s)(x, t)}
RIGHT_SIZES = {"the package's": lambda s, t: shrinking_patches(s)(t)}
EXERCISES = {
    checks.posterior_mean: (RIGHT_MEANS, WRONG_MEANS),
    checks.patch_size: (RIGHT_SIZES, WRONG_SIZES),
}
