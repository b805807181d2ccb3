"""Wrappers that turn one denoiser into another."""

from itertools import product
from typing import NamedTuple

import torch
from torch import Tensor

from sindiff.diffusion import Denoiser

AXES = ("x", "y", "xy")


def clamped(denoise: Denoiser) -> Denoiser:
    """Clamp x0_hat to [-1, 1], as the release does.  Goes outside every other wrapper."""
    return lambda x, t: denoise(x, t).clamp(-1, 1)


def padded(denoise: Denoiser, multiple: int) -> Denoiser:
    """Let a denoiser that needs sides that are multiples of `multiple` take canvases of any size.

    The noisy canvas is continued to the right and below by its mirror image, which has the right noise level, and the
    answer is cropped.  (The release pads with zeros, which no noise level has.)
    """

    def denoise_padded(x: Tensor, t: int) -> Tensor:
        height, width = x.shape[-2:]
        rows, columns = mirrored(height, multiple).to(x.device), mirrored(width, multiple).to(x.device)
        return denoise(x[..., rows, :][..., columns], t)[..., :height, :width]

    return denoise_padded


def mirrored(length: int, multiple: int) -> Tensor:
    """0..length-1, then back and forth without repeating an end, up to the next multiple."""
    period = max(1, 2 * (length - 1))
    index = torch.arange(length + -length % multiple) % period
    return torch.minimum(index, period - index)


def wrapped(denoise: Denoiser, axes: str, halo: int, multiple: int) -> Denoiser:
    """Join opposite edges of the canvas: pictures that tile without a seam, strips that close to a full circle.

    axes: "x" joins left and right, "y" top and bottom, "xy" both.  The noisy canvas is continued on both sides by what
    lies at the other end, `halo` px rounded up to a multiple of `multiple`, and the answer is cropped.  With a halo of
    at least the reach of a local network, rolling the canvas by multiples of `multiple` rolls the answer.  With
    norm="group" the edges close as well, but the statistics count the halo twice, so rolling changes the answer a bit.
    Goes outside `tiled` and `padded`.
    Raises ValueError for other axes, and if a joined side of the canvas is no multiple of `multiple`.
    """
    joined_axes(axes)
    halo += -halo % multiple
    above, left = (halo if axis in axes else 0 for axis in "yx")

    def denoise_wrapped(x: Tensor, t: int) -> Tensor:
        height, width = x.shape[-2:]
        rows, columns = around(height, above, multiple).to(x.device), around(width, left, multiple).to(x.device)
        return denoise(x[..., rows, :][..., columns], t)[..., above : above + height, left : left + width]

    return denoise_wrapped


def joined_axes(axes: str) -> str:
    """The axes as they are.  Raises ValueError unless they are "x", "y", "xy" or, for none, ""."""
    if axes and axes not in AXES:
        raise ValueError(f"unknown axes {axes!r}: choose {', '.join(AXES)}")
    return axes


def around(length: int, halo: int, multiple: int) -> Tensor:
    """-halo..length+halo-1 on a circle of `length` px.  Raises ValueError if that is no multiple of `multiple`."""
    if halo and length % multiple:
        nearest = max(multiple, length // multiple * multiple)
        raise ValueError(
            f"a side whose ends are joined must be a multiple of {multiple} px, not {length}: give it {nearest} px"
        )
    return torch.arange(-halo, length + halo) % length


def tiled(denoise: Denoiser, tile: int, halo: int, multiple: int, batch_size: int = 1) -> Denoiser:
    """Compute tile by tile, in memory that does not grow with the canvas.

    Equals the whole computation, up to rounding, if nothing in the network spans the canvas (UNetConfig.is_local) and
    halo is at least its reach (receptive_field.rf_reach).  With norm="group" every tile has statistics of its own and
    the answer is another; `tiling_gap` measures by how much.
    tile: a multiple of `multiple`, the denoiser's own (origins keep its phase).  halo: rounded up to one.
    batch_size: windows at a time; all have one shape, tile + 2 halo px a side where the canvas has as many.  At the
    canvas's border windows end where it ends, so the network pads there as always.
    Goes inside `padded` and `wrapped`.  Raises ValueError for a tile or a canvas that is no multiple.
    """
    spans(multiple, tile, halo, multiple)

    def denoise_tiled(x: Tensor, t: int) -> Tensor:
        x0_hat = torch.empty_like(x)
        tiles = list(product(*(spans(side, tile, halo, multiple) for side in x.shape[-2:])))
        for first in range(0, len(tiles), batch_size):
            group = tiles[first : first + batch_size]
            windows = torch.cat([x[..., rows.window, columns.window] for rows, columns in group])
            for (rows, columns), answer in zip(group, denoise(windows, t).split(len(x)), strict=True):
                x0_hat[..., rows.keep, columns.keep] = answer[..., rows.inner, columns.inner]
        return x0_hat

    return denoise_tiled


class Span(NamedTuple):
    """A tile along one side of the canvas: what the network sees, and what is kept, there and within the window."""

    window: slice
    keep: slice
    inner: slice


def spans(length: int, tile: int, halo: int, multiple: int) -> list[Span]:
    """Cut a side into overlapping windows of equal size; what they keep covers it once.

    Every window but the last starts `tile` px after the one before; tiles at the ends keep their outer halo too.
    Raises ValueError if tile or length is no positive multiple of `multiple`.
    """
    if tile < 1 or tile % multiple or length % multiple:
        raise ValueError(f"tile and canvas must be multiples of {multiple} px, not {tile} and {length}")
    halo += -halo % multiple
    size = min(length, tile + 2 * halo)
    starts = [*range(0, length - size, tile), length - size]
    edges = [0, *(start + halo for start in starts[1:]), length]
    return [
        Span(slice(start, start + size), slice(low, high), slice(low - start, high - start))
        for start, low, high in zip(starts, edges[:-1], edges[1:], strict=True)
    ]


def tiling_gap(denoise: Denoiser, x: Tensor, t: int, tile: int, halo: int, multiple: int) -> float:
    """Largest difference between the tiled and the whole answer on a noisy canvas x (B, C, H, W): what tiling costs."""
    with torch.no_grad():
        return (tiled(denoise, tile, halo, multiple)(x, t) - denoise(x, t)).abs().max().item()
