"""Files that the page sends: a picture to work on, or what another program drew on it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from torch import Tensor

from sindiff.pictures.images import load_picture, resize
from sindiff.pictures.masks import read_mask
from sindiff.pictures.reading import picture_size


def uploaded_picture(upload: dict[str, Any], long_side: int | None = None) -> Tensor:
    """The picture of a file that the page sent, read as load_picture does.

    upload: name and content.  Raises ValueError, naming the file and the reason, if it is no picture.
    """
    with _as_file(upload) as path:
        return load_picture(path, long_side)


def uploaded_painting(upload: dict[str, Any], size: tuple[int, int]) -> Tensor:
    """The picture of a file, at a (height, width).  Raises ValueError if it is none, or of other proportions."""
    with _as_file(upload, size) as path:
        painting = load_picture(path, max(size))  # reduced like the picture: unpainted pixels come out the same
    return painting if painting.shape[1:] == size else resize(painting, *size)


def uploaded_mask(upload: dict[str, Any], size: tuple[int, int]) -> Tensor:
    """The mask, (1, height, width), of a file that the page sent: white, or opaque, where to invent.

    A pixel counts if any part of it does.  Raises ValueError, naming the file and the reason, if it is no mask of these
    proportions.
    """
    with _as_file(upload, size) as path:
        return read_mask(path, size)


@contextmanager
def _as_file(upload: dict[str, Any], size: tuple[int, int] | None = None) -> Iterator[Path]:
    """A file of the uploaded bytes; size: height and width whose proportions it must have."""
    name = Path(str(upload["name"])).name or "picture"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "upload")
        path.write_bytes(bytes(upload["content"]))
        try:
            if size:
                _require_proportions(path, size)
            yield path
        except ValueError as error:
            raise ValueError(str(error).replace(str(path), name)) from None


def _require_proportions(path: Path, size: tuple[int, int]) -> None:
    height, width = picture_size(path)
    scale = max(size) / max(height, width)
    if max(abs(scale * height - size[0]), abs(scale * width - size[1])) > 1:
        raise ValueError(
            f"{path}: is {height}x{width} px, and the picture {size[0]}x{size[1]}; draw on a copy of the picture"
        )
