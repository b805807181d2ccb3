"""Whole files of twenty kinds that sindiff reads, and odd ones: each of a kind damaged by lot, under a name by lot."""

import io
import json
import struct
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import tifffile
import torch
from damage import damaged, odd_json
from PIL import Image, ImageCms

from sindiff.checkpoint import CONFIG, PHOTO, STATE, WEIGHTS, save_model
from sindiff.machine.progress import PROGRESS, UNFINISHED
from sindiff.model import Model
from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.pictures.images import to_tensor
from sindiff.schedule import Schedule
from sindiff.training.presets import get_preset
from sindiff.training.runs import train_in

HEIGHT, WIDTH = 24, 32
SUFFIXES = (".png", ".jpg", ".webp", ".tif", ".bmp", ".gif", ".pt", ".safetensors", ".JPG", "", ".heic", ".json")
Files = dict[str, bytes]
"""What a folder holds, by names in it."""


@cache
def picture() -> Image.Image:
    """Something with structure at several scales, RGB."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    noise = np.random.default_rng(0).integers(0, 40, (HEIGHT, WIDTH))
    channels = [6 * x + noise, 8 * y + noise, 120 + 80 * np.sin(x / 3) * np.cos(y / 4) + noise / 2]
    return Image.fromarray(np.stack(channels, -1).clip(0, 255).astype(np.uint8))


@cache
def transparent() -> Image.Image:
    """The same, more transparent the further to the left, RGBA."""
    image = picture().convert("RGBA")
    image.putalpha(picture().getchannel("R").point(lambda value: min(255, 2 * value)))
    return image


def deep() -> Image.Image:
    """Gray with 16 bits."""
    return Image.fromarray(np.asarray(picture())[..., 0].astype(np.uint16) * 257)


def black_and_white() -> Image.Image:
    return picture().convert("L").point(lambda value: 255 * (value > 120))


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _film(kind: str, **options: Any) -> bytes:
    return saved(picture(), kind, save_all=True, append_images=[picture().rotate(180)], **options)


def _tiled_tiff(pixels: np.ndarray, **options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, **options)
    return buffer.getvalue()


def _pngs() -> list[bytes]:
    images = [picture(), deep(), transparent(), black_and_white().convert("1")]
    images += [picture().convert(mode) for mode in ("L", "P", "LA")] + [transparent().quantize(16)]
    return [*(saved(image, "PNG") for image in images), saved(picture(), "PNG", transparency=(1, 2, 3)), _film("PNG")]


def _jpegs() -> list[bytes]:
    plain = [saved(picture(), "JPEG", quality=90, **more) for more in ({}, {"progressive": True}, {"dpi": (72, 72)})]
    return [*plain, saved(picture().convert("L"), "JPEG"), saved(picture(), "MPO", save_all=True)]


def _tiffs() -> list[bytes]:
    ways = [{}, {"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate"}, {"compression": "packbits"}]
    images = [picture(), deep(), transparent(), picture().convert("CMYK"), black_and_white().convert("1")]
    colours = np.asarray(picture())
    return [
        *(saved(image, "TIFF", **way) for way in ways for image in images),
        saved(picture(), "TIFF", compression="jpeg"),
        saved(picture().convert("F"), "TIFF"),
        _tiled_tiff(colours, tile=(16, 16), photometric="rgb"),
        _tiled_tiff(colours.astype(np.uint16) * 257, photometric="rgb", bigtiff=True),
    ]


def _simple(kind: str, modes: tuple[str, ...], **options: Any) -> list[bytes]:
    return [saved(transparent().convert(mode) if mode != "I;16" else deep(), kind, **options) for mode in modes]


PICTURES: dict[str, tuple[str, Callable[[], list[bytes]]]] = {
    "png": (".png", _pngs),
    "jpeg": (".jpg", _jpegs),
    "jpeg_cmyk": (".jpg", lambda: _simple("JPEG", ("CMYK", "YCbCr"))),
    "webp": (
        ".webp",
        lambda: [*_simple("WEBP", ("RGB", "RGBA")), saved(picture(), "WEBP", lossless=True), _film("WEBP")],
    ),
    "avif": (".avif", lambda: _simple("AVIF", ("RGB", "RGBA"), speed=10)),
    "tiff": (".tif", _tiffs),
    "bmp": (".bmp", lambda: _simple("BMP", ("RGB", "L", "P", "1", "RGBA"))),
    "gif": (".gif", lambda: [saved(picture(), "GIF"), saved(transparent(), "GIF"), _film("GIF")]),
    "ppm": (".ppm", lambda: _simple("PPM", ("RGB", "L", "1", "I;16"))),
    "tga": (
        ".tga",
        lambda: [*_simple("TGA", ("RGB", "RGBA", "L"), compression="tga_rle"), *_simple("TGA", ("RGB", "P"))],
    ),
    "ico": (
        ".ico",
        lambda: [saved(transparent(), "ICO", sizes=[(16, 16), (24, 24)], bitmap_format=of) for of in ("png", "bmp")],
    ),
    "jpeg2000": (".jp2", lambda: _simple("JPEG2000", ("RGB", "L", "RGBA", "I;16"))),
    "mask": (".png", lambda: [saved(image, "PNG") for image in _masks()]),
    "map": (
        ".png",
        lambda: [saved(image, "PNG") for image in (deep(), picture(), transparent(), picture().convert("L"))],
    ),
}
"""Kinds of picture files: a suffix, and whole files."""


def _masks() -> list[Image.Image]:
    bands = [black_and_white(), black_and_white(), black_and_white()]
    erased = Image.merge("RGBA", [*picture().split(), black_and_white()])
    return [black_and_white(), black_and_white().convert("1"), Image.merge("RGB", bands), erased]


@cache
def whole(kind: str) -> list[bytes]:
    """Whole files of a kind of picture."""
    return PICTURES[kind][1]()


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
    tags = [0x112, *draw.sample((0x11A, 0x128, 0x132, 0x8769, 0x8825, 0x9286, 0xA005, 0x927C, 0x14A, 0x2BC), 4)]
    entries = [(tag, draw.randrange(15), draw.choice((0, 1, 4, 100)), draw.randbytes(4)) for tag in sorted(tags)[1:]]
    rows = [struct.pack("<HHIHH", 0x112, 3, 1, draw.randrange(10), 0)] + [
        struct.pack("<HHI", *row[:3]) + row[3] for row in entries
    ]
    block = b"II*\0" + struct.pack("<IH", 8, len(rows)) + b"".join(rows) + bytes(4)
    block = damaged(draw, block, block) if draw.random() < 0.7 else block
    return _with_block(draw, exif=b"Exif\0\0" + block)


@cache
def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _odd_profile(draw: Random) -> Files:
    """sRGB's, damaged; at times said to be of other colours."""
    profile = _profile()
    if draw.random() < 0.5:
        profile = profile[:16] + draw.choice((b"GRAY", b"CMYK", b"Lab ", b"XYZ ", b"6CLR")) + profile[20:]
    return _with_block(draw, icc_profile=damaged(draw, profile, profile) or b"\0")


