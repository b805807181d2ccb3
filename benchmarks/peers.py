"""Published samples of other methods, measured beside the values known for them: a check of the measures themselves.

Needs a folder with places50/N.jpg and peers/METHOD/N.png, one sample a picture, which are third parties' pictures and
not part of this project.  Patch SWD is of the pictures as they are, at a long side of 250 px; where patches are copied
from is told at 125 px.  Pixel diversity and LPIPS diversity need several samples a picture and are not there.

Example:
  python benchmarks/peers.py --images ../shared/images --json benchmarks/results/peers.json
"""

import argparse
import json
import statistics
from pathlib import Path

from sindiff.cli.evaluate import load_pair, matching
from sindiff.machine.device import pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance
from sindiff.metrics import Networks, copying, load_networks, multiscale_swd, patch_swd, sifid

KNOWN = {"gpnn": {"swd": 0.036, "copied": 0.74}, "singan": {"swd": 0.026, "copied": 0.38}}  # over all 50 pictures
COPIED_AT = 125


def measured(file: Path, made: Path, networks: Networks) -> dict[str, float]:
    """The numbers of one picture and its sample, whole and reduced."""
    pair = load_pair(file, made, None)
    copied, nnf_diversity = copying(*load_pair(file, made, COPIED_AT))
    by_network = {
        f"sifid_{name}": sifid(network, *pair)
        for name, network in zip(("64", "192", "vgg"), networks[:3], strict=True)
        if network
    }
    swd = {"swd": patch_swd(*pair), "swd_scales": multiscale_swd(*pair)}
    return {**swd, "copied": copied, "nnf_diversity": nnf_diversity, **by_network}


def summary(rows: list[dict[str, float]], known: dict[str, float]) -> dict:
    """Mean and standard error over pictures, beside what is known."""
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return {
        name: {
            "mean": round(statistics.mean(values), 4),
            "standard_error": round(statistics.stdev(values) / len(values) ** 0.5, 4),
            **({"known_over_50": known[name]} if name in known else {}),
        }
        for name, values in columns.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, default=Path("../shared/images"))
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/peers.json"))
    args = parser.parse_args()
    if not (args.images / "peers").is_dir():
        print(f"skipped: {args.images}/peers is not there, and the pictures may not come with this project")
        return
    networks, methods = load_networks(), {}
    for name, known in KNOWN.items():
        pairs = matching(args.images / "places50", args.images / "peers" / name)
        rows = {file.stem: measured(file, made, networks) for file, made in pairs.items()}
        rounded = {stem: {key: round(value, 4) for key, value in row.items()} for stem, row in rows.items()}
        methods[name] = {"pictures": len(rows), **summary(list(rows.values()), known), "each": rounded}
        print(name, methods[name] | {"each": "..."}, flush=True)
    about = {"copied_at_px": COPIED_AT, **provenance(pick_device("cpu"))}
    write_text(args.json, json.dumps({"about": about, "methods": methods}, indent=1) + "\n")


if __name__ == "__main__":
    main()
