"""How well outpainting joins at full size: the seam energy of the shipped models, by the number of passes.

Seam energy is the mean absolute difference of the pixels on both sides of the picture's edge, over the median of the
same for all neighbouring columns (metrics.seam_energy); at most 1.15 is wanted (`reached`).  One pass is Eq. 6 alone,
more are RePaint's (resampling.py).

What the columns of the photo itself have is measured beside it (`usual`): the median, the 90th percentile and the most,
and `above`, the share of the columns that lie above the mean at the seams.

Example:
  python benchmarks/seams.py --json benchmarks/results/seams.json --sheets /tmp/sheets
"""

import bench
import torch
from measuring import sheet, timed
from torch import Tensor

from sindiff.applications.draw import Draw
from sindiff.applications.outpainting import outpaint
from sindiff.checkpoint import load_model
from sindiff.metrics import seam_energy
from sindiff.pictures.bundled import data_folder
from sindiff.pictures.images import resize

MOST = 1.15
SHARES = {"median": 0.5, "p90": 0.9, "max": 1.0}


def measure(name: str, passes: int, args) -> bench.Row:
    model = load_model(data_folder() / "models" / name, args.device)
    height, width = model.photo.shape[1:]
    wider, draw = width // 2, Draw(n=args.seeds)

    def make() -> Tensor:
        return outpaint(model, model.photo, wider, wider, draw=draw, passes=passes)

    wide, cost = timed(make, args.device, draw.n)
    energies = seam_energy(wide, [wider, wider + width])
    usual = seam_energy(model.photo[None], range(1, width)).flatten()
    mean = energies.mean().item()
    sheet(args.sheets, f"{name}_{passes}", resize(wide, height // 2, width), columns=1)
    return cost | {
        "size": list(wide.shape[2:]),
        "seam_mean": mean,
        "seam_max": energies.max().item(),
        "reached": mean <= MOST,
        "above": (usual > mean).float().mean().item(),
        "usual": dict(zip(SHARES, usual.quantile(torch.tensor([*SHARES.values()])).tolist(), strict=True)),
    }


def main() -> None:
    args = bench.arguments(__doc__, bench.PAINTINGS, passes=(1, 10), seeds=4).parse_args()
    table = bench.Table(args, {"seeds": args.seeds, "sampler": "dpmpp, 20 steps"})
    for key in table.todo(picture=args.pictures, passes=args.passes):
        table.add(key | measure(*key.values(), args))


if __name__ == "__main__":
    main()
