"""How well outpainting joins: the seam energy of the models that come with sindiff, by the number of passes.

Seam energy is the mean absolute difference of the pixels on both sides of the picture's edge, over the median of the
same for all neighbouring columns (metrics.seam_energy); at most 1.15 is wanted.  One pass is Eq. 6 alone, more are
RePaint's (resampling.py).

What an edge in the picture itself has, and one in canvases as wide that the model invents with no picture to keep, is
measured beside it: the median and the 90th percentile over all columns, and `above`, the share of the columns that lie
above the mean at the seams.  A share of a half is a seam like any other place.

Examples:
  python benchmarks/seams.py --json benchmarks/results/seams.json --sheets /tmp/sheets
  python benchmarks/seams.py peaks --passes 40 --seeds 2
"""

import argparse
import json
from pathlib import Path

import torch
from torch import Tensor

from sindiff import generate, load_model, load_picture
from sindiff.applications.draw import Draw
from sindiff.applications.outpainting import outpaint
from sindiff.machine.device import pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance
from sindiff.metrics import patch_swd, seam_energy
from sindiff.pictures.bundled import data_folder, find_picture
from sindiff.pictures.images import contact_sheet, save_image

NAMES, WIDER, MOST = ("balloons", "peaks", "stones"), 32, 1.15


def everywhere(pictures: Tensor) -> Tensor:
    """The seam energies of all columns of all pictures (B, C, H, W), in one row."""
    return seam_energy(pictures, range(1, pictures.shape[-1])).flatten()


def spread(energies: Tensor) -> dict[str, float]:
    median, most = energies.quantile(torch.tensor([0.5, 0.9])).tolist()
    return {"median": round(median, 3), "p90": round(most, 3), "max": round(energies.max().item(), 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=NAMES, metavar="PICTURE", help="default: all three")
    parser.add_argument("--passes", nargs="+", type=int, default=[1, 4, 10])
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sheets", type=Path, help="a folder for pictures to look at")
    args = parser.parse_args()
    about = {"seeds": args.seeds, "px_each_side": WIDER, "sampler": "dpmpp, 20 steps", "torch": torch.__version__}
    about |= provenance(pick_device())
    results = {"about": about, "usual": [], "rows": []}
    for name in args.names:
        model = load_model(data_folder() / "models" / name)
        picture = load_picture(find_picture(name)[0], max(model.size))
        height, width = model.size
        usual = {
            "picture": everywhere(picture[None]),
            "samples": everywhere(generate(model, 8, (height, width + 2 * WIDER))),
        }
        results["usual"].append({"picture": name, **{of: spread(energies) for of, energies in usual.items()}})
        print(results["usual"][-1], flush=True)
        for passes in args.passes:
            wide = outpaint(model, picture, left=WIDER, right=WIDER, draw=Draw(n=args.seeds), passes=passes)
            energies = seam_energy(wide, [WIDER, WIDER + width])
            mean = energies.mean().item()
            invented = torch.cat([wide[..., :WIDER], wide[..., -WIDER:]])
            results["rows"].append(
                {
                    "picture": name,
                    "passes": passes,
                    "seam_mean": round(mean, 3),
                    "seam_max": round(energies.max().item(), 3),
                    "reached": mean <= MOST,
                    "above": {of: round((all_ > mean).float().mean().item(), 3) for of, all_ in usual.items()},
                    "swd_invented": round(patch_swd(picture, invented), 4),
                }
            )
            print(results["rows"][-1], flush=True)
            if args.json:
                write_text(args.json, json.dumps(results, indent=1) + "\n")
            if args.sheets:
                save_image(contact_sheet(wide, columns=2, scale=4), args.sheets / f"{name}_{passes}.png")


if __name__ == "__main__":
    main()
