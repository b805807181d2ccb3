"""The exercises of 03_receptive_field: right answers and wrong ones."""

from sindiff.lab import checks
from sindiff.lab.checks.network import fewest_levels
from sindiff.network.receptive_field import BEHIND, rf_size
from sindiff.network.unet import UNetConfig

FIELDS = [rf_size(UNetConfig(mult=mult)) for mult in ((1,), (1, 2), (1, 2, 4))]


def with_layer(layer, rule):
    rules = {**BEHIND, layer: rule}
    return lambda name, first, last: rules[name](first, last)


WRONG_BEHIND = {
    "nothing": lambda layer, first, last: None,
    "no layer": lambda layer, first, last: (first, last),
    "a kernel of two": with_layer("conv", lambda first, last: (first - 1, last)),
    "inwards": with_layer("conv", lambda first, last: (first + 1, last - 1)),
    "a kernel of seven": with_layer("conv", lambda first, last: (first - 3, last + 3)),
    "down halves": with_layer("down", lambda first, last: (first // 2, last // 2)),
    "down: one pixel more": with_layer("down", lambda first, last: (2 * first, 2 * last + 1)),
    "up doubles": with_layer("up", lambda first, last: (2 * first, 2 * last)),
    "up rounds the last up": with_layer("up", lambda first, last: (first // 2, (last + 1) // 2)),
    "up rounds towards nought": with_layer("up", lambda first, last: (int(first / 2), int(last / 2))),
}
WRONG_LEVELS = {
    "one level too few": lambda share, side: sum(field < share * side for field in FIELDS),
    "a field as large as the share": lambda share, side: 1 + sum(field <= share * side for field in FIELDS),
    "counted from the large end": lambda share, side: 1 + sum(field > share * side for field in FIELDS),
    "root of the share": lambda share, side: 1 + sum(field < share**0.5 * side for field in FIELDS),
    "fields typed in wrong": lambda share, side: 1 + sum(field < share * side for field in (17, 41, 89)),
    "half the field": lambda share, side: 1 + sum(field // 2 < share * side for field in FIELDS),
    "always three": lambda share, side: 3,
}
RIGHT_BEHIND = {"the package's": lambda layer, first, last: BEHIND[layer](first, last)}
EXERCISES = {
    checks.behind: (RIGHT_BEHIND, WRONG_BEHIND),
    checks.levels_for: ({"the package's": fewest_levels}, WRONG_LEVELS),
}
