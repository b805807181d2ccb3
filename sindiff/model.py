"""What pictures are made from: a trained network, or the patches of a photo; each gives x0_hat at any size."""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol, Self

import torch
from torch import Tensor

from sindiff.conditioning import joined_axes, padded, tiled, wrapped
from sindiff.diffusion import Denoiser, denoiser
from sindiff.network.receptive_field import rf_reach
from sindiff.network.unet import PatchUNet
from sindiff.oracle.exact import shrinking_patches, tileable_patch_denoiser
from sindiff.oracle.quick import quick_patch_denoiser
from sindiff.pictures.images import is_gray, reduced, training_side
from sindiff.schedule import Schedule

LAYOUT_SIDE = 64


class Source(Protocol):
    """What pictures are made from: a noise schedule, and a denoiser for canvases of any size.

    size: height and width of the picture as it was learned, None if unknown.  photo: the same picture at full size,
    (C, H, W); None if unknown or unwanted, and then results stay at the scale of `size`.  picture: its name, licence
    and so on.  gray: whether it has no colours; then no result has any.  reach: how far the denoiser sees, in px.
    multiple: sides of tiles, and joined sides of canvases, are multiples of it.  wrap: the axes whose opposite edges
    are joined: "", "x", "y" or "xy".
    """

    schedule: Schedule
    photo: Tensor | None
    picture: dict[str, Any]
    wrap: str

    @property
    def gray(self) -> bool: ...

    @property
    def size(self) -> tuple[int, int] | None: ...

    @property
    def channels(self) -> int: ...

    @property
    def device(self) -> torch.device: ...

    @property
    def multiple(self) -> int: ...

    @property
    def reach(self) -> int: ...

    def denoiser(self) -> Denoiser:
        """x0_hat(x_t, t), for canvases of any height and width; not clamped."""

    def in_tiles(self, tile: int) -> Self:
        """The same source, computed in tiles of that many px a side: memory does not grow with the canvas."""

    def joined(self, axes: str) -> Self:
        """The same source on canvases whose opposite edges meet: "x" left and right, "y" top and bottom, "xy" both."""

    def fingerprint(self) -> str:
        """SHA-256 of all that its answers depend on."""


