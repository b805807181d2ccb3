"""Table 4 at laptop scale: the receptive field alone changes, the number of parameters stays.

For each picture and seed, networks of four receptive fields learn the picture with all steps of preset laptop (notebook
03 stops them at 400), and eight samples of each are measured; then the same for the exact denoiser of patches of these
sizes, which needs no training.
A run that was stopped goes on; the means and a chart follow at the end.

Example:
  python benchmarks/receptive_field.py                          3 pictures, 3 seeds: an hour on two cores
"""

from dataclasses import asdict, replace
from itertools import product
from pathlib import Path

import bench
import torch
from matplotlib.figure import Figure
from measuring import load, means, measures, timed
from torch import Tensor

from sindiff import generate, get_preset
from sindiff.applications.draw import Draw, invent
from sindiff.lab import charts, show
from sindiff.network.receptive_field import parameters, rf_size
from sindiff.oracle.exact import border_patch_denoiser
from sindiff.paper.levels import table_4
from sindiff.training.presets import Preset
from sindiff.training.runs import learn

TABLE = Path("figures/tables/receptive_field.json")
SAMPLES = 8
KINDS = ("network", "oracle")


def made(kind: str, picture: Tensor, preset: Preset, seed: int, device: torch.device) -> tuple[Tensor, bench.Row]:
    """Samples of the trained network, or of the exact denoiser of patches as large as what the network sees."""
    config, steps = preset.train.network, preset.sample_steps
    if kind == "network":
        model, spent = timed(lambda: learn(picture, preset.train, seed, device), device)
        shape = {"parameters": parameters(config), "network": asdict(config)}
        return generate(model, SAMPLES, steps=steps, seed=seed), {**shape, "seconds": spent["seconds"]}
    schedule, draw = preset.train.schedule, Draw(SAMPLES, steps=steps, seed=seed)
    denoise = border_patch_denoiser(picture, schedule, rf_size(config))
    samples, spent = timed(lambda: invent(denoise, schedule, picture.shape, draw), device)
    return samples, {"seconds": spent["seconds"]}


def chart(rows: list[bench.Row]) -> Figure:
    """Both measures of Table 4 over the receptive field, for networks and for the exact denoiser of patches."""
    curves = {}
    for (name, measure, scale), kind in product((("diversity", "diversity", 1), ("10 swd", "swd", 10)), KINDS):
        group = sorted((row["ratio"], scale * row[measure]) for row in rows if row["kind"] == kind)
        if group:
            curves[f"{name}, {kind}"] = tuple(zip(*group, strict=True))
    return charts.lines(curves, "receptive field over the picture's long side", "mean", points=True)


def main() -> None:
    parser = bench.arguments(__doc__, bench.PAINTINGS, seeds=(0, 1, 2), steps=get_preset("laptop").train.steps)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.set_defaults(json=TABLE)
    args = parser.parse_args()
    preset = get_preset("laptop")
    recipes = [replace(recipe, train=replace(recipe.train, steps=args.steps)) for recipe in table_4(preset)]
    recipes = {rf_size(recipe.train.network): recipe for recipe in recipes}
    settings = {"preset": preset.name, "steps": args.steps, "long_side": preset.long_side}
    pictures = load(args.pictures, preset.long_side)
    table = bench.Table(args, {**settings, "samples": SAMPLES}, lambda rows: {"means": means(rows, "kind", "rf")})
    for key in table.todo(seed=args.seeds, picture=pictures, rf=recipes, kind=args.kinds):
        picture = pictures[key["picture"]]
        samples, about = made(key["kind"], picture, recipes[key["rf"]], key["seed"], args.device)
        table.add({**key, "ratio": key["rf"] / max(picture.shape), **about, **measures(picture, samples)})
    table.end()
    alt = "Patch distance and diversity over the receptive field, for networks and for the exact patch denoiser"
    show(chart(means(table.rows, "kind", "rf")), alt, args.json.with_suffix(".png"))


if __name__ == "__main__":
    main()
