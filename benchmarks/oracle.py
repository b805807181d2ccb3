"""New pictures with no training: patch sizes and what a pixel knows of its place, for each picture.

"blind" does not see the border (patch_denoiser), "border" does (border_patch_denoiser), "quick" is nearly the same in
less time (quick_patch_denoiser), "placed 0.1" knows each pixel's place to a tenth of the side.  "9 sigma, 5 to 31" are
shrinking_patches of slope 9 between these sizes, with sigma = sqrt((1 - alpha_bar) / alpha_bar).  Seconds are a
picture's, by the wall and of the CPU.  --largest is of the patches that shrink, in px; --rule takes one rule alone.

Examples:
  python benchmarks/oracle.py                                      the bundled pictures, 64 px
  python benchmarks/oracle.py a.png b.jpg --long-side 125 --largest 61 --only border quick --rule "9 sigma, 5 to 61"
"""

import argparse
from collections.abc import Callable
from functools import partial

import bench
from measuring import load, means, measures, sheet, timed
from torch import Tensor

from sindiff.applications.draw import Draw, invent
from sindiff.oracle.exact import border_patch_denoiser, patch_denoiser, placed_patch_denoiser, shrinking_patches
from sindiff.oracle.quick import quick_patch_denoiser
from sindiff.pictures.bundled import bundled_pictures
from sindiff.schedule import Schedule

SCHEDULE = Schedule("linear", 1000)
KINDS = {
    "blind": patch_denoiser,
    "border": border_patch_denoiser,
    "quick": quick_patch_denoiser,
    "placed 0.1": partial(placed_patch_denoiser, slack=0.1),
}
PatchSize = int | Callable[[int], int]


def shrinking(smallest: int, largest: int, slope: float = 9.0) -> tuple[str, PatchSize]:
    return f"{slope:g} sigma, {smallest} to {largest}", shrinking_patches(SCHEDULE, largest, smallest, slope)


def rules(largest: int) -> dict[tuple[str, str], PatchSize]:
    """Patch size by denoiser and name of the rule; largest: of the patches that shrink, in px."""
    usual, wider, narrower = (5, largest), (5, 2 * largest + 1), (5, 3 * largest // 4 // 2 * 2 + 1)
    ranges = ((3, largest), narrower, usual, wider, (7, largest), (*usual, 13))
    fixed = {"blind": (5, 7, 15), "border": (7, 15, 31), "quick": (), "placed 0.1": (7,)}
    shrink = {"blind": [usual], "border": ranges, "quick": [usual], "placed 0.1": [(5, largest // 2), usual]}
    found = {}
    for kind, sizes in fixed.items():
        rules = [(str(size), size) for size in sizes] + [shrinking(*each) for each in shrink[kind]]
        found |= {(kind, rule): size for rule, size in rules}
    return found


def made(kind: str, picture: Tensor, size: PatchSize, args: argparse.Namespace) -> Tensor:
    denoise = KINDS[kind](picture, SCHEDULE, patch_size=size)
    draw = Draw(args.n, args.sampler, args.steps, args.seed, batch_size=args.n)
    return invent(denoise, SCHEDULE, picture.shape, draw, args.device)


def main() -> None:
    options = {"long_side": 64, "largest": 31, "rule": str, "sampler": "dpmpp", "steps": 20, "n": 4, "seed": 0}
    parser = bench.arguments(__doc__, list(bundled_pictures()), **options)
    parser.add_argument("--only", choices=KINDS, nargs="+", default=list(KINDS), help="these denoisers alone")
    args = parser.parse_args()
    settings = {name: getattr(args, name) for name in ("seed", "sampler", "steps", "long_side", "n")}
    pictures = load(args.pictures, args.long_side)
    table = bench.Table(args, settings, lambda rows: {"means": means(rows, "denoiser", "patch_size")})
    for (kind, rule), size in rules(args.largest).items():
        if kind not in args.only or args.rule not in (None, rule):
            continue
        for key in table.todo(denoiser=[kind], patch_size=[rule], picture=pictures):
            picture = pictures[key["picture"]]
            samples, spent = timed(partial(made, kind, picture, size, args), args.device, args.n)
            table.add({**key, **spent, **measures(picture, samples)})
            sheet(args.sheets, f"{key['picture']} {kind} {rule}", samples, args.n, scale=3)
    table.end()


if __name__ == "__main__":
    main()
