"""A preset trained on one picture by the ordinary `sindiff train`, measured on the way, and samples of it at the end.

Training stops after each of --minutes (of training alone, as the trainer counts them) and at step --steps, in this
order, and is measured there: with the running average of the weights, which is what the recipe samples with, and with
the last weights, because an average of 0.9999 still remembers the first ones after ten thousand steps.  What was
measured lies in the run's folder, so the same command goes on after a stop of whatever kind.

Examples:
  python benchmarks/gpu_run.py --preset paper --minutes 1 2 5 10 --run runs/gpu/balloons --json balloons.json
  python benchmarks/gpu_run.py --preset paper_hr --minutes 15 --size 486x2048 --n 1 --run runs/gpu/wide
"""

import argparse
import json
import time
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import torch
from gpu_step import forget_peak, peak_bytes
from torch import Tensor

from sindiff.applications.sampling import generate
from sindiff.checkpoint import load_model, load_tensors
from sindiff.cli.train import train_command
from sindiff.machine.device import pick_device, synchronize
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance
from sindiff.metrics import evaluate, patch_swd, pixel_diversity
from sindiff.model import Model
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import contact_sheet, load_picture, save_image
from sindiff.training.presets import get_preset
from sindiff.training.runs import STATE

MEASURES = ("swd", "diversity", "copied")
QUICK = ("dpmpp", 20)
ON_THE_WAY = 4  # samples, at least 2


class Run(NamedTuple):
    """What is trained and where: the picture's name, the preset's, a seed, the folder and the device."""

    picture: str
    preset: str
    seed: int
    folder: Path
    device: torch.device

    def train(self, *until: str) -> None:
        """Go on until ("--minutes", m) or ("--steps", n), and save the model.  Raises as the command does."""
        options = ["--out", str(self.folder), "--preset", self.preset, "--seed", str(self.seed)]
        options += ["--device", str(self.device), *until]
        train_command.main([self.picture, *options], prog_name="sindiff train", standalone_mode=False)

    def models(self) -> dict[str, Model]:
        """The model with the average of the weights, and with the last ones."""
        average, last = (load_model(self.folder, self.device) for _ in range(2))
        last.network.load_state_dict(load_tensors(self.folder / STATE)["network"])
        return {"average": average, "last": last}


def curve(run: Run, picture: Tensor, stops: Iterable[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """A record at each stop, whose samples are those of one noise; those in the run's curve.json are read there."""
    file = run.folder / "curve.json"
    done = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    for stop in stops:
        if not any(record["until"] == list(stop) for record in done):
            forget_peak(run.device)
            run.train(*stop)
            done.append({"until": list(stop), "memory_mb": peak_bytes(run.device) / 1e6, **standing(run, picture)})
            write_text(file, json.dumps(done, indent=1) + "\n")
        yield next(record for record in done if record["until"] == list(stop))


def standing(run: Run, picture: Tensor) -> dict[str, Any]:
    """The step, the seconds of training, and swd and diversity with either weights."""
    found = {}
    for weights, model in run.models().items():
        samples = generate(model, ON_THE_WAY, None, *QUICK)
        found[weights] = {"swd": patch_swd(picture, samples), "diversity": pixel_diversity(picture, samples)}
    return {"step": model.training["step"], "seconds": model.training["seconds"], **found}


def draw(
    model: Model, picture: Tensor, n: int, size: tuple[int, int] | None, solver: tuple[str, int], sheet: Path
) -> dict[str, Any]:
    """Draw n samples at once: seconds and memory for all, their sheet, and what they are worth.

    size: of the canvas; None is the picture's own, and only there are diversity and copying measured.  solver: its name
    and steps.
    """
    forget_peak(model.device)
    synchronize(model.device)
    start = time.perf_counter()
    samples = generate(model, n, size, *solver, batch_size=n)
    seconds = time.perf_counter() - start
    record = {"n": n, "size": list(samples.shape[-2:]), "seconds": seconds, "memory_mb": peak_bytes(model.device) / 1e6}
    save_image(contact_sheet([*samples] if size else [picture, *samples], columns=1 if size else 4), sheet)
    numbers = {"swd": patch_swd(picture, samples)} if size else evaluate(picture, samples).numbers()
    return record | {name: numbers[name] for name in MEASURES if name in numbers} | {"sheet": sheet.name}


def solver_of(text: str) -> tuple[str, int]:
    name, steps = text.split(":")
    return name, int(steps)


def canvas_of(text: str) -> tuple[int, int]:
    height, width = map(int, text.split("x"))
    return height, width


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--picture", default="balloons", help="a file or a bundled picture (default: %(default)s)")
    parser.add_argument("--preset", default="paper")
    parser.add_argument("--minutes", nargs="*", default=[], help="of training in all, rising")
    parser.add_argument("--steps", help="the last stop, after those")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--n", type=int, default=10, help="samples at the end (default: %(default)s)")
    parser.add_argument("--size", type=canvas_of, metavar="HxW", help="their canvas (default: the picture's)")
    parser.add_argument("--draw", nargs="+", type=solver_of, default=[QUICK], metavar="SOLVER:STEPS")
    parser.add_argument("--run", type=Path, required=True, help="folder of the training")
    parser.add_argument("--sheets", type=Path, help="folder of the contact sheets (default: the run's)")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args(arguments)
    device, preset = pick_device(args.device), get_preset(args.preset)
    path, about = find_picture(args.picture)
    picture = load_picture(path, preset.long_side)
    run = Run(str(path), preset.name, args.seed, args.run, device)
    stops = [("--minutes", minutes) for minutes in args.minutes] + [("--steps", args.steps)] * bool(args.steps)
    if not stops:
        parser.error("give --minutes or --steps")
    records = []
    for record in curve(run, picture, stops):
        records.append(record)
        print(json.dumps(record), flush=True)
    draws = []
    for (weights, model), (name, steps) in product(run.models().items(), args.draw):
        sheet = (args.sheets or args.run) / f"{args.run.name}-{records[-1]['step']}-{weights}-{name}-{steps}.png"
        found = draw(model, picture, args.n, args.size, (name, steps), sheet)
        draws.append({"weights": weights, "sampler": name, "steps": steps, **found})
        print(json.dumps(draws[-1]), flush=True)
    made = {"preset": preset.name, "picture": about["name"], "trained_at": list(picture.shape[1:]), "seed": args.seed}
    made |= {"batch_size": preset.train.batch_size, **provenance(device), "curve": records, "draws": draws}
    if args.json:
        write_text(args.json, json.dumps(made, indent=2) + "\n")


if __name__ == "__main__":
    main()
