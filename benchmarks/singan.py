"""SinGAN and ConSinGAN at preset laptop: how close, how different, how much copied, how long; beside noise and GPNN.

Coloured noise has the picture's mean colour and covariance of colours.  Seconds are of the CPU, with one thread;
`remembered` is the deviation of the reconstructed picture from the picture, in [-1, 1].  Published samples, one of each
of 25 pictures of Places50 at 250 px, are repeated from results/peers.json: other pictures and another size, so no more
than a hint.

Examples:
  python benchmarks/singan.py                        balloons, peaks and stones, about half an hour
  python benchmarks/singan.py gravel --methods consingan --sheets sheets
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from sindiff.baselines import gpnn, singan
from sindiff.baselines.recipes import CONSINGAN, GPNN, SINGAN
from sindiff.machine.device import pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import checkout, provenance
from sindiff.metrics import copied_share, multiscale_swd, patch_swd, pixel_diversity
from sindiff.noise import noise_window
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import contact_sheet, load_picture, recoloured, save_image

Made = tuple[Tensor, Tensor | None]
"""Samples, and the picture that the model remembers, if it does."""


def noise(picture: Tensor, n: int, seed: int) -> Made:
    windows = [noise_window(seed + i, 0, 0, 0, *picture.shape[1:]) for i in range(n)]
    return torch.stack(windows).clamp(-1, 1), None


def coloured(picture: Tensor, n: int, seed: int) -> Made:
    windows = [noise_window(seed + i, 0, 0, 0, *picture.shape[1:]) for i in range(n)]
    return torch.stack([recoloured(window, picture) for window in windows]), None


def patches(picture: Tensor, n: int, seed: int) -> Made:
    return gpnn.sample(gpnn.fit(picture, GPNN["laptop"].config), n, seed=seed), None


def trained(config: singan.SinGANConfig) -> Callable[[Tensor, int, int], Made]:
    def make(picture: Tensor, n: int, seed: int) -> Made:
        model = singan.fit(picture, config, seed)
        return singan.sample(model, n, seed=seed), singan.reconstruct(model)

    return make


METHODS = {
    "noise": noise,
    "coloured": coloured,
    "gpnn": patches,
    "singan": trained(SINGAN["laptop"].config),
    "consingan": trained(CONSINGAN["laptop"].config),
}


def measured(picture: Tensor, samples: Tensor, remembered: Tensor | None) -> dict[str, float]:
    values = {
        "swd": patch_swd(picture, samples),
        "swd_scales": multiscale_swd(picture, samples),
        "diversity": pixel_diversity(picture, samples),
        "copied": copied_share(picture, samples),
    }
    if remembered is not None:
        values["remembered"] = (remembered - picture).square().mean().sqrt().item()
    return {name: round(value, 4) for name, value in values.items()}


def published() -> dict[str, dict[str, float]]:
    file = checkout() / "benchmarks/results/peers.json"
    methods = json.loads(file.read_text(encoding="utf-8"))["methods"]
    return {name: {key: values[key]["mean"] for key in ("swd", "copied")} for name, values in methods.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="*", default=["balloons", "peaks", "stones"])
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--n", type=int, default=8, help="samples a picture, at least 2")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/singan.json"))
    parser.add_argument("--sheets", type=Path, help="write a contact sheet for each row into this folder")
    args = parser.parse_args()
    torch.set_num_threads(1)
    about = {"preset": "laptop", "n": args.n, "seed": args.seed, **provenance(pick_device("cpu"))}
    about |= {"published, 250 px": published()}
    rows = []
    for method in args.methods:
        for name in args.pictures:
            picture = load_picture(find_picture(name)[0], SINGAN["laptop"].long_side)
            start = time.process_time()
            samples, remembered = METHODS[method](picture, args.n, args.seed)
            seconds = round(time.process_time() - start, 1)
            row = {"method": method, "picture": name, "size": list(picture.shape[1:]), "cpu_seconds": seconds}
            rows.append(row | measured(picture, samples, remembered))
            print(rows[-1], flush=True)
            write_text(args.json, json.dumps({"about": about, "rows": rows}, indent=1) + "\n")
            if args.sheets:
                shown = [picture, *([] if remembered is None else [remembered]), *samples]
                save_image(contact_sheet(shown, columns=5, scale=3), args.sheets / f"{method}_{name}.png")


if __name__ == "__main__":
    main()
