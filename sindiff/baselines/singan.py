"""SinGAN and ConSinGAN: a small GAN for each scale, each adding detail to what the scale below made.

SinGAN (Shaham et al., ICCV 2019) trains one scale after the other; ConSinGAN (Hinz et al., WACV 2021) goes on training
the scales below at a lower rate, which takes fewer scales and less time.  The paper sums SinGAN up as Eq. 1, with a
share of noise blended into the enlarged picture; SinGAN adds its noise to it, and so does this.  No network of a scale
sees more than 11 px: at the smallest scale that is a good part of the picture, at the largest a texture.
"""

import copy
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from sindiff.baselines.adversarial import Generator, convolutions, critic_loss, descend, generator_loss
from sindiff.baselines.pyramid import pyramid, require_draw, require_settings, targets
from sindiff.noise import revisited, seeded_noise
from sindiff.pictures.images import resize

Canvas = tuple[int, int]


@dataclass(frozen=True)
class SinGANConfig:
    """SinGAN's settings.

    ratio: of neighbouring scales.  coarsest: least short side of the smallest one in px.  channels: width of the
    networks, doubled every `doubling` scales.  layers: convolutions of a network, which sees twice as many px and one.
    steps: at each scale, of `updates` updates of the critic and of the generators.  concurrent: how many scales are
    trained at a time, the newest with `lr` and each below it with `lr_scale` of the one above; both fall to a tenth
    after 0.8 of the steps.  penalty, reconstruction: weights of these losses.  noise: deviation of a scale's noise as a
    share of what the scales below get wrong; it is 1 at the smallest scale.
    Raises ValueError for a ratio up to 1, an lr of 0, a count below 1, layers below 2, negative weights, and a coarsest
    scale that a network sees whole.
    """

    ratio: float = 4 / 3
    coarsest: int = 25
    channels: int = 32
    doubling: int = 4
    layers: int = 5
    steps: int = 2000
    updates: int = 3
    lr: float = 5e-4
    concurrent: int = 1
    lr_scale: float = 0.1
    penalty: float = 0.1
    reconstruction: float = 10.0
    noise: float = 0.1

    def __post_init__(self):
        counts = dict.fromkeys(("channels", "doubling", "steps", "updates", "concurrent"), 1)
        weights = dict.fromkeys(("lr_scale", "penalty", "reconstruction", "noise"), 0)
        require_settings(self, least={**counts, "layers": 2, **weights}, above={"ratio": 1, "lr": 0})
        if self.coarsest <= 2 * self.layers:
            raise ValueError(f"coarsest must be at least the networks' {2 * self.layers + 1} px, not {self.coarsest}")

    @property
    def least(self) -> int:
        """What a side needs at the smallest scale, in px."""
        return 1


@dataclass(frozen=True)
class SinGAN:
    """A generator and its picture's height and width for each scale, the smallest first.

    z: (1, 1, h, w), the noise at the smallest scale that becomes the picture itself; the other scales add none to it.
    """

    config: SinGANConfig
    generators: tuple[Generator, ...]
    sizes: tuple[Canvas, ...]
    z: Tensor


def consingan() -> SinGANConfig:
    """ConSinGAN's settings: six scales from 250 px to 25, three trained at a time.

    Here scales hand on pictures, with SinGAN's normalisation, at equal ratios; the paper's hand on features, without
    any, and lie closer together where they are small.
    """
    return SinGANConfig(ratio=10 ** (1 / 5), channels=64, doubling=6, layers=3, concurrent=3)


