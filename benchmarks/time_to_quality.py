"""Quality against training time: SWD, diversity and copied share at several points of a run, a row each.

Time is given in seconds by the wall, in seconds of the CPU, and in TFLOP-equivalents: wall seconds times the GFLOP/s of
a float32 2048^3 matrix product, the mean of before and after the run, over 1000.  That makes machines comparable,
roughly.  `swd_recoloured` is of samples that were given the picture's colours.  Patches of large pictures are best
searched for at a smaller size: --copied-at.  --steps takes several numbers, each a run of its own, for the rate falls
to zero over a whole run.

Two presets here are for a GPU and have not been tuned: "small" has 16 and 32 channels and "wide" is the paper's network
without its norm, both trained as preset laptop is, at a long side of 250 px.

Examples:
  python benchmarks/time_to_quality.py --points 1 --json benchmarks/results/laptop.json      the bundled pictures
  python benchmarks/time_to_quality.py a.png b.jpg --long-side 250 --copied-at 125 --n 4 --json table.json
  python benchmarks/time_to_quality.py balloons --preset wide --steps 500 1000 2000 --batch-size 16 --points 1
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import bench
import torch
from measuring import load, means, measures, sheet, timed
from torch import Tensor

from sindiff.applications.sampling import generate
from sindiff.machine.device import matmul_gflops
from sindiff.metrics import patch_swd
from sindiff.network.unet import UNetConfig
from sindiff.pictures.bundled import bundled_pictures
from sindiff.pictures.images import recoloured
from sindiff.training.loop import TrainState, train
from sindiff.training.presets import PRESETS, Preset, get_preset
from sindiff.training.runs import as_model

LAPTOP = get_preset("laptop").train
FOR_A_GPU = {
    "small": replace(LAPTOP, network=UNetConfig(channels=16, mult=(1, 2, 2), norm="none")),
    "wide": replace(LAPTOP, network=replace(get_preset("paper").train.network, norm="none")),
}


def chosen(args: argparse.Namespace) -> Preset:
    """The preset, with the batch and the size that were asked for."""
    own = args.preset in FOR_A_GPU
    preset = get_preset("laptop" if own else args.preset)
    if own:
        preset = replace(preset, name=args.preset, train=FOR_A_GPU[args.preset], long_side=250)
    train = replace(preset.train, batch_size=args.batch_size or preset.train.batch_size)
    return replace(preset, train=train, long_side=args.long_side or preset.long_side)


def curve(picture: Tensor, preset: Preset, args: argparse.Namespace) -> Iterator[tuple[Tensor, bench.Row]]:
    """Train on a picture (3, H, W); samples and a row at each of --points evenly spaced steps."""
    state, steps = TrainState(preset.train, args.seed, args.device), preset.train.steps
    stops = {round(steps * i / args.points) for i in range(1, args.points + 1)}
    busy, mark = 0.0, time.process_time()
    for _ in train(picture, preset.train, state):
        if state.step not in stops:
            continue
        busy += time.process_time() - mark
        model = as_model(state, preset.train, picture)
        draw = partial(generate, model, args.n, None, preset.sampler, preset.sample_steps, args.seed)
        samples, spent = timed(draw, args.device)
        own_colours = torch.stack([recoloured(sample, picture) for sample in samples])
        row = {"step": state.step, "seconds": state.seconds, "cpu_seconds": busy, "sampling_seconds": spent["seconds"]}
        row |= measures(picture, samples, args.copied_at or preset.long_side)
        yield samples, row | {"swd_recoloured": patch_swd(picture, own_colours)}
        mark = time.process_time()


def summary(rows: list[bench.Row]) -> bench.Row:
    """The mean over pictures of where their runs ended."""
    ends = {(row["steps"], row["picture"]): row for row in rows}
    return {"means": means(list(ends.values()), "steps")}


def main() -> None:
    options = {"seed": 0, "points": 4, "n": 8, "copied_at": int, "batch_size": int, "long_side": int}
    parser = bench.arguments(__doc__, list(bundled_pictures()), **options)
    parser.add_argument("--preset", choices=[*PRESETS, *FOR_A_GPU], default="laptop", help=bench.SHOWN)
    parser.add_argument("--steps", type=int, nargs="+", help="of training (default: the preset's)")
    args = parser.parse_args()
    preset = chosen(args)
    settings = {"preset": preset.name, "seed": args.seed, "n": args.n, "copied_at": args.copied_at or preset.long_side}
    settings |= {name: getattr(args, name) for name in ("batch_size", "long_side") if getattr(args, name)}
    pictures, table = load(args.pictures, preset.long_side), bench.Table(args, settings, summary)
    for key in table.todo(picture=pictures, steps=args.steps or [preset.train.steps]):
        picture = pictures[key["picture"]]
        before = matmul_gflops(args.device)
        run = replace(preset, train=replace(preset.train, steps=key["steps"]))
        made = list(curve(picture, run, args))
        gflops = (before + matmul_gflops(args.device)) / 2
        speed = [{"gflops": gflops, "tflop_equivalents": row["seconds"] * gflops / 1000} for _, row in made]
        table.add(*(key | row | more for (_, row), more in zip(made, speed, strict=True)))
        name = f"{preset.name}-{key['steps']}-{key['picture']}"
        sheet(args.sheets, name, [picture, *made[-1][0]], columns=3, scale=max(1, 200 // max(picture.shape)))
    table.end()


if __name__ == "__main__":
    main()
