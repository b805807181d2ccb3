"""Means of what belongs to keys, weighted by how near the keys are: of all of them, or of the nearest alone."""

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.oracle.neighbours import has_faiss, inverted_lists

Means = Callable[[Tensor, float], Tensor]
"""(windows (N, Q, D), sigma) -> the means of what belongs to them (N, Q, M), for N places that stand alone."""

MOST_LOGITS = 2**22


class Search(NamedTuple):
    """Above `most_pairs` of queries and keys only the nearest `candidates` count, found in `visited` lists of keys."""

    most_pairs: float
    candidates: int
    visited: int


def posterior_mean(keys: Tensor, values: Tensor, queries: int, search: Search) -> Means:
    """The mean of values (N, K, M), weighted by how near their keys (N, K, D) are.

    All are compared, but for one place that has too many pairs, on a CPU with faiss.
    """
    if len(keys) == 1 and queries * keys.shape[1] > search.most_pairs and keys.device.type == "cpu" and has_faiss():
        return _with_nearest(keys, values, search)
    return _with_all(keys, values)


def _with_all(keys: Tensor, values: Tensor) -> Means:
    """keys (N, K, D), values (N, K, M)."""
    half_norms = keys.square().sum(-1)[:, None] / 2

    def mean(windows: Tensor, sigma: float) -> Tensor:
        parts = windows.split(max(1, MOST_LOGITS // keys[..., 0].numel()), dim=1)
        products = (torch.baddbmm(half_norms, part, keys.mT, beta=-1) for part in parts)
        return torch.cat([logits.div_(sigma**2).softmax(-1) @ values for logits in products], 1)

    return mean


def _with_nearest(keys: Tensor, values: Tensor, search: Search) -> Means:
    """keys (1, K, D), values (1, K, M): the same with the weights of all but the nearest keys left out."""
    index = inverted_lists(keys[0].float().numpy(), search.visited)
    values = values[0].contiguous()

    def mean(windows: Tensor, sigma: float) -> Tensor:
        distances, nearest = map(torch.from_numpy, index.search(windows[0].float().numpy(), search.candidates))
        weights = (distances.to(windows) / (-2 * sigma**2)).softmax(-1)
        found = nearest.clamp(min=0)  # -1, of no weight, where the lists that were visited hold fewer
        return F.embedding_bag(found, values, mode="sum", per_sample_weights=weights)[None]

    return mean
