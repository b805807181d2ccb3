"""The right answers to the exercises of 14_detail."""

from sindiff.lab import checks
from sindiff.lab.checks.mistakes.detail import suggested
from sindiff.metrics import missing

EXERCISES = {
    checks.candidates: {"the solution": checks.solutions.candidates, "by hand": suggested()},
    checks.lacking: {
        "the solution": checks.solutions.lacking,
        "the package's": lambda picture, sample, size: missing(picture, sample[None], most=None, size=size),
    },
}
