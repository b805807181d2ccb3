"""Exercises of 04_network."""

from collections.abc import Callable

import torch
from torch import Tensor

from sindiff.lab.checks.judge import Case, judge
from sindiff.network.unet import ResBlock, time_embedding


def embedding(function: Callable[[Tensor, int], Tensor]) -> None:
    """Exercise 1: (step indices, channels) -> cosines, then sines, at falling frequencies, (B,) -> (B, channels)."""
    cases = []
    for channels in (2, 8, 32):
        for index in ([0], [1], [0, 3, 999]):
            index = torch.tensor(index)
            what = f"the embedding of {index.tolist()} in {channels} channels"
            cases.append(Case(what, (index, channels), time_embedding(index, channels)))
    judge(function, cases, tolerance=1e-3)


def block_parameters(function: Callable[[int, int, int], int]) -> None:
    """Exercise 2: (input channels, output channels, time channels) -> parameters of a residual block with no norm."""
    cases = []
    for shape in ((4, 4, 16), (4, 8, 16), (12, 4, 16), (32, 64, 128)):
        with torch.device("meta"):
            right = sum(weights.numel() for weights in ResBlock(*shape, "none").parameters())
        what = "a block from {} to {} channels with {} for the time".format(*shape)
        cases.append(Case(what, shape, right))
    judge(function, cases)
