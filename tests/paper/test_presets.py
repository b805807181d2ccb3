"""The recipes by name: their networks are as large as they say, and those of Table 4 differ in what they see alone."""

import re

import pytest

from sindiff.network.receptive_field import parameters, rf_size
from sindiff.paper.levels import table_4
from sindiff.training.presets import PRESETS, get_preset


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_expected_number_of_parameters(preset):
    promised = re.match(r"([\d,]+) parameters", preset.expected)
    if promised:
        assert parameters(preset.train.network) == int(promised.group(1).replace(",", ""))


@pytest.mark.parametrize(
    ("name", "fields"),
    [("smoke", [5, 11, 27, 45]), ("laptop", [5, 11, 27, 45]), ("paper", [17, 45, 101, 213])],
)
def test_table_4_changes_the_field_and_not_the_capacity(name, fields):
    recipes = table_4(get_preset(name))
    networks = [recipe.train.network for recipe in recipes]
    assert [rf_size(network) for network in networks] == fields
    counts = [parameters(network) for network in networks]
    assert max(counts) < 1.1 * min(counts)
    assert {network.norm for network in networks} == {get_preset(name).train.network.norm}
