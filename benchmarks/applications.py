"""What the applications do, in numbers, with the models and the inputs that come with sindiff.

swd: patch distance from the training picture, of the results; swd_input, of what was given; swd_plain, of samples that
know of no reference.  lowpass: rms distance of the low-pass (edits.lowpass, with the recipe's factor) from that of what
was given, of the results; lowpass_plain, of such samples.  seam: mean difference of neighbours across the border of
what was changed by hand, over that of all neighbours; seam_input, of what was given.  All are means over the seeds.

Examples:
  python benchmarks/applications.py --json benchmarks/results/applications.json
  python benchmarks/applications.py --composite runs/field dog.png mask.png --sheets /tmp/sheets --json /tmp/dog.json
"""

import argparse
import json
from pathlib import Path

from application_results import (
    BOLD,
    STRIPS,
    WIDTHS,
    Result,
    composite_results,
    content_results,
    other_results,
    reference_results,
    subject,
)

from sindiff.applications.draw import Draw
from sindiff.applications.reference import EDIT, HARMONIZE, PAINT, STYLE, TRANSLATE
from sindiff.lab import plots, show
from sindiff.machine.device import pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance
from sindiff.pictures.bundled import data_folder, find_picture

NAMES = ("balloons", "peaks", "stones")
FIGURE = ("paint", "edit", "harmonize")


def shots(result: Result, application: str, n: int) -> list[plots.Shot]:
    """What was given, and n results."""
    return [plots.Shot(result.given, "given"), *(plots.Shot(made, application) for made in result.made[:n])]


def row(picture: str, application: str, numbers: dict[str, float]) -> dict:
    about = {"picture": picture, "application": application}
    about |= {name: round(value, 4) for name, value in numbers.items()}
    print(about, flush=True)
    return about


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=4)
    names = ("RUN", "PICTURE", "MASK")
    parser.add_argument("--composite", nargs=3, type=Path, action="append", default=[], metavar=names)
    parser.add_argument("--sheets", type=Path, help="folder for a sheet of each composite")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/applications.json"))
    parser.add_argument("--figure", type=Path, default=Path("figures/applications/reference.png"))
    args = parser.parse_args()
    draw, rows, figure = Draw(n=args.seeds), [], []
    for name in NAMES:
        of = subject(data_folder() / "models" / name, find_picture(name)[0], draw)
        results = reference_results(name, of, draw)
        figure.append([shot for application in FIGURE for shot in shots(results[application], application, 2)])
        numbers = {application: result.numbers for application, result in results.items()}
        numbers |= content_results(name, of, draw) | other_results(of, draw)
        rows += [row(name, application, found) for application, found in numbers.items()]
    for run, picture, mask in args.composite:
        results = composite_results(run, picture, mask, draw)
        rows += [row(picture.stem, application, result.numbers) for application, result in results.items()]
        if args.sheets:
            args.sheets.mkdir(parents=True, exist_ok=True)
            sheet = [shots(result, application, draw.n) for application, result in results.items()]
            show(plots.grid(sheet), args.sheets / picture.name)
    show(plots.grid(figure), args.figure)
    recipes = {
        "paint": PAINT,
        "edit": EDIT,
        "harmonize": HARMONIZE,
        "harmonize, bold": BOLD,
        "translate": TRANSLATE,
        "style": STYLE,
    }
    about = {"seeds": args.seeds, "strips": STRIPS, "widths_of_the_strip": WIDTHS, "models": "preset laptop"}
    about |= {"recipes": {name: recipe._asdict() for name, recipe in recipes.items()}}
    about |= {"sampler": f"{draw.sampler}, {draw.steps} steps", **provenance(pick_device())}
    write_text(args.json, json.dumps({"about": about, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
