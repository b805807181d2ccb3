"""How commands write pictures: in batches, ready to be stopped, with a sheet of all and the settings."""

import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from sindiff.machine.files import write_text
from sindiff.machine.progress import UNFINISHED, finish, locked, parts_done, record
from sindiff.pictures.images import contact_sheet, save_image, save_picture, to_tensor
from sindiff.pictures.reading import read_image

BATCH_PIXELS = 2**19
SHEET, SHEET_FILE = 100, "sheet.png"


def batch_size(pixels: int, most: int = 8) -> int:
    """How many pictures of so many pixels are made at a time."""
    return min(most, max(1, BATCH_PIXELS // max(1, pixels)))


def counted(n: int) -> str:
    """How many pictures, for a reader."""
    return "1 picture" if n == 1 else f"{n} pictures"


def write_pictures(
    invent: Callable[..., Tensor],
    paths: list[Path],
    job: dict[str, Any],
    steps: tuple[int, int],
    before: Sequence[Tensor] = (),
) -> None:
    """Make and write pictures batch by batch, then sheet.png; what an earlier run of the same job finished is kept.

    invent: called with the number, seed and progress.  job: all that the result depends on, with "batch" and "seed".
    steps: for a batch, and for each picture of it.  before: pictures (3, H, W) that the sheet shows first.
    """
    out, batch = paths[0].parent, job["batch"]
    out.mkdir(parents=True, exist_ok=True)
    with locked(out):
        folder = out / UNFINISHED
        done = parts_done(folder, job)
        left, (together, each) = len(paths) - done, steps
        with tqdm(total=together * -(-left // batch) + each * left, unit="step", desc="sample") as bar:
            for first in range(done, len(paths), batch):
                group = paths[first : first + batch]
                pictures = invent(len(group), seed=job["seed"] + first, progress=lambda state: bar.update())
                for picture, path in zip(pictures, group, strict=True):
                    save_picture(picture, path)
                if first + batch < len(paths):
                    record(folder, job, first + batch)
        after = [to_tensor(read_image(path)) for path in paths[:SHEET]]
        save_image(contact_sheet([*before, *after]), out / SHEET_FILE)
        finish(folder)


def keep_given(given: Sequence[Path], results: Sequence[Path]) -> None:
    """Raise ValueError if a result would take the place of what was given."""
    taken = {result.resolve() for result in results}
    for file in given:
        if file.resolve() in taken:
            raise ValueError(f"{file}: a result would take its place; choose another folder for the results")


def versions() -> dict[str, str]:
    """What computed, for settings.json."""
    return {"sindiff": version("sindiff"), "torch": torch.__version__}


def write_settings(directory: Path, settings: dict[str, Any]) -> None:
    """Write settings.json."""
    write_text(directory / "settings.json", json.dumps(settings, indent=2) + "\n")
