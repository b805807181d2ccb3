"""Odd files: of each of twenty kinds, damaged by lot, under a name by lot."""

import json
import struct
import warnings
from collections.abc import Callable
from random import Random

import torch
from damage import damaged, odd_json
from whole_files import (
    HEIGHT,
    PICTURES,
    WIDTH,
    Files,
    checkpoint,
    model_files,
    profile,
    run_files,
    saved,
    torch_saved,
    transparent,
    whole,
)

from sindiff.checkpoint import CONFIG, PHOTO, STATE, WEIGHTS
from sindiff.machine.progress import PROGRESS, UNFINISHED

SUFFIXES = (".png", ".jpg", ".webp", ".tif", ".bmp", ".gif", ".pt", ".safetensors", ".JPG", "", ".heic", ".json")


def _odd_picture(kind: str, draw: Random) -> Files:
    suffix = PICTURES[kind][0] if draw.random() < 0.85 else draw.choice(SUFFIXES)
    other = draw.choice(whole(draw.choice([*PICTURES])))
    return {f"x{suffix}": damaged(draw, draw.choice(whole(kind)), other)}


def _with_block(draw: Random, **block: bytes) -> Files:
    """A whole picture of one of four formats with a block of metadata."""
    suffix, kind = draw.choice(((".jpg", "JPEG"), (".png", "PNG"), (".webp", "WEBP"), (".tif", "TIFF")))
    modes = ("RGB", "L", "CMYK") if kind in ("JPEG", "TIFF") else ("RGB", "RGBA")
    image = transparent().convert(draw.choice(modes))
    try:
        with warnings.catch_warnings(action="ignore"):
            return {f"x{suffix}": saved(image, kind, **block)}
    except Exception:  # to write a TIFF, Pillow reads the block
        return {"x.jpg": saved(image.convert("RGB"), "JPEG", **block)}


def _odd_exif(draw: Random) -> Files:
    tags = sorted(draw.sample((0x11A, 0x128, 0x132, 0x8769, 0x8825, 0x9286, 0xA005, 0x927C, 0x14A, 0x2BC), 4))
    rows = [
        struct.pack("<HHI", tag, draw.randrange(15), draw.choice((0, 1, 4, 100))) + draw.randbytes(4) for tag in tags
    ]
    rows = [struct.pack("<HHIHH", 0x112, 3, 1, draw.randrange(10), 0), *rows]
    block = b"II*\0" + struct.pack("<IH", 8, len(rows)) + b"".join(rows) + bytes(4)
    block = damaged(draw, block, block) if draw.random() < 0.7 else block
    return _with_block(draw, exif=b"Exif\0\0" + block)


def _odd_profile(draw: Random) -> Files:
    """sRGB's, damaged; at times said to be of other colours."""
    icc = profile()
    if draw.random() < 0.5:
        icc = icc[:16] + draw.choice((b"GRAY", b"CMYK", b"Lab ", b"XYZ ", b"6CLR")) + icc[20:]
    return _with_block(draw, icc_profile=damaged(draw, icc, icc) or b"\0")


def _odd_weights(draw: Random) -> Files:
    """A safetensors file: its bytes, the JSON at its head, the length of that, or single weights damaged."""
    content = model_files()[WEIGHTS]
    (length,) = struct.unpack("<Q", content[:8])
    way = draw.randrange(4)
    if way == 0:
        content = damaged(draw, content, content)
    elif way == 1:
        head = odd_json(draw, json.loads(content[8 : 8 + length]))
        content = struct.pack("<Q", len(head)) + head + content[8 + length :]
    elif way == 2:
        content = struct.pack("<Q", draw.choice((0, 1, length - 1, length + 8, 2**30, 2**63, 2**64 - 1))) + content[8:]
    else:
        at = draw.randrange(8 + length, len(content) - 4)
        content = (
            content[:at] + draw.choice((b"\0\0\xc0\x7f", b"\0\0\x80\xff", b"\xff\xff\x7f\x7f")) + content[at + 4 :]
        )
    return {**model_files(), WEIGHTS: content}


def _odd_config(draw: Random) -> Files:
    config = json.loads(model_files()[CONFIG])
    files = {**model_files(), CONFIG: odd_json(draw, config)}
    if draw.random() < 0.1:
        files[PHOTO] = damaged(draw, files[PHOTO], files[PHOTO])
    return files


NOTE = {
    "command": "sample", "source": "x.png", "n": 2, "size": [HEIGHT, WIDTH], "seed": 0, "trained_at": [12, 16],
    "photo_at": [HEIGHT, WIDTH], "sindiff": "0.1.0", "torch": "2.13.0",
}  # fmt: skip


def _odd_settings(draw: Random) -> Files:
    """A folder of two samples with its settings, and at times the note of unfinished work."""
    files = {f"00{i}.png": whole("png")[0] for i in range(2)} | {"settings.json": odd_json(draw, NOTE)}
    if draw.random() < 0.5:
        files[f"{UNFINISHED}/{PROGRESS}"] = odd_json(draw, {"done": 1, "job": NOTE})
    return files


def _odd_torch(draw: Random) -> Files:
    name = draw.choice(("x.pt", "x.pt", "x.pth", "x.ckpt", STATE))
    if draw.random() < 0.2:
        odd = draw.choice(
            ([], 3, None, {"a": 3}, {1: torch.rand(2)}, {"input_blocks.0.0.weight": torch.rand(0, 0, 0, 0)})
        )
        content = torch_saved(odd)
    else:
        content = run_files()[STATE] if name == STATE else checkpoint()
    return {name: damaged(draw, content, checkpoint())}


KINDS: dict[str, Callable[[Random], Files]] = {
    **{kind: lambda draw, kind=kind: _odd_picture(kind, draw) for kind in PICTURES},
    "exif": _odd_exif,
    "profile": _odd_profile,
    "safetensors": _odd_weights,
    "config": _odd_config,
    "settings": _odd_settings,
    "torch": _odd_torch,
}
"""For each kind: the files of a folder, one of them or several odd."""
