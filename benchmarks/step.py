"""The cost of a training step: time, arithmetic against the device's own limit, and memory; one row an arithmetic.

Model FLOP/s are the operations of the network's forward and backward pass, counted from its operators, over the seconds
of whole steps, optimiser and all.  The limit is a float32 2048^3 matrix product, measured before and after.

Examples:
  python benchmarks/step.py
  python benchmarks/step.py --steps 700 --json step.json               a whole run of preset laptop
  python benchmarks/step.py --preset paper --autocast float32 bfloat16 float16 --steps 30
"""

import argparse
import json
import resource
import statistics
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

from sindiff.diffusion import training_loss
from sindiff.machine.device import matmul_gflops, pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture
from sindiff.training.loop import Canvases, TrainConfig, TrainState, step_seed, train
from sindiff.training.presets import get_preset

UNTIMED = 5
COUNTED = 20  # enough for timesteps of all noise to be among them
COLUMNS = ("autocast", "steps", "ms", "gflops", "matmul_gflops", "share", "memory_mb")


def step_flops(picture: torch.Tensor, config: TrainConfig, state: TrainState, steps: range) -> float:
    """Mean operations of a step's forward and backward pass: they grow with its pixels, and depend on its noise."""
    canvases = Canvases(picture.to(state.device), config)

    def canvas(step: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        return canvases.draw(torch.Generator(state.device).manual_seed(step_seed(state.seed, step)), step)

    values = 0
    with FlopCounterMode(display=False) as counter:
        for step in steps[:COUNTED]:
            x0, t, eps = canvas(step)
            training_loss(state.network, config.schedule, config.prediction, x0, t, eps).mean().backward()
            values += x0.numel()
    state.network.zero_grad()
    return counter.get_total_flops() / values * statistics.mean(canvas(step)[0].numel() for step in steps)


def measure(picture: torch.Tensor, config: TrainConfig, steps: int, seed: int, device: torch.device) -> dict:
    limits = [matmul_gflops(device)]
    state = TrainState(config, seed, device)
    clock = [state.seconds for _ in train(picture, replace(config, steps=UNTIMED + 1 + steps), state)]
    seconds = [after - before for before, after in pairwise(clock[UNTIMED:])]
    limits.append(matmul_gflops(device))
    flops = step_flops(picture, config, state, range(UNTIMED + 1, UNTIMED + 1 + steps))
    peak = torch.cuda.max_memory_allocated(device) if device.type == "cuda" else 1024 * peak_kilobytes()
    gflops = flops * len(seconds) / sum(seconds) / 1e9
    return {
        "autocast": config.autocast,
        "steps": len(seconds),
        "ms": 1000 * statistics.median(seconds),
        "gflops": gflops,
        "matmul_gflops": statistics.mean(limits),
        "share": gflops / statistics.mean(limits),
        "memory_mb": peak / 1e6,
    }


def peak_kilobytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", nargs="?", default="balloons", help="a file or the name of a bundled picture")
    parser.add_argument("--preset", default="laptop", help="default: %(default)s")
    parser.add_argument("--steps", type=int, default=50, help="timed steps (default: %(default)s)")
    parser.add_argument("--autocast", nargs="+", help="float32, bfloat16, float16 (default: the preset's)")
    parser.add_argument("--batch-size", type=int, help="pictures a step (default: the preset's)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", type=Path, help="write all rows there")
    args = parser.parse_args()
    device, preset = pick_device(args.device), get_preset(args.preset)
    config = replace(preset.train, batch_size=args.batch_size or preset.train.batch_size)
    picture = load_picture(find_picture(args.picture)[0], preset.long_side)
    about = {"preset": preset.name, "picture": args.picture, "size": list(picture.shape[1:]), "seed": args.seed}
    about |= {"batch_size": config.batch_size, **provenance(device)}
    print(", ".join(f"{key} {value}" for key, value in about.items()))
    print(" ".join(f"{name:>13}" for name in COLUMNS))
    rows = []
    for autocast in args.autocast or [config.autocast]:
        rows.append(measure(picture, replace(config, autocast=autocast), args.steps, args.seed, device))
        print(" ".join(f"{v:>13.3g}" if isinstance(v, float) else f"{v:>13}" for v in rows[-1].values()), flush=True)
    if args.json:
        write_text(args.json, json.dumps({**about, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
