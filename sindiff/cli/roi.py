"""sindiff roi."""

import math
from functools import partial
from pathlib import Path

import click

from sindiff.applications.inpainting import calls
from sindiff.applications.region import Box, placed, roi
from sindiff.cli.inpaint import PASSES
from sindiff.cli.options import DEVICE, LONG_SIDE, OUT, SEED, STEPS, N, Size
from sindiff.cli.rework import load_given, rework


class Numbers(click.ParamType):
    """Whole numbers with commas between: TOP,LEFT or TOP,LEFT,HEIGHT,WIDTH."""

    def __init__(self, *names: str):
        self.name = ",".join(names)
        self.count = len(names)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        parts = value.split(",")
        if len(parts) != self.count or not all(part.strip().isdecimal() and len(part) < 12 for part in parts):
            self.fail(f"{value!r} is not {self.name}: write {self.count} numbers of px with commas between", param, ctx)
        return tuple(int(part) for part in parts)


@click.command("roi")
@click.argument("model")
@click.argument("picture")
@OUT
@click.option("--box", required=True, type=Numbers("TOP", "LEFT", "HEIGHT", "WIDTH"), help="The region, in px.")
@click.option(
    "--at", "places", required=True, multiple=True, type=Numbers("TOP", "LEFT"), help="Where a copy goes; repeatable."
)
@click.option("--size", type=Size(), help="Canvas in pixels, any size; default: the picture's.")
@N
@STEPS
@PASSES
@LONG_SIDE
@SEED
@DEVICE
def roi_command(
    model: str,
    picture: str,
    directory: Path,
    box: tuple[int, ...],
    places: tuple[tuple[int, int], ...],
    size: tuple[int, int] | None,
    n: int,
    steps: int,
    times: int,
    long_side: int | None,
    seed: int,
    device: str,
) -> None:
    """Place a region of PICTURE where you like, as often as you like, and invent the rest with MODEL.

    PICTURE is first reduced to the size of the training picture (--long-side); the numbers are px of that.
    Writes 000.png, 001.png ..., sheet.png with before and after, and settings.json.

    \b
    Examples:
      sindiff roi runs/photo photo.jpg --box 10,20,16,12 --at 10,4 --at 20,50 --out twins
      sindiff roi runs/photo photo.jpg --box 10,20,16,12 --at 30,100 --size 64x160 --out far
    """
    given = load_given(model, picture, None, long_side, device)
    size = size or tuple(given.picture.shape[1:])
    before, _ = placed(given.picture, Box(*box), places, size)
    make = partial(roi, given.model, given.picture, Box(*box), places, size, times=times)
    places_said = [list(place) for place in places]
    settings = {"command": "roi", "box": list(box), "at": places_said, "size": list(size), "n": n, "steps": steps}
    settings |= {"passes": times, "seed": seed}
    rework(make, given, directory, settings, math.prod(size), [given.picture, before], calls(steps, times))
