"""Trained networks held against the theory: at each noise level, how much of x0_hat exact patch denoisers explain.

The shipped models answer for noised pictures, and patch denoisers of several patch sizes k answer for the same ones:
"blind" does not see the border (patch_denoiser), "border" does (border_patch_denoiser), as zero padding lets a network
do, and "resized" is border with the patches of the picture in nine of its training's sizes (the least, none and the
largest factor on each side) in place of the picture's alone.  Noised are the training picture and the network's own
samples.  Numbers are theory.Fit: r2 against the mean, gain against the best linear guess from each pixel alone.

Examples:
  python benchmarks/theory.py                                     the shipped models, into figures/tables/theory.json
  python benchmarks/theory.py runs/photo --json theory.json
"""

import argparse
import json
import math
import time
from pathlib import Path

from torch import Tensor

from sindiff import Model, find_picture, generate, load_model, load_picture
from sindiff.diffusion import q_sample
from sindiff.machine.device import pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance
from sindiff.noise import Noise, seeded_noise
from sindiff.oracle.exact import border_patch_denoiser, patch_denoiser
from sindiff.oracle.theory import best, explain, in_sizes, pixel_denoiser
from sindiff.pictures.bundled import data_folder

ROOT = Path(__file__).resolve().parent.parent
MODELS = [data_folder() / "models" / name for name in ("balloons", "peaks", "stones")]
SIZES = (3, 5, 7, 9, 13, 19, 27, 37)
SIGMAS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8)


def measure(model: Model, picture: Tensor, pictures: Tensor, noise: Noise) -> list[dict]:
    """A record for each noise level and theory."""
    schedule, records = model.schedule, []
    low, high = model.training["config"]["resize"]
    resized = in_sizes(picture, (low, 1, high), model.network.config.multiple)
    theories = {
        "blind": lambda size: patch_denoiser(picture, schedule, size),
        "border": lambda size: border_patch_denoiser(picture, schedule, size),
        "resized": lambda size: border_patch_denoiser(resized, schedule, size),
    }
    for sigma in SIGMAS:
        t = (schedule.log_snr + math.log(sigma)).abs().argmin().item()
        x = q_sample(schedule, pictures, t, noise(pictures, t))
        answers, plain = model.denoiser()(x, t), pixel_denoiser(picture, schedule)(x, t)
        for theory, make in theories.items():
            guesses = {size: make(size)(x, t) for size in SIZES}
            fits = explain(answers, {"pixel": plain, "truth": pictures, **guesses}, plain)
            record = {"sigma": sigma, "t": t, "theory": theory, "best_k": best({k: fits[k] for k in SIZES})}
            record["r2"] = {str(name): round(fit.r2, 4) for name, fit in fits.items()}
            record["gain"] = {str(name): round(fit.gain, 4) for name, fit in fits.items()}
            records.append(record)
    return records


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", type=Path, default=MODELS, help="folders made by train, with picture.png")
    parser.add_argument("--n", type=int, default=2, help="noised pictures of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", type=pick_device, default="auto")
    parser.add_argument("--json", type=Path, default=ROOT / "figures" / "tables" / "theory.json")
    args = parser.parse_args()

    about = {"seed": args.seed, "n": args.n, "sampler": "dpmpp", "steps": 20, "patch_sizes": SIZES}
    about |= provenance(args.device)
    print(", ".join(f"{key} {value}" for key, value in about.items()))
    records = []
    for folder in args.models:
        start = time.monotonic()
        model = load_model(folder, args.device)
        file = folder / "picture.png"
        path = file if file.exists() else find_picture(model.picture["name"])[0]
        picture = load_picture(path, max(model.size)).to(args.device)
        noise = seeded_noise(range(args.seed + 1000, args.seed + 1000 + args.n))
        samples = generate(model, args.n, seed=args.seed).to(args.device)
        inputs = {"picture": picture.expand_as(samples), "samples": samples}
        for name, pictures in inputs.items():
            found = measure(model, picture, pictures, noise)
            about_model = {"model": model.picture["name"], "preset": model.training["preset"], "input": name}
            records += [{**about_model, **record} for record in found]
            for r in found:
                k, pixel = r["best_k"], r["r2"]["pixel"]
                print(
                    f"{model.picture['name']:>10} {name:>8} sigma {r['sigma']:>5} {r['theory']:>8} k {k:>2}"
                    f" gain {r['gain'][str(k)]:>6.2f} r2 {r['r2'][str(k)]:.3f} (pixel alone {pixel:.3f})",
                    flush=True,
                )
        print(f"{model.picture['name']}: {time.monotonic() - start:.0f} s")
    write_text(args.json, json.dumps({**about, "records": records}, indent=1) + "\n")


if __name__ == "__main__":
    main()
