"""What is shown of a tile: two by two of it, and how well its edges meet."""

from pathlib import Path

from sindiff.cli.terminal import say
from sindiff.metrics import repetition, seam_figure
from sindiff.pictures.images import load_picture, save_picture


def two_by_two(tile: Path) -> Path:
    """Where a tile is shown beside itself."""
    return tile.with_name(f"{tile.stem}_2x2.png")


def show_tile(file: Path, axes: str) -> None:
    """Write two by two of a tile, as far as its edges meet, and say in one line how well they do."""
    tile = load_picture(file)
    save_picture(tile.repeat(1, 1 + ("y" in axes), 1 + ("x" in axes)), two_by_two(file))
    seams = ", ".join(f"{seam_figure(tile[None], axis):.1f} along {axis}" for axis in axes)
    repeats = ", ".join(f"{repetition(tile, axis):.2f} along {axis}" for axis in axes)
    say(f"{file.name}: seam {seams} (below 2 none is seen); repetition {repeats} (0 none, 1 all)")
