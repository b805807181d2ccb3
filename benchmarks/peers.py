"""Published samples of other methods, measured beside the values known for them: a check of the measures themselves.

Needs a folder with places50/N.jpg and peers/METHOD/N.png, one sample a picture, which are third parties' pictures and
not part of this project.  Patch SWD is of the pictures as they are, at a long side of 250 px; where patches are copied
from is given at 125 px.  Pixel diversity and LPIPS diversity need several samples a picture and are not there.

Example:
  python benchmarks/peers.py --images runs --json benchmarks/results/peers.json
"""

from functools import partial
from pathlib import Path
from statistics import mean, stdev

import bench

from sindiff.metrics import Networks, copying, load_networks, multiscale_swd, patch_swd, sifid
from sindiff.metrics.folders import load_pair, matching

KNOWN = {"gpnn": {"swd": 0.036, "copied": 0.74}, "singan": {"swd": 0.026, "copied": 0.38}}  # over all 50 pictures
COPIED_AT = 125


def measure(file: Path, made: Path, networks: Networks) -> dict[str, float]:
    """The numbers of one picture and its sample, whole and reduced."""
    pair = load_pair(file, made, None)
    copied, nnf_diversity = copying(*load_pair(file, made, COPIED_AT))
    close = {"swd": patch_swd(*pair), "swd_scales": multiscale_swd(*pair)}
    named = zip(("64", "192", "vgg"), networks[:3], strict=True)
    seen = {f"sifid_{name}": sifid(network, *pair) for name, network in named if network}
    return {**close, "copied": copied, "nnf_diversity": nnf_diversity, **seen}


def summary(rows: list[bench.Row]) -> bench.Row:
    """Means and standard errors over the pictures, beside what is known."""
    methods = {}
    for method in dict.fromkeys(row["method"] for row in rows):
        own = [row for row in rows if row["method"] == method]
        methods[method] = found = {"pictures": len(own)}
        for name in own[0].keys() - {"method", "picture"}:
            values = [row[name] for row in own]
            error = stdev(values) / len(values) ** 0.5 if len(values) > 1 else None
            known = {"known_over_50": KNOWN[method][name]} if name in KNOWN[method] else {}
            found[name] = {"mean": mean(values), "standard_error": error, **known}
    return {"methods": methods}


def main() -> None:
    args = bench.arguments(__doc__, images=Path("runs")).parse_args()
    if not (args.images / "peers").is_dir():
        print(f"skipped: {args.images}/peers is not there, and the pictures may not come with this project")
        return
    networks, table = load_networks(), bench.Table(args, {"copied_at_px": COPIED_AT}, summary)
    for method in KNOWN:
        pairs = matching(args.images / "places50", args.images / "peers" / method)
        made = {file.stem: partial(measure, file, sample, networks) for file, sample in pairs.items()}
        for key in table.todo(method=[method], picture=made):
            table.add(key | made[key["picture"]]())
    table.end()


if __name__ == "__main__":
    main()
