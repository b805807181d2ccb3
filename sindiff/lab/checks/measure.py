"""Exercises of 11_measure."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from sindiff.lab.checks.judge import Case, judge, seeded
from sindiff.metrics import gaussian


def seen(function: Callable[[nn.Module, Tensor], Tensor]) -> None:
    """Exercise 1: (network, bytes) -> one row of features for each position, (N, D).

    network: (B, 3, H, W) in [-1, 1] -> (B, D, H', W'), in training mode.  bytes: (3, H, W) in 0..255, uint8.
    """
    cases = []
    for number, (height, width) in enumerate([(9, 12), (8, 8), (14, 6)]):
        network, pixels = _network(number), torch.arange(3 * height * width).reshape(3, height, width) * 37 % 256
        with torch.no_grad():
            expected = network.eval()(pixels[None] / 127.5 - 1)[0].flatten(1).T
        arguments = (network.train(), pixels.to(torch.uint8))
        cases.append(Case(f"a picture of {height}x{width} px", arguments, expected))
    judge(function, cases)


def _network(seed: int) -> nn.Module:
    """Of random weights, whose BatchNorm has seen pictures of other statistics than those of the cases."""
    network = nn.Sequential(nn.Conv2d(3, 5, 3, stride=2), nn.BatchNorm2d(5), nn.ReLU())
    network.load_state_dict({name: seeded(*value.shape, seed=seed) for name, value in network.state_dict().items()})
    network[1].running_var.abs_().add_(0.5)
    return network


def covariance(function: Callable[[Tensor], Tensor]) -> None:
    """Exercise 2: points (N, D) -> their unbiased covariance (D, D), float64."""
    clouds = {
        "three points in two dimensions": seeded(3, 2),
        "40 points in 4 dimensions": seeded(40, 4, seed=1) * torch.tensor([1.0, 2.0, 0.5, 3.0]) + 2,
        "two points in five dimensions": seeded(2, 5, seed=2),
        "float32 points far from zero": seeded(500, 3, seed=3) + 3000,
    }
    judge(function, [Case(what, (points,), gaussian(points).covariance) for what, points in clouds.items()])
