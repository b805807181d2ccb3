"""The row of tiles: one that fits itself, or a set whose tiles fit each other."""

import torch
from torch import Tensor

from sindiff.applications.draw import Draw
from sindiff.applications.full_size import Size, phases
from sindiff.applications.inpainting import calls
from sindiff.applications.table.known import PASSES_OPTION
from sindiff.applications.table.reading import read_share
from sindiff.applications.table.row import MAPS, Application, Given, Option
from sindiff.applications.tiling import FROM_AFAR, TILE_PASSES, edge_band, require_open, tile
from sindiff.applications.wang import MOST_COLOURS, on_a_sheet, require_set, usual_side, wang_tiles
from sindiff.conditioning import joined_axes
from sindiff.model import Source


def _prepare(source: Source, given: Given) -> None:
    require_open(source)
    edge_band(given.picture.shape[1:], given.band, given.axes)
    if given.side and not given.set:
        raise ValueError("--side is of the tiles of a set: give --set too, or leave it out")
    if given.set:
        given.side = given.side or usual_side(given.picture)
        require_set(source, given.picture, given.set, given.side, given.band)
        if given.axes != "xy" or given.map or given.normal:
            raise ValueError("tiles of a set meet at all edges and have no maps: leave out --axes, --map and --normal")


def _make(source: Source, given: Given, draw: Draw) -> Tensor:
    if not given.set:
        return tile(source, given.picture, given.band, given.axes, draw, given.passes)
    sets = wang_tiles(source, given.picture, given.set, given.side, given.band, draw, given.passes)
    return torch.stack([on_a_sheet(each) for each in sets])


def _size(source: Source, given: Given) -> Size:
    return (given.set**2 * given.side,) * 2 if given.set else tuple(given.picture.shape[1:])


def _calls(source: Source, given: Given, steps: int) -> int:
    """Those of each tile, and the phases of all but one, which are counted elsewhere."""
    tiles = given.set + given.set**4 if given.set else 1
    return tiles * calls(steps, given.passes) + (tiles - 1) * phases(source, FROM_AFAR)


TILE = Application(
    "tile",
    "Make PICTURE tile: a band along its edges is invented anew, so that opposite edges meet; the rest stays as it is."
    "\n\nEach tile is shown two by two beside it, 000_2x2.png.  With --set it becomes a set of Wang tiles on a sheet, "
    "000.png, whose edges are told by 000.json and, for Tiled, 000.tsj; 000_8x8.png shows a floor of them.",
    _make,
    (
        "sindiff tile photo.jpg photo.jpg --out texture",
        "sindiff tile photo.jpg photo.jpg --out panorama --axes x --band 8% --n 1",
        "sindiff tile photo.jpg photo.jpg --out stone --normal normal.png --map height16.png",
        "sindiff tile photo.jpg photo.jpg --out floor --set 2 --side 256 --n 1",
    ),
    ("PICTURE",),
    (
        Option("band", "What is invented at each edge, as a share of the side.", "12%", read_share, shown="SHARE"),
        Option(
            "axes", "Which edges meet: left and right (x), top and bottom (y), or both.", "xy", joined_axes,
            shown="x|y|xy",
        ),
        Option(
            "set", "Make a set of tiles for so many colours of edges: colours^4 tiles, which fit each other wherever "
            "edges of one colour touch.", None, int, 1, MOST_COLOURS,
        ),
        Option("side", "Side of the tiles of a set in px; default: half the picture's short side.", None, int, 1),
        PASSES_OPTION._replace(default=TILE_PASSES),
        *MAPS,
    ),
    _prepare,
    _size,
    _calls,
    FROM_AFAR,
)  # fmt: skip
