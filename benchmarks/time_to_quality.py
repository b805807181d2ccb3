"""Quality against training time: SWD, diversity and copied share at several points of a run, one row each.

Time is given in wall seconds and in TFLOP-equivalents: wall seconds times the GFLOP/s of a float32 2048^3 matrix
product, measured just before the run, over 1000.  That makes machines comparable, roughly.

Examples:
  python benchmarks/time_to_quality.py                                the bundled pictures at preset laptop
  python benchmarks/time_to_quality.py a.png b.jpg --preset laptop_96 --json table.json
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import torch

from sindiff import metrics
from sindiff.applications import generate
from sindiff.device import matmul_gflops, pick_device
from sindiff.files import write_text
from sindiff.images import bundled_pictures, contact_sheet, find_picture, load_picture, save_image
from sindiff.presets import Preset, get_preset
from sindiff.provenance import provenance
from sindiff.runs import as_model
from sindiff.train import TrainState, train

MEASURES = ("swd", "diversity", "copied")


def measure(
    name: str, preset: Preset, seed: int, points: int, n: int, device: torch.device, sheets: Path | None
) -> list:
    """Train on one picture; one record at each of `points` evenly spaced steps."""
    path, about = find_picture(name)
    picture = load_picture(path, preset.long_side)
    gflops = matmul_gflops(device)
    state = TrainState(preset.train, seed, device)
    stops = {round(preset.train.steps * i / points) for i in range(1, points + 1)}
    records = []
    for _ in train(picture, preset.train, state):
        if state.step not in stops:
            continue
        start = time.perf_counter()
        samples = generate(as_model(state, preset.train, picture), n, sampler=preset.sampler, steps=preset.sample_steps)
        sampling = time.perf_counter() - start
        record = {
            "picture": about["name"],
            "step": state.step,
            "seconds": round(state.seconds, 1),
            "tflop_equivalents": round(state.seconds * gflops / 1000, 2),
            "gflops": round(gflops, 1),
            "sampling_seconds": round(sampling, 2),
            **{key: round(value, 4) for key, value in metrics.evaluate(picture, samples).numbers().items()},
        }
        records.append(record)
        print(row(record), flush=True)
    if sheets:
        save_image(contact_sheet([picture, *samples], columns=3, scale=3), sheets / f"{about['name']}.png")
    return records


def row(record: dict) -> str:
    return (
        f"{record['picture']:>14} {record['step']:>6} {record['seconds']:>8.1f} {record['tflop_equivalents']:>7.2f} "
        f"{record['swd']:>7.4f} {record['diversity']:>7.3f} {record['copied']:>7.3f} {record['sampling_seconds']:>9.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="*", help="files or names of bundled pictures (default: all bundled)")
    parser.add_argument("--preset", default="laptop")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--points", type=int, default=4, help="rows a run")
    parser.add_argument("--n", type=int, default=8, help="samples a row")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", type=Path, help="write all records there")
    parser.add_argument("--sheets", type=Path, help="write a contact sheet a picture into this folder")
    args = parser.parse_args()

    device, preset = pick_device(args.device), get_preset(args.preset)
    about = {"preset": preset.name, "seed": args.seed, **provenance(device)}
    print(", ".join(f"{key} {value}" for key, value in about.items()))
    print("       picture   step  seconds  TFLOPe     swd diverse  copied  s/samples")
    runs = [
        measure(name, preset, args.seed, args.points, args.n, device, args.sheets)
        for name in args.pictures or bundled_pictures()
    ]
    final = [records[-1] for records in runs]
    mean = {key: statistics.mean(record[key] for record in final) for key in final[0] if key != "picture"}
    print(row({"picture": "mean", **mean, "step": round(mean["step"])}))
    if args.json:
        records = [record for run in runs for record in run]
        write_text(args.json, json.dumps({**about, "records": records, "mean": mean}, indent=2) + "\n")


if __name__ == "__main__":
    main()
