"""The right answers to the exercises of 06_sample."""

from sindiff.lab import checks
from sindiff.lab.checks.mistakes.sampling import right_sigma, right_step

EXERCISES = {
    checks.ddim_step: {"the package's": right_step},
    checks.sigma: {"by hand": right_sigma},
}
