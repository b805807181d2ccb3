"""What is written beside a tile or a set of tiles: what a floor of them looks like, and what their edges are."""

import json
from pathlib import Path
from typing import Any

from torch import Tensor

from sindiff.applications.table import Given
from sindiff.applications.wang import Edges, all_edges, floor, from_a_sheet, on_a_sheet
from sindiff.cli.terminal import say
from sindiff.machine.files import write_text
from sindiff.metrics import repetition, seam_figure
from sindiff.pictures.images import load_picture, reduced, save_picture

FLOOR, LONGEST = 8, 2048  # tiles and px a side of the floor that is shown
COLOURS = ("#e41a1c", "#377eb8", "#4daf4a")  # of edges, in an editor


def beside(tile: Path) -> list[Path]:
    """All that may be written beside a tile."""
    floors = [tile.with_name(f"{tile.stem}_{size}.png") for size in ("2x2", f"{FLOOR}x{FLOOR}")]
    return [*floors, tile.with_suffix(".json"), tile.with_suffix(".tsj")]


def show_tiles(file: Path, given: Given, seed: int) -> None:
    """Write what belongs to a tile, or to the sheet of a set."""
    if given.set:
        show_set(file, given.set, seed)
    else:
        show_tile(file, given.axes)


def show_tile(file: Path, axes: str) -> None:
    """Write two by two of a tile, as far as its edges meet, and say in one line how well they do."""
    tile = load_picture(file)
    save_picture(tile.repeat(1, 1 + ("y" in axes), 1 + ("x" in axes)), beside(file)[0])
    seams = ", ".join(f"{seam_figure(tile[None], axis):.1f} along {axis}" for axis in axes)
    repeats = ", ".join(f"{repetition(tile, axis):.2f} along {axis}" for axis in axes)
    say(f"{file.name}: seam {seams} (below 2 none is seen); repetition {repeats} (0 none, 1 all)")


def show_set(file: Path, colours: int, seed: int) -> None:
    """Write a random floor of a set, and its edges as plain JSON and as a tileset of Tiled."""
    _, floor_file, plain, tiled = beside(file)
    tiles = from_a_sheet(load_picture(file), colours)
    save_picture(reduced(laid(tiles, floor(colours, FLOOR, FLOOR, seed)), LONGEST), floor_file)
    for path, about in ((plain, edges_of(file.name, colours, tiles)), (tiled, tileset_of(file.name, colours, tiles))):
        write_text(path, json.dumps(about, indent=2) + "\n")


def laid(tiles: Tensor, numbers: list[list[int]]) -> Tensor:
    """A square floor, (C, n T, n T), of tiles (N, C, T, T) by their numbers."""
    return on_a_sheet(tiles[[number for row in numbers for number in row]])


def edges_of(name: str, colours: int, tiles: Tensor) -> dict[str, Any]:
    """image: the sheet's file.  tile_size: px.  columns: tiles in a row of the sheet.  edges: of each tile, row by row,
    the colours from 0 of its top, right, bottom and left.
    """
    return {
        "image": name,
        "tile_size": tiles.shape[-1],
        "columns": colours**2,
        "colours": colours,
        "edges": [each._asdict() for each in all_edges(colours)],
    }


def tileset_of(name: str, colours: int, tiles: Tensor) -> dict[str, Any]:
    """The same as Tiled's JSON tileset, format 1.10, with a Wang set of edges; its colours count from 1."""
    side = tiles.shape[-1]
    return {
        "type": "tileset",
        "version": "1.10",
        "name": Path(name).stem,
        "image": name,
        "imagewidth": colours**2 * side,
        "imageheight": colours**2 * side,
        "tilewidth": side,
        "tileheight": side,
        "tilecount": len(tiles),
        "columns": colours**2,
        "margin": 0,
        "spacing": 0,
        "wangsets": [
            {
                "name": "edges",
                "type": "edge",
                "tile": -1,
                "colors": [
                    {"name": f"edge {n}", "color": colour, "probability": 1, "tile": -1}
                    for n, colour in enumerate(COLOURS[:colours], 1)
                ],
                "wangtiles": [{"tileid": n, "wangid": wang_id(each)} for n, each in enumerate(all_edges(colours))],
            }
        ],
    }


def wang_id(edges: Edges) -> list[int]:
    """Tiled's eight numbers, clockwise from the top, corners among them, which have none."""
    return [number for edge in edges for number in (edge + 1, 0)]
