"""How well outpainting joins: the seam energy of the models that come with sindiff, by the number of passes.

Seam energy is the mean absolute difference of the pixels on both sides of the picture's edge, over the median of the
same for all neighbouring columns (metrics.seam_energy); at most 1.15 is wanted (`reached`).  One pass is Eq. 6 alone,
more are RePaint's (resampling.py).

What an edge in the picture itself has, and one in canvases as wide that the model invents with no picture to keep, is
measured beside it (`usual`): the median and the 90th percentile over all columns, and `above`, the share of the columns
that lie above the mean at the seams.  A share of a half is a seam like any other place.

Example:
  python benchmarks/seams.py --json benchmarks/results/seams.json --sheets /tmp/sheets
"""

from functools import cache

import bench
import torch
from measuring import sheet, shipped
from torch import Tensor

from sindiff import generate
from sindiff.applications.draw import Draw
from sindiff.applications.outpainting import outpaint
from sindiff.metrics import patch_swd, seam_energy

WIDER, MOST = 32, 1.15
SHARES = {"median": 0.5, "p90": 0.9, "max": 1.0}


@cache
def usual(name: str, device: torch.device) -> dict[str, Tensor]:
    """The seam energies of all columns, in one row: of the picture, and of canvases that keep none."""
    model, picture = shipped(name, device)
    canvases = generate(model, 8, (model.size[0], model.size[1] + 2 * WIDER))
    found = {"picture": picture[None], "samples": canvases}
    return {of: seam_energy(x, range(1, x.shape[-1])).flatten() for of, x in found.items()}


def measure(name: str, passes: int, args) -> bench.Row:
    model, picture = shipped(name, args.device)
    wide = outpaint(model, picture, left=WIDER, right=WIDER, draw=Draw(n=args.seeds), passes=passes)
    energies = seam_energy(wide, [WIDER, WIDER + model.size[1]])
    mean, known = energies.mean().item(), usual(name, args.device)
    levels = torch.tensor([*SHARES.values()])
    sheet(args.sheets, f"{name}_{passes}", wide, columns=2, scale=4)
    return {
        "seam_mean": mean,
        "seam_max": energies.max().item(),
        "reached": mean <= MOST,
        "above": {of: (one > mean).float().mean().item() for of, one in known.items()},
        "swd_invented": patch_swd(picture, torch.cat([wide[..., :WIDER], wide[..., -WIDER:]])),
        "usual": {of: dict(zip(SHARES, one.quantile(levels).tolist(), strict=True)) for of, one in known.items()},
    }


def main() -> None:
    args = bench.arguments(__doc__, bench.PAINTINGS, passes=(1, 4, 10), seeds=4).parse_args()
    table = bench.Table(args, {"seeds": args.seeds, "px_each_side": WIDER, "sampler": "dpmpp, 20 steps"})
    for key in table.todo(picture=args.pictures, passes=args.passes):
        table.add(key | measure(*key.values(), args))


if __name__ == "__main__":
    main()
