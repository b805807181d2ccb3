"""Wang tiles: edges have colours, and tiles fit wherever edges of one colour touch (Cohen et al. 2003).

Each colour is a piece of the photo that tiles, seen from its middle: what crosses there is what crosses its edges.  All
pieces have one middle, the corner of every tile.  A tile keeps a frame of its four colours, and the rest is invented.
"""

from dataclasses import replace
from itertools import product
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from sindiff.applications.draw import Draw, require_canvas
from sindiff.applications.inpainting import inpaint
from sindiff.applications.tiling import AS_THE_PHOTO, BAND, FROM_AFAR, TILE_PASSES, edge_band, require_open
from sindiff.model import Source

MOST_COLOURS = 3
SMALLEST_SIDE = 32
WIDEST_FRAME = 1 / 6


class Edges(NamedTuple):
    """The colours of a tile's edges, each from 0."""

    top: int
    right: int
    bottom: int
    left: int


def all_edges(colours: int) -> list[Edges]:
    """The edges of the tiles of a whole set, in their order on a sheet."""
    return [Edges(*each) for each in product(range(colours), repeat=4)]


def wang_tiles(
    source: Source,
    picture: Tensor,
    colours: int = 2,
    side: int | None = None,
    band: float = BAND,
    draw: Draw = Draw(n=1),
    passes: int = TILE_PASSES,
) -> Tensor:
    """Sets of tiles (n, colours^4, 3, side, side), of the edges that all_edges tells.

    picture: (3, H, W) in [-1, 1].  side: default half the picture's short one.  band: how far inwards a tile's colours
    reach, as a share of its side.  Set i depends on seed + i alone.
    Raises ValueError for colours, a side or a band that require_set refuses, and for a draw that generate refuses.
    """
    side = side or usual_side(picture)
    require_set(source, picture, colours, side, band)
    return torch.stack([_set(source, picture, colours, side, band, draw.seed + i, draw, passes) for i in range(draw.n)])


def usual_side(picture: Tensor) -> int:
    """The side of a tile unless one is given: half the picture's short one."""
    return min(picture.shape[1:]) // 2


def require_set(source: Source, picture: Tensor, colours: int, side: int, band: float) -> None:
    """Raise ValueError for what no set can be made of."""
    require_open(source)
    if not 1 <= colours <= MOST_COLOURS:
        raise ValueError(f"a set has 1 to {MOST_COLOURS} colours of edges, not {colours}")
    if not SMALLEST_SIDE <= side <= min(picture.shape[1:]):
        short = min(picture.shape[1:])
        raise ValueError(f"tiles of a set are {SMALLEST_SIDE} px or more a side and fit into {short} px, not {side}")
    if not 0 < band <= WIDEST_FRAME:
        raise ValueError(f"in a set the band must be above 0 and at most {WIDEST_FRAME:.0%} of a side, not {band:.0%}")
    require_canvas((colours**2 * side, colours**2 * side))


def on_a_sheet(tiles: Tensor) -> Tensor:
    """A set (k^4, C, T, T) as one picture (C, k^2 T, k^2 T), row by row."""
    across = round(len(tiles) ** 0.5)
    return torch.cat([torch.cat(list(row), 2) for row in tiles.split(across)], 1)


def from_a_sheet(sheet: Tensor, colours: int) -> Tensor:
    """The set (k^4, C, T, T) that lies on a sheet (C, k^2 T, k^2 T)."""
    rows = sheet.unflatten(2, (colours**2, -1)).unflatten(1, (colours**2, -1))
    return rows.permute(1, 3, 0, 2, 4).flatten(0, 1)


def floor(colours: int, rows: int, columns: int, seed: int = 0) -> list[list[int]]:
    """A random floor of a set: numbers of tiles, each fitting the one above and the one on its left."""
    edges, chance = all_edges(colours), np.random.default_rng(seed)
    laid: list[list[int]] = []
    for y in range(rows):
        laid.append([])
        for x in range(columns):
            top = edges[laid[y - 1][x]].bottom if y else None
            left = edges[laid[y][x - 1]].right if x else None
            fitting = [i for i, each in enumerate(edges) if top in (None, each.top) and left in (None, each.left)]
            laid[y].append(int(chance.choice(fitting)))
    return laid


def _set(
    source: Source, picture: Tensor, colours: int, side: int, band: float, seed: int, draw: Draw, passes: int
) -> Tensor:
    count, reach = colours + colours**4, max(1, round(band * side))

    def invent(number: int, source: Source, canvas: Tensor, mask: Tensor) -> Tensor:
        one = replace(draw, n=1, seed=(seed * count + number) % 2**62, traced=None)
        return inpaint(source, canvas, mask, one, passes, AS_THE_PHOTO, None, FROM_AFAR)[0]

    crossings: list[Tensor] = []
    for colour, piece in enumerate(_pieces(picture, colours, side)):
        canvas, mask = _crossing(piece, crossings[0] if crossings else piece, reach, band)
        crossings.append(invent(colour, source.joined("xy"), canvas, mask))
    corner = [crossing.roll((-(side // 2), -(side // 2)), (1, 2)) for crossing in crossings]
    inside = 1 - edge_band((side, side), band, "xy")
    frames = (_framed(edges, corner, reach) for edges in all_edges(colours))
    return torch.stack([invent(number, source, frame, inside) for number, frame in enumerate(frames, colours)])


def _pieces(picture: Tensor, colours: int, side: int) -> list[Tensor]:
    """Pieces of a picture, as far from each other as they can be."""
    steps = torch.linspace(0, 1, max(2, colours))[:colours].tolist()
    corners = [[round(step * (length - side)) for length in picture.shape[1:]] for step in steps]
    return [picture[:, top : top + side, left : left + side] for top, left in corners]


def _crossing(piece: Tensor, first: Tensor, reach: int, band: float) -> tuple[Tensor, Tensor]:
    """A piece with the middle of the first, and the mask of what is invented: its edges, and around its middle."""
    side = piece.shape[1]
    inner, outer = (slice(side // 2 - far, side // 2 + far) for far in (reach, 2 * reach))
    canvas, mask = piece.clone(), edge_band((side, side), band, "xy")
    canvas[:, inner, inner] = first[:, inner, inner]
    mask[:, outer, outer] = float(piece is not first)
    mask[:, inner, inner] = 0
    return canvas, mask


def _framed(edges: Edges, corner: list[Tensor], reach: int) -> Tensor:
    """A canvas with a frame of a tile's colours, from crossings that were rolled to the corner."""
    canvas = corner[edges.top].clone()
    canvas[:, -reach:] = corner[edges.bottom][:, -reach:]
    canvas[:, :, :reach] = corner[edges.left][:, :, :reach]
    canvas[:, :, -reach:] = corner[edges.right][:, :, -reach:]
    return canvas
