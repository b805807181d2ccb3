"""What goes wrong in the exercises of 09_text, and what to say about it: hint -> wrong answer."""

import torch

from sindiff.guidance import normalised


def right_length(x0_hat, g):
    return normalised(x0_hat, g, 1)


def ratio(above, below):
    return torch.where(below > 0, above / below, 0)


def length(x):
    return x.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)


LENGTHS = {
    "The fraction is upside down: the length of x0_hat is the numerator.": lambda x0_hat, g: ratio(
        length(g), length(x0_hat)
    ),
    "That is one number for the batch: each picture has its own.": lambda x0_hat, g: ratio(
        x0_hat.norm(), g.norm()
    ).expand(len(g), 1, 1, 1),
    "Those are squared lengths: take the roots.": lambda x0_hat, g: ratio(length(x0_hat) ** 2, length(g) ** 2),
    "That is the length of each pixel: take the length of the whole picture.": lambda x0_hat, g: ratio(
        x0_hat.norm(dim=1, keepdim=True), g.norm(dim=1, keepdim=True)
    ),
    "That is only the length of x0_hat: divide by the gradient's.": lambda x0_hat, g: length(x0_hat),
    "That is already multiplied by g: return only the factor.": lambda x0_hat, g: right_length(x0_hat, g) * g,
    "The shape is (B,): give (B, 1, 1, 1), so that it multiplies pictures.": lambda x0_hat, g: right_length(
        x0_hat, g
    ).flatten(),
    "Where there is no gradient yours divides by 0: the factor there is 0.": lambda x0_hat, g: (
        length(x0_hat) / length(g)
    ),
    "Those are sums of absolute values: a length is the root of the sum of squares.": lambda x0_hat, g: ratio(
        x0_hat.abs().sum((1, 2, 3), keepdim=True), g.abs().sum((1, 2, 3), keepdim=True)
    ),
}


def levels(schedule, t):
    return schedule.alpha_bar[t].item(), schedule.alpha_bar[t - 1].item()


def right_shift(schedule, t):
    now, before = levels(schedule, t)
    return (1 - now) / (before**0.5 * (1 - now / before))


SHIFTS = {
    "That is the coefficient of x0_hat: the shift is one over it.": lambda schedule, t: 1 / right_shift(schedule, t),
    "The square root of alpha_bar_{t-1} is missing.": lambda schedule, t: (
        right_shift(schedule, t) / levels(schedule, t)[1] ** 0.5
    ),
    "That has alpha_bar_t under the root: the coefficient has alpha_bar_{t-1}.": lambda schedule, t: (
        right_shift(schedule, t) * (levels(schedule, t)[1] / levels(schedule, t)[0]) ** 0.5
    ),
    "That is the shift of the step after.": lambda schedule, t: right_shift(schedule, t + 1),
    "beta_t is left out: it is in the numerator of the coefficient.": lambda schedule, t: (
        right_shift(schedule, t) * (1 - levels(schedule, t)[0] / levels(schedule, t)[1])
    ),
    "That is the weight of the score at x_t: here the mean is shifted.": lambda schedule, t: (
        (1 - levels(schedule, t)[0]) / levels(schedule, t)[0] ** 0.5
    ),
    "The sign is wrong: both move in the same direction.": lambda schedule, t: -right_shift(schedule, t),
    "That has 1 - alpha_bar_{t-1}: the denominator of the coefficient is 1 - alpha_bar_t.": lambda schedule, t: (
        right_shift(schedule, t) * (1 - levels(schedule, t)[1]) / (1 - levels(schedule, t)[0])
    ),
}
