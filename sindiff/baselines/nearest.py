"""Nearest patches that leave none of the picture out: the score of GPNN (Granot et al. 2022, §3).

The score of query i and key j is S_ij = D_ij / (alpha + min_l D_lj), with D the mean squared difference.  A key that no
query is near to is cheap, so a small alpha makes all of the picture appear; a large one gives plain nearest neighbours.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from sindiff.oracle.neighbours import inverted_lists, principal

Find = Callable[[Tensor], Tensor]
"""queries (Q, D) -> for each the index of the key of least score, (Q,)."""

Search = Callable[[Tensor, float], Find]
"""(keys (K, D), alpha) -> find: what depends on the keys alone is done once."""

MOST_DISTANCES = 2**24
DIMENSIONS, VISITED, CANDIDATES = 32, 4, 8


def exact(keys: Tensor, alpha: float) -> Find:
    """Score every pair, by matrix products of bounded memory."""
    centre = keys.mean(0)
    keys = keys - centre
    norms = keys.square().mean(1)

    def find(queries: Tensor) -> Tensor:
        parts = (queries - centre).split(max(1, MOST_DISTANCES // len(keys)))
        nearest = torch.stack([_distances(part, keys, norms).amin(0) for part in parts]).amin(0)
        weights = 1 / (alpha + nearest.clamp(min=0))
        return torch.cat([(_distances(part, keys, norms) * weights).argmin(1) for part in parts])

    return find


def _distances(queries: Tensor, keys: Tensor, norms: Tensor) -> Tensor:
    """Mean squared differences, (Q, K)."""
    products = torch.addmm(norms, queries, keys.T, alpha=-2 / keys.shape[1])
    return products.add_(queries.square().mean(1, keepdim=True))


def approximate(keys: Tensor, alpha: float) -> Find:
    """Score the few keys that lie near to each query, found with faiss.

    Patches are reduced to their 32 principal components and sorted into twice as many lists as the root of their
    number; all members of the 4 lists nearest to a query (to a key, for min_l D_lj) are compared, the 8 best scored.
    Raises ValueError if faiss is missing.
    """
    keys = keys.cpu()
    reduced = principal(keys, DIMENSIONS)
    points = reduced(keys).numpy()
    index = inverted_lists(points, VISITED)

    def find(queries: Tensor) -> Tensor:
        asked = reduced(queries.cpu()).numpy()
        nearest, _ = inverted_lists(asked, VISITED, index.quantizer).search(points, 1)
        distances, best = index.search(asked, min(CANDIDATES, len(keys)))
        scores = distances / (alpha * keys.shape[1] + nearest[:, 0][best])
        scores[best < 0] = float("inf")
        chosen = torch.from_numpy(scores).argmin(1, keepdim=True)
        return torch.from_numpy(best).gather(1, chosen)[:, 0].to(queries.device)

    return find


SEARCHES = {"exact": exact, "approximate": approximate}
