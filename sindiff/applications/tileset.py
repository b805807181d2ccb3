"""Wang tiles of a photo: edges have colours, and tiles fit wherever edges of one colour meet (Cohen et al. 2003).

A colour is a square of the photo: a tile shows half of it at an edge, its neighbour the other half.  Inside a tile the
four halves meet along the diagonals, each cut where the two sides differ least (Efros and Freeman 2001).  A tile is
a field of places in the photo, so maps of the photo follow it.
"""

from itertools import product
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.applications.draw import require_canvas

MOST_COLOURS = 3
SMALLEST_SIDE = 16
DRAWN = 500  # sets of squares, of which the one with the cheapest cuts is taken
SEEN = 48  # px of a tile's side while they are compared


class Edges(NamedTuple):
    """The colours of a tile's edges, each from 0."""

    top: int
    right: int
    bottom: int
    left: int


def all_edges(colours: int) -> list[Edges]:
    """The edges of the tiles of a whole set, in their order on a sheet."""
    return [Edges(*each) for each in product(range(colours), repeat=4)]


def tile_fields(photo: Tensor, colours: int = 2, side: int | None = None, seed: int = 0) -> Tensor:
    """A set of tiles, (colours^4, side, side) int32 places in a photo (C, H, W), row * width + column; see all_edges.

    side: even; default half the photo's short side.  Raises ValueError for what no set can be made of.
    """
    side = side or usual_side(photo)
    require_set(photo, colours, side)
    squares = _squares(photo, colours, side, seed)
    return _joined(*_halves(squares, photo.shape[2], side), _above(photo, squares, side)[0])


def usual_side(photo: Tensor) -> int:
    """The side of a tile unless one is given: half the photo's short side, even."""
    return min(photo.shape[1:]) // 4 * 2


def require_set(photo: Tensor, colours: int, side: int) -> None:
    """Raise ValueError for what no set can be made of."""
    if not 1 <= colours <= MOST_COLOURS:
        raise ValueError(f"a set has 1 to {MOST_COLOURS} colours of edges, not {colours}")
    short = min(photo.shape[1:]) // 2 * 2
    if not SMALLEST_SIDE <= side <= short or side % 2:
        raise ValueError(f"tiles of this photo have an even side of {SMALLEST_SIDE} to {short} px, not {side}")
    require_canvas((colours**2 * side, colours**2 * side))


def on_a_sheet(tiles: Tensor) -> Tensor:
    """A square number of tiles (n, ..., T, T) as one picture (..., T sqrt(n), T sqrt(n)), row by row."""
    across = round(len(tiles) ** 0.5)
    return torch.cat([torch.cat(list(row), -1) for row in tiles.split(across)], -2)


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


def _squares(photo: Tensor, colours: int, side: int, seed: int) -> Tensor:
    """Corners (2, colours, 2) of the squares of rows' edges and of columns' edges, of several draws the best."""
    room = torch.tensor([length - side for length in photo.shape[1:]])
    chance = np.random.default_rng(seed)
    draws = torch.from_numpy(chance.random((DRAWN, 2, colours, 2)) * (room + 1).numpy()).long()
    scale = min(1.0, SEEN / side)
    small = F.interpolate(photo[None], scale_factor=scale, mode="area")[0]
    seen = 2 * int(side * scale / 2)
    most = torch.tensor([length - seen for length in small.shape[1:]])
    costs = [_above(small, (draw * scale).long().minimum(most), seen)[1] for draw in draws]
    return draws[torch.stack(costs).argmin()]


def _quarters(photo: Tensor, squares: Tensor, side: int) -> Tensor:
    """What both kinds of edges show in a tile's four corners, (2, k, 4, C, n, n), turned so that it is 0, 0.

    In turn: top left, top right, bottom left, bottom right.  A tile's top edge shows the lower half of its square, its
    bottom edge the upper half, and so on.
    """
    n, shown = side // 2, []
    for kind, corners in enumerate(squares.tolist(), 1):
        for top, left in corners:
            tile = photo[:, top : top + side, left : left + side].roll(n, kind)
            shown.append(torch.stack([part[:, :n, :n] for part in _flips(tile)]))
    return torch.stack(shown).unflatten(0, (2, -1))


def _flips(picture: Tensor) -> list[Tensor]:
    """A picture as it is, and mirrored so that its other corners lie at 0, 0."""
    return [picture, picture.flip(-1), picture.flip(-2), picture.flip(-2).flip(-1)]


def _above(photo: Tensor, squares: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """For each pair of colours in each corner, whether the row's edge shows, (k, k, 4, n, n); and what cuts cost."""
    rows, columns = _quarters(photo, squares, side)
    apart = (rows[:, None] - columns).square().sum(3)
    cuts, costs = cheapest_cuts(apart.flatten(0, 2))
    above = torch.arange(apart.shape[-1]) > cuts[..., None]
    return above.unflatten(0, apart.shape[:3]), costs.mean()


def cheapest_cuts(apart: Tensor) -> tuple[Tensor, Tensor]:
    """The cheapest cuts (P, n) from corner 0, 0 of squares (P, n, n) to corner n - 1, n - 1, and what they cost (P).

    A cut passes one column in each row, and moves by 0 to 2 columns from a row to the next.  Its cost is the sum of
    what lies on both sides of it.
    """
    n = apart.shape[-1]
    apart = apart + F.pad(apart[:, :, 1:], (0, 1))
    rows, shifts = torch.arange(n)[:, None], torch.arange(-(n // 2), n // 2 + 1)
    open_to = shifts.abs() <= torch.minimum(rows, n - 1 - rows)
    price = apart.gather(2, (rows + shifts).clamp(0, n - 1).expand(len(apart), -1, -1))
    total = price.masked_fill(~open_to, torch.inf)
    for row in range(1, n):
        total[:, row] += F.pad(total[:, row - 1], (1, 1), value=torch.inf).unfold(1, 3, 1).amin(2)
    at = torch.full((len(apart), 1), n // 2)
    cuts, cost = [at], total[:, -1].gather(1, at)[:, 0]
    for row in reversed(range(n - 1)):
        before = F.pad(total[:, row], (1, 1), value=torch.inf).gather(1, at + torch.arange(3))
        at = at + before.argmin(1, keepdim=True) - 1
        cuts.append(at)
    return rows[:, 0] + torch.cat(cuts[::-1], 1) - n // 2, cost


def _halves(squares: Tensor, width: int, side: int) -> tuple[Tensor, Tensor]:
    """The places that a tile with each colour at its rows' edges shows, (k, side, side), and at its columns' edges."""
    line, half = torch.arange(side), (torch.arange(side) + side // 2) % side
    rows = [(top + half[:, None]) * width + left + line for top, left in squares[0].tolist()]
    columns = [(top + line[:, None]) * width + left + half for top, left in squares[1].tolist()]
    return torch.stack(rows), torch.stack(columns)


def _joined(rows: Tensor, columns: Tensor, above: Tensor) -> Tensor:
    """The tiles of all_edges, from what their edges show and where the rows' edges do."""
    n = above.shape[-1]
    tiles = []
    for edges in all_edges(len(rows)):
        tile = torch.empty_like(rows[0])
        for corner, (down, across) in enumerate(product((0, 1), repeat=2)):
            row, column = (edges.bottom if down else edges.top), (edges.right if across else edges.left)
            shows = _flips(above[row, column, corner])[corner]
            part = slice(down * n, (down + 1) * n), slice(across * n, (across + 1) * n)
            tile[part] = torch.where(shows, rows[row][part], columns[column][part])
        tiles.append(tile)
    return torch.stack(tiles).int()
