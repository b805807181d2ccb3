"""A canvas in a file: windows of it are read and written, and it becomes a picture without ever being in memory."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import tifffile
import torch
from PIL import Image
from torch import Tensor

from sindiff.pictures.images import to_image

TIFF_SUFFIXES = (".tif", ".tiff")
TIFF_TILE = 256
STRIP = 64


@dataclass(frozen=True)
class Canvas:
    """Raw float32 (height, width, channels) in a file.  Reads and writes raise OSError as the file system does."""

    path: Path
    height: int
    width: int
    channels: int = 3

    @property
    def nbytes(self) -> int:
        return 4 * self.height * self.width * self.channels

    def allocated(self) -> bool:
        return self.path.is_file() and self.path.stat().st_size == self.nbytes

    def allocate(self) -> None:
        """Take the room on the disk, where the system can, so that it does not run out half-way."""
        with open(self.path, "wb") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, self.nbytes)
            else:
                file.truncate(self.nbytes)

    def read(self, rows: np.ndarray | slice, columns: np.ndarray | slice) -> Tensor:
        """The pixels at these rows and columns, in any order, (1, C, h, w)."""
        pixels = np.memmap(self.path, np.float32, "r", shape=(self.height, self.width, self.channels))
        block = np.asarray(pixels[np.ix_(np.r_[rows], np.r_[columns])])
        return torch.from_numpy(block).permute(2, 0, 1)[None]

    def write(self, rows: slice, columns: slice, block: Tensor) -> None:
        """Put (1, C, h, w) at these rows and columns."""
        lines = block[0].permute(1, 2, 0).contiguous().cpu().numpy()
        pixel = 4 * self.channels
        with open(self.path, "r+b") as file:
            for row, line in zip(range(rows.start, rows.stop), lines, strict=True):
                file.seek((row * self.width + columns.start) * pixel)
                file.write(line)

    def sync(self) -> None:
        """Wait until all that was written is on the disk."""
        with open(self.path, "rb") as file:
            os.fsync(file.fileno())


def save_canvas(canvas: Canvas, path: Path) -> None:
    """Write a canvas of 3 channels in [-1, 1] as an 8-bit picture, in the format of the path's suffix.

    .tif, .tiff: 256 x 256 tiles, compressed without loss, written one at a time; BigTIFF where 4 GB may not do.
    Others: by Pillow, which holds the whole picture, 4 bytes a pixel.
    Raises ValueError for an unknown suffix.
    """
    if path.suffix.lower() in TIFF_SUFFIXES:
        shape = (canvas.height, canvas.width, 3)
        with tifffile.TiffWriter(path, bigtiff=canvas.nbytes // 4 > 2**32 - 2**26) as file:
            file.write(
                _tiff_tiles(canvas),
                shape=shape,
                dtype=np.uint8,
                tile=(TIFF_TILE, TIFF_TILE),
                photometric="rgb",
                compression="zlib",
                predictor=True,
                maxworkers=1,
                metadata=None,
            )
    else:
        image = Image.new("RGB", (canvas.width, canvas.height))
        for top in range(0, canvas.height, STRIP):
            strip = canvas.read(slice(top, min(top + STRIP, canvas.height)), slice(0, canvas.width))
            image.paste(to_image(strip[0]), (0, top))
        image.save(path)


def _tiff_tiles(canvas: Canvas) -> Iterator[np.ndarray]:
    for top, left in product(range(0, canvas.height, TIFF_TILE), range(0, canvas.width, TIFF_TILE)):
        bottom, right = min(top + TIFF_TILE, canvas.height), min(left + TIFF_TILE, canvas.width)
        tile = np.zeros((TIFF_TILE, TIFF_TILE, 3), np.uint8)
        tile[: bottom - top, : right - left] = to_image(canvas.read(slice(top, bottom), slice(left, right))[0])
        yield tile
