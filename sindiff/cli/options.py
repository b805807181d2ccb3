"""Options and types that several commands share."""

import click

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
        if len(sides) != 2 or not all(side.isascii() and side.isdigit() and int(side) for side in sides):
            self.fail(f"{value!r} is no size: write height x width in pixels, for example 48x128", param, ctx)
        return int(sides[0]), int(sides[1])
