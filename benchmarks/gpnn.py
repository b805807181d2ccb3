"""GPNN on pictures at 250 px: how close, how different, how much copied, how long; exact and approximate search.

Copied shares are taken at half the size, as for published samples.  Seconds are a sample's, by the wall and of the CPU.
`--exact N` makes the first N pictures with the exact search too, at a third of the size, where it takes seconds.
`--compare` instead makes one sample of each picture with either search at full size, some ten minutes a picture, and
adds to the file what differs: `patch_error` is how far a sample's patches are from their nearest ones in the picture,
`pixels` how far the two samples are from each other, each a root mean square in [-1, 1].

Examples:
  python benchmarks/gpnn.py                                     ten pictures of Places50
  python benchmarks/gpnn.py peaks stones --long-side 128 --n 2
  python benchmarks/gpnn.py --compare ../shared/images/places50/1.jpg ../shared/images/places50/24.jpg
"""

import argparse
import json
import statistics
import time
from pathlib import Path

from torch import Tensor

from sindiff.baselines.gpnn import GPNNConfig, fit, sample
from sindiff.machine.device import pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import checkout, provenance
from sindiff.metrics import copied_share, nearest_patches, patch_swd, patches, pixel_diversity
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import contact_sheet, load_picture, resize, save_image

PLACES = checkout() / ".." / "shared" / "images" / "places50"
NOISES = (2.0, 3.0, 1.5)


def halved(pictures: Tensor) -> Tensor:
    return resize(pictures, *(round(side / 2) for side in pictures.shape[-2:]))


def measured(picture: Tensor, search: str, noise: float, n: int) -> tuple[Tensor, dict[str, float]]:
    start, cpu_start = time.perf_counter(), time.process_time()
    samples = sample(fit(picture, GPNNConfig(search=search, noise=noise)), n)
    seconds, cpu_seconds = (time.perf_counter() - start) / n, (time.process_time() - cpu_start) / n
    values = {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "swd": patch_swd(picture, samples),
        "diversity": pixel_diversity(picture, samples),
        "copied": copied_share(halved(picture), halved(samples)),
    }
    return samples, {key: round(value, 4) for key, value in values.items()}


def rms(difference: Tensor) -> float:
    return difference.square().mean().sqrt().item()


def compared(picture: Tensor, samples: dict[str, Tensor]) -> dict[str, float]:
    """What differs between samples (3, H, W) of the same noise, by search."""
    values, known = {"pixels": rms(samples["exact"] - samples["approximate"])}, patches(picture[None])[0]
    for search, made in samples.items():
        rows, columns = nearest_patches(picture, made).unbind(-1)
        values[f"swd_{search}"] = patch_swd(picture, made[None])
        values[f"patch_error_{search}"] = rms(known[rows, columns] - patches(made[None])[0])
        values[f"copied_{search}"] = copied_share(halved(picture), halved(made[None]))
    return {name: round(value, 4) for name, value in values.items()}


def compare(names: list[str], long_side: int, file: Path, sheets: Path | None) -> None:
    """Add to the file's "exact and approximate"."""
    result = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    for name in names:
        path, known = find_picture(name)
        picture, samples, seconds = load_picture(path, long_side), {}, {}
        for search in ("approximate", "exact"):
            start = time.process_time()
            samples[search] = sample(fit(picture, GPNNConfig(search=search, noise=NOISES[0])), 1)[0]
            seconds[f"cpu_seconds_{search}"] = round(time.process_time() - start, 1)
        row = {"picture": known["name"], "size": list(picture.shape[1:]), "noise": NOISES[0]} | seconds
        result.setdefault("exact and approximate", []).append(row | compared(picture, samples))
        print(result["exact and approximate"][-1], flush=True)
        write_text(file, json.dumps(result, indent=1) + "\n")
        if sheets:
            sheet = contact_sheet([picture, samples["exact"], samples["approximate"]], columns=3)
            save_image(sheet, sheets / f"{known['name']}_exact_approximate.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="*", help="files or names (default: places50/1.jpg to 10.jpg)")
    parser.add_argument("--long-side", type=int, default=250)
    parser.add_argument("--n", type=int, default=2, help="samples a picture, at least 2")
    parser.add_argument("--exact", type=int, default=0, help="pictures to make with the exact search too")
    parser.add_argument("--compare", action="store_true", help="exact and approximate search at full size, only")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/gpnn.json"))
    parser.add_argument("--sheets", type=Path, help="write a contact sheet a picture into this folder")
    args = parser.parse_args()
    if not args.pictures and not PLACES.is_dir():
        parser.exit(0, f"skipped: {PLACES.resolve()} is not there; name pictures\n")
    names = args.pictures or [str(PLACES / f"{i}.jpg") for i in range(1, 11)]
    if args.compare:
        compare(names, args.long_side, args.json, args.sheets)
        return
    pairs = [(name, args.long_side // 3, search) for name in names[: args.exact] for search in ("exact", "approximate")]
    jobs = [
        (*job, noise) for noise in NOISES for job in [(name, args.long_side, "approximate") for name in names] + pairs
    ]
    rows, sheets = [], {}
    for name, long_side, search, noise in jobs:
        path, known = find_picture(name)
        picture = load_picture(path, long_side)
        samples, values = measured(picture, search, noise, args.n)
        rows.append(
            {"picture": known["name"], "size": list(picture.shape[1:]), "search": search, "noise": noise} | values
        )
        print(rows[-1], flush=True)
        sheets.setdefault((known["name"], long_side), [picture]).extend(samples)
    about = {"n": args.n, "seed": 0, **provenance(pick_device("cpu"))}
    for noise in NOISES:
        full = [row for row in rows if row["noise"] == noise and row["search"] == "approximate"][: len(names)]
        about[f"means at noise {noise}"] = {
            key: round(statistics.mean(row[key] for row in full), 4)
            for key in ("seconds", "cpu_seconds", "swd", "diversity", "copied")
        }
    kept = json.loads(args.json.read_text(encoding="utf-8")) if args.json.is_file() else {}
    write_text(args.json, json.dumps(kept | {"about": about, "rows": rows}, indent=1) + "\n")
    if args.sheets:
        for (name, long_side), pictures in sheets.items():
            save_image(contact_sheet(pictures, columns=1 + args.n), args.sheets / f"{name}_{long_side}.png")


if __name__ == "__main__":
    main()
