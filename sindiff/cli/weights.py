"""sindiff weights."""

from pathlib import Path

import click
from tqdm import tqdm

from sindiff.cli.options import Place
from sindiff.metrics.weights import FOLDER_VARIABLE, KNOWN, fetch, state_of, weights_folder

FOLDER = click.option(
    "--dir",
    "folder",
    envvar=FOLDER_VARIABLE,
    type=Place(file_okay=False, path_type=Path),
    help=f"Folder of the files; default: ${FOLDER_VARIABLE}, else where torchvision keeps its own.",
)


@click.group("weights")
def weights_command() -> None:
    """The pretrained weights that SIFID and LPIPS need.

    They are torchvision's own files.  Where there is no network, copy them from a machine that has one into a folder,
    and give that folder with --dir, `sindiff evaluate --weights`, or in $SINDIFF_WEIGHTS.  The weights of a CLIP, which
    text needs, are downloaded by open_clip itself.

    \b
    Examples:
      sindiff weights status                     what is there, checksums and all
      sindiff weights fetch                      download what is missing or damaged
      sindiff weights fetch alexnet --dir nets
    """


@weights_command.command("status")
@FOLDER
def status_command(folder: Path | None) -> None:
    """Show which files are there and whole, and their addresses."""
    folder = weights_folder(folder)
    click.echo(f"folder   {folder}")
    for name, known in KNOWN.items():
        click.echo(f"{name:9} {state_of(name, folder):9} {known.megabytes:4} MB  {known.url}  for {known.measures}")


@weights_command.command("fetch")
@click.argument("names", nargs=-1, type=click.Choice(list(KNOWN)))
@FOLDER
def fetch_command(names: tuple[str, ...], folder: Path | None) -> None:
    """Download NAMES, or all; a file that is whole is left alone."""
    folder = weights_folder(folder)
    for name in names or KNOWN:
        with tqdm(total=KNOWN[name].megabytes * 10**6, unit="B", unit_scale=True, desc=name, leave=False) as bar:
            click.echo(fetch(name, folder, bar))
