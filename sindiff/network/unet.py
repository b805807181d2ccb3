"""The patch-wise denoising network: a U-Net without attention and with few levels (§3.2, appendix A)."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MOST_LEVELS, MOST_BLOCKS = 12, 64


@dataclass(frozen=True)
class UNetConfig:
    """Shape of a PatchUNet; the defaults are the paper's network (6,992,899 parameters).

    channels: width of the first level, a multiple of 4 (of 32 with GroupNorm).  mult: width of each level as a multiple
    of it.  blocks: residual blocks a level in the encoder; the decoder has one more.
    norm: "group" (the paper's GroupNorm, whose statistics span the whole canvas), "local" (each pixel over its
    channels) or "none"; the last two keep the receptive field finite and tiling exact.
    kernels: sides of a residual block's two convolutions, 3 or 1; with 1 a block sees less and costs less.
    Raises ValueError for an unknown norm, channels that are no such multiple, factors and numbers below 1, more
    levels or blocks than any picture needs, and other kernels.
    """

    channels: int = 64
    mult: tuple[int, ...] = (1, 2, 4)
    blocks: int = 1
    norm: str = "group"
    image_channels: int = 3
    kernels: tuple[int, int] = (3, 3)

    def __post_init__(self):
        object.__setattr__(self, "mult", tuple(self.mult))
        object.__setattr__(self, "kernels", tuple(self.kernels))
        if self.norm not in NORMS:
            raise ValueError(f"unknown norm {self.norm!r}: choose from {', '.join(NORMS)}")
        step = 32 if self.norm == "group" else 4
        if self.channels < step or self.channels % step:
            raise ValueError(f"channels must be a multiple of {step} with norm {self.norm!r}, not {self.channels}")
        if not self.mult or min(self.mult) < 1:
            raise ValueError(f"mult must hold a positive factor for each level, not {self.mult}")
        if len(self.mult) > MOST_LEVELS or self.blocks > MOST_BLOCKS:
            found = f"{len(self.mult)} of {self.blocks}"
            raise ValueError(f"a network has {MOST_LEVELS} levels of {MOST_BLOCKS} blocks at most, not {found}")
        if self.blocks < 1 or self.image_channels < 1:
            raise ValueError(
                f"blocks and image_channels must be at least 1, not {self.blocks} and {self.image_channels}"
            )
        if len(self.kernels) != 2 or not set(self.kernels) <= {1, 3}:
            raise ValueError(f"kernels must be two of 1 and 3, not {self.kernels}")

    @property
    def is_local(self) -> bool:
        """Whether an answer depends on the pixels within the network's reach alone."""
        return self.norm != "group"

    @property
    def multiple(self) -> int:
        """Heights and widths must be multiples of this: 2 to the number of downsamplings."""
        return 2 ** (len(self.mult) - 1)


class LocalNorm(nn.LayerNorm):
    """Normalise each pixel over its channels, (B, C, H, W) -> same: no statistics cross the canvas."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class GroupNorm32(nn.GroupNorm):
    """GroupNorm with 32 groups, computed in float32 as in the release; a group of a single value gives its bias."""

    def __init__(self, channels: int):
        super().__init__(32, channels)

    def forward(self, x: Tensor) -> Tensor:
        norm = by_channel if torch.compiler.is_compiling() else torch.group_norm
        return norm(x.float(), self.num_groups, self.weight, self.bias, self.eps).type(x.dtype)


def by_channel(x: Tensor, groups: int, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    """F.group_norm from the sums of each channel, (B, C, H, W) -> same, in the layout of x: for the compiler to fuse.

    torch's own kernel for GPUs answers in another layout than channels_last, and every convolution copies what it gets.
    """
    mean, square = (
        sums.unflatten(1, (groups, -1)).mean(2, keepdim=True) for sums in (x.mean((2, 3)), x.square().mean((2, 3)))
    )
    scale = weight.view(groups, -1) * ((square - mean.square()).clamp(min=0) + eps).rsqrt()
    shift = bias.view(groups, -1) - mean * scale
    return x * scale.flatten(1)[..., None, None] + shift.flatten(1)[..., None, None]


class NoNorm(nn.Identity):
    """The features as they are: contrast, which a norm over each pixel's channels hides, passes through."""


NORMS = {"group": GroupNorm32, "local": LocalNorm, "none": NoNorm}


