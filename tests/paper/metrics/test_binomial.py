"""Counts of votes: against enumeration of all of them, closed forms and scipy."""

import itertools
import math

import pytest

from sindiff.metrics.binomial import at_least, interval, p_value, power


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_the_tail_is_that_of_all_sequences(p):
    for n in range(7):
        for k in range(n + 2):
            sequences = (sum(votes) for votes in itertools.product((0, 1), repeat=n))
            wanted = math.fsum(p**yes * (1 - p) ** (n - yes) for yes in sequences if yes >= k)
            assert at_least(k, n, p) == pytest.approx(wanted, abs=1e-12)


def test_the_p_value_is_that_of_all_tosses():
    for n in range(10):
        heads = [sum(votes) for votes in itertools.product((0, 1), repeat=n)]
        for k in range(n + 1):
            farther = sum(abs(h - n / 2) >= abs(k - n / 2) for h in heads)
            assert p_value(k, n) == pytest.approx(farther / 2**n, abs=1e-12)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.99])
def test_the_ends_leave_equal_tails(level):
    for n in (1, 2, 10, 40):
        for k in {0, 1, n // 3, n - 1, n}:
            low, high = interval(k, n, level)
            assert 0 <= low <= k / n <= high <= 1
            if k:
                assert at_least(k, n, low) == pytest.approx((1 - level) / 2, rel=1e-9)
            if k < n:
                assert 1 - at_least(k + 1, n, high) == pytest.approx((1 - level) / 2, rel=1e-9)


def test_all_or_none_has_a_closed_form():
    for n in (1, 5, 10, 80):
        assert interval(n, n) == (pytest.approx(0.025 ** (1 / n)), 1)
        assert interval(0, n) == (0, pytest.approx(1 - 0.025 ** (1 / n)))
    assert interval(0, 0) == (0, 1)
    assert p_value(0, 0) == 1


def test_the_interval_turns_round_with_the_question():
    for k in range(11):
        low, high = interval(k, 10)
        assert interval(10 - k, 10) == (pytest.approx(1 - high), pytest.approx(1 - low))
        assert p_value(k, 10) == pytest.approx(p_value(10 - k, 10))


def test_it_holds_the_truth_often_enough():
    for n, truth in itertools.product((10, 25), (0.1, 0.5, 0.65, 0.9)):
        held = [low <= truth <= high for low, high in (interval(k, n) for k in range(n + 1))]
        chances = [math.comb(n, k) * truth**k * (1 - truth) ** (n - k) for k in range(n + 1)]
        assert sum(chance for chance, inside in zip(chances, held, strict=True) if inside) >= 0.95


def test_equal_to_scipy():
    binomtest = pytest.importorskip("scipy.stats").binomtest
    for n in (1, 7, 10, 40):
        for k in {0, n // 4, n // 2, n - 1, n}:
            wanted = binomtest(k, n)
            exact = wanted.proportion_ci(0.95, "exact")
            assert interval(k, n) == (pytest.approx(exact.low, abs=1e-9), pytest.approx(exact.high, abs=1e-9))
            assert p_value(k, n) == pytest.approx(wanted.pvalue, abs=1e-12)


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3), (0, -1)])
def test_votes_that_cannot_be(k, n):
    for function in (interval, p_value):
        with pytest.raises(ValueError, match="votes must be counted"):
            function(k, n)


def test_a_level_that_cannot_be():
    for level in (0, 1, 95):
        with pytest.raises(ValueError, match="level"):
            interval(3, 10, level)
        with pytest.raises(ValueError, match="level"):
            power(0.5, 10, level)


def test_power_is_the_chance_of_a_finding():
    for n, share, level in itertools.product((0, 1, 5, 6, 10, 13), (0.0, 0.3, 0.5, 0.65, 1.0), (0.05, 0.2)):
        found = [k for k in range(n + 1) if p_value(k, n) <= level]
        wanted = sum(math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in found)
        assert power(share, n, level) == pytest.approx(wanted, abs=1e-12)


def test_a_coin_is_found_seldom_enough_and_more_votes_find_more():
    assert all(power(0.5, n) <= 0.05 for n in range(60))
    assert power(0.65, 10) < power(0.65, 40) < power(0.65, 200) <= 1


def test_many_votes():
    assert p_value(1000, 2000) == 1
    assert 0 < p_value(1100, 2000) < 1e-4
