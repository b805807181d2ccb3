"""sindiff evaluate."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from sindiff import metrics
from sindiff.images import find_picture, load_picture, load_pictures
from sindiff.weights import FOLDER_VARIABLE, KNOWN, missing, weights_folder


@click.command("evaluate")
@click.argument("image")
@click.argument("samples")
@click.option(
    "--weights",
    envvar=FOLDER_VARIABLE,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of pretrained weights, see `sindiff weights`; default: where torchvision keeps its own.",
)
def evaluate_command(image: str, samples: str, weights: Path | None) -> None:
    """Compare the pictures in the folder SAMPLES with the training picture IMAGE; prints JSON.

    SAMPLES may come from any method: its numbered PNG or JPEG files count, or all of them where none is numbered.

    \b
    swd               distance of 7x7 patch statistics; 0 is equal, under 0.03 is good
    swd_scales        the same, averaged over the pictures as they are, halved and quartered
    copied            share of patches whose neighbourhood is copied from the picture; 1 is the picture itself,
                      noise has 0.2
    nnf_diversity     disorder of where patches come from; 0 is one copy, 1 is chance
    diversity         deviation of each pixel over the samples, over the picture's own; 0 is one picture again
                      and again
    sifid_64, _192    Fréchet distance of Inception's features before its first and second pooling (Eq. 8)
    sifid_vgg         the same of VGG19's before its second
    lpips             mean LPIPS over all pairs of samples; lpips_eq9 is Eq. 9 as printed, N / (N - 2) of it
    lpips_to_picture  mean LPIPS to the picture; near 0 is learned by heart

    null is what could not be measured; why is said on stderr.  The last three kinds need pretrained weights.
    IMAGE is reduced to the size its model was trained at, where settings.json tells, else to that of the samples.

    \b
    Example:
      sindiff evaluate photo.jpg new
    """
    pictures = load_pictures(samples)
    path, _ = find_picture(image)
    picture = load_picture(path, trained_long_side(Path(samples)) or max(pictures.shape[-2:]))
    record = asdict(metrics.evaluate(picture, pictures, metrics.load_networks(weights)))
    for note in (*without(weights_folder(weights)), *record.pop("notes")):
        click.echo(f"not measured: {note}", err=True)
    click.echo(json.dumps(record, indent=2))


def without(folder: Path) -> list[str]:
    """A line on the weights that are missing, if any are."""
    gone = [f"{KNOWN[name].measures} ({KNOWN[name].file})" for name in missing(folder)]
    return [f"{', '.join(gone)}: not in {folder}; `sindiff weights fetch` downloads them"] if gone else []


def trained_long_side(samples: Path) -> int | None:
    """The long side that the samples' model was trained at, if settings.json tells."""
    try:
        return int(max(json.loads((samples / "settings.json").read_text(encoding="utf-8"))["trained_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
