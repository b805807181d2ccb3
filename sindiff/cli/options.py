"""Options and types that several commands share."""

from pathlib import Path

import click

OUT = click.option(
    "--out",
    "directory",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the pictures.",
)
N = click.option("--n", default=4, show_default=True, type=click.IntRange(1, 100_000), help="How many.")
STEPS = click.option("--steps", default=20, show_default=True, type=click.IntRange(min=1), help="Denoising steps.")
LONG_SIDE = click.option(
    "--long-side",
    type=click.IntRange(8),
    help="Reduce the given picture to this many px; default: the training picture's, so that things are as large.",
)
DEVICE = click.option(
    "--device", default="auto", show_default=True, metavar="auto|cpu|cuda|mps", help="Where to compute."
)
SEED = click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(0, 2**62), help="Same seed, same result."
)


class Size(click.ParamType):
    """A canvas size written HxW, for example 48x128."""

    name = "HxW"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        sides = value.lower().split("x")
        if len(sides) != 2 or not all(_is_positive(side) for side in sides):
            self.fail(f"{value!r} is no size: write height x width in pixels, for example 48x128", param, ctx)
        return int(sides[0]), int(sides[1])


class Tile(click.ParamType):
    """How a canvas is cut: "auto", "none" or the side of a tile in pixels."""

    name = "auto|none|N"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str | int:
        if value in ("auto", "none"):
            return value
        if not _is_positive(value):
            self.fail(f"{value!r} is no tile: write auto, none, or a number of pixels, for example 256", param, ctx)
        return int(value)


def _is_positive(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) <= 12 and int(number) > 0
