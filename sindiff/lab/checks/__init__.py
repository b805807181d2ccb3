"""Checks of the exercises: a module for each notebook, a function for each exercise.

Each is given the reader's function and prints whether it is right, and if not, which of its answers is wrong.
"""

from sindiff.lab.checks.any_size import halo, strip
from sindiff.lab.checks.compare import finding, unblind
from sindiff.lab.checks.measure import covariance, seen
from sindiff.lab.checks.memorise import patch_size, posterior_mean
from sindiff.lab.checks.network import block_parameters, embedding
from sindiff.lab.checks.noise import eps, jump
from sindiff.lab.checks.outpaint import seam, walk
from sindiff.lab.checks.receptive_field import behind, levels_for
from sindiff.lab.checks.reference import box_means, details
from sindiff.lab.checks.sampling import ddim_step, sigma
from sindiff.lab.checks.start import diversity
from sindiff.lab.checks.text import shift, step_length
from sindiff.lab.checks.training import rate, x0_from_v

__all__ = [
    "behind",
    "block_parameters",
    "box_means",
    "covariance",
    "ddim_step",
    "details",
    "diversity",
    "embedding",
    "eps",
    "finding",
    "halo",
    "jump",
    "levels_for",
    "patch_size",
    "posterior_mean",
    "rate",
    "seam",
    "seen",
    "shift",
    "sigma",
    "step_length",
    "strip",
    "unblind",
    "walk",
    "x0_from_v",
]
