"""A network that sees all of its canvas, beside the shipped one that sees 45 px: Fig. 4's last column, to the end.

Preset laptop with four levels and the paper's GroupNorm, whose statistics span the canvas, against the models that come
with sindiff.  The sheet has a row for each picture and network: the picture, then samples.

Example:
  python benchmarks/whole_canvas.py --json benchmarks/results/whole_canvas.json        20 minutes on two cores
"""

from dataclasses import replace
from pathlib import Path

import bench
from measuring import means, measures, sheet, shipped, timed
from torch import Tensor

from sindiff import generate, get_preset
from sindiff.network.receptive_field import parameters
from sindiff.training.runs import learn

SAMPLES, SHOWN = 8, 4
LEVELS = (1, 2, 2, 2)
KINDS = ("45 px", "whole canvas")


def made(kind: str, name: str, args) -> tuple[Tensor, Tensor, bench.Row]:
    """The picture, samples of a network that has learned it, and what the network cost."""
    model, picture = shipped(name, args.device)
    if kind == "whole canvas":
        recipe = get_preset("laptop").train
        recipe = replace(recipe, network=replace(recipe.network, mult=LEVELS, norm="group"))
        model, spent = timed(lambda: learn(picture, recipe, args.seed, args.device), args.device)
        about = {"parameters": parameters(recipe.network), "cpu_seconds": spent["cpu_seconds"]}
    else:
        about = {"parameters": sum(weight.numel() for weight in model.network.parameters())}
    return picture, generate(model, SAMPLES, steps=get_preset("laptop").sample_steps, seed=args.seed), about


def main() -> None:
    parser = bench.arguments(__doc__, bench.PAINTINGS, seed=0)
    parser.set_defaults(sheets=Path("figures/tables"))
    args = parser.parse_args()
    rows: list[Tensor] = []
    table = bench.Table(
        args, {"preset": "laptop", "seed": args.seed, "samples": SAMPLES}, lambda rows: {"means": means(rows, "kind")}
    )
    for key in table.todo(picture=args.pictures, kind=KINDS):
        picture, samples, about = made(key["kind"], key["picture"], args)
        rows += [picture, *samples[:SHOWN]]
        table.add(key | about | measures(picture, samples))
    sheet(args.sheets if rows else None, "whole_canvas", rows, SHOWN + 1, scale=4)
    table.end()


if __name__ == "__main__":
    main()
