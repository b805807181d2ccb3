"""Detail can be ended after any strip of rows, by what its pulse raises, and says how long its phases are."""

from itertools import pairwise

import pytest
import torch

from sindiff.detail import DetailSettings, detail, settings
from sindiff.detail.synthesis import pulses
from sindiff.detail.work import Work

QUICK = DetailSettings(matching=0, rounds=1)
SIZE, LEARNED = (260, 300), (26, 30)


@pytest.fixture(scope="module")
def photo():
    return torch.rand(3, *SIZE, generator=torch.Generator().manual_seed(0)) * 2 - 1


class Ended(Exception):
    """What a pulse raises."""


@pytest.mark.parametrize(("fine", "last"), [(settings.FINE, 2 * (2 + 1)), (1000, 2 * (1 + 1))])
def test_the_pulse_is_felt_often_and_changes_nothing(photo, fine, last, monkeypatch):
    monkeypatch.setattr(settings, "FINE", fine)
    layout, felt, at_ends = photo[None, :, ::10, ::10], [], [0]
    asked = (layout, photo, LEARNED, SIZE, QUICK)
    work = Work(pulse=lambda: felt.append(1), phase=lambda pictures: at_ends.append(len(felt)))
    assert torch.equal(detail(*asked, work=work).pictures, detail(*asked).pictures)
    wanted = pulses(LEARNED, SIZE, LEARNED, SIZE, QUICK)
    counts = [after - before for before, after in pairwise(at_ends)]
    assert counts == wanted
    assert counts[-1] == last  # 78,000 px are two strips


@pytest.mark.parametrize("last", [1, 5, 12])
def test_what_it_raises_ends_the_work(photo, last):
    felt, phases = [], []

    def pulse():
        felt.append(1)
        if len(felt) == last:
            raise Ended

    work = Work(pulse=pulse, phase=lambda *at: phases.append(at))
    with pytest.raises(Ended):
        detail(photo[None, :, ::10, ::10], photo, LEARNED, SIZE, QUICK, work=work)
    assert len(felt) == last
    assert sum(pulses(LEARNED, SIZE, LEARNED, SIZE, QUICK)[: len(phases)]) <= last
