"""How sure a mean over a few runs is."""

import statistics
from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple


class Interval(NamedTuple):
    """A mean, and how far it may be off to either side; None for a single value."""

    mean: float
    off: float | None


def mean_interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """The mean of independent runs with its t-interval.  Raises ValueError if there are no values."""
    if not values:
        raise ValueError("a mean needs one value at least")
    if len(values) == 1:
        return Interval(values[0], None)
    from scipy.stats import t

    error = statistics.stdev(values) / sqrt(len(values))
    return Interval(statistics.fmean(values), float(t.ppf((1 + confidence) / 2, len(values) - 1)) * error)
