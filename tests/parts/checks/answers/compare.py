"""The right answers to the exercises of 12_compare."""

from sindiff.lab import checks
from sindiff.lab.checks.mistakes.compare import ours, summing
from sindiff.metrics.binomial import interval, p_value, power

RIGHT_COUNTS = {
    "a loop": ours,
    "sums": lambda trials, choices: {
        rival: sum(t.side == c for t, c in zip(trials, choices, strict=True) if t.rival == rival)
        for rival in {trial.rival for trial in trials}
    },
}
RIGHT_FINDINGS = {
    "the package's": power,
    "all counts": summing(lambda k, n: p_value(k, n) <= 0.05),
    "by the interval": summing(lambda k, n: not interval(k, n)[0] <= 0.5 <= interval(k, n)[1]),
}
EXERCISES = {
    checks.unblind: RIGHT_COUNTS,
    checks.finding: RIGHT_FINDINGS,
}
