"""sindiff sample."""

import json
from importlib.metadata import version
from pathlib import Path

import click
import torch
from tqdm import tqdm

from sindiff.applications import generate
from sindiff.checkpoint import load_model
from sindiff.cli.options import DEVICE, SEED, Size
from sindiff.device import pick_device
from sindiff.files import write_text
from sindiff.images import contact_sheet, save_image, save_picture
from sindiff.samplers import SOLVERS


@click.command("sample")
@click.argument("model")
@click.option(
    "--out",
    "directory",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the pictures.",
)
@click.option("--n", default=4, show_default=True, type=click.IntRange(1, 100_000), help="How many.")
@click.option("--size", type=Size(), help="Canvas in pixels, any size; default: the training picture's.")
@click.option("--sampler", default=None, help=f"{', '.join(SOLVERS)}; default: dpmpp.")
@click.option("--steps", type=click.IntRange(min=1), help="Denoising steps; default: 20 (ddpm: all).")
@click.option(
    "--batch", default=8, show_default=True, type=click.IntRange(min=1), help="Pictures at a time; changes no picture."
)
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
