"""How well outpainting joins: the seam energy of the models that come with sindiff, by the number of passes.

Seam energy is the mean absolute difference of the pixels on both sides of the picture's edge, over the median of the
same for all neighbouring columns; 1 is no seam.  One pass is Eq. 6 alone, more are RePaint's (resampling.py).

Example:
  python benchmarks/seams.py --seeds 4 --passes 1 4 --json benchmarks/results/seams.json
"""

import argparse
import json
from pathlib import Path

import torch
from torch import Tensor

from sindiff import load_model, load_picture
from sindiff.applications import Draw
from sindiff.device import describe, pick_device
from sindiff.files import write_text
from sindiff.images import data_folder, find_picture
from sindiff.lab.notebook import checkout, current_commit
from sindiff.metrics import patch_swd
from sindiff.outpaint import outpaint

NAMES, WIDER = ("balloons", "peaks", "stones"), 32


def seam_energies(pictures: Tensor, edges: list[int]) -> list[float]:
    """One value for each picture (B, C, H, W) and edge, the column on its right."""
    columns = pictures.diff(dim=-1).abs().mean((1, 2))
    return (columns[:, [edge - 1 for edge in edges]] / columns.median(1, keepdim=True).values).flatten().tolist()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passes", nargs="+", type=int, default=[1, 4])
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/seams.json"))
    args = parser.parse_args()
    rows = []
    for name in NAMES:
        model = load_model(data_folder() / "models" / name)
        picture = load_picture(find_picture(name)[0], max(model.size))
        edges = [WIDER, WIDER + picture.shape[2]]
        for passes in args.passes:
            wide = outpaint(model, picture, left=WIDER, right=WIDER, draw=Draw(n=args.seeds), times=passes)
            energy = seam_energies(wide, edges)
            mean, largest = round(sum(energy) / len(energy), 3), round(max(energy), 3)
            invented = torch.cat([wide[..., :WIDER], wide[..., -WIDER:]])
            numbers = {"seam_mean": mean, "seam_max": largest, "swd_invented": round(patch_swd(picture, invented), 4)}
            rows.append({"picture": name, "passes": passes, **numbers})
            print(rows[-1], flush=True)
    about = {"seeds": args.seeds, "px_each_side": WIDER, "sampler": "dpmpp, 20 steps", "torch": torch.__version__}
    about |= {"commit": current_commit(checkout()), "device": describe(pick_device())}
    write_text(args.json, json.dumps({"about": about, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
