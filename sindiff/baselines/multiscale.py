"""Multi-scale diffusion: a small model for each scale of the picture, as SinGAN has a GAN (§4.3, Table 3).

The smallest scale starts from noise, every other from the enlarged result of the scale below, noised again.  The paper
says no more of this baseline than that; the share of noise and the networks are this project's choice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from sindiff import samplers
from sindiff.baselines.pyramid import pyramid, require_draw, require_settings, targets
from sindiff.conditioning import clamped, padded
from sindiff.diffusion import denoiser, q_sample
from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.noise import Noise, revisited, seeded_noise
from sindiff.pictures.images import resize
from sindiff.training.loop import TrainState, train
from sindiff.training.presets import Preset, get_preset


@dataclass(frozen=True)
class MultiscaleConfig:
    """What is trained at each scale, and how the scales follow each other.

    preset: the recipe of every scale, its sampler included.  ratio: of neighbouring scales.  coarsest: least short side
    of the smallest one in px.  start: share of the T steps that the enlarged result is noised to.
    Raises ValueError unless ratio > 1, coarsest >= 8 and 0 < start <= 1.
    """

    preset: Preset
    ratio: float = 4 / 3
    coarsest: int = 25
    start: float = 0.5

    def __post_init__(self):
        require_settings(self, least={"coarsest": 8}, above={"ratio": 1, "start": 0})
        if self.start > 1:
            raise ValueError(f"start must be at most 1, not {self.start}")

    @property
    def steps(self) -> int:
        """Updates at each scale."""
        return self.preset.train.steps

    @property
    def least(self) -> int:
        """What a side needs at the smallest scale, in px."""
        return 8


@dataclass(frozen=True)
class Multiscale:
    """A network and its picture's height and width for each scale, the smallest first."""

    config: MultiscaleConfig
    networks: tuple[PatchUNet, ...]
    sizes: tuple[tuple[int, int], ...]


def laptop(steps: int = 400) -> MultiscaleConfig:
    """For a picture of 48x64 px or so: preset laptop, with one level (17 px) instead of two, at 12 to 48 px."""
    preset = get_preset("laptop")
    config = replace(preset.train, network=UNetConfig(channels=32, mult=(1,), norm="none"), steps=steps)
    return MultiscaleConfig(replace(preset, train=config), coarsest=12)


def fit(
    picture: Tensor,
    config: MultiscaleConfig | None = None,
    seed: int = 0,
    progress: Callable[[TrainState], None] | None = None,
) -> Multiscale:
    """Train a model on each scale of a picture (3, H, W) in [-1, 1].

    progress: called after every step of every scale.  Raises ValueError if the picture is too small or not finite.
    """
    config = config or laptop()
    scales = pyramid(picture, config.ratio, config.coarsest)
    networks = []
    for level, scale in enumerate(scales):
        state = TrainState(config.preset.train, seed + level, picture.device)
        for reached in train(scale, config.preset.train, state):
            if progress:
                progress(reached)
        networks.append(state.average)
    return Multiscale(config, tuple(networks), tuple(tuple(scale.shape[1:]) for scale in scales))


def sample(model: Multiscale, n: int = 4, size: tuple[int, int] | None = None, seed: int = 0) -> Tensor:
    """n new pictures of any height and width (default: the picture's), (n, 3, H, W) in [-1, 1] on the CPU.

    Picture i depends on seed + i alone.
    Raises ValueError for n < 1, a negative seed, and a canvas of less than 8 px a side at the smallest scale.
    """
    require_draw(n, seed)
    device = next(model.networks[0].parameters()).device
    schedule, pictures = model.config.preset.train.schedule, None
    for level, canvas in enumerate(targets(list(model.sizes), size, model.config.least)):
        noise = revisited(seeded_noise(range(seed, seed + n)), level)
        t = max(1, round(model.config.start * schedule.T)) if level else schedule.T
        x = noise(torch.empty(n, 3, *canvas, device=device), t)
        if level:
            x = q_sample(schedule, resize(pictures, *canvas), t, x)
        pictures = _denoised(model, level, x, t, noise)
    return pictures.cpu()


def _denoised(model: Multiscale, level: int, x: Tensor, t: int, noise: Noise) -> Tensor:
    """Walk from step t to pictures with the network of a scale."""
    preset, network = model.config.preset, model.networks[level]
    schedule, solver = preset.train.schedule, samplers.SOLVERS[preset.sampler]
    denoise = padded(denoiser(network, schedule, preset.train.prediction), network.config.multiple)
    timesteps = schedule.timesteps(min(preset.sample_steps, t), solver.spacing, t)
    *_, last = samplers.sample(clamped(denoise), solver.step(schedule, noise), x, timesteps)
    return last.x.clamp(-1, 1)
