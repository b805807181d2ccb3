"""Checks of the exercises: a module for each notebook, a function for each exercise."""

from sindiff.lab.checks.any_size import halo, strip
from sindiff.lab.checks.memorise import gain, patch_size, posterior_mean
from sindiff.lab.checks.start import diversity

__all__ = ["diversity", "gain", "halo", "patch_size", "posterior_mean", "strip"]
