"""Exercises of lessons 03, 04 and 07: what the network sees and is made of."""

from collections.abc import Iterator, Sequence

import torch
import torch.nn.functional as F

from sindiff.diffusion import Denoiser
from sindiff.lab.checks.judge import Case, exercise, seeded
from sindiff.network.receptive_field import BEHIND, rf_reach, rf_size
from sindiff.network.unet import ResBlock, UNetConfig, time_embedding


@exercise()
def behind() -> Iterator[Case]:
    """Exercise 03.1: (layer, first, last) -> the first and last pixel of its input on which that stretch depends.

    layer: "conv", "down" or "up", as receptive_field.BEHIND has them.
    """
    for layer in BEHIND:
        for first, last in ((5, 5), (4, 4), (3, 8), (0, 1), (-3, 2)):
            what = f"pixels {first} to {last} behind {layer!r}"
            yield Case(what, (layer, first, last), BEHIND[layer](first, last))


@exercise()
def levels_for() -> Iterator[Case]:
    """Exercise 03.2: (share, long_side) -> the fewest levels whose field is at least that share of the long side."""
    sides = [(0.36, 250), (0.17, 250), (0.7, 64), (17 / 64, 64), (0.27, 64), (1.0, 64), (0.8, 250), (0.02, 250)]
    for share, side in sides:
        yield Case(f"a share of {share:.3g} of {side} px", (share, side), fewest_levels(share, side))


def fewest_levels(share: float, long_side: int, mults: Sequence[tuple[int, ...]] = ((1,), (1, 2), (1, 2, 4))) -> int:
    """The answer to exercise 2: levels of one block each, all convolutions counted; one more if none suffices."""
    fields = [rf_size(UNetConfig(mult=mult)) for mult in mults]
    return 1 + sum(field < share * long_side for field in fields)


@exercise(tolerance=1e-3)
def embedding() -> Iterator[Case]:
    """Exercise 04.1: (step indices, channels) -> cosines, then sines, at falling frequencies, (B,) -> (B, channels)."""
    for channels in (2, 8, 32):
        for index in ([0], [1], [0, 3, 999]):
            index = torch.tensor(index)
            what = f"the embedding of {index.tolist()} in {channels} channels"
            yield Case(what, (index, channels), time_embedding(index, channels))


@exercise()
def block_parameters() -> Iterator[Case]:
    """Exercise 04.2: (input channels, output channels, time channels) -> weights of a residual block without norm."""
    for shape in ((4, 4, 16), (4, 8, 16), (12, 4, 16), (32, 64, 128)):
        with torch.device("meta"):
            right = sum(weights.numel() for weights in ResBlock(*shape, "none").parameters())
        what = "a block from {} to {} channels with {} for the time".format(*shape)
        yield Case(what, shape, right)


@exercise()
def halo() -> Iterator[Case]:
    """Exercise 07.1: UNetConfig -> the reach in px, rounded up to a multiple of the network's."""
    for mult, blocks in [((1,), 1), ((1, 2), 1), ((1, 2, 4), 1), ((1, 2, 4, 8), 2)]:
        config = UNetConfig(mult=mult, blocks=blocks)
        reach = max(rf_reach(config))
        levels = "one level" if len(mult) == 1 else f"{len(mult)} levels"
        what = f"a network of {levels} with {blocks} block{'s' * (blocks > 1)} each"
        yield Case(what, (config,), reach + -reach % config.multiple)


@exercise()
def strip() -> Iterator[Case]:
    """Exercise 07.2: (denoise, x, t, halo) -> the answer for a canvas whose left and right ends meet."""
    x, reach = seeded(2, 3, 9, 12), 2
    around = sum(x.roll(shift, -1) for shift in range(-reach, reach + 1)) / (2 * reach + 1)

    def blur(height: int, width: int) -> Denoiser:
        """Means over so many pixels, zeros beyond the canvas."""
        return lambda x, t: F.avg_pool2d(x, (height, width), 1, (height // 2, width // 2))

    yield Case("a denoiser that changes nothing", (lambda x, t: x, x, 1, reach), x)
    yield Case("one that answers t times the canvas", (lambda x, t: t * x, x, 7, reach), 7 * x)
    yield Case("one that blurs along the rows", (blur(1, 5), x, 1, reach), around)
    yield Case("one that blurs along the columns", (blur(5, 1), x, 1, reach), blur(5, 1)(x, 1))
