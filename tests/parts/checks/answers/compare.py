"""The exercises of 12_compare: right answers and wrong ones."""

import math
from collections import Counter

from sindiff.lab import checks
from sindiff.metrics.binomial import at_least, interval, p_value, power


def counting(wanted):
    """An answer that counts the votes for which something holds."""

    def unblind(trials, choices):
        counts = {trial.rival: 0 for trial in trials}
        for trial, choice in zip(trials, choices, strict=True):
            counts[trial.rival] += wanted(trial, choice)
        return counts

    return unblind


ours = counting(lambda trial, choice: trial.side == choice)
RIGHT_COUNTS = {
    "a loop": ours,
    "sums": lambda trials, choices: {
        rival: sum(t.side == c for t, c in zip(trials, choices, strict=True) if t.rival == rival)
        for rival in {trial.rival for trial in trials}
    },
}
WRONG_COUNTS = {
    "nothing": lambda trials, choices: None,
    "votes for theirs": counting(lambda trial, choice: trial.side != choice),
    "left": counting(lambda trial, choice: choice == "left"),
    "right": counting(lambda trial, choice: choice == "right"),
    "ours on the left": counting(lambda trial, choice: trial.side == choice == "left"),
    "where ours lay on the left": counting(lambda trial, choice: trial.side == "left"),
    "all votes": counting(lambda trial, choice: 1),
    "one number": lambda trials, choices: sum(ours(trials, choices).values()),
    "shares": lambda trials, choices: {name: k / len(trials) for name, k in ours(trials, choices).items()},
    "rivals without a vote for ours left out": lambda trials, choices: dict(
        Counter(t.rival for t, c in zip(trials, choices, strict=True) if t.side == c)
    ),
    "the next one's choice": lambda trials, choices: ours(trials, [*choices[1:], choices[0]]),
}


def chance(share, n, k):
    return math.comb(n, k) * share**k * (1 - share) ** (n - k)


def summing(found):
    """An answer that adds up the chances of the counts for which something holds."""
    return lambda share, n: sum(chance(share, n, k) for k in range(n + 1) if found(k, n))


RIGHT_FINDINGS = {
    "the package's": power,
    "all counts": summing(lambda k, n: p_value(k, n) <= 0.05),
    "by the interval": summing(lambda k, n: not interval(k, n)[0] <= 0.5 <= interval(k, n)[1]),
}
WRONG_FINDINGS = {
    "nothing": lambda share, n: None,
    "the p-value": lambda share, n: p_value(round(share * n), n),
    "not found": lambda share, n: 1 - power(share, n),
    "one-sided": summing(lambda k, n: at_least(k, n, 0.5) <= 0.05),
    "one side of two": summing(lambda k, n: p_value(k, n) <= 0.05 and 2 * k > n),
    "of a fair coin": lambda share, n: power(0.5, n),
    "more than half": summing(lambda k, n: 2 * k > n),
    "no factor": lambda share, n: sum(share**k * (1 - share) ** (n - k) for k in range(n + 1) if p_value(k, n) <= 0.05),
    "the last count left out": lambda share, n: sum(chance(share, n, k) for k in range(n) if p_value(k, n) <= 0.05),
    "another level": lambda share, n: power(share, n, 0.1),
    "by the normal curve": summing(lambda k, n: abs(k - n / 2) >= 1.96 * (n / 4) ** 0.5),
    "yes or no": lambda share, n: float(p_value(round(share * n), n) <= 0.05),
}
EXERCISES = {
    checks.unblind: (RIGHT_COUNTS, WRONG_COUNTS),
    checks.finding: (RIGHT_FINDINGS, WRONG_FINDINGS),
}
