"""Maps of a photo, such as normals and heights: whole numbers of 8 or 16 bits, read and written as they are."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from sindiff.machine.files import whole_file
from sindiff.pictures.reading import open_stored, stored_as

MODES = ("L", "LA", "RGB", "RGBA")


class Map(NamedTuple):
    """values: (C, H, W) int32, whole numbers 0..most.  most: 255 or 65535."""

    values: Tensor
    most: int


def load_map(path: str | Path) -> Map:
    """Read a map as it is: gray of 8 or 16 bits, or colours of 8 bits, with or without alpha.

    Raises ValueError, naming the file, if it cannot be read or holds something else.
    """
    image = open_stored(path)
    _refuse_deep_colours(path, image.mode)
    if image.mode in ("1", "P"):
        image = image.convert("RGBA" if image.has_transparency_data else "L" if image.mode == "1" else "RGB")
    if image.mode not in MODES and not image.mode.startswith("I"):
        raise ValueError(f"{path}: a map is gray or RGB with 8 or 16 bits, not {image.mode}; save it as such a PNG")
    pixels = np.asarray(image)
    deep = pixels.dtype != np.uint8
    if deep and (pixels.min() < 0 or pixels.max() > 65535):
        raise ValueError(f"{path}: a map has 8 or 16 bits, this one has more; save it as 16-bit PNG")
    values = torch.from_numpy(pixels.astype(np.int32)).reshape(*pixels.shape[:2], -1)
    return Map(values.permute(2, 0, 1).contiguous(), 65535 if deep else 255)


def _refuse_deep_colours(path: str | Path, mode: str) -> None:
    """Raise ValueError for more than one channel of 16 bits, of which Pillow reads the upper 8 alone."""
    if ";16" in stored_as(path) and not mode.startswith("I"):
        raise ValueError(f"{path}: 16 bits are read of gray maps only; save its colours with 8 bits")


def save_map(about: Map, path: str | Path) -> None:
    """Write a map whole, as PNG of its own depth."""
    pixels = about.values.permute(1, 2, 0).numpy().astype(np.uint16 if about.most > 255 else np.uint8)
    with whole_file(path) as temporary:
        Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(temporary, format="PNG")
