"""New pictures of any size (§3.2)."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from sindiff.applications.draw import Draw, Progress
from sindiff.applications.full_size import Size, finished, full_size, laid_out
from sindiff.detail import DetailSettings, detail_to_files
from sindiff.machine.progress import UNFINISHED, remove_empty
from sindiff.model import Source
from sindiff.pictures.tiff import save_tiff


def generate(
    source: Source,
    n: int = 4,
    size: Size | None = None,
    sampler: str = "dpmpp",
    steps: int = 20,
    seed: int = 0,
    batch_size: int = 8,
    progress: Progress | None = None,
) -> Tensor:
    """Invent n new pictures (§3.2), (n, C, H, W) in [-1, 1] on the CPU.

    source: a trained Model, or untrained(photo).  size: height and width, any; default: the photo's.  sampler ...
    progress: the fields of a Draw.
    Raises ValueError for n, batch_size or a side below 1, more than 100 million px, a seed outside 0..2^63, an unknown
    sampler and a number of steps outside 1..T.
    """
    return new_pictures(source, size, Draw(n, sampler, steps, seed, batch_size, progress))


def new_pictures(source: Source, size: Size | None = None, draw: Draw = Draw()) -> Tensor:
    """generate with its settings in a Draw."""
    size = full_size(source, size)
    return finished(source, laid_out(source, size, draw), size, draw, settings=DetailSettings())


def generate_to_file(
    source: Source,
    path: Path,
    size: Size,
    draw: Draw = Draw(n=1),
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """A new picture of any size, the first of the draw, as TIFF: its layout in memory, its detail on the disk.

    The pixels are those of generate.  What is unfinished lies in a folder beside the file, 22 bytes a pixel; stopped in
    whatever way and called again with the same, it goes on with the round of detail in which it was.  progress: called
    after each step of the detail with its number and how many there are.
    Raises ValueError if the source has no photo, as generate does, and if the folder holds another job.
    """
    if source.photo is None:
        raise ValueError("this model has no photo to draw detail from: train it again with sindiff train")
    (layout,) = laid_out(source, size, replace(draw, n=1))
    settings = DetailSettings(seed=draw.seed, wrap=source.wrap)
    folder = path.parent / UNFINISHED / path.stem
    state = detail_to_files(layout, source.photo.cpu(), source.size, folder, size, settings, progress)
    if source.gray:
        make_gray(state.guess)
    save_tiff(state.guess.numpy(), path)
    shutil.rmtree(folder)
    remove_empty(folder.parent)


def make_gray(pixels: Tensor) -> None:
    """Take the colours out of pixels (H, W, C) uint8 in their place, a row at a time."""
    for row in pixels:
        row.copy_(row.float().mean(-1, keepdim=True).round().expand_as(row))
