"""sindiff animate."""

from pathlib import Path

import click
from tqdm import tqdm

from sindiff.applications.animation import FORMATS, animate, require_film, save_film
from sindiff.applications.draw import Draw, canvas_of
from sindiff.checkpoint import load_model
from sindiff.cli.options import DEVICE, LONG_SIDE, SEED, STEPS, Size
from sindiff.cli.pictures import batch_size
from sindiff.machine.device import pick_device
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture


@click.command("animate")
@click.argument("model")
@click.argument("picture", required=False)
@click.option(
    "--out", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help=f"{', '.join(FORMATS)}."
)
@click.option("--frames", default=48, show_default=True, type=click.IntRange(2, 10_000), help="How many.")
@click.option("--fps", default=12.0, show_default=True, type=float, help="Frames a second.")
@click.option(
    "--amount",
    default=0.3,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="How far the walk strays: 0 stands still, 1 is the widest loop.",
)
@click.option(
    "--start",
    default=0.5,
    show_default=True,
    type=click.FloatRange(0.01, 1),
    help="With PICTURE: how much noise it gets to begin with; 1 leaves nothing of it.",
)
@click.option("--size", type=Size(), help="Without PICTURE: canvas in pixels; default: the training picture's.")
@STEPS
@LONG_SIDE
@SEED
@DEVICE
def animate_command(
    model: str,
    picture: str | None,
    file: Path,
    frames: int,
    fps: float,
    amount: float,
    start: float,
    size: tuple[int, int] | None,
    steps: int,
    long_side: int | None,
    seed: int,
    device: str,
) -> None:
    """Make an endless film of what MODEL has learned, or of PICTURE: a walk through noise back to where it began.

    \b
    Examples:
      sindiff animate runs/photo --out film.webp
      sindiff animate runs/photo photo.jpg --out gentle.gif --start 0.4
      sindiff animate runs/photo --out wide.mp4 --size 64x192 --frames 96 --amount 0.6
    """
    if picture and size:
        raise click.UsageError("--size goes without PICTURE only: a given picture has its own")
    require_film(file, fps)
    trained = load_model(model, pick_device(device))
    given = None
    if picture:
        path, _ = find_picture(picture)
        given = load_picture(path, long_side or (max(trained.size) if trained.size else None))
    height, width = given.shape[1:] if picture else canvas_of(trained, size)[1:]
    batch = batch_size(height * width)
    with tqdm(total=-(-frames // batch) * steps, unit="step", desc="animate") as bar:
        draw = Draw(frames, steps=steps, seed=seed, batch_size=batch, progress=lambda state: bar.update())
        film = animate(trained, amount, given, start, size, draw)
    save_film(film, file, fps)
    click.echo(f"{frames} frames of {height}x{width} px in {file}", err=True)
