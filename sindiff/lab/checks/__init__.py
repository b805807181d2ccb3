"""Checks of the exercises, by subject: 08.1 is the first of lesson 08.

Each is given the reader's function and prints whether it is right, and if not, which of its answers is wrong; a mistake
that is known by its answers is named (mistakes).  solutions: those that are no function of the package.
"""

from sindiff.lab.checks import solutions
from sindiff.lab.checks.applications import box_means, details, seam, shift, step_length, walk
from sindiff.lab.checks.diffusion import (
    ddim_step,
    eps,
    jump,
    keep,
    loss_weight,
    patch_size,
    posterior_mean,
    sigma,
    x0_from_v,
)
from sindiff.lab.checks.measures import (
    candidates,
    centred,
    covariance,
    diversity,
    finding,
    lacking,
    normals,
    seen,
    unblind,
)
from sindiff.lab.checks.network import behind, border_share, embedding, halo, local_norm, strip

__all__ = [
    "behind",
    "border_share",
    "box_means",
    "candidates",
    "centred",
    "covariance",
    "ddim_step",
    "details",
    "diversity",
    "embedding",
    "eps",
    "finding",
    "halo",
    "jump",
    "keep",
    "lacking",
    "local_norm",
    "loss_weight",
    "normals",
    "patch_size",
    "posterior_mean",
    "seam",
    "seen",
    "shift",
    "sigma",
    "solutions",
    "step_length",
    "strip",
    "unblind",
    "walk",
    "x0_from_v",
]
