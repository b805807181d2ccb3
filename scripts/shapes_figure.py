"""Draw photos in other shapes, and pictures that mirror themselves; photos are framed in red.

Balloons at 2.5 times their width; peaks at 1.6 times their height, and symmetric ones; pictures of a dahlia, symmetric
along both axes.  Balloons and peaks are trained.

Example:
  python scripts/shapes_figure.py --out figures/full_size/shapes.jpg
"""

import argparse
from pathlib import Path

from full_size_figure import WIDTH, framed, in_a_row, save_below_each_other, source_of
from PIL import Image

from sindiff.applications import Draw, retarget, symmetric
from sindiff.machine.files import home_expanded
from sindiff.model import Source
from sindiff.pictures import to_image


def shaped(source: Source, height: float, width: float, draw: Draw) -> Image.Image:
    """The source's photo, retargeted to so many times its height and width."""
    size = round(height * source.photo.shape[1]), round(width * source.photo.shape[2])
    return to_image(retarget(source, source.photo, size, draw=draw)[0])


def mirrored(source: Source, axes: str, draw: Draw) -> list[Image.Image]:
    return [to_image(picture) for picture in symmetric(source, axes, draw=draw)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=home_expanded, default=Path("figures/full_size/shapes.jpg"))
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    draw = Draw(1, seed=args.seed)
    balloons, peaks, dahlia = source_of("balloons", True), source_of("peaks", True), source_of("dahlia", False)
    rows = [
        [framed(to_image(balloons.photo), 3), shaped(balloons, 1, 2.5, draw)],
        [framed(to_image(peaks.photo), 4), shaped(peaks, 1.6, 1, draw), *mirrored(peaks, "x", draw)],
        [framed(to_image(dahlia.photo), 3), *mirrored(dahlia, "xy", Draw(2, seed=args.seed))],
    ]
    save_below_each_other([in_a_row(row, WIDTH) for row in rows], args.out)


if __name__ == "__main__":
    main()
