"""Checks of the exercises: a module for each notebook, a function for each exercise."""

from sindiff.lab.checks.any_size import halo, strip
from sindiff.lab.checks.start import diversity

__all__ = ["diversity", "halo", "strip"]