def fit(
    picture: Tensor,
    config: SinGANConfig | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> SinGAN:
    """Train a GAN on each scale of a picture (3, H, W) in [-1, 1], the smallest first.

    progress: called with the scale and the step.  Raises ValueError if the picture is too small or not finite, and
    ArithmeticError if a loss is no longer finite.
    """
    config = config or SinGANConfig()
    scales = [scale[None] for scale in pyramid(picture, config.ratio, config.coarsest)]
    sizes = tuple(tuple(scale.shape[-2:]) for scale in scales)
    random = torch.Generator(picture.device).manual_seed(seed)
    z = torch.randn(1, 1, *sizes[0], generator=random, device=picture.device)
    model, critic = SinGAN(config, (), (), z), None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for level, real in enumerate(scales):
            generator, critic = _networks(model, critic, real)
            model = SinGAN(config, (*model.generators, generator), sizes[: level + 1], z)
            for step in _trained(model, critic, real, random):
                if progress:
                    progress(level, step)
    for generator in model.generators:
        _freeze(generator)
    return model


def sample(model: SinGAN, n: int = 4, size: Canvas | None = None, seed: int = 0) -> Tensor:
    """n new pictures of any height and width (default: the picture's), (n, 3, H, W) in [-1, 1] on the CPU.

    Picture i depends on seed + i alone.
    Raises ValueError for n < 1, a negative seed, and a side that has no pixel left at the smallest scale.
    """
    require_draw(n, seed)
    canvases, noise = targets(list(model.sizes), size, model.config.least), seeded_noise(range(seed, seed + n))
    zs = (
        revisited(noise, level)(torch.empty(n, 3 if level else 1, *canvas, device=model.z.device), 0)
        for level, canvas in enumerate(canvases)
    )
    with torch.no_grad():
        return grow(model.generators, canvases, zs).clamp(-1, 1).cpu()


def reconstruct(model: SinGAN) -> Tensor:
    """The training picture as the generators remember it, (3, H, W) in about [-1, 1]."""
    with torch.no_grad():
        return grow(model.generators, model.sizes, _remembered(model))[0]


def grow(generators: Iterable[Generator], canvases: Iterable[Canvas], zs: Iterable[Tensor]) -> Tensor:
    """The picture that noise becomes, scale by scale from middle grey, (B, 3, H, W) of the last canvas.

    zs: (B, 1 or 3, H, W) for each canvas.
    """
    picture = torch.zeros(1, 3, 1, 1)
    for generator, canvas, z in zip(generators, canvases, zs, strict=True):
        picture = generator(resize(picture.to(z), *canvas), z)
    return picture


def _remembered(model: SinGAN) -> Iterator[Tensor]:
    yield model.z
    yield from (torch.zeros(1, 3, *size, device=model.z.device) for size in model.sizes[1:])


def _drawn(model: SinGAN, random: torch.Generator) -> Iterator[Tensor]:
    for level, size in enumerate(model.sizes):
        yield torch.randn(1, 3 if level else 1, *size, generator=random, device=model.z.device)


def _networks(below: SinGAN, critic: nn.Module | None, real: Tensor) -> tuple[Generator, nn.Module]:
    """Generator and critic of the next scale, which start as copies of those below where they are as wide.

    Freezes the generators that are trained no further.
    """
    config, level = below.config, len(below.generators)
    for generator in below.generators[: max(0, level + 1 - config.concurrent)]:
        _freeze(generator)
    channels = config.channels * 2 ** (level // config.doubling)
    deviation = 1.0
    if level:
        before = resize(reconstruct(below), *real.shape[-2:])
        deviation = config.noise * (before - real[0]).square().mean().sqrt().item()
    if level % config.doubling == 0:
        made = Generator(channels, config.layers, deviation), convolutions(channels, config.layers, 1)
        return made[0].to(real.device), made[1].to(real.device)
    generator = copy.deepcopy(below.generators[-1]).train().requires_grad_(True)
    generator.deviation.fill_(deviation)
    return generator, critic


def _trained(model: SinGAN, critic: nn.Module, real: Tensor, random: torch.Generator) -> Iterator[int]:
    """Train the newest generators and the critic of their scale in place; yields the number of steps done."""
    config, generators = model.config, model.generators
    rates = [
        {"params": generator.parameters(), "lr": config.lr * config.lr_scale**age}
        for age, generator in enumerate(reversed(generators[-config.concurrent :]))
    ]
    optimizers = [torch.optim.Adam(groups, config.lr, betas=(0.5, 0.999)) for groups in (critic.parameters(), rates)]
    decays = [torch.optim.lr_scheduler.MultiStepLR(o, [math.ceil(0.8 * config.steps)]) for o in optimizers]
    for step in range(1, config.steps + 1):
        for _ in range(config.updates):
            with torch.no_grad():
                fake = grow(generators, model.sizes, _drawn(model, random))
            u = torch.rand(1, 1, 1, 1, generator=random, device=real.device)
            descend(optimizers[0], critic_loss(critic, real, fake, u, config.penalty))
        for _ in range(config.updates):
            fake, memory = (grow(generators, model.sizes, zs) for zs in (_drawn(model, random), _remembered(model)))
            descend(optimizers[1], generator_loss(critic, real, fake, memory, config.reconstruction))
        for decay in decays:
            decay.step()
        yield step


def _freeze(generator: Generator) -> None:
    generator.eval().requires_grad_(False)
