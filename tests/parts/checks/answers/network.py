"""The exercises of 04_network: right answers and wrong ones."""

import torch

from sindiff.lab import checks
from sindiff.network.unet import ResBlock, time_embedding


def waves(slowest=10000.0, half=lambda channels: channels // 2, first=0, order=("cos", "sin"), late=0):
    """time_embedding with one thing changed."""

    def embed(index, channels):
        place = torch.arange(first, first + channels // 2) / half(channels)
        angle = (index[:, None] + late) * slowest**-place
        return torch.cat([getattr(angle, name)() for name in order], dim=1)

    return embed


WRONG_EMBEDDINGS = {
    "nothing": lambda index, channels: None,
    "sines first": waves(order=("sin", "cos")),
    "off by one": waves(late=1),
    "first frequency left out": waves(first=1),
    "slower": waves(slowest=1000.0),
    "all channels counted": waves(half=lambda channels: channels),
    "rising frequencies": lambda index, channels: waves(slowest=1 / 10000)(index, channels),
    "alternating": lambda index, channels: torch.stack(time_embedding(index, channels).chunk(2, 1), dim=2).flatten(1),
    "half the channels": lambda index, channels: time_embedding(index, channels)[:, : channels // 2],
    "the index itself": lambda index, channels: index[:, None].float().expand(-1, channels),
}


def count(inputs, outputs, time):
    return sum(weights.numel() for weights in ResBlock(inputs, outputs, time, "none").parameters())


def skip(inputs, outputs):
    return (inputs + 1) * outputs


WRONG_COUNTS = {
    "nothing": lambda i, o, t: None,
    "no skip": lambda i, o, t: (9 * i + 1) * o + (9 * o + 1) * o + (t + 1) * 2 * o,
    "a skip in every block": lambda i, o, t: count(i, o, t) + (skip(i, o) if i == o else 0),
    "no bias": lambda i, o, t: 9 * i * o + 9 * o * o + t * 2 * o + (i * o if i != o else 0),
    "one convolution": lambda i, o, t: count(i, o, t) - (9 * o + 1) * o,
    "both from the inputs": lambda i, o, t: count(i, o, t) + 9 * (i - o) * o,
    "no time": lambda i, o, t: count(i, o, t) - (t + 1) * 2 * o,
    "scale without shift": lambda i, o, t: count(i, o, t) - (t + 1) * o,
    "exchanged": lambda i, o, t: count(o, i, t),
    "1x1 convolutions": lambda i, o, t: count(i, o, t) - 8 * (i + o) * o,
    "with norms": lambda i, o, t: count(i, o, t) + 2 * i + 2 * o,
}
EXERCISES = {
    checks.embedding: ({"the package's": time_embedding, "by hand": waves()}, WRONG_EMBEDDINGS),
    checks.block_parameters: ({"counted": count}, WRONG_COUNTS),
}
