"""sindiff tileset."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import torch
from torch import Tensor

from sindiff.applications.full_size import LEAST
from sindiff.applications.table import Given
from sindiff.applications.table.row import MAPS
from sindiff.applications.tileset import MOST_COLOURS, floor, on_a_sheet, require_set, tile_fields, usual_side
from sindiff.cli.maps import PhotoMap, load_maps, tell_apart
from sindiff.cli.options import OUT, OnePicture, option_of, seed_option
from sindiff.cli.pictures import counted, numbered, versions, write_pictures
from sindiff.cli.results import keep_given, require_own
from sindiff.cli.source import tell_read
from sindiff.cli.terminal import say
from sindiff.cli.tiled import edges_of, tileset_of
from sindiff.detail import Origin, apply_field
from sindiff.machine.files import write_json
from sindiff.model import untrained
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import fingerprint, load_picture, reduced, save_picture
from sindiff.pictures.maps import Map, save_map

FLOOR, LONGEST = 8, 2048  # tiles and px a side of the floor that is shown
WINDOW = 3  # px that a cut is blended over


@click.command("tileset", cls=OnePicture)
@click.argument("photo")
@OUT
@click.option("--n", default=1, show_default=True, type=click.IntRange(1, 1000), help="How many sets.")
@seed_option(help="Set i has SEED + i.")
@click.option("--colours", default=2, show_default=True, type=click.IntRange(1, MOST_COLOURS), help="Of the edges.")
@click.option(
    "--side", type=click.IntRange(2), help="Side of a tile in px, even; default: half the photo's short side."
)
@option_of(MAPS[0])
@option_of(MAPS[1])
def tileset_command(
    photo: str, directory: Path, n: int, seed: int, colours: int, side: int | None, map: tuple, normal: tuple
) -> None:
    """Cut PHOTO into tiles that fit in any order (Wang tiles).

    There are COLOURS^4 of them, which fit wherever edges of one colour meet.  A floor of them has no period, though
    what lies at the edges comes back often.  Every pixel comes from the photo; nothing is trained.

    Writes a sheet of each set, 000.png, its edges as 000.json and, for the editor Tiled, 000.tsj, and a random floor of
    eight by eight tiles, 000_8x8.png.

    \b
    Examples:
      sindiff tileset stones.jpg --out floor
      sindiff tileset stones.jpg --out floor --colours 3 --side 128 --n 4
      sindiff tileset stones.jpg --out floor --normal normal.png --map height16.png
    """
    path, about = find_picture(photo)
    tell_read([path])
    pixels = load_picture(path)
    side = side or usual_side(pixels)
    require_set(pixels, colours, side)
    maps = load_maps(untrained(pixels, LEAST), Given(picture=None, mask=None, map=map, normal=normal))
    sheets = numbered(directory, n)
    files = [path, *(each.path for each in maps)]
    require_own(directory, files)
    results = [result for sheet in sheets for result in (*beside(sheet), *(each.beside(sheet) for each in maps))]
    keep_given(files, results)
    settings = {"command": "tileset", "photo": photo, "n": n, "seed": seed, "colours": colours, "side": side}
    settings |= {"map": map, "normal": normal, "about_picture": about, **versions()}
    marks = {"content": fingerprint(pixels), "maps": tell_apart(maps), "batch": 1}

    def invent(n: int, seed: int, progress: Callable[[None], Any]) -> Tensor:
        fields = tile_fields(pixels, colours, side, seed)
        tiles = apply_field(fields, pixels, WINDOW)
        write_set(sheets[seed - settings["seed"]], tiles, colours, seed)
        for each in maps:
            write_map(each, fields, sheets[seed - settings["seed"]])
        progress(None)
        return on_a_sheet(tiles)[None]

    write_pictures(invent, sheets, settings, marks, (0, 1))
    say(f"{counted(n)} of {colours**4} tiles of {side}x{side} px in {directory}")


def beside(sheet: Path) -> list[Path]:
    """All but maps that is written beside a sheet: a floor, and its edges twice."""
    return [sheet.with_name(f"{sheet.stem}_{FLOOR}x{FLOOR}.png"), sheet.with_suffix(".json"), sheet.with_suffix(".tsj")]


def write_set(sheet: Path, tiles: Tensor, colours: int, seed: int) -> None:
    """Write what belongs to a sheet of tiles (N, 3, T, T): a random floor, and the edges."""
    laid, plain, tiled = beside(sheet)
    numbers = [number for row in floor(colours, FLOOR, FLOOR, seed) for number in row]
    save_picture(reduced(on_a_sheet(tiles[numbers]), LONGEST), laid)
    for file, content in ((plain, edges_of), (tiled, tileset_of)):
        write_json(file, content(sheet, colours, tiles.shape[-1]))


def write_map(one: PhotoMap, fields: Tensor, sheet: Path) -> None:
    """Write another map of the photo as a sheet of the same tiles."""
    nowhere = torch.zeros_like(fields[0]) > 0
    tiles = [one.follow(Origin(field, nowhere), one.content.values, window=WINDOW) for field in fields]
    save_map(Map(on_a_sheet(torch.stack(tiles)), one.content.most), one.beside(sheet))
