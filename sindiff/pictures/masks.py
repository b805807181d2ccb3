"""Masks on disk: white = invent, black = keep."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from sindiff.machine.files import home_expanded
from sindiff.pictures.reading import open_image

COLOURED, HALF, OPAQUE = 48, 128, 250


def load_mask(path: str | Path, picture: str | Path, size: tuple[int, int], invert: bool = False) -> Tensor:
    """The mask of a picture file as in read_mask; of the picture itself, as in erased."""
    same = home_expanded(path).resolve() == home_expanded(picture).resolve()
    return (erased if same else read_mask)(path, size, invert)


def read_mask(path: str | Path, size: tuple[int, int], invert: bool = False) -> Tensor:
    """Read a mask, reduced or enlarged to `size`: (1, H, W), 1 = invent, 0 = keep.

    White counts from half gray on, where it is opaque; a picture of the values 0 and 1 is taken as black and white.
    Painted on a transparent layer in one colour, a mask is what is painted; a picture of many colours is a mask by what
    was erased of it.  invert: black and white change places.  A reduced pixel is white if any part of it is.
    Raises ValueError if it cannot be read, has colours, or has other proportions than `size`.
    """
    return _resized(_white(open_image(path), path) != invert, size, path)


def erased(path: str | Path, size: tuple[int, int], invert: bool = False) -> Tensor:
    """The mask of what is transparent in a picture file, even a little, as in read_mask."""
    alpha = np.asarray(open_image(path).convert("RGBA"))[..., 3]
    return _resized((alpha < OPAQUE) != invert, size, path)


def _white(mask: Image.Image, path: str | Path) -> np.ndarray:
    rgb = np.asarray(mask.convert("RGB")).astype(int)
    opaque = np.asarray(mask.convert("RGBA"))[..., 3] >= HALF
    if not opaque.all() and opaque.any() and np.ptp(rgb[opaque], axis=0).max() <= COLOURED:
        return opaque
    if np.ptp(rgb, axis=-1)[opaque].max(initial=0) > COLOURED:
        if opaque.all():
            raise ValueError(f"{path}: a mask is white where to invent and black where to keep; this one is coloured")
        return ~opaque
    gray = rgb[..., 1]
    return opaque & (gray >= (HALF if gray.max() > 1 else 1))


def _resized(white: np.ndarray, size: tuple[int, int], path: str | Path) -> Tensor:
    scale = max(size) / max(white.shape)
    if max(abs(scale * side - wanted) for side, wanted in zip(white.shape, size, strict=True)) > 1 + scale / 2:
        found = f"{white.shape[0]}x{white.shape[1]}"
        raise ValueError(
            f"{path}: the mask is {found} px, but what it belongs to {size[0]}x{size[1]}; their proportions must agree"
        )
    image = Image.fromarray(np.where(white, 255, 0).astype(np.uint8))
    reduced = np.asarray(image.resize((size[1], size[0]), Image.Resampling.BOX))
    return torch.from_numpy((reduced > 0).astype(np.float32))[None]
