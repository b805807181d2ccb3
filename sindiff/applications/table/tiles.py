"""The row of tiles."""

from sindiff.applications.table.known import PASSES_OPTION, inpaint_calls
from sindiff.applications.table.reading import read_axes, read_share
from sindiff.applications.table.row import MAPS, Application, Given, Option
from sindiff.applications.tiling import FROM_AFAR, TILE_PASSES, edge_band, tile
from sindiff.model import Source


def _prepare(source: Source, given: Given) -> None:
    edge_band(given.picture.shape[1:], given.band, given.axes)


TILE = Application(
    "tile",
    "Make PICTURE tile: its opposite edges meet.\n\nA band along them is generated anew; the rest is kept.  "
    "Each tile is shown two by two beside it, 000_2x2.png.",
    lambda source, given, draw: tile(source, given.picture, given.band, given.axes, draw, given.passes),
    (
        "sindiff tile photo.jpg photo.jpg --out texture",
        "sindiff tile photo.jpg photo.jpg --out panorama --axes x --band 8% --n 1",
        "sindiff tile photo.jpg photo.jpg --out stone --normal normal.png --map height16.png",
    ),
    ("PICTURE",),
    (
        Option("band", "Width of the band at each edge, as a share of the side.", "12%", read_share, shown="SHARE"),
        Option(
            "axes", "Which edges meet: left and right (x), top and bottom (y), or both.", "xy", read_axes,
            shown="x|y|xy",
        ),
        PASSES_OPTION._replace(default=TILE_PASSES),
        *MAPS,
    ),
    _prepare,
    calls=inpaint_calls,
    coarser=FROM_AFAR,
)  # fmt: skip
