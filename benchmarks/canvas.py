"""Time and memory of large canvases sampled in tiles, from file to file: a row for each size, in a process of its own.

The network is the preset's with random weights, which costs what a trained one costs.  CPU seconds are those of the
process, all threads together: they tell the work even where other programs take turns on the machine.  Of a GPU,
`device_mb` is the most memory that was taken, and the wall's seconds tell the work.  `memory_growth` is from the
smallest canvas to the largest, `time_spread` how much the time of a pixel and step differs.

Example:
  python benchmarks/canvas.py --tile 0                                 whole canvases, to see what tiles save
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import bench
import torch
from measuring import peak_bytes, timed

from sindiff.large.plan import plan_pictures
from sindiff.large.sample import sample_to_files
from sindiff.model import Model
from sindiff.training.presets import get_preset

CPU = torch.device("cpu")
WANTED = {"memory_growth": 1.2, "time_spread": 0.15}  # at most


def measure(side: int, args: argparse.Namespace) -> bench.Row:
    """Sample one square picture; to be called once a process, since peak memory never falls."""
    config = get_preset(args.preset).train
    network = config.network.build().to(device=args.device, memory_format=torch.channels_last).eval()
    model = Model(network.requires_grad_(False), config.schedule, config.prediction)
    with tempfile.TemporaryDirectory(dir=args.folder) as directory:
        path = Path(directory) / ("canvas.png" if side <= 4096 else "canvas.tif")
        plan = plan_pictures(model.in_tiles(args.tile) if args.tile else model, [path], (side, side), steps=args.steps)
        before = peak_bytes(CPU)
        _, spent = timed(lambda: [None for _ in sample_to_files(plan)], args.device)
    megapixel_steps = side * side * args.steps / 1e6
    return {
        "side": side,
        "pixels": side * side,
        "seconds": spent["seconds"],
        "seconds_per_megapixel_step": spent["seconds"] / megapixel_steps,
        "cpu_seconds_per_megapixel_step": spent["cpu_seconds"] / megapixel_steps,
        "peak_rss_mb": peak_bytes(CPU) / 1e6,
        "rss_before_mb": before / 1e6,
        "device_mb": peak_bytes(args.device) / 1e6 if args.device.type == "cuda" else None,
        "estimated_mb": plan.memory_bytes / 1e6,
        "canvas_mb": plan.canvases[0][0].nbytes / 1e6,
        "disk_mb": plan.disk_bytes / 1e6,
    }


def summary(rows: list[bench.Row]) -> bench.Row:
    on_gpu = rows[0]["device_mb"] is not None
    memory, time = ("device_mb", "") if on_gpu else ("peak_rss_mb", "cpu_")
    rows = sorted(rows, key=lambda row: row["pixels"])
    times = [row[f"{time}seconds_per_megapixel_step"] for row in rows]
    growth, spread = rows[-1][memory] / rows[0][memory], max(times) / min(times) - 1
    return {"memory_growth": growth, "time_spread": spread, "wanted": WANTED}


def main() -> None:
    options = {"preset": "laptop", "steps": 2, "tile": 256, "folder": tempfile.gettempdir(), "only_measure": False}
    args = bench.arguments(__doc__, sides=(512, 1024, 2048), **options).parse_args()
    if args.only_measure:
        print(json.dumps(measure(args.sides[0], args)))
        return
    table = bench.Table(args, {"preset": args.preset, "steps": args.steps, "tile": args.tile}, summary)
    for key in table.todo(side=args.sides):
        command = [sys.executable, *sys.argv, "--sides", str(key["side"]), "--only-measure"]
        table.add(json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout))
    table.end()


if __name__ == "__main__":
    main()
