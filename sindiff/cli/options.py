"""Options and types that several commands share."""

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from sindiff.applications.table import Option
from sindiff.conditioning import AXES
from sindiff.machine.files import home_expanded
from sindiff.model import LAYOUT_SIDE
from sindiff.pictures.reading import ONE_PICTURE
from sindiff.samplers import SOLVERS


class Read(click.ParamType):
    """A value read from text by a function that raises ValueError."""

    def __init__(self, name: str, read: Callable[[str], Any]):
        self.name, self.read = name, read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self.read(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class OnePicture(click.Command):
    """A command that takes one picture, and says so where it is given several."""

    allow_extra_args = True

    def invoke(self, ctx: click.Context) -> Any:
        if ctx.args:
            ctx.fail(f"one picture at a time, and {', '.join(ctx.args)} came too; {ONE_PICTURE}")
        return super().invoke(ctx)


class Place(click.Path):
    """A path; ~ is the home folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value):
            self.fail("is empty; the current folder is .", param, ctx)
        path = home_expanded(value)
        if path.is_symlink() and not path.exists():
            self.fail(f"{path}: is a link to {path.readlink()}, which is not there", param, ctx)
        return super().convert(path, param, ctx)


class Number(click.FloatRange):
    """A finite number, in a range if there is one."""

    def _describe_range(self) -> str:
        return "" if self.min is self.max is None else super()._describe_range()

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number", param, ctx)
        return number


def option_of(option: Option) -> Callable[..., Any]:
    """The command line's option for one of the table of applications."""
    if option.read in (int, float):
        kind = (click.IntRange if option.read is int else Number)(option.least, option.most)
    else:
        kind = Read(option.shown, option.read)
    if option.read is bool:
        return click.option(f"--{option.name}", is_flag=True, help=option.help)
    default = {} if option.required else {"default": option.default, "show_default": option.default is not None}
    return click.option(
        f"--{option.name}",
        **default,
        type=kind,
        metavar=option.shown or None,
        multiple=option.many,
        required=option.required,
        help=option.help,
    )


OUT = click.option(
    "--out",
    "directory",
    required=True,
    type=Place(file_okay=False, path_type=Path),
    help="Folder for the pictures.",
)
N = click.option("--n", default=4, show_default=True, type=click.IntRange(1, 100_000), help="How many.")
DEVICE = click.option(
    "--device", default="auto", show_default=True, metavar="auto|cpu|cuda|mps", help="Where to compute."
)
seed_option = partial(click.option, "--seed", default=0, show_default=True, type=click.IntRange(0, 2**62))
SEED = seed_option(help="Same seed, same result.")
SEED_OF_FIRST = seed_option(help="Picture i has SEED + i: the same picture whatever --n and --batch, to rounding.")
BATCH = click.option(
    "--batch",
    default=8,
    show_default=True,
    type=click.IntRange(1),
    help="Pictures at a time; changes no picture but in rounding.",
)
WRAP = click.option(
    "--wrap", type=click.Choice(AXES), help="Join left and right (x), top and bottom (y), or both (xy)."
)
DRAWN = (
    click.option("--sampler", default="dpmpp", show_default=True, type=click.Choice(list(SOLVERS)), help="Solver."),
    click.option("--steps", default=20, show_default=True, type=click.IntRange(1), help="Denoising steps."),
    click.option(
        "--detail",
        default="photo",
        show_default=True,
        type=click.Choice(["photo", "none"]),
        help="photo: as large and as sharp as the photo; none: the size that the source has learned at.",
    ),
    click.option(
        "--layout",
        default=LAYOUT_SIDE,
        show_default=True,
        type=click.IntRange(8, 512),
        help="Long side in px of what is laid out before the detail, where SOURCE is a photo.",
    ),
    click.option("--tile", type=click.IntRange(1), help="Compute layouts in tiles of so many px, in less memory."),
    DEVICE,
)
LONG_SIDE = click.option(
    "--long-side",
    type=click.IntRange(8),
    help="Long side of the given picture in px; default: the photo's, so that things are as large.",
)
FILM = (
    click.option("--out", "file", required=True, type=Place(dir_okay=False, path_type=Path), help="The film."),
    click.option("--frames", default=48, show_default=True, type=click.IntRange(2, 10_000), help="How many."),
    click.option("--fps", default=12.0, show_default=True, type=Number(), help="Frames a second."),
    SEED,
)
