"""GPNN: new pictures from the patches of one, coarse to fine, with no training (Granot et al., CVPR 2022).

At each scale every patch of a guess is replaced by the patch of the picture whose key scores best, overlapping patches
are averaged, and the result is the next guess.
"""

from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.baselines.nearest import SEARCHES, Find
from sindiff.baselines.pyramid import pyramid, require_draw, require_patch, require_settings, require_whole, targets
from sindiff.noise import noise_window
from sindiff.pictures.images import resize


@dataclass(frozen=True)
class GPNNConfig:
    """The paper's settings; its noise of 0.75 and alpha of 0.005 are for pixels in [0, 1], and converted to [-1, 1].

    patch: side of the patches in px.  coarsest: least short side of the smallest scale in px.  ratio: of neighbouring
    scales.  alpha: how freely parts of the picture may be left out.  iterations: at every scale but the smallest, which
    has one.  noise: deviation of what is added to the smallest scale; more gives more diversity and more swd, and 0
    retargets: the picture itself at another size.  search: "exact", or "approximate", which needs faiss and is much
    faster.
    Raises ValueError unless 1 <= patch <= coarsest, ratio > 1, alpha > 0, iterations >= 1, noise >= 0, and patch and
    iterations are whole.
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
        require_patch(self)
        require_whole(self, "iterations")
        require_settings(self, least={"iterations": 1, "noise": 0}, above={"ratio": 1, "alpha": 0})

    @property
    def least(self) -> int:
        """What a side needs at the smallest scale, in px."""
        return self.patch


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
    return GPNN(config, pyramid(picture, config.ratio, config.coarsest))


def sample(model: GPNN, n: int = 4, size: tuple[int, int] | None = None, seed: int = 0) -> Tensor:
    """n new pictures of any height and width (default: the picture's), (n, 3, H, W) in [-1, 1] on the CPU.

    The smallest scale with noise is the first guess.  Picture i depends on seed + i alone.
    Raises ValueError for n < 1, a negative seed, and a side so small that the smallest scale holds no patch.
    """
    require_draw(n, seed)
    canvases = targets([tuple(scale.shape[1:]) for scale in model.scales], size, model.config.least)
    noises = (model.config.noise * noise_window(i, 0, 0, 0, *canvases[0]) for i in range(seed, seed + n))
    return torch.stack([_grow(model, canvases, noise.to(model.scales[0])).cpu() for noise in noises])


def patches_of(picture: Tensor, patch: int) -> Tensor:
    """All overlapping patches of (C, H, W), row by row, (P, C * patch * patch)."""
    return F.unfold(picture[None], patch)[0].T


def vote(patches: Tensor, size: tuple[int, int], patch: int) -> Tensor:
    """The picture of which these are all overlapping patches; where they disagree, their mean.

    patches: (P, C * patch * patch).  Returns (C, *size).
    """
    ones = patches.new_ones(1, patch * patch, len(patches))
    return (F.fold(patches.T[None], size, patch) / F.fold(ones, size, patch))[0]


def replaced(guess: Tensor, find: Find, values: Tensor, patch: int) -> Tensor:
    """Replace each patch of a guess (3, H, W) by one of `values` (P, 3 * patch * patch), which `find` chooses."""
    return vote(values[find(patches_of(guess, patch))], guess.shape[1:], patch)


def _grow(model: GPNN, canvases: list[tuple[int, int]], noise: Tensor) -> Tensor:
    """Keys are as blurred as the guess: enlarged from the scale below at first, the scale itself from then on."""
    config, below = model.config, model.scales[0]
    search = partial(SEARCHES[config.search], alpha=config.alpha)
    values = patches_of(below, config.patch)
    picture = replaced(resize(below, *canvases[0]) + noise, search(values), values, config.patch)
    for scale, canvas in zip(model.scales[1:], canvases[1:], strict=True):
        blurred, values = (patches_of(keys, config.patch) for keys in (resize(below, *scale.shape[1:]), scale))
        picture = replaced(resize(picture, *canvas), search(blurred), values, config.patch)
        find = search(values)
        for _ in range(config.iterations - 1):
            picture = replaced(picture, find, values, config.patch)
        below = scale
    return picture
