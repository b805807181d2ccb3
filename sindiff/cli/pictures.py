"""How commands write pictures: in batches, ready to be stopped, with a sheet of all and the settings."""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from sindiff.cli.results import SHEET_FILE, begin, remove_torn, write_settings
from sindiff.machine.progress import UNFINISHED, finish, locked, parts_done, record
from sindiff.pictures.images import contact_sheet, save_image, save_picture, to_tensor
from sindiff.pictures.reading import is_picture, read_image

BATCH_PIXELS = 2**19
SHEET = 100


def batch_size(pixels: int, most: int = 8) -> int:
    """How many pictures of so many pixels are made at a time."""
    return min(most, max(1, BATCH_PIXELS // max(1, pixels)))


def counted(n: int) -> str:
    """How many pictures, for a reader."""
    return "1 picture" if n == 1 else f"{n} pictures"


def numbered(directory: Path, n: int) -> list[Path]:
    """The files of n pictures in a folder."""
    return [directory / f"{i:03d}.png" for i in range(n)]


def write_pictures(
    invent: Callable[..., Tensor],
    paths: list[Path],
    settings: dict[str, Any],
    marks: dict[str, Any],
    steps: tuple[int, int],
    before: Sequence[Tensor] = (),
) -> None:
    """Make and write pictures batch by batch, then sheet.png; what an earlier run of the same job finished is kept.

    invent: called with the number, seed and progress.  settings: for settings.json, with "seed".  marks: what else the
    result depends on, with "batch".  steps: for a batch, and for each picture of it.  before: pictures (3, H, W) that
    the sheet shows first.
    """
    out, batch, job, (together, each) = paths[0].parent, marks["batch"], {**settings, **marks}, steps
    out.mkdir(parents=True, exist_ok=True)
    with locked(out):
        remove_torn(out)
        folder = out / UNFINISHED
        done = parts_done(folder, job)
        batches = unmade(paths, done, batch, is_picture)
        with tqdm(total=sum(together + each * len(group) for _, group in batches), unit="step", desc="sample") as bar:
            for first, group in batches:
                pictures = invent(len(group), seed=settings["seed"] + first, progress=lambda state: bar.update())
                if not done:
                    begin(out, settings)
                for picture, path in zip(pictures, group, strict=True):
                    if first >= done or not is_picture(path):
                        save_picture(picture, path)
                done = max(done, first + batch)
                if done < len(paths):
                    record(folder, job, done)
        after = [to_tensor(read_image(path)) for path in paths[:SHEET]]
        save_image(contact_sheet([*before, *after]), out / SHEET_FILE)
        write_settings(out, settings)
        finish(folder)


def unmade(paths: list[Path], done: int, batch: int, is_there: Callable[[Path], bool]) -> list[tuple[int, list[Path]]]:
    """The batches that are still to be made: the first number and the paths of each.

    Of the `done` that are noted, those from which somebody has removed a picture.
    """
    batches = [(first, paths[first : first + batch]) for first in range(0, len(paths), batch)]
    return [(first, group) for first, group in batches if first >= done or not all(map(is_there, group))]


def versions() -> dict[str, str]:
    """What computed, for settings.json."""
    return {"sindiff": version("sindiff"), "torch": torch.__version__}
