"""Exercises of lessons 03, 04 and 07: what the network sees and is made of."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F

from sindiff.diffusion import Denoiser
from sindiff.lab.checks import solutions
from sindiff.lab.checks.judge import Case, exercise, seeded
from sindiff.lab.checks.mistakes import any_size, network, receptive_field
from sindiff.network.receptive_field import BEHIND, rf_reach
from sindiff.network.unet import UNetConfig, time_embedding


@exercise(receptive_field.BEHIND)
def behind() -> Iterator[Case]:
    """Exercise 03.1: (layer, first, last) -> the first and last pixel of its input on which that stretch depends.

    layer: "conv", "down" or "up", as receptive_field.BEHIND has them.
    """
    for layer in BEHIND:
        for first, last in ((5, 5), (4, 4), (3, 8), (0, 1), (-3, 2)):
            what = f"pixels {first} to {last} behind {layer!r}"
            yield Case(what, (layer, first, last), BEHIND[layer](first, last))


@exercise(receptive_field.BORDER_SHARE)
def border_share() -> Iterator[Case]:
    """Exercise 03.2: (height, width, reach) -> the share of the pixels that see beyond a border."""
    for height, width, reach in [(48, 64, 22), (48, 64, 5), (188, 250, 22), (48, 64, 30), (48, 64, 2), (20, 90, 15)]:
        right = solutions.border_share(height, width, reach)
        yield Case(f"a canvas of {height}x{width} px and a reach of {reach}", (height, width, reach), right)


@exercise(network.EMBEDDINGS, tolerance=1e-3)
def embedding() -> Iterator[Case]:
    """Exercise 04.1: (step indices, channels) -> cosines, then sines, at falling frequencies, (B,) -> (B, channels)."""
    for channels in (2, 8, 32):
        for index in ([0], [1], [0, 3, 999]):
            index = torch.tensor(index)
            what = f"the embedding of {index.tolist()} in {channels} channels"
            yield Case(what, (index, channels), time_embedding(index, channels))


@exercise(network.LOCAL_NORM)
def local_norm() -> Iterator[Case]:
    """Exercise 04.2: (x, scale, shift) -> each pixel normalised over its channels, scaled and shifted, (B, C, H, W)."""
    for batch, channels in ((1, 4), (3, 8)):
        x = 2 * seeded(batch, channels, 3, 5) + seeded(batch, channels, 1, 1, seed=1)
        scale, shift = (seeded(batch, channels, seed=seed) for seed in (2, 3))
        what = f"the norm of a batch of {batch} with {channels} channels"
        yield Case(what, (x, scale, shift), solutions.local_norm(x, scale, shift))


@exercise(any_size.HALOS)
def halo() -> Iterator[Case]:
    """Exercise 07.1: UNetConfig -> the reach in px, rounded up to a multiple of the network's."""
    for mult, blocks in [((1,), 1), ((1, 2), 1), ((1, 2, 4), 1), ((1, 2, 4, 8), 2)]:
        config = UNetConfig(mult=mult, blocks=blocks)
        reach = max(rf_reach(config))
        levels = "one level" if len(mult) == 1 else f"{len(mult)} levels"
        what = f"a network of {levels} with {blocks} block{'s' * (blocks > 1)} each"
        yield Case(what, (config,), reach + -reach % config.multiple)


@exercise(any_size.STRIPS)
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
