"""sindiff paint, translate, edit and harmonize."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from torch import Tensor

from sindiff.cli.options import DEVICE, LONG_SIDE, OUT, SEED, STEPS, N
from sindiff.cli.pictures import counted
from sindiff.cli.rework import Given, load_given, rework
from sindiff.reference import EDIT, HARMONIZE, PAINT, TRANSLATE, Recipe, edit, harmonize, paint, translate


def recipe_options(default: Recipe) -> Callable[[Callable], Callable]:
    """--start, --factor and --until (see reference.Recipe)."""
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
        type=click.IntRange(1, 4096),
        help="What is coarser than this many px is taken from the given picture (Eq. 7).",
    )
    until = click.option(
        "--until",
        default=default.until,
        show_default=True,
        type=click.FloatRange(0, 1),
        help="Down to how much noise that is done: 0 to the very end, 1 never.",
    )
    return lambda command: start(factor(until(command)))


def _write(
    command: str,
    make: Callable[..., Tensor],
    given: Given,
    directory: Path,
    recipe: Recipe,
    n: int,
    steps: int,
    seed: int,
) -> None:
    settings = {"command": command, **recipe._asdict(), "n": n, "steps": steps, "seed": seed}
    pixels = given.picture[0].numel()
    rework(partial(make, recipe=recipe), given, directory, settings, pixels, [given.picture], steps)
    click.echo(f"{counted(n)} in {directory}, on {directory / 'sheet.png'}", err=True)


@click.command("paint")
@click.argument("model")
@click.argument("reference")
@OUT
@N
@STEPS
@recipe_options(PAINT)
@LONG_SIDE
@SEED
@DEVICE
def paint_command(
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
) -> None:
    """Turn a roughly drawn REFERENCE into pictures made of what MODEL has learned.

    Writes 000.png, 001.png ..., sheet.png with before and after, and settings.json.

    \b
    Examples:
      sindiff paint runs/photo drawing.png --out painted
      sindiff paint runs/photo drawing.png --out closer --until 0.2
    """
    given = load_given(model, reference, None, long_side, device)
    make = partial(paint, given.model, given.picture)
    _write("paint", make, given, directory, Recipe(start, factor, until), n, steps, seed)


@click.command("translate")
@click.argument("model")
@click.argument("reference")
@OUT
@N
@STEPS
@recipe_options(TRANSLATE)
@LONG_SIDE
@SEED
@DEVICE
def translate_command(
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
) -> None:
    """Arrange what MODEL has learned like another picture, REFERENCE.

    Writes 000.png, 001.png ..., sheet.png with before and after, and settings.json.

    \b
    Examples:
      sindiff translate runs/photo other.jpg --out translated
      sindiff translate runs/photo other.jpg --out closer --until 0.2
    """
    given = load_given(model, reference, None, long_side, device)
    make = partial(translate, given.model, given.picture)
    _write("translate", make, given, directory, Recipe(start, factor, until), n, steps, seed)


@click.command("edit")
@click.argument("model")
@click.argument("picture")
@click.argument("mask", required=False)
@OUT
@N
@STEPS
@recipe_options(EDIT)
@LONG_SIDE
@SEED
@DEVICE
def edit_command(
    model: str,
    picture: str,
    mask: str | None,
    directory: Path,
    n: int,
    steps: int,
    start: float,
    factor: int,
    until: float,
    long_side: int | None,
    seed: int,
    device: str,
) -> None:
    """Make PICTURE, in which parts were moved by hand, whole again.

    MASK is a picture of the same size, white where things may change and black where to keep; without it all may.
    Writes 000.png, 001.png ..., sheet.png with before and after, and settings.json.

    \b
    Examples:
      sindiff edit runs/photo moved.png --out whole
      sindiff edit runs/photo moved.png seams.png --out whole --start 0.5
    """
    given = load_given(model, picture, mask, long_side, device)
    make = partial(edit, given.model, given.picture, given.mask)
    _write("edit", make, given, directory, Recipe(start, factor, until), n, steps, seed)


@click.command("harmonize")
@click.argument("model")
@click.argument("composite")
@click.argument("mask")
@OUT
@N
@STEPS
@recipe_options(HARMONIZE)
@LONG_SIDE
@SEED
@DEVICE
def harmonize_command(
    model: str,
    composite: str,
    mask: str,
    directory: Path,
    n: int,
    steps: int,
    start: float,
    factor: int,
    until: float,
    long_side: int | None,
    seed: int,
    device: str,
) -> None:
    """Make what was pasted into COMPOSITE fit in.

    MASK is a picture of the same size, white over what was pasted, with a few px around it, and black where to keep.
    Writes 000.png, 001.png ..., sheet.png with before and after, and settings.json.

    \b
    Examples:
      sindiff harmonize runs/photo pasted.png where.png --out fitting
      sindiff harmonize runs/photo pasted.png where.png --out subtle --start 0.25
    """
    given = load_given(model, composite, mask, long_side, device)
    make = partial(harmonize, given.model, given.picture, given.mask)
    _write("harmonize", make, given, directory, Recipe(start, factor, until), n, steps, seed)
