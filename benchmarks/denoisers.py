"""Network, exact patches and the best linear denoiser side by side: their errors, and how far they look, by noise level.

The shipped models, the exact denoisers of the picture's patches (as large as the network's field, and shrinking with the
noise), the Wiener filter of its mean and covariance, and the best guess from each pixel alone denoise the same noisy
canvases: the training picture's, and those of the network's own samples, which no patch repeats.  `mse` is that of
x0_hat.  `radius` is how far from the centre one must go, in px, for 90 % of the squares of its derivatives by x_t, and
`peak` the largest of these; where no derivative reaches 1e-6, one patch has all the weight and there is no radius.

Example:
  python benchmarks/denoisers.py --json benchmarks/results/denoisers.json      half an hour on one core, with figures
"""

import math
from functools import cache
from pathlib import Path

import bench
import torch
from matplotlib.figure import Figure
from measuring import means, shipped
from torch import Tensor

from sindiff import Model, generate
from sindiff.diffusion import Denoiser, q_sample
from sindiff.lab import charts, plots, show
from sindiff.lab.field_view import RED, heat_map
from sindiff.network import radius, rf_size, sensitivity
from sindiff.noise import seeded_noise
from sindiff.oracle import patch_denoiser, pixel_denoiser, shrinking_patches, wiener_denoiser

FIGURES = Path(__file__).resolve().parent.parent / "figures" / "denoisers"
SIGMAS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
SHOWN = (0.1, 0.4, 1.6, 6.4)
INPUTS = ("picture", "samples")
FAINTEST = 1e-6
PIXEL, NETWORK, LARGE, SMALL, WIENER = "pixel alone", "network", "patches, 45 px", "patches, 5 to 31 px", "Wiener, 45 px"
KINDS = (NETWORK, LARGE, SMALL, WIENER, PIXEL)


@cache
def denoisers(name: str, device: torch.device) -> dict[str, Denoiser]:
    model, picture = shipped(name, device)
    schedule, field = model.schedule, rf_size(model.network.config)
    return {
        NETWORK: model.denoiser(),
        LARGE: patch_denoiser(picture, schedule, field),
        SMALL: patch_denoiser(picture, schedule, shrinking_patches(schedule)),
        WIENER: wiener_denoiser(picture, schedule, field),
        PIXEL: pixel_denoiser(picture, schedule),
    }


@cache
def canvases(name: str, of: str, n: int, seed: int, device: torch.device) -> Tensor:
    """Clean canvases (n, 3, H, W): the training picture n times, or n samples of the network."""
    model, picture = shipped(name, device)
    return generate(model, n, seed=seed).to(device) if of == "samples" else picture.expand(n, *picture.shape)


def step_of(model: Model, sigma: float) -> int:
    """The step t with sqrt((1 - alpha_bar) / alpha_bar) nearest to sigma."""
    return (model.schedule.half_log_snr + math.log(sigma)).abs().argmin().item()


def middle(x: Tensor) -> tuple[int, int]:
    return x.shape[-2] // 2, x.shape[-1] // 2


def measure(key: bench.Row, n: int, seed: int, device: torch.device) -> tuple[bench.Row, Tensor]:
    """The row of one denoiser at one noise level, and its sensitivity map (H, W)."""
    model, _ = shipped(key["picture"], device)
    x0, t = canvases(key["picture"], key["input"], n, seed, device), step_of(model, key["sigma"])
    x = q_sample(model.schedule, x0, t, seeded_noise(range(seed + 1000, seed + 1000 + n))(x0, t))
    denoise = denoisers(key["picture"], device)[key["denoiser"]]
    with torch.no_grad():
        mse = (denoise(x, t) - x0).square().mean().item()
    heat = sensitivity(lambda x: denoise(x, t), x, middle(x)).cpu()
    far = radius(heat, middle(x)) if heat.max() > FAINTEST else None
    return {**key, "t": t, "mse": mse, "radius": far, "peak": heat.max().item()}, heat


def map_shot(row: bench.Row, heat: Tensor) -> plots.Shot:
    """A sensitivity map, white the largest, black a millionth of it, with a red circle of the radius."""
    if row["radius"] is None:
        return plots.Shot(-torch.ones(3, *heat.shape), f"{row['denoiser']}: nothing")
    shot = heat_map(heat)
    rows, columns = (torch.arange(side) - place for side, place in zip(heat.shape, middle(heat), strict=True))
    circle = (torch.hypot(rows[:, None].float(), columns.float()) - row["radius"] - 1).abs() < 0.5
    shot = torch.where(circle, torch.tensor(RED)[:, None, None], shot)
    return plots.Shot(shot, f"{row['denoiser']}: {row['radius']:.0f} px")


def chart(rows: list[bench.Row], measure: str, of: str, kinds: tuple[str, ...], log: str) -> Figure:
    """Means over the pictures by noise level, for each denoiser that has values."""
    curves = {}
    for kind in kinds:
        group = [row for row in rows if (row["denoiser"], row["input"]) == (kind, of) and row.get(measure) is not None]
        curves[kind] = tuple(zip(*((row["sigma"], row[measure]) for row in group), strict=True))
    label = {"mse": "mean squared error", "radius": "px that hold 90 %"}[measure]
    return charts.lines(curves, "noise over signal", label, log, points=True)


def main() -> None:
    parser = bench.arguments(__doc__, bench.PAINTINGS, n=2, seed=0)
    args = parser.parse_args()
    given = args.n, args.seed, args.device
    summary = lambda rows: {"means": means(rows, "input", "denoiser", "sigma")}  # noqa: E731
    table = bench.Table(args, {"seed": args.seed, "n": args.n}, summary)
    for key in table.todo(picture=args.pictures, input=INPUTS, sigma=SIGMAS, denoiser=KINDS):
        table.add(measure(key, *given)[0])
    table.end()


if __name__ == "__main__":
    main()
