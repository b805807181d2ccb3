"""GPNN: new pictures from the patches of one, coarse to fine, with no training (Granot et al., CVPR 2022).

At each scale every patch of a guess is replaced by the patch of the picture whose key scores best, overlapping patches
are averaged, and the result is the next guess.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.baselines.nearest import SEARCHES, Search
from sindiff.images import resize
from sindiff.noise import noise_window


@dataclass(frozen=True)
class GPNNConfig:
    """The paper's settings, for pictures in [-1, 1]: its noise of 0.75 and alpha of 0.005 belong to [0, 1].

    patch: side of the patches in px.  coarsest: least short side of the smallest scale in px.  ratio: of neighbouring
    scales.  alpha: how freely parts of the picture may be left out.  iterations: at every scale but the smallest, which
    has one.  noise: deviation of what is added to the smallest scale; twice as much gives the diversity of SinGAN.
    search: "exact", or "approximate", which needs faiss and is much faster.
    Raises ValueError for values that make no sense.
    """

    patch: int = 7
    coarsest: int = 14
    ratio: float = 4 / 3
    alpha: float = 0.02
    iterations: int = 10
    noise: float = 1.5
    search: str = "exact"

    def __post_init__(self):
        if self.search not in SEARCHES:
            raise ValueError(f"unknown search {self.search!r}: choose from {', '.join(SEARCHES)}")
        if not 1 <= self.patch <= self.coarsest:
            raise ValueError(f"coarsest must be at least the patch's {self.patch} px, not {self.coarsest}")
        if self.ratio <= 1 or self.alpha <= 0 or self.iterations < 1 or self.noise < 0:
            raise ValueError("ratio must be above 1, alpha above 0, iterations at least 1 and noise at least 0")


@dataclass(frozen=True)
class GPNN:
    """A picture at all scales, the smallest first, each (3, H, W) in [-1, 1]."""

    config: GPNNConfig
    scales: tuple[Tensor, ...]


def fit(picture: Tensor, config: GPNNConfig | None = None) -> GPNN:
    """Reduce a picture (3, H, W) in [-1, 1] by `ratio` again and again, as long as its short side keeps `coarsest` px.

    Raises ValueError if the picture is smaller than that, or not finite.
    """
    config = config or GPNNConfig()
    height, width = picture.shape[1:]
    if min(height, width) < config.coarsest:
        raise ValueError(f"the picture's short side needs at least {config.coarsest} px, not {min(height, width)}")
    if not picture.isfinite().all():
        raise ValueError("the picture has pixels that are no finite numbers")
    factors = [1.0]
    while round(min(height, width) / (factors[-1] * config.ratio)) >= config.coarsest:
        factors.append(factors[-1] * config.ratio)
    sizes = [(round(height / factor), round(width / factor)) for factor in reversed(factors)]
    return GPNN(config, tuple(resize(picture, *size) if size != (height, width) else picture for size in sizes))


def sample(model: GPNN, n: int = 4, size: tuple[int, int] | None = None, seed: int = 0) -> Tensor:
    """n new pictures of any height and width (default: the picture's), (n, 3, H, W) in [-1, 1].

    The smallest scale with noise is the first guess.  Picture i depends on seed + i alone.
    Raises ValueError if n or seed makes no sense, or if a side is so small that the smallest scale holds no patch.
    """
    if n < 1 or seed < 0:
        raise ValueError(f"the number must be at least 1 and the seed at least 0, not {n} and {seed}")
    targets = _targets(model, size or model.scales[-1].shape[1:])
    noises = (model.config.noise * noise_window(i, 0, 0, 0, *targets[0]) for i in range(seed, seed + n))
    return torch.stack([_grow(model, targets, noise) for noise in noises])


def retarget(model: GPNN, size: tuple[int, int]) -> Tensor:
    """The picture itself at another height and width, (3, H, W): sample without noise."""
    return _grow(model, _targets(model, size), torch.zeros(()))


def replaced(
    guess: Tensor, keys: Tensor, values: Tensor, patch: int, alpha: float, search: Search = SEARCHES["exact"]
) -> Tensor:
    """Replace each patch of a guess by the patch of `values` at the place whose patch in `keys` scores best.

    guess: (3, H', W').  keys, values: (3, H, W) both.  Returns (3, H', W').
    """
    queries, keys, values = (F.unfold(pixels[None], patch)[0].T for pixels in (guess, keys, values))
    return vote(values[search(keys)(queries, alpha)], guess.shape[1:], patch)


def vote(patches: Tensor, size: tuple[int, int], patch: int) -> Tensor:
    """The picture of which these are the patches, row by row; where they overlap, their mean.

    patches: (P, C * patch * patch).  Returns (C, *size).
    """
    total, count = (F.fold(part.T[None], size, patch)[0] for part in (patches, torch.ones_like(patches)))
    return total / count


def _grow(model: GPNN, targets: list[tuple[int, int]], noise: Tensor) -> Tensor:
    """Keys are as blurred as the guess: enlarged from the scale below at first, the scale itself from then on."""
    config, below = model.config, model.scales[0]
    search = SEARCHES[config.search]
    picture = replaced(resize(below, *targets[0]) + noise, below, below, config.patch, config.alpha, search)
    for values, target in zip(model.scales[1:], targets[1:], strict=True):
        keys, picture = resize(below, *values.shape[1:]), resize(picture, *target)
        for _ in range(config.iterations):
            picture = replaced(picture, keys, values, config.patch, config.alpha, search)
            keys = values
        below = values
    return picture


def _targets(model: GPNN, size: tuple[int, int]) -> list[tuple[int, int]]:
    """The canvas at all scales.  Raises ValueError if it is too small."""
    full, patch = model.scales[-1].shape[1:], model.config.patch
    targets = [
        tuple(round(wanted * side / whole) for wanted, side, whole in zip(size, scale.shape[1:], full, strict=True))
        for scale in model.scales
    ]
    if min(targets[0]) < patch:
        least = [-(-patch * whole // side) for whole, side in zip(full, model.scales[0].shape[1:], strict=True)]
        raise ValueError(f"the canvas must have at least {least[0]}x{least[1]} px, not {size[0]}x{size[1]}")
    return targets
