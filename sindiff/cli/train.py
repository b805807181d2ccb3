"""sindiff train."""

import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from tqdm import tqdm

from sindiff.cli.options import DEVICE, SEED, Number, OnePicture, Place
from sindiff.cli.results import keep_given
from sindiff.cli.source import tell_read
from sindiff.cli.terminal import say
from sindiff.machine.device import describe, pick_device
from sindiff.machine.progress import locked
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture
from sindiff.pictures.reading import picture_size
from sindiff.training import runs
from sindiff.training.distributed import workers
from sindiff.training.loop import TrainState
from sindiff.training.presets import PRESETS, get_preset


@click.command("train", cls=OnePicture)
@click.argument("image")
@click.option(
    "--out", "directory", required=True, type=Place(file_okay=False, path_type=Path), help="Folder of the run."
)
@click.option("--preset", default="laptop", show_default=True, help=f"Recipe: {', '.join(PRESETS)}.")
@SEED
@click.option("--steps", type=click.IntRange(min=1), help="Updates, instead of the preset's.")
@click.option("--minutes", type=Number(min=0, min_open=True), help="Train this long, instead of a number of steps.")
@DEVICE
@click.option(
    "--save-every", default=runs.SAVE_EVERY_SECONDS, show_default=True, type=Number(min=0), help="In seconds."
)
@click.option("--restart", is_flag=True, help="Start over instead of going on.")
def train_command(
    image: str,
    directory: Path,
    preset: str,
    seed: int,
    steps: int | None,
    minutes: float | None,
    device: str,
    save_every: float,
    restart: bool,
) -> None:
    """Learn IMAGE (a file, or the name of a bundled picture).

    Run it again to go on after a stop, of whatever kind; Ctrl-C stops after the step and keeps it.  Under torchrun the
    processes share each batch, and the result is the same.

    \b
    Examples:
      sindiff train photo.jpg --out runs/photo
      sindiff train photo.jpg --out runs/photo --minutes 5
      sindiff train photo.jpg --out runs/paper --preset paper --device cuda
      torchrun --nproc-per-node=2 -m sindiff train photo.jpg --out runs/paper --preset paper
    """
    if steps and minutes:
        raise click.UsageError("give --steps or --minutes, not both")
    recipe = get_preset(preset)
    if steps:
        recipe = replace(recipe, train=replace(recipe.train, steps=steps))
    path, about = find_picture(image)
    if restart:
        keep_given([path], runs.files_of(directory))
    size = picture_size(path)
    photo = load_picture(path, runs.needed_side(size, recipe))
    tell_read([path])
    with workers(pick_device(device)) as team, graceful_stop() as stop:
        if team.rank:
            run = runs.train_along(photo, recipe, seed, team.device, minutes, team)
        else:
            learned = runs.learned_picture(photo, recipe).shape[1:]
            name = f"{about['name']}, {size[0]}x{size[1]} px, at {learned[0]}x{learned[1]} px,"
            where = describe(team.device) + (f" in {team.count} processes" if team.count > 1 else "")
            say(f"Learning {name} with preset {preset} on {where}; {recipe.expected}")
            upkeep = runs.Upkeep(minutes, save_every=save_every, workers=team)
            run = runs.train_in(directory, photo, recipe, seed, team.device, about, upkeep)
            run = locked_in(directory, run, restart)
        stopped, total = False, None if minutes else recipe.train.steps
        with tqdm(total=total, unit="step", desc="train", disable=team.rank > 0) as bar:
            for state in run:
                bar.update(state.step - bar.n)
                bar.set_postfix(loss=f"{state.loss:.3f}", refresh=False)
                if stopped := team.mean(stop()) > 0:
                    run.close()
    if stopped:
        outcome = f"Stopped at step {state.step}, saved; the same command goes on, with --steps 1 it ends here."
    else:
        next_command = shlex.join(["sindiff", "sample", str(directory), "--out", str(directory / "samples")])
        outcome = f"Model in {directory}; new pictures: {next_command}"
    if team.rank == 0:
        say(outcome)
    if stopped:
        sys.exit(130)


def locked_in(directory: Path, run: Iterator[TrainState], restart: bool) -> Iterator[TrainState]:
    """The run, while no other process trains in its folder; restart removes what is there first."""
    directory.mkdir(parents=True, exist_ok=True)
    with locked(directory):
        if restart:
            runs.restart(directory)
        yield from run


@contextmanager
def graceful_stop() -> Iterator[Callable[[], bool]]:
    """A function that says whether Ctrl-C was pressed; a second Ctrl-C stops at once."""
    pressed = False

    def on_interrupt(number: int, frame: object) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)
