"""Counts of votes: against enumeration of all of them and what closed forms say."""

import itertools
import math

import pytest

from sindiff.metrics.binomial import at_least, interval, p_value, power


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_the_tail_is_that_of_all_sequences(p):
    for n in range(5):
        for k in range(n + 2):
            sequences = (sum(votes) for votes in itertools.product((0, 1), repeat=n))
            wanted = math.fsum(p**yes * (1 - p) ** (n - yes) for yes in sequences if yes >= k)
            assert at_least(k, n, p) == pytest.approx(wanted, abs=1e-12)


def test_the_p_value_is_that_of_all_tosses():
    for n in range(8):
        heads = [sum(votes) for votes in itertools.product((0, 1), repeat=n)]
        for k in range(n + 1):
            farther = sum(abs(h - n / 2) >= abs(k - n / 2) for h in heads)
            assert p_value(k, n) == pytest.approx(farther / 2**n, abs=1e-12)


def test_the_ends_leave_equal_tails():
    for k, n, level in ((1, 2, 0.5), (3, 10, 0.95), (13, 40, 0.99)):
        low, high = interval(k, n, level)
        assert at_least(k, n, low) == pytest.approx((1 - level) / 2, rel=1e-6)
        assert 1 - at_least(k + 1, n, high) == pytest.approx((1 - level) / 2, rel=1e-6)


def test_all_or_none_has_a_closed_form():
    for n in (1, 5, 80):
        assert interval(n, n) == (pytest.approx(0.025 ** (1 / n)), 1)
        assert interval(0, n) == (0, pytest.approx(1 - 0.025 ** (1 / n)))
    assert interval(0, 0) == (0, 1)
    assert p_value(0, 0) == 1


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3), (0, -1)])
def test_votes_that_cannot_be(k, n):
    for function in (interval, p_value):
        with pytest.raises(ValueError, match="votes must be counted"):
            function(k, n)


def test_a_level_or_share_that_cannot_be():
    for level in (0, 1, 95):
        for function in (interval, lambda k, n, level: power(0.5, n, level)):
            with pytest.raises(ValueError, match="level"):
                function(3, 10, level)
    with pytest.raises(ValueError, match="share"):
        power(1.5, 10)


def test_power_is_the_chance_of_a_finding():
    for n, share, level in itertools.product((0, 1, 5, 6, 13), (0.0, 0.3, 0.5, 1.0), (0.05, 0.2)):
        found = [k for k in range(n + 1) if p_value(k, n) <= level]
        wanted = sum(math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in found)
        assert power(share, n, level) == pytest.approx(wanted, abs=1e-12)
