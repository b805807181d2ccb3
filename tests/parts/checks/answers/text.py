"""The exercises of 09_text: right answers and wrong ones."""

import torch

from sindiff.guidance import mean_weight, normalised
from sindiff.lab import checks


def right_length(x0_hat, g):
    return normalised(x0_hat, g, 1)


def ratio(above, below):
    return torch.where(below > 0, above / below, 0)


def length(x):
    return x.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)


WRONG_LENGTHS = {
    "nothing": lambda x0_hat, g: None,
    "upside down": lambda x0_hat, g: ratio(length(g), length(x0_hat)),
    "of the whole batch": lambda x0_hat, g: ratio(x0_hat.norm(), g.norm()).expand(len(g), 1, 1, 1),
    "squares": lambda x0_hat, g: ratio(length(x0_hat) ** 2, length(g) ** 2),
    "of each pixel": lambda x0_hat, g: ratio(x0_hat.norm(dim=1, keepdim=True), g.norm(dim=1, keepdim=True)),
    "the gradient left out": lambda x0_hat, g: length(x0_hat),
    "already times g": lambda x0_hat, g: right_length(x0_hat, g) * g,
    "no shape": lambda x0_hat, g: right_length(x0_hat, g).flatten(),
    "nothing over nothing": lambda x0_hat, g: length(x0_hat) / length(g),
    "sums of sizes": lambda x0_hat, g: ratio(
        x0_hat.abs().sum((1, 2, 3), keepdim=True), g.abs().sum((1, 2, 3), keepdim=True)
    ),
}


def levels(schedule, t):
    return schedule.alpha_bar[t].item(), schedule.alpha_bar[t - 1].item()


def right_shift(schedule, t):
    now, before = levels(schedule, t)
    return (1 - now) / (before**0.5 * (1 - now / before))


WRONG_SHIFTS = {
    "nothing": lambda schedule, t: None,
    "the coefficient itself": lambda schedule, t: 1 / right_shift(schedule, t),
    "no root": lambda schedule, t: right_shift(schedule, t) / levels(schedule, t)[1] ** 0.5,
    "alpha_bar of t": lambda schedule, t: (
        right_shift(schedule, t) * (levels(schedule, t)[1] / levels(schedule, t)[0]) ** 0.5
    ),
    "off by one": lambda schedule, t: right_shift(schedule, t + 1),
    "beta left out": lambda schedule, t: (
        right_shift(schedule, t) * (1 - levels(schedule, t)[0] / levels(schedule, t)[1])
    ),
    "the exact weight": lambda schedule, t: (1 - levels(schedule, t)[0]) / levels(schedule, t)[0] ** 0.5,
    "the other sign": lambda schedule, t: -right_shift(schedule, t),
    "1 - alpha_bar of t-1": lambda schedule, t: (
        right_shift(schedule, t) * (1 - levels(schedule, t)[1]) / (1 - levels(schedule, t)[0])
    ),
}
RIGHT_SHIFTS = {
    "by hand": right_shift,
    "the package's": lambda schedule, t: mean_weight(schedule)(None, None, t),
}
EXERCISES = {
    checks.step_length: ({"the package's": right_length}, WRONG_LENGTHS),
    checks.shift: (RIGHT_SHIFTS, WRONG_SHIFTS),
}
