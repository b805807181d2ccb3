"""How long detail takes, what memory it needs, and how long four new pictures of a photo take, by the photo's size.

One photo, brought to each size.  seconds: detail of one untrained layout of 64 px, the median of some runs; four:
sindiff.generate from the photo alone, layouts and detail, once.  Each size has a process of its own, so `bytes`, of a
single detail, is the most that this size needs, with torch's and Python's own (some 0.3 GB).

Example:
  python benchmarks/detail.py --json benchmarks/results/detail.json        4 minutes on two cores
"""

from concurrent.futures import ProcessPoolExecutor
from math import sqrt
from multiprocessing import get_context
from statistics import median

import bench
import torch
from measuring import load, peak_bytes, timed
from torch import Tensor

from sindiff.applications import Draw, generate
from sindiff.applications.full_size import laid_out
from sindiff.detail import detail
from sindiff.machine.device import matmul_gflops
from sindiff.model import untrained
from sindiff.pictures.images import resize

PHOTO, LARGEST, CPU = "peaks", 2000, torch.device("cpu")
MOST_FOUR, MOST_RUNS = 3.0, 1.0  # megapixels up to which four pictures are made, and detail is timed more than once


def measure(photo: Tensor, megapixels: float, runs: int, seed: int) -> bench.Row:
    """What a photo of this size costs."""
    height, width = photo.shape[1:]
    scale = sqrt(megapixels * 1e6 / (height * width))
    photo = resize(photo, round(scale * height), round(scale * width))
    source = untrained(photo)
    layout = laid_out(source, tuple(photo.shape[1:]), Draw(1, seed=seed))
    detail(layout[:, :, :16, :16], photo[:, :64, :64], (16, 16))  # compiled before it is timed
    costs = []
    for _ in range(runs if megapixels <= MOST_RUNS else 1):
        costs.append(timed(lambda: detail(layout, photo, source.size), CPU)[1])
    row = {name: median(cost[name] for cost in costs) for name in costs[0]}
    row |= {"us_a_pixel": row["seconds"] / megapixels, "bytes": peak_bytes(CPU)}
    if megapixels <= MOST_FOUR:
        row["four"] = timed(lambda: generate(source, 4, seed=seed), CPU)[1]["seconds"]
    return {"size": tuple(photo.shape[1:])} | row


def main() -> None:
    parser = bench.arguments(__doc__, megapixels=(0.047, 0.1, 0.33, 1.0, 3.0, 12.0), runs=3, seed=0)
    args = parser.parse_args()
    photo = load([PHOTO], LARGEST)[PHOTO]
    table = bench.Table(args, {"photo": PHOTO, "seed": args.seed, "GFLOP/s": round(matmul_gflops(CPU), -1)})
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as alone:
        for key in table.todo(megapixels=args.megapixels):
            made = alone.submit(measure, photo, key["megapixels"], args.runs, args.seed)
            table.add(key | made.result())
    table.end()


if __name__ == "__main__":
    main()
