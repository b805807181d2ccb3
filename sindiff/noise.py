"""Seeded noise on an endless canvas: any window of it can be drawn alone, on any device, in any batch."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

BLOCK = 64

Noise = Callable[[Tensor, int], Tensor]
"""(like, t) -> standard normal noise of like's shape for step t; the same call gives the same noise."""


def noise_window(seed: int, t: int, top: int, left: int, height: int, width: int, channels: int = 3) -> Tensor:
    """A window of the endless noise picture that `seed` has at step `t`, (channels, height, width), float32.

    seed: non-negative, below 2^64.  top, left: non-negative.  The canvas is made of 64 x 64 blocks, each drawn from a
    counter-based generator (Philox: Salmon et al. 2011) keyed by seed, step and block, so overlapping windows agree
    and a larger canvas extends a smaller one.
    """
    rows = range(top // BLOCK, (top + height - 1) // BLOCK + 1)
    columns = range(left // BLOCK, (left + width - 1) // BLOCK + 1)
    blocks = [[_block(seed, t, row, column, channels) for column in columns] for row in rows]
    canvas = np.concatenate([np.concatenate(row, axis=2) for row in blocks], axis=1)
    y, x = top - rows.start * BLOCK, left - columns.start * BLOCK
    return torch.from_numpy(np.ascontiguousarray(canvas[:, y : y + height, x : x + width]))


def _block(seed: int, t: int, row: int, column: int, channels: int) -> np.ndarray:
    philox = np.random.Philox(counter=[0, 0, row, column], key=np.array([seed, t], dtype=np.uint64))
    return np.random.Generator(philox).standard_normal((channels, BLOCK, BLOCK), dtype=np.float32)


def seeded_noise(seeds: Sequence[int], top: int = 0, left: int = 0) -> Noise:
    """Noise whose picture i depends on seeds[i] alone: neither the batch nor the device changes a sample.

    top, left: where on the endless canvas the pictures lie.
    """

    def draw(like: Tensor, t: int) -> Tensor:
        _, channels, height, width = like.shape
        pictures = [noise_window(seed, t, top, left, height, width, channels) for seed in seeds]
        return torch.stack(pictures).to(like)

    return draw


def revisited(noise: Noise, visit: int) -> Noise:
    """Fresh noise for a walk that passes the same steps again: visit 0 is the noise itself, each other independent.

    visit: non-negative, below 2^31.
    """
    return lambda like, t: noise(like, t + (visit << 32))
