"""SinGAN with all the steps of its paper, beside the shipped network: does it blur the borders of things (Fig. 2)?

Both at 64 px.  `edges` is how steep the steepest tenth of a sample's gradients are, over the picture's own: below 1 is
blurred, but grain raises it.  The sheet has a row for each painting and method, if one command has made them all.

Example:
  python benchmarks/borders.py --json benchmarks/results/borders.json            three times 20 minutes of one core
"""

from dataclasses import replace
from pathlib import Path

import bench
import torch
from measuring import intervals, measures, shipped, timed
from torch import Tensor

from sindiff import generate
from sindiff.baselines import singan
from sindiff.baselines.recipes import SINGAN
from sindiff.lab import plots, show

SAMPLES, SHOWN = 8, 3
STEEPEST = 0.1
METHODS = ("SinGAN", "SinDiffusion")
MEASURES = ("edges", "swd", "diversity", "copied")


def edges(pictures: Tensor) -> float:
    """Mean length of the steepest tenth of the gradients of each of pictures (n, C, H, W)."""
    down, right = pictures.diff(dim=2)[..., :-1], pictures.diff(dim=3)[..., :-1, :]
    steep = (down.square() + right.square()).sum(1).sqrt().flatten(1)
    return steep.topk(max(1, round(STEEPEST * steep.shape[1]))).values.mean().item()


def samples_of(method: str, name: str, args) -> tuple[Tensor, Tensor]:
    """The picture, and samples of it."""
    model, picture = shipped(name, args.device)
    if method == "SinDiffusion":
        return picture, generate(model, SAMPLES, seed=args.seed)
    config = replace(SINGAN["laptop"].config, steps=args.steps)
    return picture, singan.sample(singan.fit(picture, config, args.seed), SAMPLES, seed=args.seed)


def main() -> None:
    full = SINGAN["paper"].config.steps
    parser = bench.arguments(__doc__, bench.PAINTINGS, seed=0, steps=full, methods=METHODS)
    parser.set_defaults(sheets=Path("figures/tables"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    settings = {"samples": SAMPLES, "seed": args.seed, "singan_steps": args.steps}
    table = bench.Table(args, settings, lambda rows: {"means": intervals(rows, MEASURES, "method")})
    rows = []
    for key in table.todo(picture=args.pictures, method=args.methods):
        (picture, samples), spent = timed(lambda key=key: samples_of(key["method"], key["picture"], args), args.device)
        sharp = {"edges": edges(samples) / edges(picture[None])}
        table.add(key | sharp | measures(picture, samples) | {"cpu_seconds": spent["cpu_seconds"]})
        shots = [plots.Shot(samples[0], key["method"]), *samples[1:SHOWN]]
        rows.append([plots.training(picture), *shots])
    if len(rows) == len(args.pictures) * len(args.methods):
        alt = "The training picture, and three samples of each method, for each painting"
        show(plots.grid(rows), alt, args.sheets / "borders.png")
    table.end()


if __name__ == "__main__":
    main()
