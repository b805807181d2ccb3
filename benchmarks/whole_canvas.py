"""A network that sees all of its canvas, beside the shipped one that sees 45 px: Fig. 4's last column, to the end.

Preset laptop with four levels and the paper's GroupNorm, whose statistics span the canvas, against the models that come
with sindiff (of which there is one a picture: its seeds are of samples alone).  The sheet has a row for each picture
and network: the picture, then samples of the first seed, unless the run went on from an earlier one.

Example:
  python benchmarks/whole_canvas.py --json benchmarks/results/whole_canvas.json        half an hour of one core
"""

from dataclasses import replace
from pathlib import Path

import bench
from measuring import intervals, measures, sheet, shipped, timed
from torch import Tensor

from sindiff import generate, get_preset
from sindiff.network.receptive_field import parameters
from sindiff.training.runs import learn

SAMPLES, SHOWN = 8, 4
LEVELS = (1, 2, 2, 2)
KINDS = ("45 px", "whole canvas")
MEASURES = ("swd", "diversity", "copied")


def made(kind: str, name: str, seed: int, args) -> tuple[Tensor, Tensor, bench.Row]:
    """The picture, samples of a network that has learned it, and what the network cost."""
    model, picture = shipped(name, args.device)
    if kind == "whole canvas":
        recipe = get_preset("laptop").train
        recipe = replace(recipe, network=replace(recipe.network, mult=LEVELS, norm="group"))
        model, spent = timed(lambda: learn(picture, recipe, seed, args.device), args.device)
        about = {"parameters": parameters(recipe.network), "cpu_seconds": spent["cpu_seconds"]}
    else:
        about = {"parameters": sum(weight.numel() for weight in model.network.parameters())}
    return picture, generate(model, SAMPLES, steps=get_preset("laptop").sample_steps, seed=seed), about


def summary(rows: list[bench.Row]) -> bench.Row:
    """Of each kind the mean over pictures and seeds, with its 95 % t-interval."""
    return {"means": intervals(rows, MEASURES, "kind")}


def main() -> None:
    parser = bench.arguments(__doc__, bench.PAINTINGS, seeds=(0, 1, 2))
    parser.set_defaults(sheets=Path("figures/tables"))
    args = parser.parse_args()
    rows: list[Tensor] = []
    table = bench.Table(args, {"preset": "laptop", "samples": SAMPLES}, summary)
    for key in table.todo(seed=args.seeds, picture=args.pictures, kind=KINDS):
        picture, samples, about = made(key["kind"], key["picture"], key["seed"], args)
        if key["seed"] == args.seeds[0]:
            rows += [picture, *samples[:SHOWN]]
        table.add(key | about | measures(picture, samples))
    if len(rows) == (SHOWN + 1) * len(args.pictures) * len(KINDS):
        sheet(args.sheets, "whole_canvas", rows, SHOWN + 1, scale=4)
    table.end()


if __name__ == "__main__":
    main()
