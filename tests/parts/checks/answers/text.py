"""The right answers to the exercises of 09_text."""

from sindiff.guidance import mean_weight
from sindiff.lab import checks
from sindiff.lab.checks.mistakes.text import right_length, right_shift

RIGHT_SHIFTS = {
    "by hand": right_shift,
    "the package's": lambda schedule, t: mean_weight(schedule)(None, None, t),
}
EXERCISES = {
    checks.step_length: {"the package's": right_length},
    checks.shift: RIGHT_SHIFTS,
}
