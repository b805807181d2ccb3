"""How far a pixel of the network sees: counted from its layers, probed by gradients, or asked for (§3.2, Table 4)."""

import copy
import math
from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import torch
from torch import Tensor, nn

from sindiff.network.unet import UNetConfig

BEHIND: dict[str, Callable[[int, int], tuple[int, int]]] = {
    "conv": lambda first, last: (first - 1, last + 1),
    "down": lambda first, last: (2 * first, 2 * last),
    "up": lambda first, last: (first // 2, last // 2),
}
"""Layer -> the stretch of its input, first and last pixel along one axis, on which a stretch of its output depends."""

LEVELS, BLOCKS, KERNELS = range(1, 6), range(1, 5), ((3, 3), (3, 1), (1, 1))
WIDEST = 256


class Reach(NamedTuple):
    """How many pixels are seen before (above, or left of) an output pixel and after it (below, or right)."""

    before: int
    after: int

    @property
    def size(self) -> int:
        return self.before + 1 + self.after


class Probe(NamedTuple):
    """Which pixels an output pixel depends on: the mean size of its gradients (H, W), and the box that holds them."""

    heat: Tensor
    rows: Reach
    columns: Reach


def layers(config: UNetConfig, resampling: bool = True) -> tuple[list[list[str]], list[list[str]]]:
    """The layers of a PatchUNet that move information sideways: a list for each stage of its encoder and decoder.

    "conv": a 3x3 convolution (1x1 moves nothing).  "down": every second pixel.  "up": each pixel twice.  The last
    convolution counts to the last stage.  resampling: with the convolutions that halve and double; the paper's Table 4
    fits only without them.
    """
    block, conv = ["conv"] * config.kernels.count(3), ["conv"] * resampling
    encoder, decoder = [["conv"]], []
    for level in range(len(config.mult)):
        if level:
            encoder.append([*conv, "down"])
            decoder.insert(0, [*block, "up", *conv])
        else:
            decoder.insert(0, [*block, "conv"])
        encoder += [block] * config.blocks
        decoder = [block] * config.blocks + decoder
    return encoder, decoder


def reaches(config: UNetConfig, resampling: bool = True) -> list[Reach]:
    """What an output pixel sees along one axis, for each place it can have modulo `config.multiple`.

    Halving and doubling put neighbouring pixels in different cells, so the field is not centred and its offset depends
    on the pixel.  True only where nothing else crosses the canvas: with GroupNorm, every pixel sees all of it.
    """
    encoder, decoder = layers(config, resampling)
    found = []
    for phase in range(config.multiple):
        first = last = phase
        skips = []
        for stage in reversed(decoder):
            first, last = _behind(stage, first, last)
            skips.append((first, last))
        for stage, skip in zip(reversed(encoder), reversed(skips), strict=True):
            first, last = _behind(stage, min(first, skip[0]), max(last, skip[1]))
        found.append(Reach(phase - first, last - phase))
    return found


def _behind(stage: list[str], first: int, last: int) -> tuple[int, int]:
    for layer in reversed(stage):
        first, last = BEHIND[layer](first, last)
    return first, last


def rf_reach(config: UNetConfig) -> Reach:
    """The farthest that any pixel sees before and after itself: the halo that exact tiling needs."""
    found = reaches(config)
    return Reach(max(reach.before for reach in found), max(reach.after for reach in found))


def rf_size(config: UNetConfig, resampling: bool = True) -> int:
    """Side of the receptive field in px, the mean over pixels: 17, 45, 101, 213 for one to four levels of one block.

    It is 1 + the sum over 3x3 convolutions of twice their stride.  Without the resampling convolutions 17, 41, 89, 185,
    which over 250 px are .068, .164, .356, .740: the paper's Table 4 prints .07, .17, .36, .74.
    """
    found = reaches(config, resampling)
    return round(sum(reach.size for reach in found) / len(found))


def parameters(config: UNetConfig) -> int:
    """The number of trainable values of a PatchUNet, without building it."""
    width, time = config.channels, 4 * config.channels

    def conv(inputs: int, outputs: int, size: int = 3) -> int:
        return (inputs * size**2 + 1) * outputs

    def block(inputs: int, outputs: int) -> int:
        skip = 0 if inputs == outputs else conv(inputs, outputs, 1)
        norms = 0 if config.norm == "none" else 2 * inputs + 2 * outputs
        first, second = config.kernels
        return norms + conv(inputs, outputs, first) + conv(time, 2 * outputs, 1) + conv(outputs, outputs, second) + skip

    total = conv(width, time, 1) + conv(time, time, 1) + conv(config.image_channels, width)
    skips = [width]
    for level, mult in enumerate(config.mult):
        if level:
            total += conv(skips[-1], skips[-1])
            skips.append(skips[-1])
        for _ in range(config.blocks):
            total += block(skips[-1], mult * width)
            skips.append(mult * width)
    channels = 0
    for level, mult in reversed(list(enumerate(config.mult))):
        for _ in range(config.blocks + 1):
            total += block(channels + skips.pop(), mult * width)
            channels = mult * width
        total += conv(channels, channels) if level else conv(channels, config.image_channels)
    return total if config.norm == "none" else total + 2 * channels


def config_for(size: int, parameter_count: int, norm: str = "local") -> UNetConfig:
    """The network nearest to a receptive field of `size` px and, among those, to a number of parameters.

    Tried: up to 5 levels and 4 blocks, widths up to 256, and levels that keep or raise their width, at most twofold; in
    the blocks 3x3 convolutions, and 1x1 ones only where these come nearer to `size`.
    """
    off = {
        shape: (abs(math.log(rf_size(_shape(*shape)) / size)), -sum(shape[2]))
        for shape in product(LEVELS, BLOCKS, KERNELS)
    }
    step = 32 if norm == "group" else 4
    configs = [
        UNetConfig(channels, mult, blocks, norm, kernels=kernels)
        for levels, blocks, kernels in (shape for shape in off if off[shape] == min(off.values()))
        for mult, channels in product(_widths(levels), range(step, WIDEST + 1, step))
    ]
    return min(configs, key=lambda config: abs(math.log(parameters(config) / parameter_count)))


def _shape(levels: int, blocks: int, kernels: tuple[int, int]) -> UNetConfig:
    return UNetConfig(mult=(1,) * levels, blocks=blocks, kernels=kernels)


def _widths(levels: int) -> list[tuple[int, ...]]:
    if levels == 1:
        return [(1,)]
    return [(*mult, last) for mult in _widths(levels - 1) for last in range(mult[-1], 2 * mult[-1] + 1)]


def probe(
    see: Callable[[Tensor], Tensor],
    canvas: tuple[int, int, int],
    pixel: tuple[int, int],
    seed: int = 0,
    floor: float = 0.0,
) -> Probe:
    """Which input pixels one output pixel depends on, by its gradients on two random canvases.

    see: (B, C, H, W) -> (B, C', H, W) on the CPU, a network or denoiser whose step is set: lambda x: denoise(x, t).
    canvas: (C, H, W).  pixel: row and column.  floor: share of the largest gradient that counts as none; 0 suits
    convolutions, 1e-5 the patch denoisers of oracle, whose sums cancel but for rounding.  A new PatchUNet ends in zeros
    that pass no gradient: probe revived(network).  A field that touches the canvas's border may be larger.
    Raises ValueError if the pixel depends on nothing.
    """
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(2, *canvas, generator=generator).requires_grad_()
    with torch.enable_grad():
        answer = see(x)[:, :, pixel[0], pixel[1]]
    (gradient,) = torch.autograd.grad(answer, x, torch.randn(answer.shape, generator=generator))
    heat = gradient.abs().mean((0, 1))
    seen = heat > floor * heat.max()
    if not seen.any():
        raise ValueError("the pixel depends on nothing: is the network's last layer zero? probe revived(network)")
    reach = []
    for place, axis in zip(pixel, (1, 0), strict=True):
        places = seen.any(axis).nonzero()
        reach.append(Reach(place - places.min().item(), places.max().item() - place))
    return Probe(heat, *reach)


def revived(network: nn.Module, seed: int = 0) -> nn.Module:
    """A copy in which parameters that are zero throughout are drawn anew (normal, deviation 0.1)."""
    generator = torch.Generator().manual_seed(seed)
    network = copy.deepcopy(network)
    with torch.no_grad():
        for parameter in network.parameters():
            if not parameter.any():
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.1)
    return network
