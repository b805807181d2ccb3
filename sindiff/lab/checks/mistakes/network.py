"""What goes wrong in the exercises of 04_network, and what to say about it: hint -> wrong answer."""

import torch

from sindiff.network.unet import time_embedding


def waves(slowest=10000.0, half=lambda channels: channels // 2, first=0, order=("cos", "sin"), late=0):
    """time_embedding with one thing changed."""

    def embed(index, channels):
        place = torch.arange(first, first + channels // 2) / half(channels)
        angle = (index[:, None] + late) * slowest**-place
        return torch.cat([getattr(angle, name)() for name in order], dim=1)

    return embed


EMBEDDINGS = {
    "The sines come first in yours: the release has the cosines first.": waves(order=("sin", "cos")),
    "That is the embedding of the next index: the index is given, no 1 need be added.": waves(late=1),
    "The first frequency is missing: k starts at 0, where f is 1.": waves(first=1),
    "The slowest wave is wrong: the base is 10000.": waves(slowest=1000.0),
    "The exponent is -k / C in yours: it is -2k / C, as there are C / 2 frequencies.": waves(
        half=lambda channels: channels
    ),
    "The frequencies rise in yours: the exponent is negative.": lambda index, channels: waves(slowest=1 / 10000)(
        index, channels
    ),
    "Cosines and sines alternate in yours: all cosines come first, then all sines.": lambda index, channels: (
        torch.stack(time_embedding(index, channels).chunk(2, 1), dim=2).flatten(1)
    ),
    "That is half of it: all the cosines, then all the sines, C numbers in all.": lambda index, channels: (
        time_embedding(index, channels)[:, : channels // 2]
    ),
    "That is the index itself, repeated: write it as waves.": lambda index, channels: (
        index[:, None].float().expand(-1, channels)
    ),
}


def normed(dims=1, correction=0, eps=1e-5, centre=True, add=1.0, shift=1.0):
    """The exercise's norm with one thing changed."""

    def norm(x, scale, bias):
        x = x - x.mean(dims, keepdim=True) if centre else x
        x = x / (x.var(dims, keepdim=True, correction=correction) + eps).sqrt()
        return x * (add + scale[:, :, None, None]) + shift * bias[:, :, None, None]

    return norm


LOCAL_NORM = {
    "That takes its statistics over the whole canvas, as GroupNorm does: take them over the channels, dimension 1.": (
        normed((1, 2, 3))
    ),
    "That normalises each map over the canvas (InstanceNorm): take the statistics over the channels, dimension 1.": (
        normed((2, 3))
    ),
    "That normalises over the batch: take the statistics over the channels, dimension 1.": normed(0),
    "The mean is not subtracted.": normed(centre=False),
    "The variance is divided by C - 1: here it is by C (correction=0).": normed(correction=1),
    "The scale lacks the 1: a block that starts with scale 0 should change nothing.": normed(add=0.0),
    "The shift is missing.": normed(shift=0.0),
    "You divide by the variance: take its square root.": lambda x, scale, bias: (
        (x - x.mean(1, keepdim=True)) / (x.var(1, keepdim=True, correction=0) + 1e-5) * (1 + scale[:, :, None, None])
        + bias[:, :, None, None]
    ),
    "That is not conditioned on the time step at all: scale and shift are missing.": (
        lambda x, scale, bias: normed()(x, 0 * scale, 0 * bias)
    ),
}
