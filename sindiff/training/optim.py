"""The optimisers: Adam as in the release, and Muon, which needs about half the steps."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor, nn


def orthogonalized(matrices: Sequence[Tensor], iterations: int = 5) -> list[Tensor]:
    """The nearest semi-orthogonal matrix to each, roughly: every singular value is brought near 1 (Jordan et al. 2024).

    matrices: (rows, columns) each, of any shapes.  Newton-Schulz iteration with the quintic 3.4445 x - 4.7750 x^3 +
    2.0315 x^5, whose fixed range is about [0.7, 1.2]: enough for an update's direction.  Its steps multiply from the
    left by polynomials of the Gram matrix, so only that is iterated, for all matrices with as many rows at once.
    """
    wide = [matrix.mT if matrix.shape[0] > matrix.shape[1] else matrix for matrix in matrices]
    wide = [matrix / matrix.norm().clamp(min=1e-7) for matrix in wide]
    alike = defaultdict(list)
    for place, matrix in enumerate(wide):
        alike[len(matrix)].append(place)
    for places in alike.values():
        grams = torch.stack([wide[place] @ wide[place].mT for place in places])
        for place, factor in zip(places, _newton_schulz(grams, iterations), strict=True):
            wide[place] = factor @ wide[place]
    return [found.mT if found.shape != matrix.shape else found for found, matrix in zip(wide, matrices, strict=True)]


def _newton_schulz(gram: Tensor, iterations: int) -> Tensor:
    """The factor F of (n, r, r) Gram matrices X X^T with which F X is nearly semi-orthogonal."""
    one = torch.eye(gram.shape[-1], dtype=gram.dtype, device=gram.device)
    factor = one.expand_as(gram)
    for _ in range(iterations):
        step = 3.4445 * one - 4.7750 * gram + 2.0315 * gram @ gram
        factor = step @ factor
        gram = step @ gram @ step
    return factor


class Muon(torch.optim.Optimizer):
    """Momentum whose update is orthogonalized, for weights of two and more dimensions (Jordan et al. 2024).

    A convolution's weight counts as a matrix of one row an output channel.  lr is the size of a singular value of the
    update, for square matrices.
    """

    def __init__(self, params: Iterable[Tensor], lr: float, momentum: float = 0.95):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable | None = None) -> None:
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            if not params:
                continue
            gradients = [p.grad for p in params]
            averages = [self.state[p].setdefault("average", torch.zeros_like(p)) for p in params]
            torch._foreach_lerp_(averages, gradients, 1 - group["momentum"])
            directions = [d.flatten(1) for d in torch._foreach_lerp(gradients, averages, group["momentum"])]
            for p, update in zip(params, orthogonalized(directions), strict=True):
                scale = max(1, update.shape[0] / update.shape[1]) ** 0.5
                p.add_(update.view_as(p), alpha=-group["lr"] * scale)


def adam(network: nn.Module, lr: float) -> list[torch.optim.Optimizer]:
    """The release's optimiser: AdamW without weight decay, which is Adam."""
    return [torch.optim.AdamW(network.parameters(), lr=lr, weight_decay=0.0, fused=True)]


def muon(network: nn.Module, lr: float) -> list[torch.optim.Optimizer]:
    """Muon for the convolutions between the first and the last, Adam at lr / 10 for the rest."""
    edges = set(network.edges)
    inner = [p for p in network.parameters() if p.ndim == 4 and p not in edges]
    rest = [p for p in network.parameters() if p.ndim != 4 or p in edges]
    return [Muon(inner, lr=lr), torch.optim.AdamW(rest, lr=lr / 10, betas=(0.9, 0.99), weight_decay=0.0, fused=True)]


OPTIMIZERS = {"adam": adam, "muon": muon}
