"""sindiff evaluate."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from sindiff import metrics
from sindiff.cli.options import Place
from sindiff.cli.source import tell_read
from sindiff.cli.terminal import say
from sindiff.machine.files import home_expanded
from sindiff.metrics.evaluation import LAYOUT
from sindiff.metrics.folders import left_out, load_pair, matching, recorded_long_side
from sindiff.metrics.weights import FOLDER_VARIABLE, KNOWN, missing, weights_folder
from sindiff.pictures.bundled import find_picture

LARGEST_LAYOUT = 128


@click.command("evaluate")
@click.argument("image")
@click.argument("samples")
@click.option(
    "--weights",
    envvar=FOLDER_VARIABLE,
    type=Place(file_okay=False, path_type=Path),
    help="Folder of pretrained weights, see `sindiff weights`; default: where torchvision keeps its own.",
)
@click.option("--long-side", type=click.IntRange(8), help="Measure all pictures reduced to this many px.")
def evaluate_command(image: str, samples: str, weights: Path | None, long_side: int | None) -> None:
    """Measure the pictures in SAMPLES against their photo, IMAGE.

    Prints JSON.  SAMPLES may come from any method: its numbered pictures count, or all of them where none is numbered.
    Where IMAGE is a folder too, a picture's samples are the file of its name in SAMPLES, or the folder of its name; the
    means over pictures come first.

    \b
    swd, _2, _4       distance of 7x7 patch statistics; 0 is equal, under 0.03 is good.  _2, _4: of the pictures at
                      a half and a quarter of their size; swd_scales is the mean of the three
    incoherence       how far patches of the samples are from the picture's nearest, over its deviation: mush and
                      mottle; 0 is none.  Also _2, _4
    missing           how far the picture's patches are from the nearest of the samples; 0 is all shown.  Also _2, _4
    copied            share of patches whose neighbourhood is copied from the picture; 1 is the picture itself,
                      noise has 0.2.  Also _2, _4, and _layout
    nnf_diversity     disorder of where patches of the layout come from; 0 is one copy, 1 is chance
    diversity         deviation of each pixel over the samples, over the picture's own; 0 is one picture again
                      and again.  Also _layout
    sifid_64, _192    Fréchet distance of Inception's features before its first and second pooling (Eq. 8)
    sifid_vgg         the same of VGG19's before its second
    lpips             mean LPIPS over all pairs of samples; lpips_eq9 is Eq. 9 as printed, N / (N - 2) of it
    lpips_to_picture  mean LPIPS to the picture; near 0 is learned by heart

    null is what could not be measured; why is said on stderr.  sifid and lpips need pretrained weights: see
    `sindiff weights`.  IMAGE is reduced to the size its model was trained at, if settings.json has it, else to that of
    the samples; then both are, until neither has more than 62,500 px (250 x 250), unless --long-side is given.  Of
    samples that have more than 8.4 million px in all, some are measured, spread evenly.  The layout is seen at a long
    side of 64 px, or of what its model was trained at, 128 at most.  Of pictures with more than 2500 patches about so
    many, drawn with a fixed seed, are searched for.

    \b
    Examples:
      sindiff evaluate photo.jpg new
      sindiff evaluate places50 singan --long-side 125
    """
    path, _ = find_picture(image)
    folder = home_expanded(samples)
    pairs = matching(path, folder) if path.is_dir() else {path: folder}
    networks = metrics.load_networks(weights)
    tell_read(pairs)
    records = {}
    for file, made in pairs.items():
        layout = min(recorded_long_side(made, "trained_at") or LAYOUT, LARGEST_LAYOUT)
        picture, samples_of_it = load_pair(file, made, long_side)
        for line in left_out(made, samples_of_it, long_side):
            say(f"measured: {made}: {line}")
        records[file.name] = asdict(metrics.evaluate(picture, samples_of_it, networks, layout))
    for line in without(weights_folder(weights)):
        say(f"not measured: {line}")
    notes = Counter(note for record in records.values() for note in record.pop("notes"))
    for note, times in notes.items():
        say(f"not measured: {note}{f', {times} of {len(pairs)} pictures' if path.is_dir() else ''}")
    record = {"mean": mean(list(records.values())), "pictures": records} if path.is_dir() else records[path.name]
    click.echo(json.dumps(record, indent=2))


def mean(records: list[dict[str, float | None]]) -> dict[str, float | None]:
    """Means over the pictures of what was measured of every one; None for the rest."""
    columns = {name: [record[name] for record in records] for name in records[0]}
    return {name: None if None in values else sum(values) / len(values) for name, values in columns.items()}


def without(folder: Path) -> list[str]:
    """A line on the weights that are missing, if any are."""
    gone = [f"{KNOWN[name].measures} ({KNOWN[name].file})" for name in missing(folder)]
    return [f"{', '.join(gone)}: not in {folder}; `sindiff weights fetch` downloads them"] if gone else []
