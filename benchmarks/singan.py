"""SinGAN and ConSinGAN at preset laptop: how close, how different, how much copied, how long; beside noise and GPNN.

Coloured noise has the picture's mean colour and covariance of colours.  Seconds are of the CPU, with one thread;
`remembered` is the deviation of the reconstructed picture from the picture, in [-1, 1].  Published samples are measured
in results/peers.json: of other pictures and another size, so no more than a hint.

Example:
  python benchmarks/singan.py --json benchmarks/results/singan.json      balloons, peaks, stones: about half an hour
"""

from collections.abc import Callable
from functools import partial

import bench
import torch
from measuring import load, measures, sheet, timed
from torch import Tensor

from sindiff.baselines import gpnn, singan
from sindiff.baselines.recipes import CONSINGAN, GPNN, SINGAN
from sindiff.noise import noise_window
from sindiff.pictures.images import recoloured

Made = tuple[Tensor, Tensor | None]  # samples, and the picture that the model remembers, if it does


def noise(picture: Tensor, n: int, seed: int) -> Tensor:
    return torch.stack([noise_window(seed + i, 0, 0, 0, *picture.shape[1:]) for i in range(n)])


def plain(picture: Tensor, n: int, seed: int) -> Made:
    return noise(picture, n, seed).clamp(-1, 1), None


def coloured(picture: Tensor, n: int, seed: int) -> Made:
    return torch.stack([recoloured(window, picture) for window in noise(picture, n, seed)]), None


def patches(picture: Tensor, n: int, seed: int) -> Made:
    return gpnn.sample(gpnn.fit(picture, GPNN["laptop"].config), n, seed=seed), None


def trained(config: singan.SinGANConfig) -> Callable[[Tensor, int, int], Made]:
    def make(picture: Tensor, n: int, seed: int) -> Made:
        model = singan.fit(picture, config, seed)
        return singan.sample(model, n, seed=seed), singan.reconstruct(model)

    return make


METHODS = {
    "noise": plain,
    "coloured": coloured,
    "gpnn": patches,
    "singan": trained(SINGAN["laptop"].config),
    "consingan": trained(CONSINGAN["laptop"].config),
}


def main() -> None:
    parser = bench.arguments(__doc__, bench.PAINTINGS, n=8, seed=0)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.set_defaults(device="cpu")
    args = parser.parse_args()
    torch.set_num_threads(1)
    pictures = load(args.pictures, SINGAN["laptop"].long_side)
    settings = {"preset": "laptop", "n": args.n, "seed": args.seed}
    table = bench.Table(args, settings)
    for key in table.todo(method=args.methods, picture=pictures):
        picture = pictures[key["picture"]]
        make = partial(METHODS[key["method"]], picture, args.n, args.seed)
        (samples, remembered), spent = timed(make, args.device)
        row = {**key, "size": picture.shape[1:], "cpu_seconds": spent["cpu_seconds"], **measures(picture, samples)}
        if remembered is not None:
            row["remembered"] = (remembered - picture).square().mean().sqrt().item()
        table.add(row)
        shown = [picture, *([] if remembered is None else [remembered]), *samples]
        sheet(args.sheets, f"{key['method']}_{key['picture']}", shown, columns=5, scale=3)


if __name__ == "__main__":
    main()
