"""The exercises of 00_start: right answers pass, wrong ones do not."""

import pytest

from sindiff.lab import checks
from sindiff.metrics import pixel_diversity

WRONG = [
    lambda picture, samples: samples.std(dim=0).mean(),
    lambda picture, samples: samples.std() / picture.std(),
    lambda picture, samples: samples.std(dim=0, correction=0).mean() / picture.std(),
    lambda picture, samples: samples.var(dim=0).mean() / picture.var(),
    lambda picture, samples: samples.std(dim=1).mean() / picture.std(),
]


def test_right_diversity(verdict):
    assert verdict(checks.diversity, pixel_diversity) == "Right!"


@pytest.mark.parametrize("function", WRONG)
def test_wrong_diversity(verdict, function):
    assert verdict(checks.diversity, function).startswith("Not yet: ")
