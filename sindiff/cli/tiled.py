"""The edges of a set of tiles as JSON: in plain words, and as a tileset of the editor Tiled."""

from pathlib import Path
from typing import Any

from sindiff.applications.tileset import Edges, all_edges

COLOURS = ("#e41a1c", "#377eb8", "#4daf4a")  # of edges, in an editor


def edges_of(sheet: Path, colours: int, side: int) -> dict[str, Any]:
    """image: the sheet's file.  tile_size: px.  columns: tiles in a row of the sheet.  edges: of each tile, row by row,
    the colours from 0 of its top, right, bottom and left; those of tops and bottoms are others than those of the sides.
    """
    edges = [each._asdict() for each in all_edges(colours)]
    return {"image": sheet.name, "tile_size": side, "columns": colours**2, "colours": colours, "edges": edges}


def tileset_of(sheet: Path, colours: int, side: int) -> dict[str, Any]:
    """The same as Tiled's JSON tileset, format 1.10, with a Wang set of edges; its colours count from 1."""
    across = colours**2
    names = [
        {"name": f"edge {n}", "color": COLOURS[n - 1], "probability": 1, "tile": -1} for n in range(1, colours + 1)
    ]
    tiles = [{"tileid": n, "wangid": wang_id(each)} for n, each in enumerate(all_edges(colours))]
    return {
        "type": "tileset",
        "version": "1.10",
        "name": sheet.stem,
        "image": sheet.name,
        "imagewidth": across * side,
        "imageheight": across * side,
        "tilewidth": side,
        "tileheight": side,
        "tilecount": across**2,
        "columns": across,
        "margin": 0,
        "spacing": 0,
        "wangsets": [{"name": "edges", "type": "edge", "tile": -1, "colors": names, "wangtiles": tiles}],
    }


def wang_id(edges: Edges) -> list[int]:
    """Tiled's eight numbers, clockwise from the top, corners among them, which have none."""
    return [number for edge in edges for number in (edge + 1, 0)]
