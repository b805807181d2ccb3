"""GPNN on pictures at 250 px: how close, how different, how much copied, how long; exact and approximate search.

Copied patches are sought at half the size, as for published samples.  Seconds are a sample's, by the wall and of the
CPU.  `--exact N` makes the first N pictures with the exact search too, at a third of the size, where it takes seconds.
`--compare` instead makes one sample of each picture with either search at full size, some ten minutes a picture, and
says what differs: `patch_error` is how far a sample's patches are from their nearest ones in the picture, `pixels` how
far the two samples are from each other, each a root mean square in [-1, 1].

Examples:
  python benchmarks/gpnn.py --json benchmarks/results/gpnn.json     ten pictures of Places50, in runs/places50
  python benchmarks/gpnn.py --compare peaks --json benchmarks/results/gpnn_exact.json
"""

import bench
import torch
from measuring import load, means, measures, sheet, timed
from torch import Tensor

from sindiff.baselines.gpnn import GPNNConfig, fit, sample
from sindiff.metrics import nearest_patches, patches

PLACES = [f"runs/places50/{i}.jpg" for i in range(1, 11)]
NOISES = (2.0, 3.0, 1.5)
CPU = torch.device("cpu")


def made(picture: Tensor, search: str, noise: float, n: int) -> tuple[Tensor, dict[str, float]]:
    """Samples, and the seconds for each."""
    return timed(lambda: sample(fit(picture, GPNNConfig(search=search, noise=noise)), n), CPU, n)


def rms(difference: Tensor) -> float:
    return difference.square().mean().sqrt().item()


def compared(picture: Tensor) -> bench.Row:
    """What differs between two samples of the same noise, by search."""
    known, samples, row = patches(picture[None])[0], {}, {}
    for search in ("approximate", "exact"):
        (one,), spent = made(picture, search, NOISES[0], 1)
        nearest = known[nearest_patches(picture, one).unbind(-1)]
        numbers = {"cpu_seconds": spent["cpu_seconds"], "patch_error": rms(nearest - patches(one[None])[0])}
        numbers |= measures(picture, torch.stack([one, one]), max(picture.shape) // 2)
        row |= {f"{name}_{search}": numbers[name] for name in ("cpu_seconds", "swd", "patch_error", "copied")}
        samples[search] = one
    return row | {"pixels": rms(samples["exact"] - samples["approximate"])}


def main() -> None:
    options = {"long_side": 250, "n": 2, "exact": 0, "compare": False}
    args = bench.arguments(__doc__, PLACES, **options).parse_args()
    pictures, small = (load(args.pictures, side) for side in (args.long_side, args.long_side // 3))
    if args.compare:
        table = bench.Table(args, {"long_side": args.long_side, "noise": NOISES[0]})
        for key in table.todo(picture=pictures):
            table.add(key | compared(pictures[key["picture"]]))
        return
    by = ("noise", "search", "long_side")
    table = bench.Table(args, {"n": args.n, "seed": 0}, lambda rows: {"means": means(rows, *by)})
    some = {name: small[name] for name in [*small][: args.exact]}
    runs = [(pictures, args.long_side, ["approximate"]), (some, args.long_side // 3, ["exact", "approximate"])]
    for known, side, searches in runs:
        for key in table.todo(noise=NOISES, picture=known, long_side=[side], search=searches):
            picture = known[key["picture"]]
            samples, spent = made(picture, key["search"], key["noise"], args.n)
            size = list(picture.shape[1:])
            table.add({**key, "size": size, **spent, **measures(picture, samples, max(size) // 2)})
            name = f"{key['picture']}_{key['long_side']}_{key['search']}_{key['noise']}"
            sheet(args.sheets, name, [picture, *samples], 1 + args.n)
    table.end()


if __name__ == "__main__":
    main()
