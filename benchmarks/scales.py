"""Table 3 at laptop scale: one network for the whole picture against a network for each of its scales.

Both kinds train with the recipe of preset laptop, as many steps a network; cpu_seconds is what that takes.  The
paper does not say how strongly the multi-scale model noises what a scale gets from the one below, so its samples are
made with several shares of noise (`start`); the comparison takes the default.  A run that was stopped goes on.
Intervals are 95 % t-intervals of the mean over pictures and seeds; `difference` is multi-scale less single-scale, run
by run.  The sheet has a row for each picture and kind: the picture, then samples of the first seed at the default,
unless the run went on from an earlier one.

Example:
  python benchmarks/scales.py                                  3 pictures, 2 seeds: half an hour on one core
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import bench
import torch
from measuring import intervals, load, measures, sheet, timed
from torch import Tensor

from sindiff import generate, get_preset
from sindiff.baselines import multiscale
from sindiff.training.runs import learn

SAMPLES, SHOWN = 8, 4
STARTS = (0.1, 0.3, 0.5)
DEFAULT = multiscale.laptop().start
MEASURES = ("swd", "swd_scales", "diversity", "copied")


def single_scale(picture: Tensor, steps: int, seed: int) -> Iterator[tuple[bench.Row, Tensor]]:
    """A row for the model of this project, and its samples."""
    preset = get_preset("laptop")
    model, spent = timed(lambda: learn(picture, replace(preset.train, steps=steps), seed), torch.device("cpu"))
    samples = generate(model, SAMPLES, steps=preset.sample_steps, seed=seed)
    yield {"cpu_seconds": spent["cpu_seconds"], **measures(picture, samples)}, samples


def multi_scale(picture: Tensor, steps: int, seed: int) -> Iterator[tuple[bench.Row, Tensor]]:
    """A row for each start of one model, and its samples."""
    model, spent = timed(lambda: multiscale.fit(picture, multiscale.laptop(steps), seed), torch.device("cpu"))
    for start in STARTS:
        samples = multiscale.sample(replace(model, config=replace(model.config, start=start)), SAMPLES, seed=seed)
        yield {"start": start, "cpu_seconds": spent["cpu_seconds"], **measures(picture, samples)}, samples


KINDS = {"single-scale": single_scale, "multi-scale": multi_scale}


def summary(rows: list[bench.Row]) -> bench.Row:
    """Mean and interval of each measure for each kind and start, and of what differs at the default start."""
    single = {(row["picture"], row["seed"]): row for row in rows if row["kind"] == "single-scale"}
    differences = [
        {"kind": "difference", "start": DEFAULT} | {name: row[name] - single[run][name] for name in MEASURES}
        for row in rows
        if row.get("start") == DEFAULT and (run := (row["picture"], row["seed"])) in single
    ]
    return {"means": intervals([*rows, *differences], MEASURES, "kind", "start")}


def main() -> None:
    parser = bench.arguments(__doc__, bench.PAINTINGS, seeds=(0, 1), steps=640)
    parser.set_defaults(device="cpu", json=Path("benchmarks/results/scales.json"), sheets=Path("figures/tables"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    pictures = load(args.pictures, get_preset("laptop").long_side)
    settings = {"preset": "laptop", "steps": args.steps, "samples": SAMPLES, "start": DEFAULT}
    table = bench.Table(args, settings, summary)
    shown: list[Tensor] = []
    for key in table.todo(seed=args.seeds, picture=pictures, kind=KINDS):
        picture = pictures[key["picture"]]
        made = list(KINDS[key["kind"]](picture, args.steps, key["seed"]))
        if key["seed"] == args.seeds[0]:
            shown += [picture, *next(samples for row, samples in made if row.get("start", DEFAULT) == DEFAULT)[:SHOWN]]
        table.add(*(key | row for row, _ in made))
    if len(shown) == (SHOWN + 1) * len(pictures) * len(KINDS):
        sheet(args.sheets, "table3", shown, SHOWN + 1, scale=4)
    table.end()


if __name__ == "__main__":
    main()
