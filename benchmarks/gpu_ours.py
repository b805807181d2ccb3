"""How soon our own recipes reach a quality at 188x250 px: a run for each number of steps.

The rate falls to zero over a whole run, so every point of the curve is a run of its own.  Three networks: "experts" is
laptop_250's with twice the channels, trained as that is; "small" has 16 and 32 channels and "wide" is the paper's
without its norm, both trained as preset laptop is.  None has been tuned for large batches.  Copied patches are sought
at half the size.

Examples:
  python benchmarks/gpu_ours.py --networks wide --steps 500 1000 2000 4000 --device cuda --json ours.json
"""

import argparse
import json
from dataclasses import replace
from itertools import product
from pathlib import Path

from time_to_quality import measure

from sindiff.machine.device import pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance
from sindiff.network.experts import ExpertsConfig
from sindiff.network.unet import UNetConfig
from sindiff.training.presets import Preset, get_preset

LAPTOP, LAPTOP_250 = get_preset("laptop").train, get_preset("laptop_250").train


def twice_as_wide(experts: ExpertsConfig) -> ExpertsConfig:
    return replace(experts, networks=tuple(replace(one, channels=2 * one.channels) for one in experts.networks))


RECIPES = {
    "experts": replace(LAPTOP_250, network=twice_as_wide(LAPTOP_250.network), autocast="bfloat16"),
    "small": replace(LAPTOP, network=UNetConfig(channels=16, mult=(1, 2, 2), norm="none")),
    "wide": replace(LAPTOP, network=replace(get_preset("paper").train.network, norm="none")),
}


def recipe(network: str, steps: int, batch_size: int, long_side: int) -> Preset:
    """One of RECIPES for pictures of that long side, in px, sampled as preset laptop is."""
    train = replace(RECIPES[network], steps=steps, batch_size=batch_size)
    return replace(get_preset("laptop"), name=f"{network}-{steps}", train=train, long_side=long_side)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--picture", default="balloons", help="a file or a bundled picture (default: %(default)s)")
    parser.add_argument("--networks", nargs="+", choices=RECIPES, default=list(RECIPES))
    parser.add_argument("--steps", nargs="+", type=int, default=[500, 1000, 2000, 4000])
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--long-side", type=int, default=250)
    parser.add_argument("--n", type=int, default=8, help="samples a point (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheets", type=Path, help="write a contact sheet a run into this folder")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args(arguments)
    device, records = pick_device(args.device), []
    for network, steps in product(args.networks, args.steps):
        preset = recipe(network, steps, args.batch_size, args.long_side)
        sheets = args.sheets and args.sheets / preset.name
        (record,) = measure(args.picture, preset, args.seed, 1, args.n, device, sheets, args.long_side // 2)
        records.append({"network": network, **record})
    made = {"preset": "laptop", "long_side": args.long_side, "batch_size": args.batch_size, "seed": args.seed}
    made |= {**provenance(device), "records": records}
    if args.json:
        write_text(args.json, json.dumps(made, indent=2) + "\n")


if __name__ == "__main__":
    main()