class ResBlock(nn.Module):
    """Two convolutions; the time embedding scales and shifts between them.  The second starts at zero."""

    def __init__(
        self, in_channels: int, out_channels: int, time_channels: int, norm: str, kernels: tuple[int, int] = (3, 3)
    ):
        super().__init__()
        first, second = (
            nn.Conv2d(inputs, out_channels, kernel, padding=kernel // 2)
            for inputs, kernel in zip((in_channels, out_channels), kernels, strict=True)
        )
        nn.init.zeros_(second.weight)
        nn.init.zeros_(second.bias)
        self.in_layers = nn.Sequential(NORMS[norm](in_channels), nn.SiLU(), first)
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(time_channels, 2 * out_channels))
        self.out_layers = nn.Sequential(NORMS[norm](out_channels), nn.SiLU(), nn.Identity(), second)
        same = in_channels == out_channels
        self.skip_connection = nn.Identity() if same else nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        h = self.in_layers(x)
        scale, shift = self.emb_layers(time)[:, :, None, None].chunk(2, dim=1)
        norm, *rest = self.out_layers
        h = norm(h) * (1 + scale) + shift
        for layer in rest:
            h = layer(h)
        return self.skip_connection(x) + h


class Downsample(nn.Module):
    """Halve the resolution with a strided 3x3 convolution."""

    def __init__(self, channels: int):
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.op(x)


class Upsample(nn.Module):
    """Double the resolution: nearest neighbour, then a 3x3 convolution.

    Both are one transposed convolution with the 4x4 kernel that sums the 3x3 one over the copies of a pixel: the same
    numbers with 16 products a pixel instead of 36.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        kernel = F.pad(self.conv.weight.transpose(0, 1).flip(2, 3), (1, 1, 1, 1))
        kernel = kernel[..., 1:] + kernel[..., :-1]
        kernel = kernel[..., 1:, :] + kernel[..., :-1, :]
        return F.conv_transpose2d(x, kernel, self.conv.bias, stride=2, padding=1)


class Stage(nn.Sequential):
    """Layers in a row; only the residual blocks among them see the time."""

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        for layer in self:
            x = layer(x, time) if isinstance(layer, ResBlock) else layer(x)
        return x


def time_embedding(index: Tensor, channels: int) -> Tensor:
    """Cosines then sines of the step index at `channels / 2` frequencies from 1 to 1/10000.  (B,) -> (B, channels)."""
    half = channels // 2
    frequency = torch.exp(torch.arange(half, device=index.device) * (-math.log(10000) / half))
    angle = index[:, None].float() * frequency
    return torch.cat([angle.cos(), angle.sin()], dim=1)


class PatchUNet(nn.Module):
    """SinDiffusion's network for canvases of any size that is a multiple of `config.multiple` (§3.2, appendix A).

    forward: (B, C, H, W) noisy pictures and (B,) step indices t - 1 in 0..T-1, on any device -> (B, C, H, W).
    Parameter names and shapes equal the authors' release, whose flat checkpoints load as they are.  There is no middle
    block: the first decoder block takes the deepest features alone.  The last convolution starts at zero.
    Raises ValueError if H or W is no multiple of `config.multiple`.
    """

    def __init__(self, config: UNetConfig):
        super().__init__()
        self.config = config
        width = config.channels
        time_channels = 4 * width

        def block(inputs: int, mult: int) -> ResBlock:
            return ResBlock(inputs, mult * width, time_channels, config.norm, config.kernels)

        self.time_embed = nn.Sequential(
            nn.Linear(width, time_channels), nn.SiLU(), nn.Linear(time_channels, time_channels)
        )

        self.input_blocks = nn.ModuleList([Stage(nn.Conv2d(config.image_channels, width, 3, padding=1))])
        skips = [width]
        for level, mult in enumerate(config.mult):
            if level:
                self.input_blocks.append(Stage(Downsample(skips[-1])))
                skips.append(skips[-1])
            for _ in range(config.blocks):
                self.input_blocks.append(Stage(block(skips[-1], mult)))
                skips.append(mult * width)

        self.output_blocks = nn.ModuleList()
        channels = 0
        for level, mult in reversed(list(enumerate(config.mult))):
            for i in range(config.blocks + 1):
                stage = Stage(block(channels + skips.pop(), mult))
                channels = mult * width
                if level and i == config.blocks:
                    stage.append(Upsample(channels))
                self.output_blocks.append(stage)

        last = nn.Conv2d(channels, config.image_channels, 3, padding=1)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.out = nn.Sequential(NORMS[config.norm](channels), nn.SiLU(), last)

    @property
    def edges(self) -> list[nn.Parameter]:
        """Weights of the first and the last convolution, which lead to and from pixels."""
        return [self.input_blocks[0][0].weight, self.out[-1].weight]

    def forward(self, x: Tensor, index: Tensor) -> Tensor:
        multiple = self.config.multiple
        if x.shape[-2] % multiple or x.shape[-1] % multiple:
            raise ValueError(f"height and width must be multiples of {multiple}, not {x.shape[-2]}x{x.shape[-1]}")
        time = self.time_embed(time_embedding(index.to(x.device), self.config.channels).to(x.dtype))
        skips = []
        for stage in self.input_blocks:
            x = stage(x, time)
            skips.append(x)
        x = skips.pop()
        for i, stage in enumerate(self.output_blocks):
            x = stage(torch.cat([x, skips.pop()], dim=1) if i else x, time)
        return self.out(x)
