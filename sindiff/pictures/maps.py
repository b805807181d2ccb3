"""Maps of a photo, such as normals and heights: whole numbers of 8 or 16 bits, read and written as they are."""

import struct
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from sindiff.machine.files import whole_file
from sindiff.pictures.images import open_image

MODES = ("L", "LA", "RGB", "RGBA")
PNG_COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}  # the PNG standard's number for so many channels


class Map(NamedTuple):
    """values: (C, H, W) int32, whole numbers 0..most.  most: 255 or 65535."""

    values: Tensor
    most: int


def load_map(path: str | Path) -> Map:
    """Read a map as it is: gray or RGB, with or without alpha, of 8 or 16 bits.

    Raises ValueError, naming the file, if it cannot be read or holds something else.
    """
    pixels = _deep_colour(path)
    if pixels is None:
        image = open_image(path)
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


def _deep_colour(path: str | Path) -> np.ndarray | None:
    """The pixels of a PNG of 16-bit colours, of which Pillow gives one byte at a time; None for other files."""
    open_image(path)
    with Image.open(path) as image:
        kind = image.tile[0][3] if image.tile else None
        kind = kind[0] if isinstance(kind, tuple) else kind
        if not isinstance(kind, str) or ";16" not in kind or kind.startswith("I"):
            return None
        if image.format != "PNG" or not kind.startswith("RGB"):
            raise ValueError(f"{path}: colours of 16 bits are read from RGB and RGBA PNG only; save it as such a file")
    return _byte(path, "B").astype(np.uint16) << 8 | _byte(path, "L")


def _byte(path: str | Path, order: str) -> np.ndarray:
    """The high bytes of a PNG's 16-bit values, or, taken in the other order of bytes, the low ones."""
    with Image.open(path) as image:
        image.tile = [(*tile[:3], tile[3][:-1] + order) for tile in image.tile]
        return np.asarray(image)


def save_map(about: Map, path: str | Path) -> None:
    """Write a map whole, as PNG of its own depth."""
    dtype = ">u2" if about.most > 255 else np.uint8
    pixels = about.values.permute(1, 2, 0).numpy().astype(dtype)
    height, width, channels = pixels.shape
    size = struct.pack(">IIBBBBB", width, height, 8 * pixels.itemsize, PNG_COLOURS[channels], 0, 0, 0)
    rows = pixels.reshape(height, -1).view(np.uint8)
    above = np.concatenate([np.zeros_like(rows[:1]), rows[:-1]])
    filtered = np.concatenate([np.full((height, 1), 2, np.uint8), rows - above], 1)  # each row less the one above
    parts = ((b"IHDR", size), (b"IDAT", zlib.compress(filtered.tobytes(), 6)), (b"IEND", b""))
    with whole_file(path) as temporary:
        temporary.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
