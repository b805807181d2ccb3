"""How large should the layout be?  Untrained pictures at the photo's own size, laid out at several sizes.

A small layout arranges large parts and keeps their order; a large one arranges small parts, and differs more.

Examples:
  python benchmarks/layouts.py runs/places50/*.jpg --json layouts.json
  python benchmarks/layouts.py balloons --layouts 48 96 --sheets /tmp/sheets
"""

import bench
from measuring import means, sheet, timed

from sindiff.applications import generate
from sindiff.metrics import evaluate
from sindiff.model import untrained
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture

N = 4


def main() -> None:
    parser = bench.arguments(__doc__, ("balloons", "peaks", "stones"), layouts=(48, 64, 96, 128), seed=0)
    args = parser.parse_args()
    settings = {"seed": args.seed, "samples": N}
    table = bench.Table(args, settings, lambda rows: {"means": means(rows, "layout")})
    for key in table.todo(picture=args.pictures, layout=args.layouts):
        path, about = find_picture(key["picture"])
        photo = load_picture(path).to(args.device)
        source = untrained(photo, key["layout"])
        pictures, cost = timed(lambda source=source: generate(source, N, seed=args.seed), args.device, N)
        table.add(key | {"name": about["name"]} | evaluate(photo, pictures).numbers() | cost)
        sheet(args.sheets, f"{about['name']}-{key['layout']}", [photo, *pictures], columns=5)
    table.end()


if __name__ == "__main__":
    main()
