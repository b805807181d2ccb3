"""Steps against quality: SWD and diversity of each solver over the number of steps, on a model that comes with sindiff.

Every step is one call of the network, so steps stand for seconds on any machine.

Example:
  python benchmarks/solvers.py --json benchmarks/results/solvers.json
"""

import argparse
import json
import subprocess
from pathlib import Path

import torch

from sindiff.applications import generate
from sindiff.checkpoint import load_model
from sindiff.device import describe, pick_device
from sindiff.files import write_text
from sindiff.images import data_folder, find_picture, load_picture
from sindiff.metrics import evaluate
from sindiff.presets import get_preset
from sindiff.samplers import SOLVERS

STEPS = (5, 10, 20, 50, 100, 250, 1000)


def commit() -> str:
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip() or "unknown"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--picture", default="balloons", help="default: %(default)s")
    parser.add_argument("--n", type=int, default=4, help="samples each (default: %(default)s)")
    parser.add_argument("--most", type=int, default=STEPS[-1], help="no more steps than this (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    device = pick_device(args.device)
    picture = load_picture(find_picture(args.picture)[0], get_preset("laptop").long_side)
    model = load_model(data_folder() / "models" / args.picture, device)
    about = {"preset": "laptop", "picture": args.picture, "n": args.n, "seed": args.seed}
    about |= {"device": describe(device), "torch": torch.__version__, "commit": commit()}
    records = []
    for steps in (n for n in STEPS if n <= args.most):
        for solver in SOLVERS:
            samples = generate(model, args.n, model.size, solver, steps, args.seed)
            scores = evaluate(picture, samples).numbers()
            scores = {name: round(scores[name], 4) for name in ("swd", "diversity", "copied")}
            records.append({"solver": solver, "steps": steps, **scores})
            print(records[-1], flush=True)
            if args.json:
                write_text(args.json, json.dumps({**about, "records": records}, indent=2) + "\n")


if __name__ == "__main__":
    main()
