"""Pictures as tensors, in and out, and contact sheets."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import ceil
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from sindiff.machine.files import home_expanded, whole_file
from sindiff.pictures.reading import read_image

SHORTEST_SIDE = 8
GRAY_WITHIN = 4  # of 255
SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"}


def load_picture(path: str | Path, long_side: int | None = None) -> Tensor:
    """Read a picture file as (3, H, W) in [-1, 1], its long side reduced to at most `long_side` px (Lanczos).

    Camera rotation (EXIF) and colour profiles are applied; gray, palette, CMYK and 16-bit pictures become 8-bit RGB;
    transparency is laid over white; of an animation the first frame is taken.  Pictures are never enlarged.
    Raises ValueError, naming the file and the reason, for anything that is no readable picture, has more than
    100 million pixels (400 for a JPEG that is reduced), or has a side under 8 px once reduced.
    """
    image = read_image(path, long_side)
    if long_side:
        try:
            image = _reduced(image, long_side)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
    if min(image.size) < SHORTEST_SIDE:
        raise ValueError(
            f"{path}: {image.height}x{image.width} px is too small: both sides need at least {SHORTEST_SIDE} px"
        )
    return to_tensor(image)


def reduced(picture: Tensor, long_side: int) -> Tensor:
    """A picture (3, H, W) in [-1, 1] with its long side reduced to at most `long_side` px, as load_picture does.

    Raises ValueError if its short side would have under 8 px.
    """
    return to_tensor(_reduced(to_image(picture), long_side)) if max(picture.shape[1:]) > long_side else picture


def training_side(size: Sequence[int], long_side: int) -> int:
    """The long side at which a picture of height and width `size` is learned: more than asked for if it is narrow.

    Its short side then has three eighths of `long_side` (24 px at 64), 8 px at least, or all that it has.
    """
    short_side = max(3 / 8 * long_side, SHORTEST_SIDE)
    return max(long_side, min(max(size), ceil(short_side * max(size) / min(size))))


def _reduced(image: Image.Image, long_side: int) -> Image.Image:
    if max(image.size) <= long_side:
        return image
    scale = long_side / max(image.size)
    size = [max(1, round(side * scale)) for side in image.size]
    if min(size) < SHORTEST_SIDE:
        raise ValueError(
            f"{image.height}x{image.width} px is too narrow: reduced to a long side of {long_side} px, its short side "
            f"has {min(size)} px and needs {SHORTEST_SIDE}; crop it first"
        )
    return image.resize(size, Image.Resampling.LANCZOS)


def to_tensor(image: Image.Image) -> Tensor:
    """An 8-bit RGB image as (3, H, W) float32 in [-1, 1]."""
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 127.5 - 1


def to_image(picture: Tensor) -> Image.Image:
    """(3, H, W), clamped to [-1, 1], as an 8-bit RGB image: the inverse of to_tensor."""
    pixels = ((picture.detach().cpu().clamp(-1, 1) + 1) * 127.5).round().byte()
    return Image.fromarray(pixels.permute(1, 2, 0).numpy())


def save_image(image: Image.Image, path: str | Path) -> None:
    """Write an image whole, in the format of its suffix.  Raises ValueError for an unknown suffix, OSError."""
    with whole_file(path) as temporary:
        image.save(temporary)


def save_picture(picture: Tensor, path: str | Path) -> None:
    """Write (3, H, W) in [-1, 1] as a picture file."""
    save_image(to_image(picture), path)


def sample_files(directory: str | Path) -> list[Path]:
    """The numbered pictures of a folder (000.png, 001.png, ...) or, where none is numbered, all of them.

    Raises ValueError if there is none, and if two have one name but for the suffix.
    """
    directory = home_expanded(directory)
    if not directory.is_dir():
        raise ValueError(f"{directory}: no such folder")
    files = [file for file in directory.glob("[!.]*") if file.suffix.lower() in SUFFIXES]
    files = [file for file in files if file.stem.isdecimal()] or files
    if not files:
        raise ValueError(f"{directory}: holds no pictures ({', '.join(sorted(SUFFIXES))})")
    return one_of_each_name(files)


def one_of_each_name(files: Iterable[Path]) -> list[Path]:
    """Files and folders in the order of their names.  Raises ValueError if two have one name but for the suffix."""
    named = sorted((file.name if file.is_dir() else file.stem, file) for file in files)
    for (name, file), (next_name, other) in pairwise(named):
        if name == next_name:
            raise ValueError(f"{other}: {file.name} has the same name, and only one of them can count; remove one")
    return [file for _, file in named]


def load_pictures(directory: str | Path, long_side: int | None = None) -> Tensor:
    """The samples of a folder, (B, 3, H, W) in [-1, 1].  long_side: as in load_picture.

    Raises ValueError as sample_files and load_alike do.
    """
    return load_alike(sample_files(directory), lambda file: load_picture(file, long_side))


def load_alike(files: Sequence[Path], load: Callable[[Path], Tensor]) -> Tensor:
    """Pictures of one size, (B, 3, H, W).  Raises ValueError if sizes differ."""
    pictures = [load(file) for file in files]
    for file, picture in zip(files, pictures, strict=True):
        if picture.shape != pictures[0].shape:
            sizes = [f"{p.shape[1]}x{p.shape[2]}" for p in (pictures[0], picture)]
            raise ValueError(f"{file}: is {sizes[1]} px, but {files[0].name} is {sizes[0]}; one folder, one size")
    return torch.stack(pictures)


def is_gray(picture: Tensor) -> bool:
    """Whether the channels of a picture (C, H, W) are equal, but for what a JPEG or a colour profile rounds."""
    return bool((picture.amax(0) - picture.amin(0)).max() * 127.5 < GRAY_WITHIN)


def resize(picture: Tensor, height: int, width: int) -> Tensor:
    """Resize (3, H, W) or (B, 3, H, W) with an antialiased bicubic filter, clamped to [-1, 1]."""
    if tuple(picture.shape[-2:]) == (height, width):
        return picture.clamp(-1, 1)
    batch = picture if picture.ndim == 4 else picture[None]
    resized = torch.nn.functional.interpolate(batch, (height, width), mode="bicubic", antialias=True).clamp(-1, 1)
    return resized if picture.ndim == 4 else resized[0]


def recoloured(picture: Tensor, like: Tensor) -> Tensor:
    """A picture (3, H, W) with the mean colour and the colour covariance of others, (3, H', W') or (B, 3, H', W').

    The linear map that moves one Gaussian of colours to the other with least change (Pitie & Kokaram 2007),
    then clamped to [-1, 1].
    """
    pixels = picture.flatten(1).double()
    wanted = (like if like.ndim == 4 else like[None]).transpose(0, 1).flatten(1).double()
    root = _root(pixels.cov())
    inverse = torch.linalg.pinv(root, rtol=1e-4)
    transport = inverse @ _root(root @ wanted.cov() @ root) @ inverse
    moved = transport @ (pixels - pixels.mean(1, keepdim=True)) + wanted.mean(1, keepdim=True)
    return moved.reshape(picture.shape).to(picture).clamp(-1, 1)


def _root(covariance: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(covariance)
    return vectors @ values.clamp(min=0).sqrt().diag() @ vectors.T


def contact_sheet(pictures: Tensor | Sequence[Tensor], columns: int | None = None, scale: int = 1) -> Image.Image:
    """Pictures in rows, 4 px apart on white; each cell is as large as the largest picture.

    pictures: (B, 3, H, W) or a list of (3, H, W).  columns: default about square.  scale: whole-number enlargement.
    """
    images = [ImageOps.scale(to_image(picture), scale, Image.Resampling.NEAREST) for picture in pictures]
    columns = columns or min(len(images), max(1, round((len(images) * 1.3) ** 0.5)))
    width, height = max(i.width for i in images), max(i.height for i in images)
    cells = [ImageOps.expand(i, (0, 0, width - i.width, height - i.height), "white") for i in images]
    return in_rows([cells[first : first + columns] for first in range(0, len(cells), columns)], gap=4)


def in_rows(rows: Sequence[Sequence[Image.Image]], gap: int, margin: int = 0) -> Image.Image:
    """Images in rows on white, those of a row with their lower edges in line.  gap, margin: px between them, around."""
    heights = [max(image.height for image in row) for row in rows]
    width = max(sum(image.width for image in row) + gap * (len(row) - 1) for row in rows)
    size = (width + 2 * margin, sum(heights) + gap * (len(rows) - 1) + 2 * margin)
    sheet, bottom = Image.new("RGB", size, "white"), margin
    for row, height in zip(rows, heights, strict=True):
        left, bottom = margin, bottom + height
        for image in row:
            sheet.paste(image, (left, bottom - image.height))
            left += image.width + gap
        bottom += gap
    return sheet


def fingerprint(picture: Tensor) -> str:
    """SHA-256 of the 8-bit pixels and the size: which picture a run belongs to."""
    pixels = np.asarray(to_image(picture))
    return hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).hexdigest()
