"""sindiff evaluate."""

import json
from pathlib import Path

import click

from sindiff import metrics
from sindiff.images import find_picture, load_picture, load_pictures


@click.command("evaluate")
@click.argument("image")
@click.argument("samples")
def evaluate_command(image: str, samples: str) -> None:
    """Compare the pictures in the folder SAMPLES with the training picture IMAGE; prints JSON.

    \b
    swd         distance of 7x7 patch statistics; 0 is equal, under 0.03 is good
    diversity   deviation of each pixel over the samples, over the picture's own; 0 is one picture again and again
    copied      share of patches whose neighbourhood is copied from the picture; 1 is the picture itself,
                noise has 0.2

    IMAGE is reduced to the size its model was trained at, where settings.json tells, else to that of the samples.

    \b
    Example:
      sindiff evaluate photo.jpg new
    """
    pictures = load_pictures(samples)
    path, _ = find_picture(image)
    picture = load_picture(path, trained_long_side(Path(samples)) or max(pictures.shape[-2:]))
    click.echo(json.dumps(metrics.evaluate(picture, pictures), indent=2))


def trained_long_side(samples: Path) -> int | None:
    """The long side that the samples' model was trained at, if settings.json tells."""
    try:
        return int(max(json.loads((samples / "settings.json").read_text(encoding="utf-8"))["trained_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
