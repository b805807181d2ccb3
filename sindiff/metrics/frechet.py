"""The Fréchet distance between two clouds of points, each taken for a Gaussian."""

from typing import NamedTuple

import torch
from torch import Tensor


class Gaussian(NamedTuple):
    """Mean (D,) and covariance (D, D), float64."""

    mean: Tensor
    covariance: Tensor


def gaussian(points: Tensor) -> Gaussian:
    """Mean and unbiased covariance (over N - 1) of points (N, D), in float64.  Raises ValueError for N < 2."""
    if points.ndim != 2 or len(points) < 2:
        raise ValueError(f"a covariance needs points (N, D), N of two at least, not {tuple(points.shape)}")
    points = points.detach().cpu().double()
    mean = points.mean(dim=0)
    centred = points - mean
    return Gaussian(mean, centred.T @ centred / (len(points) - 1))


def frechet_distance(a: Gaussian, b: Gaussian) -> float:
    """|mean_a - mean_b|^2 + Tr(S_a + S_b - 2 (S_a S_b)^(1/2)), the right-hand side of Eq. 8.

    With S = R R^T the trace of (S_a S_b)^(1/2) is the sum of the singular values of R_a^T R_b: no root of a matrix
    that is not symmetric, and no trouble where a covariance has no full rank.
    """
    root_a, root_b = _root(a.covariance), _root(b.covariance)
    shared = torch.linalg.svdvals(root_a.T @ root_b).sum()
    apart = (a.mean - b.mean).square().sum()
    return max(0.0, (apart + root_a.square().sum() + root_b.square().sum() - 2 * shared).item())


def _root(covariance: Tensor) -> Tensor:
    """R with R R^T = the covariance; eigenvalues that rounding made negative count as 0."""
    values, vectors = torch.linalg.eigh(covariance)
    return vectors * values.clamp(min=0).sqrt()
