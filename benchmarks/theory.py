"""Trained networks held against the theory: at each noise level, how much of x0_hat exact patch denoisers explain.

The shipped models answer for noised pictures, and patch denoisers of several patch sizes k answer for the same ones:
"blind" does not see the border (patch_denoiser), "border" does (border_patch_denoiser), as zero padding lets a network
do, and "resized" is border with the patches of the picture in nine of its training's sizes (the least, none and the
largest factor on each side) in place of the picture's alone.  Noised are the training picture and the network's own
samples.  Numbers are theory.Fit: r2 against the mean, gain against the best linear guess from each pixel alone.

Example:
  python benchmarks/theory.py                                     the shipped models, into figures/tables/theory.json
"""

import math
from pathlib import Path

import bench
from torch import Tensor

from sindiff import Model, find_picture, generate, load_model, load_picture
from sindiff.diffusion import q_sample
from sindiff.noise import Noise, seeded_noise
from sindiff.oracle.exact import border_patch_denoiser, patch_denoiser
from sindiff.oracle.theory import best, explain, in_sizes, pixel_denoiser
from sindiff.pictures.bundled import data_folder

ROOT = Path(__file__).resolve().parent.parent
MODELS = [str(data_folder() / "models" / name) for name in bench.PAINTINGS]
SIZES = (3, 5, 7, 9, 13, 19, 27, 37)
SIGMAS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8)


def measure(model: Model, picture: Tensor, pictures: Tensor, noise: Noise) -> list[bench.Row]:
    """A row for each noise level and theory; `fit` and `pixel` are r2 of the best patch size and of the pixel alone."""
    schedule, rows = model.schedule, []
    low, high = model.training["config"]["resize"]
    resized = in_sizes(picture, (low, 1, high), model.network.config.multiple)
    theories = {
        "blind": lambda size: patch_denoiser(picture, schedule, size),
        "border": lambda size: border_patch_denoiser(picture, schedule, size),
        "resized": lambda size: border_patch_denoiser(resized, schedule, size),
    }
    for sigma in SIGMAS:
        t = (schedule.half_log_snr + math.log(sigma)).abs().argmin().item()
        x = q_sample(schedule, pictures, t, noise(pictures, t))
        answers, plain = model.denoiser()(x, t), pixel_denoiser(picture, schedule)(x, t)
        for theory, make in theories.items():
            guesses = {size: make(size)(x, t) for size in SIZES}
            fits = explain(answers, {"pixel": plain, "truth": pictures, **guesses}, plain)
            row = {"sigma": sigma, "t": t, "theory": theory, "best_k": best({k: fits[k] for k in SIZES})}
            row |= {"fit": fits[row["best_k"]].r2, "pixel": fits["pixel"].r2}
            row |= {of: {name: getattr(fit, of) for name, fit in fits.items()} for of in ("r2", "gain")}
            rows.append(row)
    return rows


def main() -> None:
    parser = bench.arguments(__doc__, MODELS, n=2, seed=0)
    parser.set_defaults(json=ROOT / "figures" / "tables" / "theory.json")
    args = parser.parse_args()
    settings = {"seed": args.seed, "n": args.n, "sampler": "dpmpp", "steps": 20, "patch_sizes": SIZES}
    table = bench.Table(args, settings)
    for folder in map(Path, args.pictures):
        model = load_model(folder, args.device)
        file = folder / "picture.png"
        path = file if file.exists() else find_picture(model.picture["name"])[0]
        picture = load_picture(path, max(model.size)).to(args.device)
        noise = seeded_noise(range(args.seed + 1000, args.seed + 1000 + args.n))
        about = {"model": [model.picture["name"]], "preset": [model.training["preset"]]}
        for key in table.todo(**about, input=("picture", "samples")):
            samples = generate(model, args.n, seed=args.seed).to(args.device)
            pictures = samples if key["input"] == "samples" else picture.expand_as(samples)
            table.add(*(key | row for row in measure(model, picture, pictures, noise)))


if __name__ == "__main__":
    main()
