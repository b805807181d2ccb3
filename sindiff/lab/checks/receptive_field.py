"""Exercises of 03_receptive_field."""

from collections.abc import Callable, Sequence

from sindiff.lab.checks.judge import Case, judge
from sindiff.network.receptive_field import BEHIND, rf_size
from sindiff.network.unet import UNetConfig


def behind(function: Callable[[str, int, int], tuple[int, int]]) -> None:
    """Exercise 1: (layer, first, last) -> the first and last pixel of its input on which that stretch depends.

    layer: "conv", "down" or "up", as receptive_field.BEHIND has them.
    """
    stretches = [(5, 5), (4, 4), (3, 8), (0, 1), (-3, 2)]
    cases = [
        Case(f"pixels {first} to {last} behind {layer!r}", (layer, first, last), BEHIND[layer](first, last))
        for layer in BEHIND
        for first, last in stretches
    ]
    judge(lambda *arguments: (answer := function(*arguments)) and tuple(answer), cases)


def levels_for(function: Callable[[float, int], int]) -> None:
    """Exercise 2: (share, long_side) -> the fewest levels whose field is at least that share of the long side."""
    asked = [(0.36, 250), (0.17, 250), (0.7, 64), (17 / 64, 64), (0.27, 64), (1.0, 64), (0.8, 250), (0.02, 250)]
    cases = [
        Case(f"a share of {share:.3g} of {side} px", (share, side), fewest_levels(share, side)) for share, side in asked
    ]
    judge(function, cases)


def fewest_levels(share: float, long_side: int, mults: Sequence[tuple[int, ...]] = ((1,), (1, 2), (1, 2, 4))) -> int:
    """The answer to exercise 2: levels of one block each, all convolutions counted; one more if none suffices."""
    fields = [rf_size(UNetConfig(mult=mult)) for mult in mults]
    return 1 + sum(field < share * long_side for field in fields)
