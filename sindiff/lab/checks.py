"""Checks of the exercises: what any right answer must do, told in one line."""

from collections.abc import Callable

import torch
from torch import Tensor


def diversity(function: Callable[[Tensor, Tensor], float]) -> None:
    """Exercise in 00_start: (picture, samples) -> mean deviation of each pixel over the samples, over the picture's.

    Prints whether the function is right, and if not, which of its answers is wrong.
    """
    generator = torch.Generator().manual_seed(0)
    picture, sample = torch.randn(2, 3, 12, 10, generator=generator)
    pair = torch.stack([sample, -sample])
    expected = (2**0.5 * sample.abs().mean() / picture.std()).item()
    cases = [
        ("four copies of one sample", picture, sample.repeat(4, 1, 1, 1), 0.0),
        ("a sample and its negative", picture, pair, expected),
        ("the same pair and a picture of twice the contrast", 2 * picture, pair, expected / 2),
    ]
    _judge(function, cases)


def _judge(function: Callable, cases: list[tuple[str, Tensor, Tensor, float]]) -> None:
    for what, picture, samples, expected in cases:
        try:
            answer = function(picture, samples)
            if answer is None:
                print("Not yet: the function returns nothing.")
                return
            right = abs(float(answer) - expected) < 1e-4
        except Exception as error:
            print(f"Not yet: for {what} the function fails ({type(error).__name__}: {error}).")
            return
        if not right:
            print(f"Not yet: {what} should give {expected:.4f}, and yours gives {float(answer):.4f}.")
            return
    print("Right!")
