"""The optimisers: Adam as in the release, and Muon, which needs about half the steps."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn


def orthogonalized(matrix: Tensor, iterations: int = 5) -> Tensor:
    """The nearest semi-orthogonal matrix, roughly: every singular value is brought near 1 (Jordan et al. 2024).

    matrix: (..., rows, columns).  Newton-Schulz iteration with the quintic 3.4445 x - 4.7750 x^3 + 2.0315 x^5, whose
    fixed range is about [0.7, 1.2]: enough for an update's direction.
    """
    tall = matrix.shape[-2] > matrix.shape[-1]
    x = matrix.mT if tall else matrix
    x = x / x.norm(dim=(-2, -1), keepdim=True).clamp(min=1e-7)
    for _ in range(iterations):
        gram = x @ x.mT
        x = 3.4445 * x + (2.0315 * gram @ gram - 4.7750 * gram) @ x
    return x.mT if tall else x


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
            for p in group["params"]:
                if p.grad is None:
                    continue
                average = self.state[p].setdefault("average", torch.zeros_like(p))
                average.lerp_(p.grad, 1 - group["momentum"])
                matrix = p.grad.lerp(average, group["momentum"]).flatten(1)
                scale = max(1, matrix.shape[0] / matrix.shape[1]) ** 0.5
                p.add_(orthogonalized(matrix).view_as(p), alpha=-group["lr"] * scale)


def adam(network: nn.Module, lr: float) -> list[torch.optim.Optimizer]:
    """The release's optimiser: AdamW without weight decay, which is Adam."""
    return [torch.optim.AdamW(network.parameters(), lr=lr, weight_decay=0.0, fused=True)]


def muon(network: nn.Module, lr: float) -> list[torch.optim.Optimizer]:
    """Muon for the convolutions between the first and the last, Adam at a tenth of the rate for everything else."""
    edges = {network.input_blocks[0][0].weight, network.out[-1].weight}
    inner = [p for p in network.parameters() if p.ndim == 4 and p not in edges]
    rest = [p for p in network.parameters() if p.ndim != 4 or p in edges]
    return [Muon(inner, lr=lr), torch.optim.AdamW(rest, lr=lr / 10, betas=(0.9, 0.99), weight_decay=0.0, fused=True)]


OPTIMIZERS = {"adam": adam, "muon": muon}
