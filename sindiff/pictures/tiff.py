"""Pictures larger than memory, such as those whose pixels lie in a file, as tiled TIFF."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import tifffile

from sindiff.machine.files import whole_file

TILE = 256
CLASSIC = 2**32 - 2**26  # bytes that a TIFF of 32-bit addresses surely holds


def save_tiff(pixels: np.ndarray, path: str | Path) -> None:
    """Write pixels (H, W, 3) uint8 whole, in tiles of 256 x 256 compressed without loss, one at a time in memory.

    pixels: an array or np.memmap.  BigTIFF where 4 GB may not do.  Raises OSError as the file system does.
    """
    with whole_file(path) as temporary, tifffile.TiffWriter(temporary, bigtiff=pixels.nbytes > CLASSIC) as file:
        file.write(
            _tiles(pixels),
            shape=pixels.shape,
            dtype=np.uint8,
            tile=(TILE, TILE),
            photometric="rgb",
            compression="zlib",
            predictor=True,
            maxworkers=1,
            metadata=None,
        )


def _tiles(pixels: np.ndarray) -> Iterator[np.ndarray]:
    """The tiles row by row; what sticks out is black."""
    for top, left in product(range(0, pixels.shape[0], TILE), range(0, pixels.shape[1], TILE)):
        part = pixels[top : top + TILE, left : left + TILE]
        tile = np.zeros((TILE, TILE, 3), np.uint8)
        tile[: part.shape[0], : part.shape[1]] = part
        yield tile
