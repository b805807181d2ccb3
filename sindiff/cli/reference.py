"""sindiff paint, translate, style, edit, harmonize and super-resolve."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
from torch import Tensor

from sindiff.applications.reference import (
    EDIT,
    HARMONIZE,
    PAINT,
    STYLE,
    TRANSLATE,
    Recipe,
    edit,
    harmonize,
    paint,
    style,
    super_resolve,
    translate,
)
from sindiff.cli.options import DEVICE, LONG_SIDE, OUT, SEED, STEPS, N
from sindiff.cli.rework import load_given, rework

WRITES = "Writes 000.png, 001.png ..., sheet.png with before and after, and settings.json."
MASK = "is a picture of the same size, white where things may change and black where to keep"


def reference_command(
    name: str,
    make: Callable[..., Tensor],
    default: Recipe,
    given: str,
    mask: str | None,
    about: str,
    examples: list[str],
) -> click.Command:
    """A command that follows a picture by a recipe (see reference.Recipe).

    given: what its argument is called.  mask: "MASK", "[MASK]" if it may be left out, or None.
    """

    def command(
        model: str,
        reference: str,
        directory: Path,
        n: int,
        steps: int,
        start: float,
        factor: int,
        until: float,
        long_side: int | None,
        seed: int,
        device: str,
        mask: str | None = None,
    ) -> None:
        found = load_given(model, reference, mask, long_side, device)
        recipe = Recipe(start, factor, until)
        pictures = [found.picture] if found.mask is None else [found.picture, found.mask]
        make_drawn = partial(make, found.model, *pictures, recipe=recipe)
        settings = {"command": name, **recipe._asdict(), "n": n, "steps": steps, "seed": seed}
        rework(make_drawn, found, directory, settings, found.picture[0].numel(), [found.picture], steps)

    arguments = [click.Argument(["model"]), click.Argument(["reference"], metavar=given)]
    if mask:
        arguments.append(click.Argument(["mask"], required=mask == "MASK"))
    for option in reversed((OUT, N, STEPS, *recipe_options(default), LONG_SIDE, SEED, DEVICE)):
        command = option(command)
    command.__doc__ = "\n\n".join([about, WRITES, "\n".join(["\b", "Examples:", *(f"  {e}" for e in examples)])])
    made = click.command(name)(command)
    made.params = arguments + made.params
    return made


def recipe_options(default: Recipe) -> list[Callable[[Any], Any]]:
    """--start, --factor and --until."""
    start = click.option(
        "--start",
        default=default.start,
        show_default=True,
        type=click.FloatRange(0.01, 1),
        help="How much noise the given picture gets to begin with: 0.2 changes little, 1 leaves nothing of it.",
    )
    factor = click.option(
        "--factor",
        default=default.factor,
        show_default=True,
        type=click.IntRange(1, 10_000),
        help="What is coarser than this many px is taken from the given picture (Eq. 7).",
    )
    until = click.option(
        "--until",
        default=default.until,
        show_default=True,
        type=click.FloatRange(0, 1),
        help="Down to how much noise that is done: 0 to the very end, 1 never.",
    )
    return [start, factor, until]


paint_command = reference_command(
    "paint",
    paint,
    PAINT,
    "REFERENCE",
    None,
    "Turn a roughly drawn REFERENCE into pictures made of what MODEL has learned.",
    [
        "sindiff paint runs/photo drawing.png --out painted",
        "sindiff paint runs/photo drawing.png --out free --until 0.3",
    ],
)
translate_command = reference_command(
    "translate",
    translate,
    TRANSLATE,
    "REFERENCE",
    None,
    "Arrange what MODEL has learned like another picture, REFERENCE.",
    [
        "sindiff translate runs/photo other.jpg --out new",
        "sindiff translate runs/photo other.jpg --out near --until 0.2",
    ],
)
style_command = reference_command(
    "style",
    style,
    STYLE,
    "CONTENT",
    None,
    "Draw the shapes of another picture, CONTENT, in the colours and patches that MODEL has learned.",
    ["sindiff style runs/photo other.jpg --out styled", "sindiff style runs/photo other.jpg --out freer --factor 8"],
)
edit_command = reference_command(
    "edit",
    edit,
    EDIT,
    "PICTURE",
    "[MASK]",
    f"Make PICTURE, in which parts were moved by hand, whole again.\n\nMASK {MASK}; without it all may.",
    [
        "sindiff edit runs/photo moved.png --out whole",
        "sindiff edit runs/photo moved.png where.png --out freer --start 0.3",
    ],
)
harmonize_command = reference_command(
    "harmonize",
    harmonize,
    HARMONIZE,
    "COMPOSITE",
    "MASK",
    f"Make what was pasted into COMPOSITE fit in.\n\nMASK {MASK}: white over what was pasted, with a few px around it.",
    [
        "sindiff harmonize runs/photo pasted.png where.png --out fitting",
        "sindiff harmonize runs/photo pasted.png where.png --out bolder --start 0.25",
    ],
)


@click.command("super-resolve")
@click.argument("model")
@click.argument("picture")
@OUT
@click.option("--times", default=2, show_default=True, type=click.IntRange(2, 16), help="How much larger.")
@N
@STEPS
@LONG_SIDE
@SEED
@DEVICE
def super_resolve_command(
    model: str,
    picture: str,
    directory: Path,
    times: int,
    n: int,
    steps: int,
    long_side: int | None,
    seed: int,
    device: str,
) -> None:
    """Enlarge PICTURE: coarse parts stay its own, details are what MODEL has learned.

    PICTURE is first reduced to the size of the training picture (--long-side).
    Writes 000.png, 001.png ..., sheet.png with before and after, and settings.json.

    \b
    Examples:
      sindiff super-resolve runs/photo photo.jpg --out large
      sindiff super-resolve runs/photo photo.jpg --out larger --times 4 --n 1
    """
    given = load_given(model, picture, None, long_side, device)
    settings = {"command": "super-resolve", "times": times, "n": n, "steps": steps, "seed": seed}
    pixels = times**2 * given.picture[0].numel()
    make = partial(super_resolve, given.model, given.picture, times)
    rework(make, given, directory, settings, pixels, [given.picture], steps)
