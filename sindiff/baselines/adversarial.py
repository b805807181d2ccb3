"""A generator and a critic of one scale, and the losses of both (WGAN-GP, Gulrajani et al. 2017)."""

from collections.abc import Callable
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Generator(nn.Module):
    """before + tanh(body(before + deviation z)): what one scale adds, (B, 3, H, W) -> same.

    The body pads nothing; as many zeros as it takes away lie around its input, so the border is known from them.
    """

    def __init__(self, channels: int, layers: int, deviation: float = 1.0):
        super().__init__()
        self.layers, self.body = layers, convolutions(channels, layers, 3)
        self.register_buffer("deviation", torch.tensor(deviation))

    def forward(self, before: Tensor, z: Tensor) -> Tensor:
        return before + self.body(F.pad(before + self.deviation * z, [self.layers] * 4)).tanh()


def convolutions(channels: int, layers: int, outputs: int) -> nn.Sequential:
    """3x3 convolutions without padding, each of which takes a pixel away on every side; weights start near 0."""
    widths = [3, *[channels] * (layers - 1)]
    parts = []
    for inputs, width in pairwise(widths):
        parts += [nn.Conv2d(inputs, width, 3), nn.BatchNorm2d(width), nn.LeakyReLU(0.2)]
    network = nn.Sequential(*parts, nn.Conv2d(widths[-1], outputs, 3))
    for part in network:
        if hasattr(part, "weight"):
            nn.init.normal_(part.weight, 1.0 if isinstance(part, nn.BatchNorm2d) else 0.0, 0.02)
    return network


def gradient_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, u: Tensor) -> Tensor:
    """Mean of (|gradient| - 1)^2 at u real + (1 - u) fake (Gulrajani et al. 2017, Eq. 3).

    The gradient is that of the summed scores of all patches, and its length is taken at each pixel over the channels,
    so that it does not grow with the picture; how SinGAN takes it is not printed, and this is from memory.
    real, fake: (B, 3, H, W).  u: in [0, 1], broadcast.
    """
    mixed = (u * real + (1 - u) * fake).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)
    return (gradient.norm(dim=1) - 1).square().mean()


def critic_loss(critic: nn.Module, real: Tensor, fake: Tensor, u: Tensor, penalty: float) -> Tensor:
    """How much higher the critic scores what is made than what is real, and how far it is from slope 1."""
    return critic(fake).mean() - critic(real).mean() + penalty * gradient_penalty(critic, real, fake, u)


def generator_loss(critic: nn.Module, real: Tensor, fake: Tensor, remembered: Tensor, weight: float) -> Tensor:
    """How badly the critic scores what is made, and how far the remembered picture is from the real one."""
    return weight * (remembered - real).square().mean() - critic(fake).mean()


def descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    """One step down.  Raises ArithmeticError if the loss is not finite."""
    if not loss.isfinite():
        raise ArithmeticError("the loss is no finite number: lower the learning rate")
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
