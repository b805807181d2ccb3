"""A preset trained on one picture by the ordinary `sindiff train`, measured on the way, and samples of it at the end.

Training stops after each of --minutes (of training alone, as the trainer counts them) and at step --steps, in this
order.  Samples are drawn there with the running average of the weights, which is what the recipe samples with, and with
the last weights, because an average of 0.9999 still remembers the first ones after ten thousand steps: four by
DPM-Solver++ in 20 steps at each stop, and at the last one --n by each of --draw, of --size.  `seconds` are of training;
`draw_seconds`, `draw_mb` are of all n samples, drawn at once.  Copied patches are sought at half the size.

Examples:
  python benchmarks/gpu_run.py balloons --preset paper --minutes 1 2 5 10 --run runs/gpu/balloons --json balloons.json
  python benchmarks/gpu_run.py balloons --preset paper_hr --minutes 15 --size 486x2048 --n 1 --run runs/gpu/wide
"""

import argparse
from functools import partial
from pathlib import Path

import bench
from measuring import forget_peak, load, measures, peak_bytes, sheet, timed
from torch import Tensor

from sindiff.applications.sampling import generate
from sindiff.checkpoint import load_model, load_tensors
from sindiff.cli.train import train_command
from sindiff.metrics import patch_swd
from sindiff.model import Model
from sindiff.pictures.bundled import find_picture
from sindiff.training.presets import get_preset
from sindiff.training.runs import STATE

WEIGHTS = ("average", "last")
QUICK = "dpmpp:20"
ON_THE_WAY = 4  # samples, at least 2


def train(args: argparse.Namespace, *until: str) -> float:
    """Go on until --minutes m or --steps n, and save the model; most memory, in bytes.  Raises as the command does."""
    forget_peak(args.device)
    options = ["--out", str(args.run), "--preset", args.preset, "--seed", str(args.seed), "--device", str(args.device)]
    path, _ = find_picture(args.picture)
    train_command.main([str(path), *options, *until], prog_name="sindiff train", standalone_mode=False)
    return peak_bytes(args.device)


def models(args: argparse.Namespace) -> dict[str, Model]:
    """The model with the average of the weights, and with the last ones."""
    average, last = (load_model(args.run, args.device) for _ in range(2))
    last.network.load_state_dict(load_tensors(args.run / STATE)["network"])
    return {"average": average, "last": last}


def draw(model: Model, picture: Tensor, key: bench.Row) -> tuple[Tensor, bench.Row]:
    """Samples, the cost of all, and what they are worth: of another size than the picture's their swd alone."""
    name, steps = key["draw"].split(":")
    forget_peak(model.device)
    make = partial(generate, model, key["n"], tuple(key["size"]), name, int(steps), batch_size=key["n"])
    samples, spent = timed(make, model.device)
    row = {"draw_seconds": spent["seconds"], "draw_mb": peak_bytes(model.device) / 1e6}
    own = key["size"] == list(picture.shape[1:]) and key["n"] > 1
    judged = measures(picture, samples, max(key["size"]) // 2) if own else {"swd": patch_swd(picture, samples)}
    return samples, row | {name: judged[name] for name in ("swd", "diversity", "copied") if name in judged}


def main() -> None:
    options = {"picture": "balloons", "preset": "paper", "seed": 0, "n": 10, "size": str, "draw": (QUICK,)}
    parser = bench.arguments(__doc__, **options, steps=str, run=Path)
    parser.add_argument("--minutes", nargs="*", default=[], help="of training in all, rising")
    args = parser.parse_args()
    stops = [("--minutes", minutes) for minutes in args.minutes] + [("--steps", args.steps)] * bool(args.steps)
    if not stops or not args.run:
        parser.error("give --run, and --minutes or --steps")
    preset = get_preset(args.preset)
    ((name, picture),) = load([args.picture], preset.long_side).items()
    settings = {"preset": preset.name, "picture": name, "seed": args.seed, "batch_size": preset.train.batch_size}
    table = bench.Table(args, settings)
    own = list(picture.shape[1:])
    size = [*map(int, args.size.split("x"))] if args.size else own
    for stop in stops:
        at = {"until": [" ".join(stop).removeprefix("--")], "weights": WEIGHTS}
        todo = list(table.todo(**at, draw=[QUICK], n=[ON_THE_WAY], size=[own]))
        if stop == stops[-1]:
            todo += table.todo(**at, draw=args.draw, n=[args.n], size=[size])
        memory = train(args, *stop) if todo else None
        known = models(args) if todo else {}
        for key in todo:
            model = known[key["weights"]]
            samples, found = draw(model, picture, key)
            step, seconds = model.training["step"], model.training["seconds"]
            table.add({**key, "step": step, "seconds": seconds, "memory_mb": memory / 1e6, **found})
            label = f"{args.run.name}-{step}-{key['weights']}-{key['draw'].replace(':', '-')}-{key['n']}"
            sheet(args.sheets or args.run, label, samples, columns=1 if args.size else 4)


if __name__ == "__main__":
    main()
