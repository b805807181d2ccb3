"""What goes wrong in the exercises of 12_compare, and what to say about it: hint -> wrong answer."""

import math
from collections import Counter

from sindiff.metrics.binomial import at_least, p_value, power


def counting(wanted):
    """An answer that counts the votes for which something holds."""

    def unblind(trials, choices):
        counts = {trial.rival: 0 for trial in trials}
        for trial, choice in zip(trials, choices, strict=True):
            counts[trial.rival] += wanted(trial, choice)
        return counts

    return unblind


ours = counting(lambda trial, choice: trial.side == choice)
COUNTS = {
    "Those are the votes against ours.": counting(lambda trial, choice: trial.side != choice),
    "That counts votes for the left side: ours lay on `trial.side`.": counting(lambda trial, choice: choice == "left"),
    "That counts votes for the right side: ours lay on `trial.side`.": counting(
        lambda trial, choice: choice == "right"
    ),
    "That counts ours only where it lay on the left.": counting(lambda trial, choice: trial.side == choice == "left"),
    "That counts where ours lay, not how it was voted.": counting(lambda trial, choice: trial.side == "left"),
    "That counts all votes of a rival.": counting(lambda trial, choice: 1),
    "That is the sum: give a dict with one number for each rival.": lambda trials, choices: sum(
        ours(trials, choices).values()
    ),
    "Those are shares: return counts.": lambda trials, choices: {
        name: k / len(trials) for name, k in ours(trials, choices).items()
    },
    "A rival against whom ours got no vote is missing: its count is 0.": lambda trials, choices: dict(
        Counter(t.rival for t, c in zip(trials, choices, strict=True) if t.side == c)
    ),
    "Trials and choices are off by one.": lambda trials, choices: ours(trials, [*choices[1:], choices[0]]),
}


def chance(share, n, k):
    return math.comb(n, k) * share**k * (1 - share) ** (n - k)


def summing(found):
    """An answer that adds up the chances of the counts for which something holds."""
    return lambda share, n: sum(chance(share, n, k) for k in range(n + 1) if found(k, n))


FINDINGS = {
    "That is the p-value of one outcome: sum the chances of all outcomes that are a finding.": lambda share, n: p_value(
        round(share * n), n
    ),
    "That is the chance of missing it: 1 minus the power.": lambda share, n: 1 - power(share, n),
    "Your p-value is one-sided: counts far below n / 2 are findings too.": summing(
        lambda k, n: at_least(k, n, 0.5) <= 0.05
    ),
    "You leave out findings for the other method: both sides count.": summing(
        lambda k, n: p_value(k, n) <= 0.05 and 2 * k > n
    ),
    "Those are the chances of a fair coin: take `share`.": lambda share, n: power(0.5, n),
    "You count every majority as a finding: the p-value must be 0.05 at most.": summing(lambda k, n: 2 * k > n),
    "The binomial factor is missing: there are comb(n, k) ways to get k votes.": lambda share, n: sum(
        share**k * (1 - share) ** (n - k) for k in range(n + 1) if p_value(k, n) <= 0.05
    ),
    "The last outcome, n of n votes, is missing.": lambda share, n: sum(
        chance(share, n, k) for k in range(n) if p_value(k, n) <= 0.05
    ),
    "Your limit is 0.1: it is 0.05.": lambda share, n: power(share, n, 0.1),
    "That uses the normal curve: with few votes the exact p-value differs.": summing(
        lambda k, n: abs(k - n / 2) >= 1.96 * (n / 4) ** 0.5
    ),
    "That says whether the expected outcome is a finding: sum over all outcomes.": lambda share, n: float(
        p_value(round(share * n), n) <= 0.05
    ),
}
