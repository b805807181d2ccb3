"""Sampling: seconds a picture against quality, for each solver and number of steps; one row each.

The models that come with sindiff draw n pictures at once, for each of their pictures and each seed; the same noises
begin every row.  The reference comes first: DDPM in 1000 steps, the paper's.  Seconds are by the wall, a median.
`ratio` is the mean SWD over the reference's, `difference` the SWD less the reference's, paired by picture and seed: its
mean, and that mean's standard error.

The JSON is written after every batch, and the same command goes on where it stopped.

Examples:
  python benchmarks/sampling.py --json benchmarks/results/sampling.json
  python benchmarks/sampling.py balloons --n 2 --seeds 1 --most 20
"""

import argparse
import json
import time
from itertools import product
from pathlib import Path
from statistics import fmean, median, stdev
from typing import Any

import torch
from torch import Tensor

from sindiff.applications.sampling import generate
from sindiff.checkpoint import load_model
from sindiff.machine.device import pick_device, synchronize
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance, resume
from sindiff.metrics import copied_share, patch_swd, pixel_diversity
from sindiff.model import Model
from sindiff.pictures.bundled import data_folder, find_picture
from sindiff.pictures.images import load_picture
from sindiff.training.presets import get_preset

STEPS = {"dpmpp": (5, 10, 15, 20, 50), "ddim": (5, 10, 15, 20, 50), "ddpm": (20, 50, 250, 1000)}
MEASURES = ("swd", "diversity", "copied")
Rows = list[dict[str, Any]]


def shipped(name: str, n: int, device: torch.device) -> tuple[Model, Tensor]:
    """The model of a bundled picture, warmed up for n at once, and that picture (3, H, W) in [-1, 1]."""
    model = load_model(data_folder() / "models" / name, device)
    generate(model, n, steps=2, batch_size=n)
    return model, load_picture(find_picture(name)[0], get_preset("laptop").long_side)


def measure(model: Model, picture: Tensor, solver: str, steps: int, n: int, seed: int) -> dict[str, float]:
    """Draw n pictures at once: seconds for each, and what they are worth.  No two seeds share a noise."""
    synchronize(model.device)
    start = time.perf_counter()
    samples = generate(model, n, sampler=solver, steps=steps, seed=n * seed, batch_size=n)
    seconds = (time.perf_counter() - start) / n
    scores = (judge(picture, samples) for judge in (patch_swd, pixel_diversity, copied_share))
    return {"seconds": round(seconds, 5)} | {name: round(x, 5) for name, x in zip(MEASURES, scores, strict=True)}


def order(most: int) -> list[tuple[str, int]]:
    """Solvers and steps of the rows, the reference (DDPM in `most` steps) first, and none with more steps."""
    rows = [(solver, steps) for solver, counts in STEPS.items() for steps in counts if steps <= most]
    return list(dict.fromkeys([("ddpm", most), *rows]))


def summary(records: Rows, reference: tuple[str, int]) -> Rows:
    """A row for each solver and number of steps; it is compared with the reference on the batches that it has itself.

    error is None for a row of one batch, which cannot tell.
    """
    batches: dict[tuple, dict[tuple, dict]] = {}
    for record in records:
        key = record["solver"], record["steps"]
        batches.setdefault(key, {})[record["picture"], record["seed"]] = record
    return [row_of(*key, batch, batches[reference]) for key, batch in batches.items()]


def row_of(solver: str, steps: int, batches: dict[tuple, dict], reference: dict[tuple, dict]) -> dict[str, Any]:
    differences = [batch["swd"] - reference[key]["swd"] for key, batch in batches.items()]
    means = {name: fmean(batch[name] for batch in batches.values()) for name in MEASURES}
    return {
        "solver": solver,
        "steps": steps,
        "batches": len(batches),
        "seconds": round(median(batch["seconds"] for batch in batches.values()), 5),
        **{name: round(mean, 4) for name, mean in means.items()},
        "ratio": round(means["swd"] / fmean(reference[key]["swd"] for key in batches), 3),
        "difference": round(fmean(differences), 5),
        "error": round(stdev(differences) / len(differences) ** 0.5, 5) if len(differences) > 1 else None,
    }


def line(row: dict[str, Any]) -> str:
    error = "" if row["error"] is None else f"{row['error']:.4f}"
    return (
        f"{row['solver']:>6} {row['steps']:>5} {row['batches']:>7} {row['seconds']:>9.4f} {row['swd']:>7.4f} "
        f"{row['diversity']:>7.3f} {row['copied']:>7.3f} {row['ratio']:>6.2f} {row['difference']:>10.4f} {error:>7}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="*", default=["balloons", "peaks", "stones"], help="bundled, with a model")
    parser.add_argument("--n", type=int, default=8, help="pictures drawn at once, at least 2 (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=3, help="batches of each picture (default: %(default)s)")
    parser.add_argument("--most", type=int, default=1000, help="steps of the reference, and the most of any row")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    device = pick_device(args.device)
    about = {"preset": "laptop", "models": "data/models", "n": args.n, "most": args.most, **provenance(device)}
    try:
        about, records = resume(args.json, about)
    except ValueError as error:
        parser.error(str(error))
    print(", ".join(f"{key} {value}" for key, value in about.items()))
    print("solver steps batches s/picture     swd diverse  copied  ratio difference   error")
    shown = {name: shipped(name, args.n, device) for name in args.pictures}
    done = {(record["solver"], record["steps"], record["picture"], record["seed"]) for record in records}
    reference, *_ = rows = order(args.most)
    for solver, steps in rows:
        for name, seed in product(shown, range(args.seeds)):
            if (solver, steps, name, seed) in done:
                continue
            key = {"solver": solver, "steps": steps, "picture": name, "seed": seed}
            records.append(key | measure(*shown[name], solver, steps, args.n, seed))
            if args.json:
                made = about | {"rows": summary(records, reference), "records": records}
                write_text(args.json, json.dumps(made, indent=1) + "\n")
        found = {(row["solver"], row["steps"]): row for row in summary(records, reference)}
        print(line(found[solver, steps]), flush=True)


if __name__ == "__main__":
    main()
