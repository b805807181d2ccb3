"""sindiff inpaint and sindiff outpaint."""

import math
from functools import partial
from pathlib import Path

import click

from sindiff.applications.inpainting import TIMES, calls, inpaint
from sindiff.applications.outpainting import layout, outpaint
from sindiff.cli.options import DEVICE, LONG_SIDE, OUT, SEED, STEPS, N
from sindiff.cli.rework import holed, load_given, rework

PASSES = click.option(
    "--passes",
    "times",
    default=TIMES,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="How often every step is taken; more join better and take longer, 1 is the paper's Eq. 6.",
)


@click.command("inpaint")
@click.argument("model")
@click.argument("picture")
@click.argument("mask")
@OUT
@N
@STEPS
@PASSES
@LONG_SIDE
@SEED
@DEVICE
def inpaint_command(
    model: str,
    picture: str,
    mask: str,
    directory: Path,
    n: int,
    steps: int,
    times: int,
    long_side: int | None,
    seed: int,
    device: str,
) -> None:
    """Invent a part of PICTURE anew, with MODEL; the rest stays as it is.

    MASK is a picture of the same size, white where to invent and black where to keep (or transparent where to keep).
    Writes 000.png, 001.png ..., sheet.png with before and after, and settings.json.

    \b
    Examples:
      sindiff inpaint runs/photo photo.jpg hole.png --out filled
      sindiff inpaint runs/photo photo.jpg hole.png --out filled --n 8 --seed 7 --passes 8
    """
    given = load_given(model, picture, mask, long_side, device)
    make = partial(inpaint, given.model, given.picture, given.mask, times=times)
    settings = {"command": "inpaint", "n": n, "steps": steps, "passes": times, "seed": seed}
    rework(make, given, directory, settings, given.mask.numel(), [given.picture, holed(given)], calls(steps, times))


def _side(name: str) -> click.Option:
    return click.option(f"--{name}", default=0, show_default=True, type=click.IntRange(0, 10**6), help="Px to add.")


@click.command("outpaint")
@click.argument("model")
@click.argument("picture")
@OUT
@_side("left")
@_side("right")
@_side("up")
@_side("down")
@N
@STEPS
@PASSES
@LONG_SIDE
@SEED
@DEVICE
def outpaint_command(
    model: str,
    picture: str,
    directory: Path,
    left: int,
    right: int,
    up: int,
    down: int,
    n: int,
    steps: int,
    times: int,
    long_side: int | None,
    seed: int,
    device: str,
) -> None:
    """Invent what lies around PICTURE, with MODEL; the picture itself stays as it is.

    A large picture is first reduced to the size of the training picture (--long-side), and --left, --right, --up and
    --down are px of that; without any of them, it grows by half its width to the left and to the right.  Far beyond the
    picture a window moves outwards, so strips may be of any length.
    Writes 000.png, 001.png ..., sheet.png with before and after, and settings.json.

    \b
    Examples:
      sindiff outpaint runs/photo photo.jpg --out wide
      sindiff outpaint runs/photo photo.jpg --out taller --up 20 --down 8
      sindiff outpaint runs/photo photo.jpg --out strip --right 1000 --n 1
    """
    given = load_given(model, picture, None, long_side, device)
    height, width = given.picture.shape[1:]
    if not (left or right or up or down):
        left = right = width // 2
    make = partial(outpaint, given.model, given.picture, left, right, up, down, times=times)
    sides = {"left": left, "right": right, "up": up, "down": down}
    settings = {"command": "outpaint", **sides, "n": n, "steps": steps, "passes": times, "seed": seed}
    size, _, windows = layout(given.model, (height, width), left, right, up, down)
    steps_in_all = calls(steps, times) * len(windows)
    rework(make, given, directory, settings, math.prod(size), [given.picture], steps_in_all)
