"""Checks of the exercises: a module for each notebook, a function for each exercise."""

from sindiff.lab.checks.any_size import halo, strip
from sindiff.lab.checks.memorise import gain, patch_size, posterior_mean
from sindiff.lab.checks.noise import eps, jump
from sindiff.lab.checks.sampling import ddim_step, sigma
from sindiff.lab.checks.start import diversity

__all__ = [
    "ddim_step",
    "diversity",
    "eps",
    "gain",
    "halo",
    "jump",
    "patch_size",
    "posterior_mean",
    "sigma",
    "strip",
]
