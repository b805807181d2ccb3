"""Pictures that need not fit into memory, written from pixels in a file."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

from sindiff.machine.files import whole_file

TIFF_SUFFIXES = (".tif", ".tiff")
TILE, STRIP = 256, 64


def save_pixels(pixels: np.ndarray, path: Path) -> None:
    """Write (H, W, 3) uint8, a memory map perhaps, whole, in the format of the path's suffix.

    .tif, .tiff: 256 x 256 tiles, compressed without loss, written one at a time; BigTIFF where 4 GB may not do.
    Others: by Pillow, which holds the whole picture, 4 bytes a pixel.
    Raises ValueError for an unknown suffix.
    """
    height, width = pixels.shape[:2]
    with whole_file(path) as temporary:
        if path.suffix.lower() not in TIFF_SUFFIXES:
            image = Image.new("RGB", (width, height))
            for top in range(0, height, STRIP):
                image.paste(Image.fromarray(np.array(pixels[top : top + STRIP])), (0, top))
            image.save(temporary)
            return
        with tifffile.TiffWriter(temporary, bigtiff=pixels.nbytes > 2**32 - 2**26) as file:
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
    for top, left in product(range(0, pixels.shape[0], TILE), range(0, pixels.shape[1], TILE)):
        block = pixels[top : top + TILE, left : left + TILE]
        tile = np.zeros((TILE, TILE, pixels.shape[2]), np.uint8)
        tile[: block.shape[0], : block.shape[1]] = block
        yield tile
