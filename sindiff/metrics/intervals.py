"""How sure a mean over a few runs is."""

import statistics
from collections.abc import Sequence
from math import pi, sqrt, tan
from typing import NamedTuple

import numpy as np


class Interval(NamedTuple):
    """A mean, and how far it may be off to either side; None where a single value cannot tell."""

    mean: float
    off: float | None


def mean_interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """The mean of independent runs with its t-interval.  Raises ValueError if there are no values."""
    if not values:
        raise ValueError("a mean needs one value at least")
    if len(values) == 1:
        return Interval(values[0], None)
    error = statistics.stdev(values) / sqrt(len(values))
    return Interval(statistics.fmean(values), two_sided_t(confidence, len(values) - 1) * error)


def two_sided_t(confidence: float, degrees: int) -> float:
    """The t with P(|T| < t) = confidence for Student's distribution.

    With t = sqrt(degrees) tan(angle) its density becomes cos(angle)^(degrees - 1), added up here on a fine grid.
    """
    angles = np.linspace(0, pi / 2, 100_001)
    middles = (angles[1:] + angles[:-1]) / 2
    shares = np.concatenate([[0], np.cumsum(np.cos(middles) ** (degrees - 1))])
    return sqrt(degrees) * tan(np.interp(confidence, shares / shares[-1], angles))
