"""Networks that share the noise among them: the more noise, the coarser the cells and the wider the view."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from sindiff.network.unet import PatchUNet, UNetConfig


@dataclass(frozen=True)
class ExpertsConfig:
    """Which network answers at which noise: networks[i] up to step until[i], from where the one before it ends.

    Each sees the noise of its own steps alone (Balaji et al. 2022).  What is left of a picture under much noise is
    coarse: large cells tell it for a fraction of the cost, and the receptive field grows with the noise, as the patches
    of the exact denoiser do (oracle.shrinking_patches).  There GroupNorm may tell the colours of the whole canvas; the
    networks of little noise can be local even so, and be computed in tiles.
    Raises ValueError if there is not one rising step for each network, or they differ in image_channels.
    """

    networks: tuple[UNetConfig, ...]
    until: tuple[int, ...]

    def __post_init__(self):
        networks = (UNetConfig(**config) if isinstance(config, dict) else config for config in self.networks)
        object.__setattr__(self, "networks", tuple(networks))
        object.__setattr__(self, "until", tuple(self.until))
        if not self.networks or len(self.networks) != len(self.until):
            raise ValueError(f"{len(self.networks)} networks need as many last steps, not {len(self.until)}")
        if list(self.until) != sorted({*self.until}):
            raise ValueError(f"the last steps must rise, not {self.until}")
        if len({config.image_channels for config in self.networks}) > 1:
            raise ValueError("the networks must have the same image_channels")

    @property
    def norm(self) -> str:
        return self.networks[0].norm

    @property
    def image_channels(self) -> int:
        return self.networks[0].image_channels

    @property
    def multiple(self) -> int:
        """Heights and widths must be multiples of this, the largest of the networks' own, which are powers of 2."""
        return max(config.multiple for config in self.networks)

    def at(self, t: int) -> UNetConfig:
        """The network that is asked at step t."""
        return self.networks[min(bisect_left(self.until, t), len(self.until) - 1)]

    def build(self) -> "Experts":
        return Experts(self)


class Experts(nn.Module):
    """A PatchUNet for each stretch of steps.

    forward: (B, C, H, W) noisy pictures and (B,) step indices t - 1, on any device -> (B, C, H, W), each picture by the
    network of its step; steps beyond the last go to the last network.
    Raises ValueError if H or W is no multiple of `config.multiple`.
    """

    def __init__(self, config: ExpertsConfig):
        super().__init__()
        self.config = config
        self.networks = nn.ModuleList(map(PatchUNet, config.networks))

    @property
    def edges(self) -> list[nn.Parameter]:
        return [weight for network in self.networks for weight in network.edges]

    def forward(self, x: Tensor, index: Tensor) -> Tensor:
        multiple = self.config.multiple
        if x.shape[-2] % multiple or x.shape[-1] % multiple:
            raise ValueError(f"height and width must be multiples of {multiple}, not {x.shape[-2]}x{x.shape[-1]}")
        owners = [bisect_right(self.config.until[:-1], i) for i in index.tolist()]
        asked = sorted(set(owners))
        if len(asked) == 1:
            return self.networks[asked[0]](x, index)
        out = torch.empty_like(x)
        for number in asked:
            mine = torch.tensor([place for place, owner in enumerate(owners) if owner == number])
            out[mine] = self.networks[number](x[mine], index[mine]).to(out)
        return out
