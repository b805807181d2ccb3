"""Time and memory of large canvases sampled in tiles, from file to file: a row for each size, in a process of its own.

The network is the preset's with random weights, which costs what a trained one costs.  CPU seconds are those of the
process, all threads together: they tell the work even where other programs take turns on the machine.  Of a GPU,
`device_mb` is the most memory that was taken, and the wall's seconds tell the work.

Examples:
  python benchmarks/canvas.py                                          512, 1024 and 2048 px a side, 2 steps
  python benchmarks/canvas.py --sides 512 4096 --steps 20 --json table.json
  python benchmarks/canvas.py --tile 0                                 whole canvases, to see what tiles save
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

from sindiff.large.plan import plan_pictures
from sindiff.large.sample import sample_to_files
from sindiff.machine.device import pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance
from sindiff.model import Model
from sindiff.training.presets import get_preset

WANTED = {"memory_growth": 1.2, "time_spread": 0.15}  # at most


def measure(side: int, preset: str, steps: int, tile: int | None, device: torch.device, folder: Path) -> dict:
    """Sample one square picture; to be called once a process, since peak memory never falls."""
    config = get_preset(preset).train
    network = config.network.build().to(device=device, memory_format=torch.channels_last).eval()
    model = Model(network.requires_grad_(False), config.schedule, config.prediction)
    with tempfile.TemporaryDirectory(dir=folder) as directory:
        path = Path(directory) / ("canvas.png" if side <= 4096 else "canvas.tif")
        plan = plan_pictures(model.in_tiles(tile) if tile else model, [path], (side, side), steps=steps)
        before, start, cpu_start = peak_rss(), time.perf_counter(), time.process_time()
        for done, parts in sample_to_files(plan):
            print(f"\r{side}x{side}: {done}/{parts} parts", end="", file=sys.stderr, flush=True)
        print("\r", end="", file=sys.stderr)
        seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
    megapixel_steps = side * side * steps / 1e6
    return {
        "side": side,
        "pixels": side * side,
        "seconds": round(seconds, 2),
        "seconds_per_megapixel_step": round(seconds / megapixel_steps, 3),
        "cpu_seconds_per_megapixel_step": round(cpu_seconds / megapixel_steps, 3),
        "peak_rss_mb": round(peak_rss() / 1e6, 1),
        "rss_before_mb": round(before / 1e6, 1),
        "device_mb": round(torch.cuda.max_memory_allocated(device) / 1e6, 1) if device.type == "cuda" else None,
        "estimated_mb": round(plan.memory_bytes / 1e6, 1),
        "canvas_mb": round(plan.canvases[0][0].nbytes / 1e6, 1),
        "disk_mb": round(plan.disk_bytes / 1e6, 1),
    }


def peak_rss() -> int:
    """Most memory that this process has held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def row(record: dict) -> str:
    return (
        f"{record['side']:>6} {record['pixels']:>12,} {record['seconds']:>9.1f} "
        f"{record['seconds_per_megapixel_step']:>10.2f} {record['cpu_seconds_per_megapixel_step']:>9.2f} "
        f"{record['peak_rss_mb']:>9.0f} {record['estimated_mb']:>9.0f} {record['canvas_mb']:>10.0f} "
        f"{record['disk_mb']:>8.0f}"
    )


def in_process(side: int, args: argparse.Namespace) -> dict:
    options = ["--preset", args.preset, "--steps", str(args.steps), "--tile", str(args.tile), "--device", args.device]
    command = [sys.executable, __file__, "--sides", str(side), *options, "--folder", str(args.folder), "--only-measure"]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sides", nargs="+", type=int, default=[512, 1024, 2048])
    parser.add_argument("--preset", default="laptop")
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--tile", type=int, default=256, help="0: the whole canvas at once")
    parser.add_argument("--device", default="auto")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()), help="where the files lie meanwhile"
    )
    parser.add_argument("--json", type=Path, help="write all records there")
    parser.add_argument("--only-measure", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()

    device = pick_device(args.device)
    if args.only_measure:
        record = measure(args.sides[0], args.preset, args.steps, args.tile or None, device, args.folder)
        print(json.dumps(record))
        return
    about = {"preset": args.preset, "steps": args.steps, "tile": args.tile, **provenance(device)}
    print(", ".join(f"{name} {value}" for name, value in about.items()))
    print("  side       pixels   seconds  s/Mpx-step   CPU s/..  peak MB  estimate  canvas MB  disk MB")
    records = []
    for side in args.sides:
        records.append(in_process(side, args))
        print(row(records[-1]), flush=True)
    small, large = (pick(records, key=lambda record: record["pixels"]) for pick in (min, max))
    memory, cost = ("device_mb", "") if device.type == "cuda" else ("peak_rss_mb", "cpu_")
    growth = large[memory] / small[memory]
    costs = [record[f"{cost}seconds_per_megapixel_step"] for record in records]
    spread = max(costs) / min(costs) - 1
    print(f"peak memory grows {growth:.2f}x (at most {WANTED['memory_growth']} wanted)")
    print(f"time for a pixel and step differs by {spread:.0%} (at most {WANTED['time_spread']:.0%} wanted)")
    if args.json:
        found = {"memory_growth": round(growth, 3), "time_spread": round(spread, 3), "wanted": WANTED}
        write_text(args.json, json.dumps({**about, "records": records, **found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
