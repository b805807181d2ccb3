"""Exercises of 00_start."""

from collections.abc import Callable

import torch
from torch import Tensor

from sindiff.lab.checks.judge import Case, judge, seeded


def diversity(function: Callable[[Tensor, Tensor], float]) -> None:
    """Exercise 2: (picture, samples) -> mean deviation of each pixel over the samples, over the picture's own."""
    picture, sample = seeded(2, 3, 12, 10)
    pair = torch.stack([sample, -sample])
    expected = (2**0.5 * sample.abs().mean() / picture.std()).item()
    cases = [
        Case("four copies of one sample", (picture, sample.repeat(4, 1, 1, 1)), 0.0),
        Case("a sample and its negative", (picture, pair), expected),
        Case("the same pair and a picture of twice the contrast", (2 * picture, pair), expected / 2),
    ]
    judge(function, cases)
