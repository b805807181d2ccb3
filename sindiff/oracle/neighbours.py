"""What a search for nearest neighbours needs: points in fewer dimensions, and lists of them by faiss (extra `gpnn`)."""

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import torch
from torch import Tensor

TRAINING_ROUNDS = 6


def has_faiss() -> bool:
    """Whether faiss is installed."""
    return find_spec("faiss") is not None


def principal(points: Tensor, dimensions: int) -> Callable[[Tensor], Tensor]:
    """A projection (Q, D) -> (Q, dimensions) to the principal components of points (N, D).

    Points are projected after their mean is subtracted.  With D dimensions or more all distances stay as they are.
    """
    centre = points.mean(0)
    axes = torch.linalg.eigh((points - centre).T @ (points - centre))[1][:, -dimensions:]
    return lambda others: (others - centre) @ axes


def inverted_lists(points: np.ndarray, visited: int, quantizer=None):
    """A faiss.IndexIVFFlat of points (N, D), float32, sorted into twice as many lists as the root of their number.

    A search compares all members of the `visited` lists nearest to a query.  quantizer: another index's, to sort by its
    lists.  Raises ValueError if faiss is missing.
    """
    try:
        import faiss
    except ImportError:
        raise ValueError(
            "the approximate search needs faiss: pip install faiss-cpu, or search exactly, which takes longer"
        ) from None
    quantizer = quantizer or faiss.IndexFlatL2(points.shape[1])
    index = faiss.IndexIVFFlat(quantizer, points.shape[1], min(len(points), int(2 * len(points) ** 0.5)))
    index.cp.niter, index.cp.min_points_per_centroid, index.nprobe = TRAINING_ROUNDS, 1, visited
    if not index.is_trained:
        index.train(points)
    index.add(points)
    return index
