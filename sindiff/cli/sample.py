"""sindiff sample."""

import json
import math
from importlib.metadata import version
from pathlib import Path

import click
import torch
from tqdm import tqdm

from sindiff.applications import generate
from sindiff.checkpoint import Model, load_model
from sindiff.cli.options import DEVICE, SEED, Size, Tile
from sindiff.conditioning import AXES
from sindiff.device import pick_device
from sindiff.files import write_text
from sindiff.images import contact_sheet, read_image, save_image, save_picture, to_tensor
from sindiff.large import sample_to_files
from sindiff.plan import UNFINISHED, amount, fingerprint, plan_pictures
from sindiff.progress import finish, record, resume
from sindiff.samplers import SOLVERS

TILE, TILED_FROM = 256, 2**18
LONG = {"cpu": 2**22, "cuda": 2**28}  # pixels x steps of a picture worth resuming: about a minute on two CPU cores
BATCH_PIXELS = 2**19
TILES_ON_GPU = 8
PNG_PIXELS = 2**24
SHEET = 100


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
@click.option("--wrap", type=click.Choice(AXES), help="Join left and right, top and bottom, or both.")
@click.option(
    "--tile",
    default="auto",
    show_default=True,
    type=Tile(),
    help=f"Compute in tiles of N px: exact, and memory stays flat; auto: {TILE} where the canvas is large.",
)
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
    wrap: str | None,
    tile: str | int,
    sampler: str | None,
    steps: int | None,
    batch: int,
    seed: int,
    device: str,
) -> None:
    """Invent new pictures with MODEL (a folder made by train, or a checkpoint of the authors' release).

    Writes 000.png, 001.png ..., sheet.png with the first hundred, and settings.json.  Large canvases are worked on in
    files, tile by tile, without a sheet; over 16 million pixels they become TIFF.  After a stop of whatever kind, the
    same command goes on.

    \b
    Examples:
      sindiff sample runs/photo --out new
      sindiff sample runs/photo --out wide --n 2 --size 64x256 --seed 7
      sindiff sample runs/photo --out texture --size 128x128 --wrap xy
      sindiff sample runs/photo --out wall --n 1 --size 4096x8192
      sindiff sample runs/photo --out slow --sampler ddpm
    """
    trained = load_model(model, pick_device(device))
    sampler = sampler or "dpmpp"
    directory.mkdir(parents=True, exist_ok=True)
    steps = steps or (trained.schedule.T if sampler == "ddpm" else 20)
    size, wrap = size or trained.size, wrap or ""
    pixels = math.prod(size or (0,))
    automatic = TILE if pixels > TILED_FROM and trained.network.config.is_local else None
    tile = {"auto": automatic, "none": None}.get(tile, tile)
    settings = {
        "model": model,
        "n": n,
        "size": size and list(size),
        "wrap": wrap,
        "sampler": sampler,
        "steps": steps,
        "seed": seed,
        "device": str(trained.device),
        "trained_at": trained.size,
        "picture": trained.picture,
        "sindiff": version("sindiff"),
        "torch": torch.__version__,
    }
    suffix = ".png" if pixels <= PNG_PIXELS else ".tif"
    paths = [directory / f"{i:03d}{suffix}" for i in range(n)]
    if tile or pixels * steps > LONG.get(trained.device.type, LONG["cpu"]):
        _sample_large(trained, paths, size, sampler, steps, seed, tile, wrap)
        where = str(directory)
    else:
        batch = min(batch, max(1, BATCH_PIXELS // max(1, pixels)))
        _sample_small(trained, paths, settings, batch)
        where = f"{directory}, on {directory / 'sheet.png'}"
    write_text(directory / "settings.json", json.dumps(settings, indent=2) + "\n")
    click.echo(f"{n} pictures of {size[0]}x{size[1]} px in {where}", err=True)


def _sample_small(trained: Model, paths: list[Path], settings: dict, batch: int) -> None:
    """Batch by batch in memory; what an earlier run of the same settings finished is kept."""
    size, wrap, sampler, steps, seed = (settings[name] for name in ("size", "wrap", "sampler", "steps", "seed"))
    folder = paths[0].parent / UNFINISHED
    job = {**settings, "model": fingerprint(trained), "batch": batch}
    done = resume(folder, job)
    left = -(-(len(paths) - done) // batch)
    with tqdm(total=steps * left, unit="step", desc="sample") as bar:
        for first in range(done, len(paths), batch):
            group = paths[first : first + batch]
            pictures = generate(
                trained,
                len(group),
                size,
                sampler,
                steps,
                seed + first,
                batch,
                progress=lambda state: bar.update(),
                wrap=wrap,
            )
            for picture, path in zip(pictures, group, strict=True):
                save_picture(picture, path)
            if first + batch < len(paths):
                record(folder, job, first + batch)
    sheet = contact_sheet([to_tensor(read_image(path)) for path in paths[:SHEET]])
    save_image(sheet, paths[0].parent / "sheet.png")
    finish(folder)


def _sample_large(
    trained: Model,
    paths: list[Path],
    size: tuple[int, int],
    sampler: str,
    steps: int,
    seed: int,
    tile: int | None,
    wrap: str,
) -> None:
    """In files; the estimate comes before the work."""
    together = TILES_ON_GPU if tile and trained.device.type == "cuda" else 1
    plan = plan_pictures(trained, paths, size, sampler, steps, seed, tile, wrap, together)
    click.echo(
        f"{size[0]}x{size[1]} px, {f'in tiles of {tile} px' if tile else 'at once'}: about "
        f"{amount(plan.memory_bytes)} of memory and {amount(plan.disk_bytes)} of disk; stop at any time, and the same "
        "command goes on",
        err=True,
    )
    with tqdm(unit="part", desc="sample") as bar:
        for done, parts in sample_to_files(plan):
            if bar.total is None:
                bar.total, bar.initial, bar.n = parts, done, done
            bar.update(done - bar.n)