@dataclass(frozen=True)
class Model:
    """A Source that was trained: a network, what it predicts, and where it comes from.

    size: height and width of the training picture, None if unknown (the authors' files).
    picture: what is known of it (name, licence, sha256 ...).  training: preset, seed, steps, version.
    photo: (C, H, W) in [-1, 1], the training picture at full size.  tile: side of the tiles it is computed in, set by
    in_tiles; None: the whole canvas at once.  wrap: joined axes, set by joined.  gray: the picture has no colours.
    """

    network: PatchUNet
    schedule: Schedule
    prediction: str
    size: tuple[int, int] | None = None
    picture: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    photo: Tensor | None = field(default=None, compare=False)
    tile: int | None = None
    wrap: str = ""
    gray: bool = False

    @property
    def device(self) -> torch.device:
        return next(self.network.parameters()).device

    @property
    def channels(self) -> int:
        return self.network.config.image_channels

    @property
    def multiple(self) -> int:
        return self.network.config.multiple

    @property
    def reach(self) -> int:
        """The reach of the convolutions, rounded up to a multiple of the network's."""
        reach = max(rf_reach(self.network.config))
        return reach + -reach % self.multiple

    def denoiser(self) -> Denoiser:
        """The network as x0_hat(x_t, t), for canvases of any height and width; not clamped."""
        denoise = denoiser(self.network, self.schedule, self.prediction)
        if self.tile is not None:
            denoise = tiled(denoise, self.tile, self.reach, self.multiple)
        denoise = padded(denoise, self.multiple)
        return wrapped(denoise, self.wrap, self.reach, self.multiple) if self.wrap else denoise

    def in_tiles(self, tile: int) -> "Model":
        """The same model in tiles of `tile` px a side, equal to the whole canvas.

        Raises ValueError if the network is not local (conditioning.tiling_gap tells what tiles would cost), and for a
        tile that is no multiple of the network's.
        """
        if not self.network.config.is_local:
            raise ValueError(
                "this network cannot be computed in tiles: its GroupNorm takes statistics over the whole canvas, so "
                "tiles would give another picture; use no tiles, or train with preset laptop"
            )
        if tile < 1 or tile % self.multiple:
            raise ValueError(f"a tile must be a multiple of {self.multiple} px, not {tile}")
        return replace(self, tile=tile)

    def joined(self, axes: str) -> "Model":
        """The same model on canvases whose opposite edges meet.

        Raises ValueError for axes other than "x", "y" and "xy".
        """
        return replace(self, wrap=joined_axes(axes))

    def fingerprint(self) -> str:
        """SHA-256 of the weights, and of how they are to be read."""
        digest = hashlib.sha256(repr((self.network.config, self.schedule, self.prediction)).encode())
        for weights in self.network.state_dict().values():
            digest.update(weights.detach().cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class Patches:
    """A Source without training: the exact denoiser of a picture's patches (§3.2; Kamb and Ganguli 2024).

    known: (C, H, W) in [-1, 1], whose patches are put together anew; 64 px a side take a fraction of a second a
    picture, 250 px seconds with faiss and minutes without.  They shrink with the noise, from half the long
    side to 5 px.  photo: the same picture at full size.  picture: what is known of it.
    """

    known: Tensor
    photo: Tensor | None = None
    picture: dict[str, Any] = field(default_factory=dict)
    schedule: Schedule = field(default_factory=Schedule)
    tile: int | None = None
    wrap: str = ""
    multiple: int = 1

    @property
    def size(self) -> tuple[int, int]:
        return self.known.shape[1], self.known.shape[2]

    @property
    def channels(self) -> int:
        return len(self.known)

    @property
    def device(self) -> torch.device:
        return self.known.device

    @cached_property
    def gray(self) -> bool:
        return is_gray(self.known)

    @property
    def reach(self) -> int:
        """Half the largest patch."""
        return self._largest // 2

    @property
    def _largest(self) -> int:
        return max(5, max(self.size) // 2 - 1)

    @cached_property
    def _patch_denoiser(self) -> Denoiser:
        make = tileable_patch_denoiser if self.wrap == "xy" else quick_patch_denoiser
        return make(self.known, self.schedule, shrinking_patches(self.schedule, self._largest))

    def denoiser(self) -> Denoiser:
        """The patches as x0_hat(x_t, t), for canvases of any height and width; not clamped."""
        denoise = self._patch_denoiser
        if self.wrap == "xy":
            return denoise
        if self.tile is not None:
            denoise = tiled(denoise, self.tile, self.reach, self.multiple)
        return wrapped(denoise, self.wrap, self.reach, self.multiple) if self.wrap else denoise

    def in_tiles(self, tile: int) -> "Patches":
        """The same patches tile by tile, equal to the whole canvas unless that is so large that it is pooled.

        A canvas whose edges are all joined is computed whole even so.  Raises ValueError for a tile below 1 px.
        """
        if tile < 1:
            raise ValueError(f"a tile must have 1 px or more, not {tile}")
        return replace(self, tile=tile)

    def joined(self, axes: str) -> "Patches":
        """The same patches on canvases whose opposite edges meet.  Raises ValueError for unknown axes."""
        return replace(self, wrap=joined_axes(axes))

    def fingerprint(self) -> str:
        """SHA-256 of the picture and the schedule."""
        digest = hashlib.sha256(repr((tuple(self.known.shape), self.schedule)).encode())
        digest.update(self.known.detach().cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()


def untrained(photo: Tensor, long_side: int = LAYOUT_SIDE, picture: dict[str, Any] | None = None) -> Patches:
    """A photo (C, H, W) in [-1, 1] as a Source: pictures are laid out at `long_side` px and as large as the photo."""
    known = reduced(photo, training_side(photo.shape[1:], long_side))
    return Patches(known, None if known is photo else photo, picture or {})


def at_learned_size(source: Source) -> Source:
    """The same source without its photo: its pictures stay at the size it has learned at."""
    return replace(source, photo=None)
