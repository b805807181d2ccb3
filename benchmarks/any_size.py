"""Canvases of other shapes: SWD of five aspect ratios of three pictures (Fig. 6 and 12), by the shipped models.

Ends are ends only once, however long a canvas is, so its middle takes a larger share than in the picture, and even a
flawless canvas has patches in other shares.  How much that alone costs, the column `swd_repeated` shows: the picture
itself, made as long by repeating its middle third.  `twice_as_wide` is the SWD of canvases of twice the width over that
of canvases of the picture's size; at most 1.5 is wanted.

Example:
  python benchmarks/any_size.py --json benchmarks/results/any_size.json --sheets /tmp/sheets
"""

from statistics import mean, stdev

import bench
import torch
from measuring import sheet, shipped
from torch import Tensor

from sindiff.applications.sampling import generate
from sindiff.metrics import patch_swd
from sindiff.training.presets import get_preset

FACTORS = [(4, 1), (2, 1), (1, 1), (1, 2), (1, 4)]  # of the height and of the width


def repeat_middle(picture: Tensor, factor: int, dim: int) -> Tensor:
    """The picture about `factor` times as long along one axis: its middle third repeated, every other mirrored."""
    if factor == 1:
        return picture
    length = picture.shape[dim]
    first, middle, last = picture.split([length // 3, length - 2 * (length // 3), length // 3], dim)
    times = round((factor - 1) * length / middle.shape[dim]) + 1
    return torch.cat([first, *[middle, middle.flip(dim)] * (times // 2), *[middle] * (times % 2), last], dim)


def summary(rows: list[bench.Row]) -> bench.Row:
    """By picture, how SWD grows where the canvas has twice the width."""
    swd = {(row["picture"], *row["factors"]): row["swd"] for row in rows}
    wide = {name: swd[name, 1, 2] / swd[name, 1, 1] for name, *factors in swd if factors == [1, 2]}
    return {"twice_as_wide": wide}


def main() -> None:
    args = bench.arguments(__doc__, bench.PAINTINGS, n=8, seed=0).parse_args()
    preset = get_preset("laptop")
    settings = {"preset": preset.name, "models": "data/models", "n": args.n, "seed": args.seed}
    table = bench.Table(args, settings, summary)
    for key in table.todo(picture=args.pictures, factors=FACTORS):
        (model, picture), (down, across) = shipped(key["picture"], args.device), key["factors"]
        size = model.size[0] * down, model.size[1] * across
        canvases = generate(model, args.n, size, preset.sampler, preset.sample_steps, args.seed)
        swd = [patch_swd(picture, canvas[None]) for canvas in canvases]
        repeated = patch_swd(picture, repeat_middle(repeat_middle(picture, down, 1), across, 2)[None])
        spread = stdev(swd) if args.n > 1 else None
        table.add({**key, "size": size, "swd": mean(swd), "swd_deviation": spread, "swd_repeated": repeated})
        name = f"{key['picture']}_{size[0]}x{size[1]}"
        sheet(args.sheets, name, canvases[:4], columns=4 if down > across else 1, scale=3)
    table.end()


if __name__ == "__main__":
    main()
