"""The posterior over patches, coarse to fine, with no training (Qiu et al., CVPR 2026, "efficient-SID").

At each scale a few steps of DDIM lead from noise to a picture.  A noisy patch is denoised by its posterior mean: that
of the picture's patches, weighted by exp(-distance^2 / (2 sigma^2)).  All overlapping patches of the canvas are
denoised and averaged, their middles with more weight.  At every scale but the smallest, what is coarse is held to the
result of the scale below.

The method and its settings are those of the paper's main experiment, as its abstract and the published code tell them.
The low-pass filter, the comparison of patches by their principal components and the mean of the nearest 8 alone, where
there are many, are this project's choice.  That search needs faiss; without it a picture of 250 px takes many minutes.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from sindiff import samplers
from sindiff.baselines.gpnn import patches_of, vote
from sindiff.baselines.pyramid import pyramid, require_draw, require_patch, require_settings, require_whole, targets
from sindiff.diffusion import Denoiser
from sindiff.edits import lowpass
from sindiff.noise import Noise, revisited, seeded_noise
from sindiff.oracle.means import Search, posterior_mean
from sindiff.oracle.neighbours import principal
from sindiff.pictures.images import resize
from sindiff.samplers import Memory, Step, ddim
from sindiff.schedule import Schedule

SCHEDULE = Schedule("linear", 1000)
SEARCH = Search(most_pairs=1e7, candidates=8, visited=4)
LEAST_SPREAD = 0.12
"""A corner of a patch weighs exp(-1 / spread^2), which is 7e-31 here; float32 ends at 1e-38."""


@dataclass(frozen=True)
class PosteriorConfig:
    """The paper's settings for pictures of 250 px.

    patch: side of the patches in px.  coarsest: least short side of the smallest scale in px; the smaller, the more of
    the picture's layout is repeated.  ratio: of neighbouring scales.  steps: at every scale.  spread: deviation of the
    weights with which overlapping patches are averaged, in half patches.  dimensions: principal components by which
    patches are compared.
    Raises ValueError unless 1 <= patch <= coarsest, ratio >= 2, 1 <= steps <= 1000, dimensions >= 1, all but coarsest
    are whole, and spread >= 0.12.
    """

    patch: int = 15
    coarsest: int = 20
    ratio: int = 2
    steps: int = 10
    spread: float = 0.2
    dimensions: int = 64

    def __post_init__(self):
        require_patch(self)
        require_whole(self, "ratio", "steps", "dimensions")
        require_settings(self, least={"ratio": 2, "steps": 1, "dimensions": 1, "spread": LEAST_SPREAD}, above={})
        if self.steps > SCHEDULE.T:
            raise ValueError(f"steps must be at most {SCHEDULE.T}, not {self.steps}")

    @property
    def least(self) -> int:
        """What a side needs at the smallest scale, in px."""
        return self.patch


@dataclass(frozen=True)
class Posterior:
    """A picture at all scales, the smallest first, each (3, H, W) in [-1, 1], and the denoiser of its patches there."""

    config: PosteriorConfig
    scales: tuple[Tensor, ...]
    denoisers: tuple[Denoiser, ...]


def fit(picture: Tensor, config: PosteriorConfig | None = None) -> Posterior:
    """Reduce a picture (3, H, W) in [-1, 1] by `ratio` again and again, as long as its short side keeps `coarsest` px.

    Raises ValueError if the picture is smaller than that, or not finite.
    """
    config = config or PosteriorConfig()
    scales = pyramid(picture, config.ratio, config.coarsest)
    return Posterior(config, scales, tuple(overlapping_patch_denoiser(scale, SCHEDULE, config) for scale in scales))


def sample(model: Posterior, n: int = 4, size: tuple[int, int] | None = None, seed: int = 0) -> Tensor:
    """n new pictures of any height and width (default: the picture's), (n, 3, H, W) in [-1, 1] on the CPU.

    Picture i depends on seed + i alone.
    Raises ValueError for n < 1, a negative seed, and a side so small that the smallest scale holds no patch.
    """
    require_draw(n, seed)
    canvases = targets([tuple(scale.shape[1:]) for scale in model.scales], size, model.config.least)
    return torch.stack([_grow(model, canvases, seeded_noise([i])) for i in range(seed, seed + n)])


def overlapping_patch_denoiser(picture: Tensor, schedule: Schedule, config: PosteriorConfig) -> Denoiser:
    """The mean of the denoised patches that cover a pixel, each the posterior mean over the picture's patches.

    picture: (3, H, W) in [-1, 1].  The denoiser takes (B, 3, H', W') whose sides are at least the patch's.  No patch
    reaches over a border.
    """
    known = patches_of(picture, config.patch)
    described = principal(known, config.dimensions)
    mean_of = posterior_mean(described(known)[None], known[None], len(known), SEARCH)
    weights = _weights(config.patch, config.spread).to(picture)

    def denoise(x: Tensor, t: int) -> Tensor:
        signal, sigma = (scale.item() for scale in schedule.scales(t, x))
        asked = (described(patches_of(canvas / signal, config.patch)) for canvas in x)
        answers = (mean_of(patches[None], sigma / signal)[0] for patches in asked)
        return torch.stack([_averaged(patches, x.shape[2:], weights) for patches in answers])

    return denoise


def held_to(coarse: Tensor, factor: int, step: Step, schedule: Schedule) -> Step:
    """A step after which the low frequencies of x0_hat are those of `coarse`; the last one is left as it is.

    coarse: (B, C, H, W).  factor: details up to so many px stay free.  Only x0_hat changes, not the noise in x_t.
    """

    def held(x: Tensor, x0_hat: Tensor, t: int, t_prev: int, memory: Memory) -> tuple[Tensor, Memory]:
        x_prev, memory = step(x, x0_hat, t, t_prev, memory)
        moved = schedule.scales(t_prev, x)[0] * lowpass(coarse - x0_hat, factor)
        return (x_prev + moved if t_prev else x_prev), memory

    return held


def _weights(patch: int, spread: float) -> Tensor:
    """Weights of the pixels of a patch, (patch * patch,)."""
    bell = (-(torch.linspace(-1, 1, patch, dtype=torch.float64) / spread).square() / 2).exp()
    return bell.outer(bell).flatten()


def _averaged(patches: Tensor, size: tuple[int, int], weights: Tensor) -> Tensor:
    """The picture of which these are all overlapping patches (P, 3 * patch * patch), averaged with these weights."""
    patch = math.isqrt(len(weights))
    return vote(patches * weights.repeat(3), size, patch) / vote(weights.expand(len(patches), -1), size, patch)


def _grow(model: Posterior, canvases: list[tuple[int, int]], noise: Noise) -> Tensor:
    """Every scale begins with noise of its own."""
    timesteps = SCHEDULE.timesteps(model.config.steps, "flow")
    made = None
    for level, (canvas, denoise) in enumerate(zip(canvases, model.denoisers, strict=True)):
        x = revisited(noise, level)(model.scales[0].new_empty(1, 3, *canvas), SCHEDULE.T)
        step = ddim(SCHEDULE)
        if made is not None:
            step = held_to(resize(made, *canvas), model.config.ratio, step, SCHEDULE)
        *_, last = samplers.sample(denoise, step, x, timesteps)
        made = last.x.clamp(-1, 1)
    return made[0].cpu()
