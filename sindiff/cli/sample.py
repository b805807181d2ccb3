"""sindiff sample."""

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click
import torch
from torch import Tensor
from tqdm import tqdm

from sindiff.applications.draw import generate, generate_untrained
from sindiff.checkpoint import load_model
from sindiff.cli.options import DEVICE, OUT, SEED, N, Size, Tile
from sindiff.cli.pictures import batch_size, counted, versions, write_pictures, write_settings
from sindiff.conditioning import AXES
from sindiff.large.plan import amount, plan_pictures
from sindiff.large.sample import sample_to_files
from sindiff.machine.device import pick_device
from sindiff.model import Model, fingerprint, local_networks, tile_halo
from sindiff.pictures import images
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture
from sindiff.samplers import SOLVERS
from sindiff.schedule import Schedule

TILE, TILED_FROM = 256, 2**18
HALOS = 4  # a tile is at least as many halos wide: two more are computed around it and thrown away
LONG = {"cpu": 2**22, "cuda": 2**28}  # pixels x steps of a picture worth resuming: about a minute on two CPU cores
TILES_ON_GPU = 8
PNG_PIXELS = 2**24
ORACLE_LONG_SIDE = 64


@click.command("sample")
@click.argument("model")
@OUT
@N
@click.option("--size", type=Size(), help="Canvas in pixels, any size; default: the training picture's.")
@click.option("--wrap", type=click.Choice(AXES), help="Join left and right, top and bottom, or both.")
@click.option(
    "--tile",
    default="auto",
    show_default=True,
    type=Tile(),
    help=f"Compute in tiles of N px: exact, in less memory; auto: {TILE} or more where the canvas is large.",
)
@click.option("--sampler", default=None, help=f"{', '.join(SOLVERS)}; default: dpmpp.")
@click.option("--steps", type=click.IntRange(min=1), help="Denoising steps; default: 20 (ddpm: all).")
@click.option(
    "--batch", default=8, show_default=True, type=click.IntRange(min=1), help="Pictures at a time; changes no picture."
)
@click.option("--oracle", is_flag=True, help="No training: MODEL is a picture, and its patches are put together anew.")
@click.option(
    "--long-side",
    type=click.IntRange(8),
    help=f"With --oracle, reduce the picture to this (default: {ORACLE_LONG_SIDE}); 250 takes seconds a picture.",
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
    oracle: bool,
    long_side: int | None,
    seed: int,
    device: str,
) -> None:
    """Invent new pictures with MODEL (a folder made by train, or a checkpoint of the authors' release; with --oracle,
    a picture: a file, or the name of a bundled one).

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
      sindiff sample photo.jpg --out instant --oracle
    """
    if oracle and tile not in ("auto", "none"):
        raise click.UsageError("--tile does not go with --oracle, which needs little memory on any canvas")
    if long_side and not oracle:
        raise click.UsageError("--long-side goes with --oracle only: a model keeps the size it was trained at")
    where = pick_device(device)
    source = _patches(model, long_side or ORACLE_LONG_SIDE, where) if oracle else _trained(model, where)
    size, wrap = size or source.size, wrap or ""
    if size is None:
        raise click.UsageError(f"{model} does not know its picture's size: give --size HEIGHTxWIDTH")
    sampler = sampler or "dpmpp"
    directory.mkdir(parents=True, exist_ok=True)
    steps = steps or (source.schedule.T if sampler == "ddpm" else 20)
    pixels = math.prod(size)
    settings = {
        "model": model,
        "oracle": oracle,
        "n": n,
        "size": list(size),
        "wrap": wrap,
        "sampler": sampler,
        "steps": steps,
        "seed": seed,
        "device": str(where),
        "trained_at": source.size,
        "picture": source.picture,
        **versions(),
    }
    suffix = ".png" if pixels <= PNG_PIXELS else ".tif"
    paths = [directory / f"{i:03d}{suffix}" for i in range(n)]
    tile = _tile(source.model, tile, pixels)
    if source.model and (tile or pixels * steps > LONG.get(where.type, LONG["cpu"])):
        _sample_large(source.model, paths, size, sampler, steps, seed, tile, wrap)
        result = str(directory)
    else:
        batch = batch_size(pixels, batch)
        invent = partial(source.invent, size=size, sampler=sampler, steps=steps, batch_size=batch, wrap=wrap)
        job = {**settings, "model": source.fingerprint, "batch": batch}
        write_pictures(invent, paths, job, steps)
        result = f"{directory}, on {directory / 'sheet.png'}"
    write_settings(directory, settings)
    click.echo(f"{counted(n)} of {size[0]}x{size[1]} px in {result}", err=True)


class Source(NamedTuple):
    """What pictures are made from: a trained model or, where that is None, the patches of a picture."""

    invent: Callable[..., Tensor]
    schedule: Schedule
    size: tuple[int, int] | None
    picture: dict[str, Any]
    fingerprint: str
    model: Model | None


def _trained(name: str, device: torch.device) -> Source:
    model = load_model(name, device)
    invent = partial(generate, model)
    return Source(invent, model.schedule, model.size, model.picture, fingerprint(model), model)


def _patches(name: str, long_side: int, device: torch.device) -> Source:
    path, about = find_picture(name)
    picture = load_picture(path, long_side)
    invent = partial(generate_untrained, picture, device=device)
    return Source(invent, Schedule(), tuple(picture.shape[1:]), about, images.fingerprint(picture), None)


def _tile(model: Model | None, wanted: str | int, pixels: int) -> int | None:
    """The tile's side, None for none; by itself only where the canvas is large and tiles are exact."""
    if wanted == "auto":
        tiled = model and pixels > TILED_FROM and local_networks(model)
        return max(TILE, HALOS * tile_halo(model)) if tiled else None
    return None if wanted == "none" else wanted


def _sample_large(
    model: Model,
    paths: list[Path],
    size: tuple[int, int],
    sampler: str,
    steps: int,
    seed: int,
    tile: int | None,
    wrap: str,
) -> None:
    """In files; the estimate comes before the work."""
    together = TILES_ON_GPU if tile and model.device.type == "cuda" else 1
    plan = plan_pictures(model, paths, size, sampler, steps, seed, tile, wrap, together)
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
