"""t-intervals, held against closed forms and against repeated draws."""

import math

import pytest
import torch

from sindiff.metrics import mean_interval
from sindiff.metrics.intervals import two_sided_t


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.99])
def test_closed_forms(confidence):
    """One degree of freedom is Cauchy's distribution, two have a root, very many are the normal distribution."""
    assert two_sided_t(confidence, 1) == pytest.approx(math.tan(confidence * math.pi / 2), rel=1e-6)
    assert two_sided_t(confidence, 2) == pytest.approx(confidence * math.sqrt(2 / (1 - confidence**2)), rel=1e-6)
    normal = math.sqrt(2) * torch.erfinv(torch.tensor(confidence, dtype=torch.float64)).item()
    assert two_sided_t(confidence, 1_000_000) == pytest.approx(normal, rel=1e-4)


def test_95_of_100_intervals_hold_the_truth():
    """Of many means over five normal values about 95 % lie as near to the truth as their interval says."""
    draws = 3 + 2 * torch.randn(2000, 5, generator=torch.Generator().manual_seed(0))
    off = two_sided_t(0.95, 4) * draws.std(1) / math.sqrt(5)
    share = ((draws.mean(1) - 3).abs() < off).float().mean().item()
    assert abs(share - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 2000)
    made = mean_interval(draws[0].tolist())
    assert made.mean == pytest.approx(draws[0].mean().item(), rel=1e-5)
    assert made.off == pytest.approx(off[0].item(), rel=1e-5)


def test_few_values():
    assert mean_interval([2.5]) == (2.5, None)
    assert mean_interval([1.0, 1.0]) == (1, 0)
    with pytest.raises(ValueError, match="one value at least"):
        mean_interval([])
