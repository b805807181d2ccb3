"""Exercises of 12_compare."""

import random
from collections.abc import Callable, Sequence

from sindiff.lab.checks.judge import Case, judge
from sindiff.lab.study import SIDES, Trial
from sindiff.metrics.binomial import power


def unblind(function: Callable[[Sequence[Trial], Sequence[str]], dict[str, int]]) -> None:
    """Exercise 1: (trials, choices) -> votes for ours, by rival; trials are study.Trial, choices "left" or "right"."""
    chance, cases = random.Random(0), []
    for rivals, n in ((["GPNN"], 1), (["GPNN"], 10), (["SinGAN", "GPNN"], 20), (["SinGAN", "ConSinGAN", "GPNN"], 40)):
        trials = [Trial(chance.choice(rivals), index, chance.choice(SIDES)) for index in range(n)]
        choices = [chance.choice(SIDES) for _ in trials]
        expected = dict.fromkeys(sorted({trial.rival for trial in trials}), 0)
        for trial, choice in zip(trials, choices, strict=True):
            expected[trial.rival] += trial.side == choice
        cases.append(Case(f"{n} votes", (trials, choices), expected))
    lost = [Trial("GPNN", index, "left") for index in range(3)]
    cases.append(Case("three votes that all went to GPNN", (lost, ["right"] * 3), {"GPNN": 0}))
    judge(function, cases)


def finding(function: Callable[[float, int], float]) -> None:
    """Exercise 2: (share, n) -> probability that n votes have a p-value up to 0.05 when `share` is true."""
    settings = [(0.65, 10), (0.65, 40), (0.81, 11), (0.35, 40), (0.5, 40), (0.9, 5), (0.9, 6)]
    cases = [Case(f"a share of {share} and {n} votes", (share, n), power(share, n)) for share, n in settings]
    judge(function, cases)
