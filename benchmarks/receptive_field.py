"""Table 4 at laptop scale: the receptive field alone changes, the number of parameters stays.

For each picture and seed, networks of four receptive fields learn the picture with preset laptop's recipe, and eight
samples of each are measured; then the same for the exact denoiser of patches of these sizes, which needs no training.
Rows are written as they come, and a run that was stopped goes on; the means and a chart follow at the end.

Examples:
  python benchmarks/receptive_field.py                          3 pictures, 2 seeds: half an hour on two cores
  python benchmarks/receptive_field.py --pictures stones --seeds 0 --json /tmp/table.json
"""

import argparse
import json
import time
from dataclasses import asdict
from itertools import product
from pathlib import Path

import torch
from matplotlib.figure import Figure
from torch import Tensor

from sindiff import find_picture, generate, get_preset, load_picture, metrics
from sindiff.conditioning import clamped
from sindiff.lab import charts, show
from sindiff.machine.device import pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance
from sindiff.network.receptive_field import parameters, rf_size
from sindiff.noise import seeded_noise
from sindiff.oracle.exact import border_patch_denoiser
from sindiff.paper.levels import table_4
from sindiff.samplers import SOLVERS, sample
from sindiff.training.presets import Preset
from sindiff.training.runs import learn

TABLE = Path("figures/tables/receptive_field.json")
SAMPLES = 8
MEASURES = ("swd", "diversity", "copied")


def by_network(picture: Tensor, preset: Preset, seed: int, device: torch.device) -> dict:
    """A row: the preset's network, trained and measured."""
    config = preset.train.network
    start = time.perf_counter()
    model = learn(picture, preset.train, seed, device)
    seconds = time.perf_counter() - start
    samples = generate(model, SAMPLES, steps=preset.sample_steps, seed=seed)
    shape = {"rf": rf_size(config), "parameters": parameters(config), "network": asdict(config)}
    return {**shape, "seconds": round(seconds, 1), **measured(picture, samples)}


def by_oracle(picture: Tensor, preset: Preset, seed: int, device: torch.device) -> dict:
    """A row: the exact denoiser of patches as large as what the network sees, borders too, measured."""
    size = rf_size(preset.train.network)
    schedule, solver = preset.train.schedule, SOLVERS["dpmpp"]
    start = time.perf_counter()
    noise = seeded_noise(range(seed, seed + SAMPLES))
    x = noise(torch.empty(SAMPLES, *picture.shape), schedule.T)
    steps = schedule.timesteps(preset.sample_steps, solver.spacing)
    denoise = clamped(border_patch_denoiser(picture, schedule, size))
    *_, last = sample(denoise, solver.step(schedule, noise), x, steps)
    seconds = time.perf_counter() - start
    return {"rf": size, "seconds": round(seconds, 1), **measured(picture, last.x.clamp(-1, 1))}


KINDS = {"network": by_network, "oracle": by_oracle}


def measured(picture: Tensor, samples: Tensor) -> dict:
    numbers = metrics.evaluate(picture, samples).numbers()
    return {name: round(numbers[name], 4) for name in MEASURES}


def mean_rows(rows: list[dict]) -> list[dict]:
    """For each kind and receptive field, the mean over pictures and seeds."""
    means = []
    for kind, rf in dict.fromkeys((row["kind"], row["rf"]) for row in rows):
        group = [row for row in rows if (row["kind"], row["rf"]) == (kind, rf)]
        numbers = {name: round(sum(row[name] for row in group) / len(group), 4) for name in MEASURES}
        ratio = round(sum(row["ratio"] for row in group) / len(group), 3)
        means.append({"kind": kind, "rf": rf, "ratio": ratio, "runs": len(group), **numbers})
    return means


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", nargs="+", default=["balloons", "peaks", "stones"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", type=Path, default=TABLE)
    args = parser.parse_args()
    device = pick_device(args.device)
    preset = get_preset("laptop")
    about = {
        "preset": preset.name,
        "steps": table_4(preset)[0].train.steps,
        "long_side": preset.long_side,
        "samples": SAMPLES,
        **provenance(device),
    }
    rows = json.loads(args.json.read_text())["rows"] if args.json.exists() else []
    done = {(row["kind"], row["picture"], row["seed"], row["rf"]) for row in rows}
    runs = product(args.seeds, args.pictures, table_4(preset), args.kinds)
    for seed, name, recipe, kind in runs:
        if (kind, name, seed, rf_size(recipe.train.network)) in done:
            continue
        picture = load_picture(find_picture(name)[0], preset.long_side)
        row = {"kind": kind, "picture": name, "seed": seed, **KINDS[kind](picture, recipe, seed, device)}
        rows.append({**row, "ratio": round(row["rf"] / max(picture.shape[1:]), 3)})
        write_text(args.json, json.dumps({"about": about, "means": mean_rows(rows), "rows": rows}, indent=1) + "\n")
        print({key: value for key, value in rows[-1].items() if key != "network"}, flush=True)
    for mean in mean_rows(rows):
        print(mean)
    show(chart(mean_rows(rows)), args.json.with_suffix(".png"))


def chart(means: list[dict]) -> Figure:
    """Both measures of Table 4 over the receptive field, for networks and for the exact denoiser of patches."""
    curves = {}
    for (name, measure, scale), kind in product((("diversity", "diversity", 1), ("10 swd", "swd", 10)), KINDS):
        group = sorted((row["ratio"], scale * row[measure]) for row in means if row["kind"] == kind)
        if group:
            curves[f"{name}, {kind}"] = tuple(zip(*group, strict=True))
    return charts.lines(curves, "receptive field over the picture's long side", "mean", points=True)


if __name__ == "__main__":
    main()
