"""Whole files of the kinds that sindiff reads, small ones."""

import io
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
import torch
from PIL import Image, ImageCms

from sindiff.checkpoint import save_model
from sindiff.model import Model
from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.pictures.images import to_tensor
from sindiff.schedule import Schedule
from sindiff.training.presets import get_preset
from sindiff.training.runs import train_in

HEIGHT, WIDTH = 24, 32
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


def _webps() -> list[bytes]:
    return [*_simple("WEBP", ("RGB", "RGBA")), saved(picture(), "WEBP", lossless=True), _film("WEBP")]


def _tgas() -> list[bytes]:
    return [*_simple("TGA", ("RGB", "RGBA", "L"), compression="tga_rle"), *_simple("TGA", ("RGB", "P"))]


def _icons() -> list[bytes]:
    return [saved(transparent(), "ICO", sizes=[(16, 16), (24, 24)], bitmap_format=inner) for inner in ("png", "bmp")]


def _masks() -> list[bytes]:
    rgb = Image.merge("RGB", [black_and_white()] * 3)
    erased = Image.merge("RGBA", [*picture().split(), black_and_white()])
    return [saved(mask, "PNG") for mask in (black_and_white(), black_and_white().convert("1"), rgb, erased)]


def _maps() -> list[bytes]:
    return [saved(image, "PNG") for image in (deep(), picture(), transparent(), picture().convert("L"))]


PICTURES: dict[str, tuple[str, Callable[[], list[bytes]]]] = {
    "png": (".png", _pngs),
    "jpeg": (".jpg", _jpegs),
    "jpeg_cmyk": (".jpg", lambda: _simple("JPEG", ("CMYK", "YCbCr"))),
    "webp": (".webp", _webps),
    "avif": (".avif", lambda: _simple("AVIF", ("RGB", "RGBA"), speed=10)),
    "tiff": (".tif", _tiffs),
    "bmp": (".bmp", lambda: _simple("BMP", ("RGB", "L", "P", "1", "RGBA"))),
    "gif": (".gif", lambda: [saved(picture(), "GIF"), saved(transparent(), "GIF"), _film("GIF")]),
    "ppm": (".ppm", lambda: _simple("PPM", ("RGB", "L", "1", "I;16"))),
    "tga": (".tga", _tgas),
    "ico": (".ico", _icons),
    "jpeg2000": (".jp2", lambda: _simple("JPEG2000", ("RGB", "L", "RGBA", "I;16"))),
    "mask": (".png", _masks),
    "map": (".png", _maps),
}
"""Kinds of picture files: a suffix, and whole files."""


@cache
def whole(kind: str) -> list[bytes]:
    """Whole files of a kind of picture."""
    return PICTURES[kind][1]()


@cache
def profile() -> bytes:
    """The ICC profile of sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


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


def torch_saved(content: Any) -> bytes:
    """A file of torch.save."""
    buffer = io.BytesIO()
    torch.save(content, buffer)
    return buffer.getvalue()


@cache
def checkpoint() -> bytes:
    """A checkpoint as the authors' release has them."""
    torch.manual_seed(0)
    return torch_saved(PatchUNet(UNetConfig(channels=32, mult=(1,), norm="group")).state_dict())


@cache
def run_files() -> Files:
    """A training of one step, by preset smoke."""
    preset = get_preset("smoke")
    with tempfile.TemporaryDirectory() as folder:
        for _ in train_in(folder, to_tensor(picture()), replace(preset, train=replace(preset.train, steps=1))):
            pass
        return {file.name: file.read_bytes() for file in Path(folder).iterdir() if file.is_file()}
