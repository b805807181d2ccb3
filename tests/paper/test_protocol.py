"""The tables as data: all that they name is there, and what they print is what the paper's text says of it."""

from dataclasses import fields

import pytest

from sindiff.cli.baseline import METHODS
from sindiff.metrics import Evaluation
from sindiff.paper.protocol import PLACES50, TABLES, at_laptop
from sindiff.pictures.bundled import bundled_pictures
from sindiff.pictures.places50 import manifest
from sindiff.training.presets import get_preset

ALL = [*TABLES.values(), *(at_laptop(protocol) for protocol in TABLES.values())]


@pytest.mark.parametrize("protocol", ALL)
def test_what_it_names_is_there(protocol):
    assert set(protocol.metrics) <= {field.name for field in fields(Evaluation)}
    assert set(protocol.pictures or ()) <= {*manifest()["sha256"], *bundled_pictures()}
    for row in protocol.rows:
        assert (row.method is None) == (row.preset is None)
        if row.method == "sindiff":
            assert get_preset(row.preset).long_side == protocol.long_side
        elif row.method:
            assert METHODS[row.method].recipes[row.preset].long_side == protocol.long_side


def test_printed_values_agree_with_the_paper_s_words():
    """ "Surpassing the most challenging method by +0.082 LPIPS"; clearly preferred; fidelity rises with the field."""
    *others, ours = TABLES[1].rows
    assert ours.lpips - max(row.lpips for row in others) == pytest.approx(0.082)
    assert min(row.preferred for row in TABLES[2].rows) > 0.5
    multi, single = TABLES[3].rows
    assert single.sifid < multi.sifid
    assert single.lpips > multi.lpips
    for values in zip(*[(row.sifid, row.lpips) for row in TABLES[4].rows], strict=True):
        assert list(values) == sorted(values, reverse=True)
    assert (single.sifid, single.lpips) == (TABLES[4].rows[2].sifid, TABLES[4].rows[2].lpips)


def test_ten_samples_and_fifty_pictures():
    assert [protocol.samples for protocol in TABLES.values()] == [10, 1, 10, 10]
    assert len(PLACES50) == 50
    laptop = at_laptop(TABLES[3])
    assert len(laptop.pictures) * len(laptop.seeds) == 6
    assert [row.sifid for row in laptop.rows] == [0.74, 0.11]
