"""A trained network and all that it takes to ask it for x0_hat on a canvas of any size."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import torch

from sindiff.conditioning import clamped, padded, tiled, wrapped
from sindiff.diffusion import Denoiser, denoiser
from sindiff.network.experts import Experts
from sindiff.network.receptive_field import rf_reach
from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.schedule import Schedule


@dataclass(frozen=True)
class Model:
    """A trained network and all that is needed to sample from it.

    size: height and width of the training picture, None if unknown (the authors' files).
    picture: what is known of it (name, licence, sha256 ...).  training: preset, seed, steps, version.
    """

    network: PatchUNet | Experts
    schedule: Schedule
    prediction: str
    size: tuple[int, int] | None = None
    picture: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)

    @property
    def device(self) -> torch.device:
        return next(self.network.parameters()).device

    def denoiser(self) -> Denoiser:
        """The network as x0_hat(x_t, t), for canvases of any height and width (see conditioning.padded)."""
        return padded(denoiser(self.network, self.schedule, self.prediction), self.network.config.multiple)


def any_size(model: Model, tile: int | None = None, wrap: str = "") -> Denoiser:
    """The model as a denoiser for canvases of any height and width, its answers clamped to [-1, 1]: see unclamped."""
    return clamped(unclamped(model, tile, wrap))


def unclamped(model: Model, tile: int | None = None, wrap: str = "") -> Denoiser:
    """The model as a denoiser for canvases of any height and width.

    tile: compute in tiles of that many px a side, a multiple of the network's, wherever they are exact: local networks
    then need memory that does not grow with the canvas (see in_tiles).  wrap: "x", "y" or "xy" joins opposite edges
    (see wrapped).
    Raises ValueError if no network can be tiled exactly, and for values that make no sense.
    """
    config = model.network.config
    denoise = model.denoiser() if tile is None else padded(in_tiles(model, tile), config.multiple)
    if wrap:
        denoise = wrapped(denoise, wrap, halo(model), config.multiple)
    return denoise


def in_tiles(model: Model, tile: int) -> Denoiser:
    """The model tile by tile at the steps whose network is local; the others, which are coarse, see the whole canvas.

    Raises ValueError as require_local does, and for a tile that is no multiple of the network's.
    """
    require_local(model)
    config, whole = model.network.config, model.denoiser()
    tiles = tiled(whole, tile, tile_halo(model), config.multiple)
    return lambda x, t: (tiles if config.at(t).is_local else whole)(x, t)


def require_local(model: Model) -> None:
    """Raise ValueError if tiles equal the whole canvas with no network (conditioning.tiling_gap tells by how much)."""
    if not local_networks(model):
        raise ValueError(
            "this network cannot be computed in tiles: its GroupNorm takes statistics over the whole canvas, so tiles "
            "would give another picture; use no tiles, or train with preset laptop"
        )


def local_networks(model: Model) -> list[UNetConfig]:
    """The networks that tiles are exact for."""
    return [network for network in model.network.config.networks if network.is_local]


def halo(model: Model) -> int:
    """The reach of the model's convolutions, rounded up to a multiple of the network's."""
    return _reach(model, model.network.config.networks)


def tile_halo(model: Model) -> int:
    """The same of the networks that are computed in tiles."""
    return _reach(model, local_networks(model))


def _reach(model: Model, networks: Iterable[UNetConfig]) -> int:
    reach = max(max(rf_reach(network)) for network in networks)
    return reach + -reach % model.network.config.multiple


def fingerprint(model: Model) -> str:
    """SHA-256 of the weights, and of how they are to be read."""
    digest = hashlib.sha256(repr((model.network.config, model.schedule, model.prediction)).encode())
    for weights in model.network.state_dict().values():
        digest.update(weights.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
