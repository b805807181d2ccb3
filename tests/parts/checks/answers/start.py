"""The right answers to the exercises of 00_start."""

from sindiff.lab import checks
from sindiff.metrics import pixel_diversity

EXERCISES = {checks.diversity: {"the package's": pixel_diversity}}
