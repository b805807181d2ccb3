"""The exercises of 03_receptive_field: right answers pass, wrong ones do not."""

import pytest

from sindiff.lab import checks
from sindiff.lab.checks.network import fewest_levels
from sindiff.network.receptive_field import BEHIND, rf_size
from sindiff.network.unet import UNetConfig

FIELDS = [rf_size(UNetConfig(mult=mult)) for mult in ((1,), (1, 2), (1, 2, 4))]


def with_layer(layer, rule):
    rules = {**BEHIND, layer: rule}
    return lambda name, first, last: rules[name](first, last)


WRONG_BEHIND = [
    lambda layer, first, last: None,
    lambda layer, first, last: (first, last),
    with_layer("conv", lambda first, last: (first - 1, last)),
    with_layer("conv", lambda first, last: (first + 1, last - 1)),
    with_layer("conv", lambda first, last: (first - 3, last + 3)),
    with_layer("down", lambda first, last: (first // 2, last // 2)),
    with_layer("down", lambda first, last: (2 * first, 2 * last + 1)),
    with_layer("up", lambda first, last: (2 * first, 2 * last)),
    with_layer("up", lambda first, last: (first // 2, (last + 1) // 2)),
    with_layer("up", lambda first, last: (int(first / 2), int(last / 2))),
]
WRONG_LEVELS = [
    lambda share, side: sum(field < share * side for field in FIELDS),
    lambda share, side: 1 + sum(field <= share * side for field in FIELDS),
    lambda share, side: 1 + sum(field > share * side for field in FIELDS),
    lambda share, side: 1 + sum(field < share**0.5 * side for field in FIELDS),
    lambda share, side: 1 + sum(field < share * side for field in (17, 41, 89)),
    lambda share, side: 1 + sum(field // 2 < share * side for field in FIELDS),
    lambda share, side: 3,
]


def test_right_answers(verdict):
    assert verdict(checks.behind, lambda layer, first, last: BEHIND[layer](first, last)) == "Right!"
    assert verdict(checks.levels_for, fewest_levels) == "Right!"


@pytest.mark.parametrize("function", WRONG_BEHIND)
def test_wrong_stretch(verdict, function):
    assert verdict(checks.behind, function).startswith("Not yet: ")


@pytest.mark.parametrize("function", WRONG_LEVELS)
def test_wrong_number_of_levels(verdict, function):
    assert verdict(checks.levels_for, function).startswith("Not yet: ")
