"""Pictures at the photo's own size, untrained and trained, on photos of one's own, beside published samples of others.

Each photo is laid out at 64 px, by the exact denoiser of its patches or by preset laptop trained on it, and detailed.
Methods of peers/METHOD have one sample a picture.  What every method has is compared over the pictures that all have.

Examples:
  python benchmarks/full_size.py runs/places50/*.jpg --peers runs/peers --json full_size.json
  python benchmarks/full_size.py balloons --methods untrained --sheets /tmp/sheets
"""

from itertools import permutations
from pathlib import Path

import bench
from measuring import means, sheet, timed
from torch import Tensor

from sindiff.applications import generate
from sindiff.checkpoint import load_model
from sindiff.machine.files import home_expanded
from sindiff.metrics import evaluate
from sindiff.model import Model, untrained
from sindiff.paper.tables import PATCHWISE
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture
from sindiff.training.presets import get_preset
from sindiff.training.runs import Upkeep, train_in

N = 4


def samples_of(method: str, photo: Tensor, args, name: str) -> tuple[Tensor, dict[str, float]] | None:
    """Samples (N, 3, H, W), or a published one, and what they cost; None where a peer has none of this picture."""
    if method not in ("untrained", "trained"):
        file = args.peers / method / f"{name}.png"
        return (load_picture(file)[None], {}) if file.is_file() else None
    source = trained(photo, args, name) if method == "trained" else untrained(photo)
    pictures, sampling = timed(lambda: generate(source, N, seed=args.seed), args.device, N)
    training = {"training_seconds": source.training["seconds"]} if method == "trained" else {}
    return pictures, training | {"cpu_seconds_a_picture": sampling["cpu_seconds"]}


def trained(photo: Tensor, args, name: str) -> Model:
    """Preset laptop on a photo, trained in a folder of its own, or found there."""
    folder = args.runs / name
    for _ in train_in(folder, photo, get_preset("laptop"), args.seed, args.device, upkeep=Upkeep(previews=0)):
        pass
    return load_model(folder, args.device)


def main() -> None:
    parser = bench.arguments(__doc__, ("balloons", "peaks", "stones"), methods=("untrained", "trained"), seed=0)
    parser.add_argument("--runs", type=home_expanded, default=Path("runs/full_size"), help="folder for the models")
    parser.add_argument("--peers", type=home_expanded, help="folder with METHOD/NAME.png")
    args = parser.parse_args()
    methods = [*args.methods, *(sorted(folder.name for folder in args.peers.iterdir()) if args.peers else ())]
    table = bench.Table(args, {"preset": "laptop", "seed": args.seed, "samples": N}, summary)
    for key in table.todo(picture=args.pictures, method=methods):
        path, about = find_picture(key["picture"])
        photo = load_picture(path)
        if found := samples_of(key["method"], photo, args, about["name"]):
            pictures, cost = found
            measured = evaluate(photo, pictures).numbers()
            table.add(key | {"name": about["name"], "size": list(photo.shape[1:])} | measured | cost)
            sheet(args.sheets, f"{about['name']}-{key['method']}", [photo, *pictures], columns=3)
    table.end()


def summary(rows: list[bench.Row]) -> bench.Row:
    """Means over the pictures of each method, and its ratio to every other over the pictures that both have."""
    of: dict[str, dict[str, bench.Row]] = {}
    for row in rows:
        of.setdefault(row["method"], {})[row["picture"]] = row
    pairs = {(one, other): of[one].keys() & of[other].keys() for one, other in permutations(of, 2)}
    ratios = [
        {"method": one, "over": other, "pictures": len(common)}
        | {name: ratio(of[one], of[other], common, name) for name in PATCHWISE}
        for (one, other), common in pairs.items()
        if common
    ]
    return {"means": means(rows, "method"), "ratios": ratios}


def ratio(one: dict[str, bench.Row], other: dict[str, bench.Row], common: set[str], name: str) -> float:
    """Of the sums over the pictures in common."""
    return sum(one[picture][name] for picture in common) / sum(other[picture][name] for picture in common)


if __name__ == "__main__":
    main()
