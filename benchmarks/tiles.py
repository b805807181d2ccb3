"""How well photos tile: the seams of tiles, and how much they repeat, untrained.

A seam figure is the difference across the joined edge, less what is usual, over the spread of the same between columns
inside (metrics.seam_figure): within about 2, the seam is one column of many.  `photo` is the photo's own, `tile` that
of the photo whose band is generated anew; `repetition` is the tile's, `wall` that of a new texture of twice its side,
whose edges meet too.  Textures are joined along both axes, landscapes along x; the worse axis is told.

Example:
  python benchmarks/tiles.py --json benchmarks/results/tiles.json --sheets /tmp/sheets
"""

import bench
from measuring import sheet, timed
from torch import Tensor

from sindiff.applications import Draw, generate, tile
from sindiff.metrics import repetition, seam_figure
from sindiff.model import untrained
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture

LANDSCAPES = ("balloons", "peaks", "pagoda")
TEXTURES = ("stones", "gravel", "grass", "brick", "hubble", "dahlia")


def measure(name: str, args) -> bench.Row:
    photo = load_picture(find_picture(name)[0], args.long_side)
    axes = "x" if name in LANDSCAPES else "xy"
    source, (height, width) = untrained(photo), photo.shape[1:]

    def make() -> Tensor:
        return tile(source, photo, axes=axes, draw=Draw(1, seed=args.seed))

    made, cost = timed(make, args.device)
    wider = (height * (1 + ("y" in axes)), 2 * width)
    wall = generate(source.joined(axes), 1, wider, seed=args.seed)
    sheet(args.sheets, name, made.repeat(1, 1, 1 + ("y" in axes), 2), columns=1)
    return cost | {
        "size": [height, width],
        "axes": axes,
        "photo": max(seam_figure(photo[None], axis) for axis in axes),
        "tile": max(seam_figure(made, axis) for axis in axes),
        "repetition": max(repetition(made[0], axis) for axis in axes),
        "wall": max(repetition(wall[0], axis) for axis in axes),
    }


def main() -> None:
    parser = bench.arguments(__doc__, (*TEXTURES, *LANDSCAPES), seed=0)
    parser.add_argument("--long-side", type=int, default=512, help="of the photos, in px")
    args = parser.parse_args()
    table = bench.Table(args, {"seed": args.seed, "long_side": args.long_side})
    for key in table.todo(picture=args.pictures):
        table.add(key | measure(key["picture"], args))


if __name__ == "__main__":
    main()
