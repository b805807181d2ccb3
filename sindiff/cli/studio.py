"""sindiff studio."""

from importlib.util import find_spec
from pathlib import Path

import click

from sindiff.cli.options import DEVICE, Place, seed_option
from sindiff.machine.device import pick_device
from sindiff.pictures.bundled import bundled_pictures, find_picture
from sindiff.pictures.images import load_picture
from sindiff.training.presets import get_preset

NEEDED = ("voila", "ipywidgets", "anywidget", "matplotlib", "nbformat")
CELL = """
from sindiff.lab.notebook import prepared
from sindiff.lab.studio import open_studio

page = open_studio(prepared("13_studio", {preset!r}, {photo!r}, {seed!r}, {out!r}, {device!r}))
"""


@click.command("studio")
@click.argument("photo", required=False)
@click.option(
    "--out",
    default="runs/studio",
    show_default=True,
    type=Place(file_okay=False, path_type=Path),
    help="Folder in which pictures and trainings are kept, and found again.",
)
@click.option("--preset", default="laptop", show_default=True, metavar="NAME", help="The recipe of trainings.")
@seed_option(help="Of the first pictures.")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Of the page; default: any that is free.")
@click.option("--no-browser", is_flag=True, help="Only print the address of the page.")
@DEVICE
def studio_command(
    photo: str | None, out: Path, preset: str, seed: int, port: int, no_browser: bool, device: str
) -> None:
    """Draw on PHOTO in the browser, and watch pictures form.

    The page is for this machine alone, and asks for the token that is in its address.

    \b
    Examples:
      sindiff studio photo.jpg
      sindiff studio                            with a picture that comes with sindiff
      sindiff studio photo.jpg --no-browser     over ssh -L PORT:127.0.0.1:PORT, with --port PORT
    """
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise ValueError(f"the page needs {', '.join(missing)}: pip install 'sindiff[notebook,studio]'")
    from sindiff.lab import server

    get_preset(preset)
    pick_device(device)
    path, about = find_picture(photo or next(iter(bundled_pictures())))
    load_picture(path)
    name = about["name"] if about in bundled_pictures().values() else str(path.absolute())
    out.mkdir(parents=True, exist_ok=True)
    cell = CELL.format(preset=preset, photo=name, seed=seed, out=str(out.absolute()), device=device)
    server.serve(cell, port, not no_browser, click.echo)
