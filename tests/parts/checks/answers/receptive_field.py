"""The right answers to the exercises of 03_receptive_field."""

from sindiff.lab import checks
from sindiff.network.receptive_field import BEHIND

RIGHT_BEHIND = {"the package's": lambda layer, first, last: BEHIND[layer](first, last)}
EXERCISES = {
    checks.behind: RIGHT_BEHIND,
    checks.border_share: {"the solution": checks.solutions.border_share},
}
