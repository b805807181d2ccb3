"""Masks on disk: white = invent, black = keep."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from sindiff.pictures.images import open_image, read_image

COLOURED = 48


def load_mask(path: str | Path, picture: str | Path, size: tuple[int, int]) -> Tensor:
    """Read the mask of a picture file, reduced to `size` as that was: (1, H, W), 1 = invent, 0 = keep.

    The mask is gray, or its alpha channel counts, where it has one that varies (opaque = white).  From half gray on it
    is white, and a reduced pixel is white if any part of it is.
    Raises ValueError if the mask cannot be read, is coloured, or has another size than the picture file.
    """
    mask, wanted = open_image(path), read_image(picture)
    if mask.size != wanted.size:
        raise ValueError(
            f"{path}: the mask is {mask.height}x{mask.width} px, but {picture} is {wanted.height}x{wanted.width}; they "
            "must agree"
        )
    return read_mask(path, size)


def read_mask(path: str | Path, size: tuple[int, int]) -> Tensor:
    """Read a mask of any size, reduced or enlarged to `size`: (1, H, W), 1 = invent, 0 = keep.

    Raises ValueError if it cannot be read or is coloured.
    """
    white = Image.fromarray(np.where(_gray(open_image(path), path) >= 128, 255, 0).astype(np.uint8))
    reduced = np.asarray(white.resize((size[1], size[0]), Image.Resampling.BOX))
    return torch.from_numpy((reduced > 0).astype(np.float32))[None]


def _gray(mask: Image.Image, path: str | Path) -> np.ndarray:
    if mask.has_transparency_data:
        alpha = np.asarray(mask.convert("RGBA"))[..., 3]
        if alpha.min() < alpha.max():
            return alpha
    rgb = np.asarray(read_image(path)).astype(int)
    if (rgb.max(-1) - rgb.min(-1)).max() > COLOURED:
        raise ValueError(f"{path}: a mask is gray, white where to invent and black where to keep; this one is coloured")
    return rgb[..., 1]
