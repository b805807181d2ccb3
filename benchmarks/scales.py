"""Table 3 at laptop scale: one network for the whole picture against a network for each of its scales.

Both kinds train with the recipe of preset laptop, as many steps a network; cpu_seconds tells what that takes.  The
paper does not say how strongly the multi-scale model noises what a scale gets from the one below, so its samples are
made with several shares of noise (`start`); the comparison takes the default.  Rows are written as they come, and a run
that was stopped goes on.  Intervals are 95 % t-intervals of the mean over pictures and seeds; `difference` is
multi-scale less single-scale, run by run.

Examples:
  python benchmarks/scales.py                                  3 pictures, 2 seeds: twenty minutes on one core
  python benchmarks/scales.py --pictures stones --seeds 0 --steps 200 --json /tmp/scales.json
"""

import argparse
import json
import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import torch
from torch import Tensor

from sindiff import find_picture, generate, get_preset, load_picture, metrics
from sindiff.baselines import multiscale
from sindiff.machine.device import pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance
from sindiff.metrics import mean_interval
from sindiff.training.runs import learn

SAMPLES = 8
STARTS = (0.1, 0.3, 0.5)
MEASURES = ("swd", "swd_scales", "diversity", "copied")


def measured(picture: Tensor, samples: Tensor) -> dict[str, float]:
    numbers = metrics.evaluate(picture, samples).numbers()
    return {name: round(numbers[name], 4) for name in MEASURES}


def single_scale(picture: Tensor, steps: int, seed: int) -> list[dict]:
    """A row for the model of this project."""
    preset, began = get_preset("laptop"), time.process_time()
    model = learn(picture, replace(preset.train, steps=steps), seed)
    seconds = round(time.process_time() - began, 1)
    samples = generate(model, SAMPLES, steps=preset.sample_steps, seed=seed)
    return [{"cpu_seconds": seconds, **measured(picture, samples)}]


def multi_scale(picture: Tensor, steps: int, seed: int) -> list[dict]:
    """A row for each start of one model."""
    began, rows = time.process_time(), []
    model = multiscale.fit(picture, multiscale.laptop(steps), seed)
    seconds = round(time.process_time() - began, 1)
    for start in STARTS:
        samples = multiscale.sample(replace(model, config=replace(model.config, start=start)), SAMPLES, seed=seed)
        rows.append({"start": start, "cpu_seconds": seconds, **measured(picture, samples)})
    return rows


KINDS = {"single-scale": single_scale, "multi-scale": multi_scale}


def summary(rows: list[dict]) -> list[dict]:
    """Mean and interval of each measure for each kind and start, and of what differs at the default start."""
    groups: dict[tuple, dict[tuple, dict]] = {}
    for row in rows:
        groups.setdefault((row["kind"], row.get("start")), {})[row["picture"], row["seed"]] = row
    single, multi = groups.get(("single-scale", None), {}), groups.get(("multi-scale", multiscale.laptop().start), {})
    both = {run: {name: multi[run][name] - single[run][name] for name in MEASURES} for run in multi if run in single}
    if both:
        groups["difference", multiscale.laptop().start] = both
    return [
        {"kind": kind, "start": start, "runs": len(group), **intervals(list(group.values()))}
        for (kind, start), group in groups.items()
    ]


def intervals(rows: list[dict]) -> dict[str, dict[str, float | None]]:
    return {name: mean_interval([row[name] for row in rows])._asdict() for name in MEASURES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", nargs="+", default=["balloons", "peaks", "stones"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--steps", type=int, default=400, help="of training, for each network")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/scales.json"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    about = {"preset": "laptop", "steps": args.steps, "samples": SAMPLES, "start": multiscale.laptop().start}
    about |= provenance(pick_device("cpu"))
    rows = json.loads(args.json.read_text(encoding="utf-8"))["rows"] if args.json.exists() else []
    if rows and rows[0]["steps"] != args.steps:
        parser.error(f"{args.json} has rows of {rows[0]['steps']} steps: name another file")
    done = {(row["kind"], row["picture"], row["seed"]) for row in rows}
    for seed, name, kind in product(args.seeds, args.pictures, KINDS):
        if (kind, name, seed) in done:
            continue
        picture = load_picture(find_picture(name)[0], get_preset("laptop").long_side)
        for row in KINDS[kind](picture, args.steps, seed):
            rows.append({"kind": kind, "picture": name, "seed": seed, "steps": args.steps, **row})
            print(rows[-1], flush=True)
        write_text(args.json, json.dumps({"about": about, "means": summary(rows), "rows": rows}, indent=1) + "\n")
    for mean in summary(rows):
        print(mean)


if __name__ == "__main__":
    main()
