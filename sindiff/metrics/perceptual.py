"""LPIPS, with the networks of the lpips package: how differently samples look, and how much like their picture."""

import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from sindiff.machine.vision import imported
from sindiff.metrics.checks import check_pictures, check_samples
from sindiff.metrics.features import with_weights

Embed = Callable[[Tensor], Tensor]  # (3, H, W) in [-1, 1] -> (D,); LPIPS(a, b) = |embed(a) - embed(b)|^2

SMALLEST = 31


def lpips_embedding(folder: Path) -> Embed:
    """LPIPS with AlexNet (v0.1) as a distance in a space: |embed(a) - embed(b)|^2 is the package's LPIPS of a and b.

    The package weighs squared differences of unit feature vectors by its linear heads, which are nowhere negative, and
    averages over positions; so the roots of the weights can go into the features, and each picture is seen only once.
    Raises ValueError if lpips, torchvision or AlexNet's weights are missing, or the weights are damaged.
    """
    network = lpips_network()
    with_weights(network.net, "alexnet", folder, lambda name: "features" + name[name.index(".") :])
    return embedding(network)


def lpips_network():
    """lpips.LPIPS for AlexNet with its linear heads, which come with the package, and a random trunk.

    Raises ValueError if the package is not installed.
    """
    lpips = imported("lpips", "LPIPS", "metrics")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return lpips.LPIPS(net="alex", pnet_rand=True, verbose=False).requires_grad_(False)


def embedding(network) -> Embed:
    """The embedding of an lpips.LPIPS: distances in it are LPIPS."""
    from lpips import normalize_tensor

    @torch.no_grad()
    def embed(picture: Tensor) -> Tensor:
        height, width = picture.shape[-2:]
        if min(height, width) < SMALLEST:
            raise ValueError(f"LPIPS needs pictures of {SMALLEST}x{SMALLEST} px at least, not {height}x{width}")
        maps = network.net(network.scaling_layer(picture[None].cpu().float()))
        weighed = [
            normalize_tensor(seen) * (head.model[-1].weight / seen[0, 0].numel()).sqrt()
            for seen, head in zip(maps, network.lins, strict=True)
        ]
        return torch.cat([part.flatten() for part in weighed])

    return embed


def lpips_diversity(embed: Embed, samples: Tensor) -> float:
    """Mean LPIPS over all pairs of samples (N, 3, H, W), N >= 2: Eq. 9 with 2 / (N (N - 1)) before the sum.

    The mean squared distance of pairs is twice the variance, so no pairs are formed.
    """
    check_samples(samples)
    if len(samples) < 2:
        raise ValueError("at least two samples are needed to see how they differ")
    return 2 * torch.stack([embed(sample) for sample in samples]).var(dim=0).sum().item()


def as_printed(diversity: float, n: int) -> float:
    """Eq. 9 as the paper prints it, with 2 / ((N - 1) (N - 2)): N / (N - 2) times the mean over pairs, 1.25 at N = 10.

    diversity: the mean over the pairs of n samples.  Raises ValueError for n < 3, where Eq. 9 divides by 0.
    """
    if n < 3:
        raise ValueError(f"Eq. 9 as printed needs at least three samples, not {n}")
    return diversity * n / (n - 2)


def lpips_to_picture(embed: Embed, picture: Tensor, samples: Tensor) -> float:
    """Mean LPIPS of the samples (B, 3, H, W) to the training picture (3, H, W): near 0 is learned by heart.

    Raises ValueError if their sizes differ: LPIPS compares position by position.
    """
    check_pictures(picture, samples)
    if picture.shape != samples.shape[1:]:
        ours, theirs = (f"{shape[-2]}x{shape[-1]}" for shape in (picture.shape, samples.shape))
        raise ValueError(f"LPIPS compares position by position: the picture is {ours} px, the samples are {theirs}")
    target = embed(picture)
    return torch.stack([(embed(sample) - target).square().sum() for sample in samples]).mean().item()
