"""The `sindiff` command."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click
import torch
from tqdm import tqdm

from sindiff import metrics, runs
from sindiff.applications import generate
from sindiff.checkpoint import load_model
from sindiff.device import describe, matmul_gflops, pick_device
from sindiff.files import write_text
from sindiff.images import contact_sheet, find_picture, load_picture, load_pictures, save_image, save_picture
from sindiff.presets import PRESETS, get_preset
from sindiff.samplers import SOLVERS

DEVICE = click.option("--device", default="auto", show_default=True, metavar="auto|cpu|cuda|mps", help="Where to compute.")
SEED = click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**62), help="Same seed, same result.")


class Size(click.ParamType):
    """A canvas size written HxW, for example 48x128."""

    name = "HxW"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        sides = value.lower().split("x")
        if len(sides) != 2 or not all(side.isascii() and side.isdigit() and int(side) for side in sides):
            self.fail(f"{value!r} is no size: write height x width in pixels, for example 48x128", param, ctx)
        return int(sides[0]), int(sides[1])


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="sindiff")
def cli() -> None:
    """Learn one picture with one small diffusion model, and invent new ones.

    \b
    Examples:
      sindiff train photo.jpg --out runs/photo          learn a picture (minutes on a laptop)
      sindiff sample runs/photo --out new --n 8         eight new pictures
      sindiff sample runs/photo --out wide --size 48x192
      sindiff evaluate photo.jpg new                    how good, how different, how much copied
    """


@cli.command("train")
@click.argument("image")
@click.option("--out", "directory", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the run.")
@click.option("--preset", default="laptop", show_default=True, help=f"Recipe: {', '.join(PRESETS)}.")
@SEED
@click.option("--steps", type=click.IntRange(min=1), help="Updates, instead of the preset's.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Train this long, instead of a number of steps.")
@DEVICE
@click.option("--restart", is_flag=True, help="Start over instead of going on.")
def train_command(
    image: str,
    directory: Path,
    preset: str,
    seed: int,
    steps: int | None,
    minutes: float | None,
    device: str,
    restart: bool,
) -> None:
    """Learn IMAGE (a file, or the name of a bundled picture).

    Run it again to go on after a stop, of whatever kind; Ctrl-C stops after the step and keeps it.

    \b
    Examples:
      sindiff train photo.jpg --out runs/photo
      sindiff train photo.jpg --out runs/photo --preset laptop_96 --minutes 5
      sindiff train photo.jpg --out runs/paper --preset paper --device cuda
    """
    if steps and minutes:
        raise click.UsageError("give --steps or --minutes, not both")
    recipe = get_preset(preset)
    if steps:
        recipe = replace(recipe, train=replace(recipe.train, steps=steps))
    path, about = find_picture(image)
    picture = load_picture(path, recipe.long_side)
    where = pick_device(device)
    if restart:
        runs.restart(directory)
    name = f"{about['name']}, {picture.shape[1]}x{picture.shape[2]} px"
    click.echo(f"Learning {name} with preset {preset} on {describe(where)}; {recipe.expected}", err=True)
    total = None if minutes else recipe.train.steps
    stopped = False
    with graceful_stop() as stop, tqdm(total=total, unit="step", desc="train") as bar:
        states = runs.train_in(directory, picture, recipe, seed, where, minutes, about)
        for state in states:
            bar.update(state.step - bar.n)
            bar.set_postfix(loss=f"{state.loss:.3f}", refresh=False)
            if stop():
                stopped = True
                states.close()
    if stopped:
        click.echo(f"Stopped at step {state.step}, saved; the same command goes on.", err=True)
        sys.exit(130)
    click.echo(f"Model in {directory}; new pictures: sindiff sample {directory} --out {directory}/samples", err=True)


@contextmanager
def graceful_stop() -> Iterator:
    """A function that tells whether Ctrl-C was pressed; a second Ctrl-C stops at once."""
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


@cli.command("sample")
@click.argument("model")
@click.option("--out", "directory", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the pictures.")
@click.option("--n", default=4, show_default=True, type=click.IntRange(1, 100_000), help="How many.")
@click.option("--size", type=Size(), help="Canvas in pixels, any size; default: the training picture's.")
@click.option("--sampler", default=None, help=f"{', '.join(SOLVERS)}; default: dpmpp.")
@click.option("--steps", type=click.IntRange(min=1), help="Denoising steps; default: 20 (ddpm: all).")
@click.option("--batch", default=8, show_default=True, type=click.IntRange(min=1), help="Pictures at a time; changes no picture.")
@SEED
@DEVICE
def sample_command(
    model: str,
    directory: Path,
    n: int,
    size: tuple[int, int] | None,
    sampler: str | None,
    steps: int | None,
    batch: int,
    seed: int,
    device: str,
) -> None:
    """Invent new pictures with MODEL (a folder made by train, or a checkpoint of the authors' release).

    Writes 000.png, 001.png ..., sheet.png with all of them, and settings.json.

    \b
    Examples:
      sindiff sample runs/photo --out new
      sindiff sample runs/photo --out wide --n 2 --size 64x256 --seed 7
      sindiff sample runs/photo --out slow --sampler ddpm
    """
    trained = load_model(model, pick_device(device))
    sampler = sampler or "dpmpp"
    steps = steps or (trained.schedule.T if sampler == "ddpm" else 20)
    batches = -(-n // batch)
    with tqdm(total=steps * batches, unit="step", desc="sample") as bar:
        pictures = generate(trained, n, size, sampler, steps, seed, batch, progress=lambda state: bar.update())
    for i, picture in enumerate(pictures):
        save_picture(picture, directory / f"{i:03d}.png")
    save_image(contact_sheet(pictures), directory / "sheet.png")
    settings = {
        "model": model,
        "n": n,
        "size": list(pictures.shape[-2:]),
        "sampler": sampler,
        "steps": steps,
        "seed": seed,
        "device": str(trained.device),
        "trained_at": trained.size,
        "picture": trained.picture,
        "sindiff": version("sindiff"),
        "torch": torch.__version__,
    }
    write_text(directory / "settings.json", json.dumps(settings, indent=2) + "\n")
    height, width = pictures.shape[-2:]
    click.echo(f"{n} pictures of {height}x{width} px in {directory}, all on {directory / 'sheet.png'}", err=True)


@cli.command("evaluate")
@click.argument("image")
@click.argument("samples")
def evaluate_command(image: str, samples: str) -> None:
    """Compare the pictures in the folder SAMPLES with the training picture IMAGE; prints JSON.

    \b
    swd         distance of 7x7 patch statistics; 0 is equal, under 0.03 is good
    diversity   deviation of each pixel over the samples, over the picture's own; 0 is one picture again and again
    copied      share of patches whose neighbourhood is copied from the picture; 1 is the picture itself

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
        return max(json.loads((samples / "settings.json").read_text(encoding="utf-8"))["trained_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


OPTIONAL = {
    "matplotlib": "figures in notebooks",
    "ipywidgets": "sliders in notebooks",
    "papermill": "running notebooks with parameters",
    "lpips": "LPIPS diversity",
    "torchvision": "SIFID, LPIPS",
    "open_clip_torch": "text guidance",
}

WEIGHTS = {
    "AlexNet (LPIPS)": "alexnet-owt-7be5be79.pth",
    "Inception v3 (SIFID)": "inception_v3_google-0cc3c7bd.pth",
    "VGG19 (SIFID)": "vgg19-dcbb9e9d.pth",
}


@cli.command("doctor")
def doctor_command() -> None:
    """Tell what is installed, where it computes and how fast, and which optional weights are there."""
    device = pick_device()
    click.echo(f"sindiff {version('sindiff')}, Python {sys.version.split()[0]}, torch {torch.__version__}")
    click.echo(f"device   {device} ({describe(device)}), {matmul_gflops(device):.0f} GFLOP/s in float32 matrix products")
    for package, use in OPTIONAL.items():
        click.echo(f"package  {package:16} {installed(package):12} {use}")
    folder = Path(torch.hub.get_dir()) / "checkpoints"
    for name, file in WEIGHTS.items():
        click.echo(f"weights  {name:22} {'there' if (folder / file).is_file() else 'missing (' + file + ')'}")


def installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def main() -> None:
    """Run the command; a mistake or a full disk gives one line and an exit code, never a traceback."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
    except click.ClickException as error:
        fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        fail("interrupted", 130)
    except BrokenPipeError:
        sys.exit(141)
    except OSError as error:
        fail(f"{error.filename or 'disk'}: {error.strerror or error}")
    except (ValueError, ArithmeticError) as error:
        fail(str(error))


def fail(message: str, code: int = 1) -> None:
    """Print one line and leave.  With SINDIFF_DEBUG set, the traceback too."""
    if os.environ.get("SINDIFF_DEBUG"):
        raise
    click.echo(f"sindiff: error: {' '.join(message.split())}", err=True)
    sys.exit(code)
