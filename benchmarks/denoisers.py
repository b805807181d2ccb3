"""Network, exact patches and the best linear denoiser side by side: their errors, and how far they look.

All denoise the same noisy canvases: the training picture's, and those of the network's own samples, whose large
patches are not the picture's.  "network" is the shipped model, "large patches" the exact denoiser of the picture's
patches as wide as the network's field (45 px), "small patches" that of 5 to 31 px, which shrink with the noise,
"Wiener" the best linear denoiser of crops of 45 px, and "pixel alone" the best linear guess from each pixel by itself.

`mse` is that of x0_hat.  `radius` is how far from the middle one must go, in px, for 90 % of the squares of the middle
pixel's derivatives by x_t, and `peak` is the largest of these.  Where none reaches 1e-6, one patch has all the weight,
and there is no radius.  sigma = sqrt((1 - alpha_bar) / alpha_bar).

Example:
  python benchmarks/denoisers.py                                half an hour on one core; the figures go to --sheets
"""

import math
from functools import cache
from pathlib import Path

import bench
import torch
from matplotlib.figure import Figure
from measuring import means, shipped
from PIL.Image import Image
from torch import Tensor

from sindiff import generate
from sindiff.diffusion import Denoiser, q_sample
from sindiff.lab import charts, plots, show
from sindiff.lab.field_view import RED, heat_map
from sindiff.network import radius, rf_size, sensitivity
from sindiff.noise import seeded_noise
from sindiff.oracle import patch_denoiser, pixel_denoiser, shrinking_patches, wiener_denoiser

ROOT = Path(__file__).resolve().parent.parent
SIGMAS, SHOWN = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4), (0.1, 0.4, 1.6, 6.4)
INPUTS = ("picture", "samples")
LOOKING = ("network", "large patches", "small patches", "Wiener")
KINDS = (*LOOKING, "pixel alone")
FAINTEST, DECADES = 1e-6, 4


@cache
def denoisers(name: str, device: torch.device) -> dict[str, Denoiser]:
    """The denoisers of one picture, by kind."""
    model, picture = shipped(name, device)
    schedule, field = model.schedule, rf_size(model.network.config)
    small = patch_denoiser(picture, schedule, shrinking_patches(schedule))
    made = model.denoiser(), patch_denoiser(picture, schedule, field), small, wiener_denoiser(picture, schedule, field)
    return dict(zip(KINDS, (*made, pixel_denoiser(picture, schedule)), strict=True))


@cache
def clean(name: str, of: str, n: int, seed: int, device: torch.device) -> Tensor:
    """Canvases (n, 3, H, W) to be noised: the training picture n times, or n samples of the network."""
    model, picture = shipped(name, device)
    return generate(model, n, seed=seed).to(device) if of == "samples" else picture.expand(n, *picture.shape)


def noisy(key: bench.Row, n: int, seed: int, device: torch.device) -> tuple[Tensor, int]:
    """The canvases at noise level sigma, the same for all denoisers, and the step t of that level."""
    schedule, x0 = shipped(key["picture"], device)[0].schedule, clean(key["picture"], key["input"], n, seed, device)
    t = (schedule.half_log_snr + math.log(key["sigma"])).abs().argmin().item()
    return q_sample(schedule, x0, t, seeded_noise(range(seed + 1000, seed + 1000 + n))(x0, t)), t


def measure(key: bench.Row, n: int, seed: int, device: torch.device) -> tuple[bench.Row, Tensor]:
    """The row of one denoiser at one noise level, and its sensitivity map (H, W)."""
    x, t = noisy(key, n, seed, device)
    denoise = denoisers(key["picture"], device)[key["denoiser"]]
    with torch.no_grad():
        mse = (denoise(x, t) - clean(key["picture"], key["input"], n, seed, device)).square().mean().item()
    heat = sensitivity(lambda x: denoise(x, t), x, middle(x)).cpu()
    far = radius(heat, middle(x)) if heat.max() > FAINTEST else None
    return {**key, "t": t, "mse": mse, "radius": far, "peak": heat.max().item()}, heat


def middle(x: Tensor) -> tuple[int, int]:
    """Row and column of the pixel in the middle of a canvas (..., H, W)."""
    return x.shape[-2] // 2, x.shape[-1] // 2


def map_shot(row: bench.Row, heat: Tensor) -> plots.Shot:
    """A sensitivity map, white the largest and black a ten-thousandth of it, with a red circle around the radius."""
    if row["radius"] is None:
        return plots.Shot(-torch.ones(3, *heat.shape), f"{row['denoiser']}: nothing")
    y, x = (torch.arange(side) - place for side, place in zip(heat.shape, middle(heat), strict=True))
    circle = (torch.hypot(y[:, None].float(), x.float()) - row["radius"] - 1).abs() < 0.5
    shot = torch.where(circle, torch.tensor(RED)[:, None, None], heat_map(heat, DECADES))
    return plots.Shot(shot, f"{row['denoiser']}: {row['radius']:.0f} px")


def maps(name: str, n: int, seed: int, device: torch.device) -> Image:
    """A noisy sample at each noise level, and below it where each denoiser looks."""
    keys = [{"picture": name, "input": "samples", "sigma": sigma} for sigma in SHOWN]
    top = [plots.Shot(noisy(key, n, seed, device)[0][0].clamp(-1, 1).cpu(), f"sigma {key['sigma']:g}") for key in keys]
    rows = [[map_shot(*measure({**key, "denoiser": kind}, n, seed, device)) for key in keys] for kind in LOOKING]
    return plots.grid([top, *rows])


def chart(rows: list[bench.Row], column: str, label: str, kinds: tuple[str, ...], log: str) -> Figure:
    """Means over the pictures on samples, by noise level, for each denoiser where all pictures have a value."""
    curves = {}
    for kind in kinds:
        group = [row for row in rows if (row["denoiser"], row["input"]) == (kind, "samples") and column in row]
        curves[kind] = tuple(zip(*((row["sigma"], row[column]) for row in group), strict=True))
    return charts.lines(curves, "sigma, noise over signal", label, log, points=True)


def main() -> None:
    parser = bench.arguments(__doc__, bench.PAINTINGS, n=2, seed=0)
    parser.set_defaults(json=ROOT / "benchmarks/results/denoisers.json", sheets=ROOT / "figures/denoisers")
    args = parser.parse_args()
    given = args.n, args.seed, args.device
    settings = {"n": args.n, "seed": args.seed}
    table = bench.Table(args, settings, lambda rows: {"means": means(rows, "input", "denoiser", "sigma")})
    for key in table.todo(picture=args.pictures, input=INPUTS, sigma=SIGMAS, denoiser=KINDS):
        table.add(measure(key, *given)[0])
    table.end()
    found = means(table.rows, "input", "denoiser", "sigma")
    alt = (
        "Where four denoisers look at four noise levels: network and Wiener filter look farther as the noise "
        "grows, small patches from 0.4 on; large patches look at nothing at 0.1 and 0.4, and far at 1.6 and 6.4"
    )
    show(maps(args.pictures[0], *given), alt, args.sheets / "maps.png")
    alt = (
        "Radius over noise: it grows for network and Wiener filter, and for small patches from 0.4 on; "
        "large patches have one only from 1.6 on, and it is the largest"
    )
    show(chart(found, "radius", "radius for 90 %, px", LOOKING, "x"), alt, args.sheets / "radius.png")
    alt = "Error over noise on samples: the network has the least; Wiener filter and small patches agree from 0.4 on"
    show(chart(found, "mse", "mean squared error", KINDS, "xy"), alt, args.sheets / "error.png")


if __name__ == "__main__":
    main()
