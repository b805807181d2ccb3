"""Canvases of other shapes: SWD of five aspect ratios of three pictures (Fig. 6 and 12).

Ends are ends only once, however long a canvas is, so its middle takes a larger share than in the picture, and even a
flawless canvas has patches in other shares.  How much that alone costs tells the column `repeated`: the picture itself,
made as long by repeating its middle third.  Models are those that come with sindiff.

Examples:
  python benchmarks/any_size.py --json benchmarks/results/any_size.json --sheets /tmp/sheets
  python benchmarks/any_size.py stones --n 2
"""

import argparse
import json
import statistics
from pathlib import Path

import torch
from torch import Tensor

from sindiff.applications.sampling import generate
from sindiff.checkpoint import load_model
from sindiff.machine.device import pick_device
from sindiff.machine.provenance import provenance
from sindiff.metrics import patch_swd
from sindiff.pictures.bundled import data_folder, find_picture
from sindiff.pictures.images import contact_sheet, load_picture, save_image
from sindiff.training.presets import get_preset

FACTORS = [(4, 1), (2, 1), (1, 1), (1, 2), (1, 4)]  # of the height and of the width
MOST_RATIO = 1.5  # of the SWD of canvases of twice the width to that of the picture's size


def measure(name: str, n: int, seed: int, device: torch.device, sheets: Path | None) -> list[dict]:
    """A record for each shape of one picture; n canvases each."""
    preset = get_preset("laptop")
    picture = load_picture(find_picture(name)[0], preset.long_side)
    model = load_model(data_folder() / "models" / name, device)
    records = []
    for factors in FACTORS:
        size = tuple(side * factor for side, factor in zip(model.size, factors, strict=True))
        canvases = generate(model, n, size, preset.sampler, preset.sample_steps, seed)
        swd = [patch_swd(picture, canvas[None]) for canvas in canvases]
        repeated = repeat_middle(repeat_middle(picture, factors[0], 1), factors[1], 2)
        records.append(
            {
                "picture": name,
                "size": list(size),
                "swd": round(statistics.mean(swd), 4),
                "swd_deviation": round(statistics.stdev(swd), 4) if n > 1 else None,
                "swd_repeated": round(patch_swd(picture, repeated[None]), 4),
            }
        )
        print(row(records[-1]), flush=True)
        if sheets:
            sheet = contact_sheet(canvases[:4], columns=4 if factors[0] > factors[1] else 1, scale=3)
            save_image(sheet, sheets / f"{name}_{size[0]}x{size[1]}.png")
    same, twice = (records[FACTORS.index(factors)]["swd"] for factors in ((1, 1), (1, 2)))
    print(f"{name}: twice as wide {twice / same:.2f} of the same size (at most {MOST_RATIO} wanted)")
    return records


def repeat_middle(picture: Tensor, factor: int, dim: int) -> Tensor:
    """The picture about `factor` times as long along one axis: its middle third repeated, every other mirrored."""
    if factor == 1:
        return picture
    length = picture.shape[dim]
    first, middle, last = picture.split([length // 3, length - 2 * (length // 3), length // 3], dim)
    times = round((factor - 1) * length / middle.shape[dim]) + 1
    return torch.cat([first, *[middle, middle.flip(dim)] * (times // 2), *[middle] * (times % 2), last], dim)


def row(record: dict) -> str:
    size = "x".join(map(str, record["size"]))
    spread = f"{record['swd_deviation']:.4f}" if record["swd_deviation"] is not None else ""
    return f"{record['picture']:>10} {size:>9} {record['swd']:>8.4f} {spread:>9} {record['swd_repeated']:>9.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="*", default=["balloons", "peaks", "stones"], help="bundled, with a model")
    parser.add_argument("--n", type=int, default=8, help="canvases of each shape")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", type=Path, help="write all records there")
    parser.add_argument("--sheets", type=Path, help="write four canvases of each shape into this folder")
    args = parser.parse_args()

    device = pick_device(args.device)
    about = {"preset": "laptop", "models": "data/models", "n": args.n, "seed": args.seed, **provenance(device)}
    print(", ".join(f"{name} {value}" for name, value in about.items()))
    print("   picture      size      swd deviation  repeated")
    records = [record for name in args.pictures for record in measure(name, args.n, args.seed, device, args.sheets)]
    if args.json:
        args.json.write_text(json.dumps({**about, "records": records}, indent=2) + "\n")


if __name__ == "__main__":
    main()
