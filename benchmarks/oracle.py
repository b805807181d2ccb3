"""New pictures with no training: patch sizes and what a pixel knows of its place, one row each, averaged over pictures.

"blind" does not see the border (patch_denoiser), "border" does (border_patch_denoiser), "quick" is nearly the same in
less time (quick_patch_denoiser), "placed 0.1" knows each pixel's place to a tenth of the side.  "9 sigma, 5 to 31" are
shrinking_patches of slope 9 between these sizes, with sigma = sqrt((1 - alpha_bar) / alpha_bar).  Seconds are a
picture's, by the wall and of the CPU.

Examples:
  python benchmarks/oracle.py                                      the bundled pictures, 64 px
  python benchmarks/oracle.py a.png b.jpg --long-side 96 --json table.json --sheets sheets
  python benchmarks/oracle.py a.png --long-side 250 --largest 123 --only quick
  python benchmarks/oracle.py a.png b.jpg --long-side 125 --largest 61 --only border quick --rule "9 sigma, 5 to 61"
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from torch import Tensor

from sindiff import metrics
from sindiff.conditioning import clamped
from sindiff.diffusion import Denoiser
from sindiff.machine.device import pick_device, synchronize
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance
from sindiff.noise import seeded_noise
from sindiff.oracle.exact import border_patch_denoiser, patch_denoiser, placed_patch_denoiser, shrinking_patches
from sindiff.oracle.quick import quick_patch_denoiser
from sindiff.pictures.bundled import bundled_pictures, find_picture
from sindiff.pictures.images import contact_sheet, load_picture, save_image
from sindiff.samplers import SOLVERS, sample
from sindiff.schedule import Schedule

SCHEDULE = Schedule("linear", 1000)
MEASURES = ("seconds", "cpu_seconds", "swd", "diversity", "copied")


def shrinking(smallest: int, largest: int, slope: float = 9.0) -> tuple[str, Callable[[int], int]]:
    return f"{slope:g} sigma, {smallest} to {largest}", shrinking_patches(SCHEDULE, largest, smallest, slope)


KINDS = {
    "blind": patch_denoiser,
    "border": border_patch_denoiser,
    "quick": quick_patch_denoiser,
    "placed 0.1": partial(placed_patch_denoiser, slack=0.1),
}


def rows(largest: int) -> list[tuple[str, str, int | Callable[[int], int]]]:
    """Denoiser, name of the rule, patch size; largest: of the patches that shrink, in px."""
    wider, narrower = ((5, 2 * largest + 1), (5, 3 * largest // 4 // 2 * 2 + 1))
    ranges = ((3, largest), narrower, (5, largest), wider, (7, largest), (5, largest, 13))
    return [
        *[("blind", str(size), size) for size in (5, 7, 15)],
        ("blind", *shrinking(5, largest)),
        *[("border", str(size), size) for size in (7, 15, 31)],
        *[("border", *shrinking(*each)) for each in ranges],
        ("quick", *shrinking(5, largest)),
        ("placed 0.1", "7", 7),
        *[("placed 0.1", *shrinking(5, size)) for size in (largest // 2, largest)],
    ]


def draw(denoise: Denoiser, like: Tensor, sampler: str, steps: int, seed: int) -> Tensor:
    solver, noise = SOLVERS[sampler], seeded_noise(range(seed, seed + len(like)))
    timesteps = SCHEDULE.timesteps(steps, solver.spacing)
    *_, last = sample(clamped(denoise), solver.step(SCHEDULE, noise), noise(like, SCHEDULE.T), timesteps)
    return last.x.clamp(-1, 1)


def measure(picture: Tensor, kind: str, patch_size: int | Callable[[int], int], args: argparse.Namespace) -> tuple:
    like = picture.expand(args.n, *picture.shape).to(args.device)
    start, cpu_start = time.perf_counter(), time.process_time()
    samples = draw(KINDS[kind](picture, SCHEDULE, patch_size=patch_size), like, args.sampler, args.steps, args.seed)
    synchronize(args.device)
    seconds, cpu_seconds = (time.perf_counter() - start) / args.n, (time.process_time() - cpu_start) / args.n
    values = metrics.evaluate(picture, samples.cpu()).numbers()
    return samples.cpu(), {"seconds": seconds, "cpu_seconds": cpu_seconds, **values}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="*", help="files or names of bundled pictures (default: all bundled)")
    parser.add_argument("--long-side", type=int, default=64)
    parser.add_argument(
        "--largest", type=int, default=31, help="largest of the patches that shrink, px (default: %(default)s)"
    )
    parser.add_argument("--only", choices=KINDS, nargs="+", default=list(KINDS), help="these denoisers alone")
    parser.add_argument("--rule", help='this rule for the patch size alone, as printed: "9 sigma, 5 to 31"')
    parser.add_argument("--sampler", default="dpmpp", choices=SOLVERS)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--n", type=int, default=4, help="samples a picture, at least 2")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", type=pick_device, default="auto")
    parser.add_argument("--json", type=Path, help="write all records there")
    parser.add_argument("--sheets", type=Path, help="write a contact sheet a picture into this folder, a line a rule")
    args = parser.parse_args()

    known = [find_picture(name) for name in args.pictures or bundled_pictures()]
    pictures = {about["name"]: load_picture(path, args.long_side) for path, about in known}
    about = {"seed": args.seed, "sampler": args.sampler, "steps": args.steps, "long_side": args.long_side, "n": args.n}
    about |= provenance(args.device)
    print(", ".join(f"{key} {value}" for key, value in about.items()))
    print(f"pictures: {', '.join(f'{name} {p.shape[1]}x{p.shape[2]}' for name, p in pictures.items())}")
    print(f"{'denoiser':>10} {'patch size':>22} {'s/picture':>9} {'cpu s':>7} {'swd':>7} {'diverse':>7} {'copied':>7}")
    records, sheets = [], {name: [] for name in pictures}
    for kind, rule, patch_size in rows(args.largest):
        if kind not in args.only or args.rule not in (None, rule):
            continue
        measured = []
        for name, picture in pictures.items():
            samples, values = measure(picture, kind, patch_size, args)
            measured.append({"picture": name, "denoiser": kind, "patch_size": rule, **values})
            sheets[name] += samples
        records += measured
        seconds, cpu, swd, diversity, copied = (statistics.mean(row[key] for row in measured) for key in MEASURES)
        numbers = f"{seconds:>9.2f} {cpu:>7.2f} {swd:>7.4f} {diversity:>7.3f} {copied:>7.3f}"
        print(f"{kind:>10} {rule:>22} {numbers}", flush=True)
    if args.json:
        write_text(args.json, json.dumps({**about, "records": records}, indent=2) + "\n")
    if args.sheets:
        args.sheets.mkdir(parents=True, exist_ok=True)
        for name, samples in sheets.items():
            save_image(contact_sheet(samples, columns=args.n, scale=3), args.sheets / f"{name}.png")


if __name__ == "__main__":
    main()
