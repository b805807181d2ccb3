"""What is shown of a tile: two by two of it, how well its edges meet, and how much it repeats."""

from pathlib import Path

import click

from sindiff.metrics import repetition, seam_figure
from sindiff.pictures.images import load_picture, save_picture


def beside(tile: Path) -> Path:
    """Where a tile's floor lies."""
    return tile.with_name(f"{tile.stem}_2x2.png")


def show_tile(file: Path, axes: str) -> None:
    """Write two by two of a tile, as far as its edges meet, and say in one line how well they do."""
    tile = load_picture(file)
    save_picture(tile.repeat(1, 1 + ("y" in axes), 1 + ("x" in axes)), beside(file))
    seams = " and ".join(f"{seam_figure(tile[None], axis):.1f} along {axis}" for axis in axes)
    repeats = ", ".join(f"{repetition(tile, axis):.2f} along {axis}" for axis in axes)
    click.echo(
        f"{file.name}: seam {seams} (of the spread inside; none is seen below 2), repetition {repeats} (0 is none, "
        "1 all)",
        err=True,
    )