@cache
def model_files() -> Files:
    """A model of random weights, with the photo that it knows."""
    torch.manual_seed(0)
    network = PatchUNet(UNetConfig(channels=4, mult=(1, 2), norm="none"))
    about, training = {"name": "x"}, {"seed": 0, "sindiff": "0.1.0"}
    model = Model(network, Schedule(), "v", (12, 16), about, training, to_tensor(picture()))
    with tempfile.TemporaryDirectory() as folder:
        save_model(folder, model)
        return {file.name: file.read_bytes() for file in Path(folder).iterdir()}


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


@cache
def checkpoint() -> bytes:
    """A checkpoint as the authors' release has them."""
    torch.manual_seed(0)
    return _torch_saved(PatchUNet(UNetConfig(channels=32, mult=(1,), norm="group")).state_dict())


@cache
def run_files() -> Files:
    """A training of one step, by preset smoke."""
    preset = get_preset("smoke")
    with tempfile.TemporaryDirectory() as folder:
        for _ in train_in(folder, to_tensor(picture()), replace(preset, train=replace(preset.train, steps=1))):
            pass
        return {file.name: file.read_bytes() for file in Path(folder).iterdir() if file.is_file()}


def _torch_saved(content: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer)
    return buffer.getvalue()


def _odd_torch(draw: Random) -> Files:
    name = draw.choice(("x.pt", "x.pt", "x.pth", "x.ckpt", STATE))
    if draw.random() < 0.2:
        odd = draw.choice(
            ([], 3, None, {"a": 3}, {1: torch.rand(2)}, {"input_blocks.0.0.weight": torch.rand(0, 0, 0, 0)})
        )
        content = _torch_saved(odd)
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
