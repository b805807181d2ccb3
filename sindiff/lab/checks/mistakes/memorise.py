"""What goes wrong in the exercises of 02_memorise, and what to say about it: hint -> wrong answer."""

import torch

from sindiff.oracle.exact import picture_denoiser


def answer(log_weights, known):
    return torch.einsum("n,nchw->chw", log_weights.softmax(0), known)[None]


def squares(x, known, signal):
    return (x - signal * known).square().sum((1, 2, 3))


MEANS = {
    "That is the plain mean: each picture needs its own weight.": lambda x, known, s, t: known.mean(0, keepdim=True),
    "That is x_t itself.": lambda x, known, s, t: x,
    "That uses only the nearest picture: the others count too (softmax, not argmin).": lambda x, known, s, t: known[
        squares(x, known, s.alpha_bar[t].sqrt()).argmin()
    ][None],
    "The 2 is missing in the denominator: a Gaussian has 2 (1 - alpha_bar).": lambda x, known, s, t: answer(
        -squares(x, known, s.alpha_bar[t].sqrt()) / (1 - s.alpha_bar[t]), known
    ),
    "You divide by sqrt(1 - alpha_bar): the fraction has the variance, 1 - alpha_bar.": lambda x, known, s, t: answer(
        -squares(x, known, s.alpha_bar[t].sqrt()) / (2 * (1 - s.alpha_bar[t]).sqrt()), known
    ),
    "The known pictures have the factor sqrt(alpha_bar) in x_t, not alpha_bar.": lambda x, known, s, t: answer(
        -squares(x, known, s.alpha_bar[t]) / (2 * (1 - s.alpha_bar[t])), known
    ),
    "The known pictures are not scaled: in x_t each has the factor sqrt(alpha_bar).": lambda x, known, s, t: answer(
        -squares(x, known, 1) / (2 * (1 - s.alpha_bar[t])), known
    ),
    "That takes alpha_bar of the step before.": lambda x, known, s, t: answer(
        -squares(x, known, s.alpha_bar[t - 1].sqrt()) / (2 * (1 - s.alpha_bar[t - 1])), known
    ),
    "That takes alpha of a single step for alpha_bar.": lambda x, known, s, t: answer(
        -squares(x, known, (s.alpha_bar[t] / s.alpha_bar[t - 1]).sqrt())
        / (2 * (1 - s.alpha_bar[t] / s.alpha_bar[t - 1])),
        known,
    ),
    "The sign in the softmax is wrong: nearer pictures should have larger weights.": lambda x, known, s, t: answer(
        squares(x, known, s.alpha_bar[t].sqrt()) / (2 * (1 - s.alpha_bar[t])), known
    ),
    "You average the squares over the pixels: the norm sums them.": lambda x, known, s, t: answer(
        -(x - s.alpha_bar[t].sqrt() * known).square().mean((1, 2, 3)) / (2 * (1 - s.alpha_bar[t])), known
    ),
    "The shape lacks the batch: x0_hat is (1, C, H, W), as x is.": lambda x, known, s, t: picture_denoiser(known, s)(
        x, t
    )[0],
}


def side(ratio, low=5, high=31):
    return int(min(max(9 * ratio, low), high)) // 2 * 2 + 1


SIZES = {
    "That is nine times sigma squared: sigma has a square root.": lambda s, t: side(
        ((1 - s.alpha_bar[t]) / s.alpha_bar[t]).item()
    ),
    "That is nine times 1 / sigma: the noise is the numerator, the signal the denominator.": lambda s, t: side(
        (s.alpha_bar[t] / (1 - s.alpha_bar[t])).item() ** 0.5
    ),
    "That leaves out the signal: sigma is sqrt(1 - alpha_bar) over sqrt(alpha_bar).": lambda s, t: side(
        (1 - s.alpha_bar[t]).item() ** 0.5
    ),
    "That takes alpha_bar of the step before.": lambda s, t: side(
        ((1 - s.alpha_bar[t - 1]) / s.alpha_bar[t - 1]).item() ** 0.5
    ),
    "That takes alpha of a single step for alpha_bar.": lambda s, t: side(
        (s.alpha_bar[t - 1] / s.alpha_bar[t] - 1).item() ** 0.5
    ),
    "The size may come out even: a window needs a centre, so make it odd.": lambda s, t: int(
        min(max(9 * ((1 - s.alpha_bar[t]) / s.alpha_bar[t]).item() ** 0.5, 5), 31)
    ),
    "The lower limit is missing: at least 5 px.": lambda s, t: side(
        ((1 - s.alpha_bar[t]) / s.alpha_bar[t]).item() ** 0.5, low=0
    ),
    "The upper limit is missing: at most 31 px.": lambda s, t: side(
        ((1 - s.alpha_bar[t]) / s.alpha_bar[t]).item() ** 0.5, high=999
    ),
}
