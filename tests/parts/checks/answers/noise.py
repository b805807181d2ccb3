"""The right answers to the exercises of 01_noise."""

from sindiff.diffusion import eps_from_x0
from sindiff.lab import checks
from sindiff.lab.checks.mistakes.noise import leap, share

EXERCISES = {
    checks.eps: {"the package's": eps_from_x0},
    checks.jump: {"by hand": leap(share)},
}
