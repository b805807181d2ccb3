"""sindiff data."""

from pathlib import Path

import click
from tqdm import tqdm

from sindiff.cli.options import OUT
from sindiff.cli.terminal import say
from sindiff.pictures import places50


@click.group("data")
def data_command() -> None:
    """Pictures to measure with, which do not come with sindiff.

    \b
    Example:
      sindiff data places50 --out places50
    """


@data_command.command("places50")
@OUT
@click.option("--from", "source", help="Address or folder that holds 1.jpg ... 50.jpg; default: their public home.")
def places50_command(directory: Path, source: str | None) -> None:
    """Fetch the 50 pictures of the paper's Table 1.

    What is there already is kept, so the same command goes on after a stop.  Files are checked by SHA-256 where it is
    known.

    \b
    Examples:
      sindiff data places50 --out places50
      sindiff data places50 --out places50 --from ~/Downloads/Places50
    """
    known = places50.manifest()
    say(f"{known['about']}. Licence: {known['licence']}.")
    with tqdm(total=len(known["sha256"]), unit="picture", desc="places50", delay=0.5) as bar:
        paths = places50.fetch(directory, source, lambda name: bar.update())
    checked = sum(known["sha256"][path.name] is not None for path in paths)
    rest = f"; no checksum is known of the other {len(paths) - checked}" if checked < len(paths) else ""
    say(f"{len(paths)} of {len(known['sha256'])} pictures in {directory}, {checked} by checksum{rest}")
