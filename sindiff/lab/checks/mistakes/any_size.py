"""What goes wrong in the exercises of 07_any_size, and what to say about it: hint -> wrong answer."""

import torch

from sindiff.conditioning import around, mirrored, wrapped
from sindiff.network.receptive_field import rf_size


def up(length, multiple):
    return length + -length % multiple


HALOS = {
    "That is the whole field: the halo is what lies on one side.": rf_size,
    "That is half of the field: its cells can shift it, and the halo must be a multiple of them.": lambda config: (
        rf_size(config) // 2
    ),
    "That forgets the cells: a pixel sees up to config.multiple - 1 px farther on one side.": lambda config: up(
        rf_size(config) // 2, config.multiple
    ),
    "The halo must be a multiple of config.multiple: round up.": lambda config: (
        rf_size(config) // 2 + config.multiple - 1
    ),
    "That is one multiple too many for some networks: round up, do not add.": lambda config: (
        (rf_size(config) // 2 // config.multiple + 2) * config.multiple
    ),
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


STRIPS = {
    "That leaves the ends as they are: a pixel at the left end must see the right end.": lambda denoise, x, t, halo: (
        denoise(x, t)
    ),
    "That joins top and bottom: it is left and right that meet.": lambda denoise, x, t, halo: wrapped(
        denoise, "y", halo, 1
    )(x, t),
    "That joins top and bottom too: they should stay as they are.": lambda denoise, x, t, halo: wrapped(
        denoise, "xy", halo, 1
    )(x, t),
    "The canvas is continued by its nearer end: on the left goes what lies at the right end.": continued(head, tail),
    "That continues the canvas by its mirror image: take the other end, as it is.": continued(
        lambda x, halo: head(x, halo).flip(-1), lambda x, halo: tail(x, halo).flip(-1)
    ),
    "The other end is mirrored in yours: it must go on as it is.": continued(
        lambda x, halo: tail(x, halo).flip(-1), lambda x, halo: head(x, halo).flip(-1)
    ),
    "The halo is one pixel too small.": lambda denoise, x, t, halo: wrapped(denoise, "x", halo - 1, 1)(x, t),
    "The continuation is still there: cut it off, the answer has the shape of x.": lambda denoise, x, t, halo: denoise(
        x[..., around(x.shape[-1], halo, 1)], t
    ),
    "It is cropped on one side only.": cropped(0, 2),
    "The crop is one pixel too far to the right.": cropped(1, 1),
    "That is the mirror image that `padded` adds: here the ends meet.": lambda denoise, x, t, halo: denoise(
        x[..., mirrored(x.shape[-1], 8)], t
    )[..., :12],
    "That asks the network about another step than t.": lambda denoise, x, t, halo: wrapped(denoise, "x", halo, 1)(
        x, t - 1
    ),
}
