"""The exercises of 07_any_size: right answers and wrong ones."""

import torch

from sindiff.conditioning import around, mirrored, wrapped
from sindiff.lab import checks
from sindiff.network.receptive_field import rf_reach, rf_size


def up(length, multiple):
    return length + -length % multiple


RIGHT_HALOS = {
    "followed backwards": lambda config: up(max(rf_reach(config)), config.multiple),
    "by hand": lambda config: up(rf_size(config) // 2 + config.multiple - 1, config.multiple),
}
WRONG_HALOS = {
    "nothing": lambda config: None,
    "both sides": rf_size,
    "half, rounded down": lambda config: rf_size(config) // 2,
    "no phase": lambda config: up(rf_size(config) // 2, config.multiple),
    "no multiple": lambda config: rf_size(config) // 2 + config.multiple - 1,
    "the smaller side": lambda config: up(min(rf_reach(config)), config.multiple),
    "rounded down": lambda config: max(rf_reach(config)) // config.multiple * config.multiple,
    "one multiple too many": lambda config: (rf_size(config) // 2 // config.multiple + 2) * config.multiple,
}


def continued(left, right):
    """The strip with a canvas continued by these columns, given the halo."""

    def strip(denoise, x, t, halo):
        canvas = torch.cat([left(x, halo), x, right(x, halo)], -1)
        return denoise(canvas, t)[..., halo : halo + x.shape[-1]]

    return strip


def cropped(low, high):
    """The right continuation and another crop."""

    def strip(denoise, x, t, halo):
        return denoise(x[..., around(x.shape[-1], halo, 1)], t)[..., halo + low : halo + x.shape[-1] + high]

    return strip


def head(x, halo):
    return x[..., :halo]


def tail(x, halo):
    return x[..., -halo:]


WRONG_STRIPS = {
    "nothing": lambda denoise, x, t, halo: None,
    "plain": lambda denoise, x, t, halo: denoise(x, t),
    "top and bottom": lambda denoise, x, t, halo: wrapped(denoise, "y", halo, 1)(x, t),
    "no border at all": lambda denoise, x, t, halo: wrapped(denoise, "xy", halo, 1)(x, t),
    "the nearer end": continued(head, tail),
    "mirrored": continued(lambda x, halo: head(x, halo).flip(-1), lambda x, halo: tail(x, halo).flip(-1)),
    "ends turned round": continued(lambda x, halo: tail(x, halo).flip(-1), lambda x, halo: head(x, halo).flip(-1)),
    "zeros": continued(lambda x, halo: 0 * head(x, halo), lambda x, halo: 0 * tail(x, halo)),
    "a halo too small": lambda denoise, x, t, halo: wrapped(denoise, "x", halo - 1, 1)(x, t),
    "not cropped": lambda denoise, x, t, halo: denoise(x[..., around(x.shape[-1], halo, 1)], t),
    "cropped on one side": cropped(0, 2),
    "cropped one too far right": cropped(1, 1),
    "the mirror of padded": lambda denoise, x, t, halo: denoise(x[..., mirrored(x.shape[-1], 8)], t)[..., :12],
    "another time": lambda denoise, x, t, halo: wrapped(denoise, "x", halo, 1)(x, t - 1),
}
RIGHT_STRIPS = {
    "the package's": lambda denoise, x, t, halo: wrapped(denoise, "x", halo, 1)(x, t),
    "by hand": continued(tail, head),
}
EXERCISES = {
    checks.halo: (RIGHT_HALOS, WRONG_HALOS),
    checks.strip: (RIGHT_STRIPS, WRONG_STRIPS),
}
