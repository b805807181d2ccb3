"""t-intervals, held against a closed form and against repeated draws."""

import math

import pytest
import torch

from sindiff.metrics import mean_interval


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.99])
def test_two_values_have_a_closed_form(confidence):
    """One degree of freedom is Cauchy's distribution; the error of 1 and 3 is 1."""
    made = mean_interval([1.0, 3.0], confidence)
    assert made == (2, pytest.approx(math.tan(confidence * math.pi / 2)))


def test_95_of_100_intervals_hold_the_truth():
    """Of many means over five normal values about 95 % lie as near to the truth as their interval says."""
    draws = 3 + 2 * torch.randn(1000, 5, generator=torch.Generator().manual_seed(0))
    made = [mean_interval(draw) for draw in draws.tolist()]
    share = sum(abs(each.mean - 3) < each.off for each in made) / len(made)
    assert abs(share - 0.95) < 4 * math.sqrt(0.95 * 0.05 / len(made))


def test_few_values():
    assert mean_interval([2.5]) == (2.5, None)
    assert mean_interval([1.0, 1.0]) == (1, 0)
    with pytest.raises(ValueError, match="one value at least"):
        mean_interval([])
