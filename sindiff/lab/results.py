"""Results of the studio: each a PNG file that tells how it was made, in a folder with what it was made from."""

import io
from dataclasses import dataclass
from importlib.metadata import version
from itertools import count
from pathlib import Path

from PIL import Image, PngImagePlugin
from torch import Tensor

from sindiff.machine.files import write_bytes
from sindiff.pictures.images import load_picture, to_image

NEW, GIVEN = "new.png", "picture.png"  # the result, and the picture that was worked on


@dataclass(frozen=True)
class Result:
    """file: the picture, a PNG file.  task, seed: what was asked for.  command, python: how to make it again."""

    file: Path
    task: str
    seed: int
    command: str
    python: str

    @property
    def picture(self) -> Tensor:
        """(3, H, W) in [-1, 1]."""
        return load_picture(self.file)

    @property
    def label(self) -> str:
        """In a few words."""
        return f"{self.task}, seed {self.seed}"


def new_folder(results: Path) -> Path:
    """A folder for the next result: 000, 001 ..."""
    results.mkdir(parents=True, exist_ok=True)
    last = max((int(folder.name) for folder in results.glob("[0-9]" * 3)), default=-1)
    for number in count(last + 1):
        try:
            (results / f"{number:03d}").mkdir()
        except FileExistsError:
            continue
        return results / f"{number:03d}"


def keep(picture: Tensor, result: Result) -> None:
    """Write a result's file."""
    texts = {"Task": result.task, "Seed": str(result.seed), "Command": result.command, "Python": result.python}
    save_png(picture, result.file, {"Software": f"sindiff {version('sindiff')}", **texts})


def kept(results: Path) -> list[Result]:
    """The results in a folder, in the order in which they were made; what cannot be read is left out."""
    found = []
    for file in sorted(results.glob(f"[0-9]*/{NEW}")):
        try:
            texts = texts_of(file)
            found.append(Result(file, texts["Task"], int(texts["Seed"]), texts["Command"], texts["Python"]))
        except (OSError, KeyError, ValueError):
            continue
    return found


def save_png(picture: Tensor, file: Path, texts: dict[str, str]) -> None:
    """Write (3, H, W) or a mask (1, H, W), 1 = white, as a PNG file with texts in it."""
    info, content = PngImagePlugin.PngInfo(), io.BytesIO()
    for name, text in texts.items():
        info.add_itxt(name, text)
    image = to_image(picture if len(picture) == 3 else (2 * picture - 1).expand(3, -1, -1))
    image.save(content, format="png", compress_level=1, pnginfo=info)
    write_bytes(file, content.getvalue())


def texts_of(file: Path) -> dict[str, str]:
    """The texts in a PNG file."""
    with Image.open(file) as image:
        return dict(getattr(image, "text", {}))
