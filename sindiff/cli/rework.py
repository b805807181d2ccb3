"""What the commands that start from a picture have in common."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
import torch
from torch import Tensor

from sindiff.applications.draw import Draw
from sindiff.applications.inpainting import require_mask
from sindiff.checkpoint import load_model
from sindiff.cli.pictures import SHEET_FILE, batch_size, counted, versions, write_pictures, write_settings
from sindiff.machine.device import pick_device
from sindiff.model import Model, fingerprint
from sindiff.pictures import images
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture
from sindiff.pictures.masks import load_mask


class Given(NamedTuple):
    """What a command was given: model, picture (3, H, W), mask (1, H, W), their files, and settings.json's words."""

    model: Model
    picture: Tensor
    mask: Tensor | None
    files: tuple[Path, ...]
    settings: dict[str, Any]


def load_given(name: str, picture_name: str, mask_name: str | None, long_side: int | None, device: str) -> Given:
    """Read what a command was given; the picture is reduced to the training picture's size, or to `long_side`."""
    model = load_model(name, pick_device(device))
    path, about = find_picture(picture_name)
    picture = load_picture(path, long_side or (max(model.size) if model.size else None))
    mask = None
    if mask_name:
        mask = load_mask(mask_name, path, tuple(picture.shape[1:]))
        require_mask(mask, picture)
    settings = {
        "model": name,
        "trained_at": model.size,
        "picture": model.picture,
        "given": about,
        "given_size": list(picture.shape[1:]),
        "mask": mask_name,
    }
    return Given(model, picture, mask, (path, Path(mask_name)) if mask_name else (path,), settings)


def rework(
    make: Callable[..., Tensor],
    given: Given,
    directory: Path,
    settings: dict[str, Any],
    pixels: int,
    before: Sequence[Tensor],
    calls: int,
) -> None:
    """Write 000.png ..., sheet.png and settings.json, and say where.

    make: called with draw.  settings: the command's own, "n" and "seed" among them.
    pixels: of a result.  before: what the sheet shows first.  calls: of the network for a batch.
    """
    paths = [directory / f"{i:03d}.png" for i in range(settings["n"])]
    _keep(given.files, [*paths, directory / SHEET_FILE])
    directory.mkdir(parents=True, exist_ok=True)
    batch = batch_size(pixels)
    settings = {**given.settings, **settings, "device": str(given.model.device), **versions()}
    content = [images.fingerprint(part.expand(3, -1, -1)) for part in (given.picture, given.mask) if part is not None]
    job = {**settings, "model": fingerprint(given.model), "content": content, "batch": batch}

    def invent(n: int, seed: int, progress: Callable[..., Any]) -> Tensor:
        return make(draw=Draw(n, steps=settings["steps"], seed=seed, batch_size=batch, progress=progress))

    write_pictures(invent, paths, job, calls, before)
    write_settings(directory, settings)
    click.echo(f"{counted(settings['n'])} in {directory}, on {directory / SHEET_FILE}", err=True)


def _keep(given: Sequence[Path], results: Sequence[Path]) -> None:
    """Raise ValueError if a result would take the place of what was given."""
    taken = {result.resolve() for result in results}
    for file in given:
        if file.resolve() in taken:
            raise ValueError(f"{file}: a result would take its place; choose another folder for the results")


def holed(given: Given) -> Tensor:
    """The picture with white where the mask is."""
    return torch.where(given.mask == 1, torch.ones(()), given.picture)
