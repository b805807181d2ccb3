"""Checks of the exercises, by subject: 08.1 is the first of lesson 08.

Each is given the reader's function and prints whether it is right, and if not, which of its answers is wrong.
"""

from sindiff.lab.checks.applications import box_means, details, seam, shift, step_length, walk
from sindiff.lab.checks.diffusion import ddim_step, eps, jump, patch_size, posterior_mean, rate, sigma, x0_from_v
from sindiff.lab.checks.measures import covariance, diversity, finding, seen, unblind
from sindiff.lab.checks.network import behind, block_parameters, embedding, halo, levels_for, strip

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
