"""Quality against training time: SWD, diversity and copied share at several points of a run, one row each.

Time is given in seconds by the wall, in seconds of the CPU, and in TFLOP-equivalents: wall seconds times the GFLOP/s of
a float32 2048^3 matrix product, the mean of before and after the run, over 1000.  That makes machines comparable,
roughly.  Patches of large pictures are best searched for at a smaller size: --copied-at.  A picture that the JSON has
already is not trained again.

Examples:
  python benchmarks/time_to_quality.py                                the bundled pictures at preset laptop
  python benchmarks/time_to_quality.py a.png b.jpg --preset laptop_96 --json table.json
  python benchmarks/time_to_quality.py a.png b.jpg --preset laptop_250 --copied-at 125 --n 4 --json table.json
"""

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import torch
from torch import Tensor

from sindiff.applications.sampling import generate
from sindiff.machine.device import matmul_gflops, pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance, resume
from sindiff.metrics import copying, multiscale_swd, patch_swd, pixel_diversity
from sindiff.pictures.bundled import bundled_pictures, find_picture
from sindiff.pictures.images import contact_sheet, load_picture, recoloured, resize, save_image
from sindiff.training.loop import TrainState, train
from sindiff.training.presets import Preset, get_preset
from sindiff.training.runs import as_model


def measured(picture: Tensor, samples: Tensor, copied_at: int) -> dict[str, float]:
    """Numbers of samples (B, 3, H, W) of a picture (3, H, W); copied_at: the long side at which patches are sought."""
    scale = min(1, copied_at / max(picture.shape[1:]))
    small = [resize(x, *(round(side * scale) for side in x.shape[-2:])) if scale < 1 else x for x in (picture, samples)]
    copied, disorder = copying(*small)
    return {
        "swd": patch_swd(picture, samples),
        "swd_recoloured": patch_swd(picture, torch.stack([recoloured(sample, picture) for sample in samples])),
        "swd_scales": multiscale_swd(picture, samples),
        "copied": copied,
        "nnf_diversity": disorder,
        "diversity": pixel_diversity(picture, samples),
    }


def measure(
    name: str,
    preset: Preset,
    seed: int,
    points: int,
    n: int,
    device: torch.device,
    sheets: Path | None = None,
    copied_at: int | None = None,
) -> list[dict]:
    """Train on one picture; one record at each of `points` evenly spaced steps."""
    path, about = find_picture(name)
    picture = load_picture(path, preset.long_side)
    before = matmul_gflops(device)
    state = TrainState(preset.train, seed, device)
    stops = {round(preset.train.steps * i / points) for i in range(1, points + 1)}
    records, busy, mark = [], 0.0, time.process_time()
    for _ in train(picture, preset.train, state):
        if state.step not in stops:
            continue
        busy += time.process_time() - mark
        start = time.perf_counter()
        model = as_model(state, preset.train, picture)
        samples = generate(model, n, sampler=preset.sampler, steps=preset.sample_steps, seed=seed)
        sampling = time.perf_counter() - start
        records.append(
            {
                "picture": about["name"],
                "step": state.step,
                "seconds": round(state.seconds, 1),
                "cpu_seconds": round(busy, 1),
                "sampling_seconds": round(sampling, 2),
                **{
                    key: round(value, 4)
                    for key, value in measured(picture, samples, copied_at or preset.long_side).items()
                },
            }
        )
        mark = time.process_time()
    gflops = (before + matmul_gflops(device)) / 2
    for record in records:
        record["gflops"] = round(gflops, 1)
        record["tflop_equivalents"] = round(record["seconds"] * gflops / 1000, 2)
        print(row(record), flush=True)
    if sheets:
        sheet = contact_sheet([picture, *samples], columns=3, scale=max(1, 200 // max(picture.shape[1:])))
        save_image(sheet, sheets / f"{about['name']}.png")
    return records


def row(record: dict) -> str:
    return (
        f"{record['picture']:>14} {record['step']:>6.0f} {record['seconds']:>8.1f} {record['tflop_equivalents']:>7.2f} "
        f"{record['swd']:>7.4f} {record['diversity']:>7.3f} {record['copied']:>7.3f} {record['sampling_seconds']:>9.2f}"
    )


def mean(records: list[dict]) -> dict[str, float]:
    """The mean over pictures of where their runs ended."""
    last = {record["picture"]: record for record in records}.values()
    return {key: fmean(record[key] for record in last) for key in next(iter(last)) if key != "picture"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="*", help="files or names of bundled pictures (default: all bundled)")
    parser.add_argument("--preset", default="laptop")
    parser.add_argument("--steps", type=int, help="of training (default: the preset's)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--points", type=int, default=4, help="rows a run")
    parser.add_argument("--n", type=int, default=8, help="samples a row")
    parser.add_argument("--copied-at", type=int, help="long side in px at which patches are sought (default: as it is)")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", type=Path, help="write all records there after each picture, and go on from there")
    parser.add_argument("--sheets", type=Path, help="write a contact sheet a picture into this folder")
    args = parser.parse_args()

    device, preset = pick_device(args.device), get_preset(args.preset)
    args.copied_at = args.copied_at or preset.long_side
    settings = {"preset": preset.name, "seed": args.seed, "n": args.n}
    if args.steps:
        settings["steps"] = args.steps
        preset = replace(preset, train=replace(preset.train, steps=args.steps))
    about = {**settings, "copied_at": args.copied_at, **provenance(device)}
    sources = args.pictures or list(bundled_pictures())
    pictures = {find_picture(source)[1]["name"]: source for source in sources}
    if len(pictures) < len(sources):
        parser.error("two pictures have one name: rename one of the files")
    try:
        about, records = resume(args.json, about)
    except ValueError as error:
        parser.error(str(error))
    print(", ".join(f"{key} {value}" for key, value in about.items()))
    print("       picture   step  seconds  TFLOPe     swd diverse  copied  s/samples")
    for name, source in pictures.items():
        if name in {record["picture"] for record in records}:
            continue
        records += measure(source, preset, args.seed, args.points, args.n, device, args.sheets, args.copied_at)
        if args.json:
            write_text(args.json, json.dumps({**about, "records": records, "mean": mean(records)}, indent=2) + "\n")
    print(row({"picture": "mean", **mean(records)}))


if __name__ == "__main__":
    main()
