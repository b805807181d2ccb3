"""A picture that tiles: only a band along its edges is invented anew, so that opposite edges meet."""

import torch
from torch import Tensor

from sindiff.applications.draw import Draw
from sindiff.applications.full_size import COARSER, Size
from sindiff.applications.inpainting import inpaint
from sindiff.detail import DetailSettings
from sindiff.model import Source

BAND, TILE_PASSES = 0.12, 1
WIDEST = 0.45
AS_THE_PHOTO = DetailSettings()
"""The band is made of what the photo is made of, in the same shares."""
FROM_AFAR = COARSER**3
"""How much coarser than the layout detail begins: a patch holds a whole stone then, and no stone is half another."""


def tile(
    source: Source,
    picture: Tensor,
    band: float = BAND,
    axes: str = "xy",
    draw: Draw = Draw(),
    passes: int = TILE_PASSES,
) -> Tensor:
    """Pictures (n, 3, H, W) whose opposite edges meet; inside the band the picture stays bit for bit.

    picture: (3, H, W) in [-1, 1].  band: what is invented at each edge, as a share of the side.  axes: "x" for left and
    right, "y" for top and bottom, "xy" for both.  passes: how often every step is taken.
    Raises ValueError for a source whose edges are joined already, a band that leaves nothing to keep or to invent, and
    for axes and a draw that generate refuses.
    """
    if source.wrap:
        raise ValueError("a tile joins the edges that its axes name: leave wrap out")
    mask = edge_band(picture.shape[1:], band, axes)
    return inpaint(source.joined(axes), picture, mask, draw, passes, AS_THE_PHOTO, coarser=FROM_AFAR)


def edge_band(size: Size, band: float, axes: str) -> Tensor:
    """The mask (1, H, W) of a band along the edges that meet: 1 within a share `band` of the side, 0 elsewhere.

    Raises ValueError for a share outside 0 to 0.45, without 0.
    """
    if not 0 < band <= WIDEST:
        raise ValueError(f"the band must be above 0 and at most {WIDEST:.0%} of a side, not {band:.0%}")
    inside = [_inside(side, band * (axis in axes)) for side, axis in zip(size, "yx", strict=True)]
    return 1 - (inside[0][:, None] * inside[1])[None]


def _inside(side: int, share: float) -> Tensor:
    band = max(1, round(share * side)) if share else 0
    line = torch.zeros(side)
    line[band : side - band] = 1
    return line
