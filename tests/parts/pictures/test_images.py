"""Pictures of every kind come in as documented."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from sindiff.pictures.images import (
    load_picture,
)

from .refused_pictures import refusal


def as_pixels(picture):
    return ((picture.permute(1, 2, 0).numpy() + 1) * 127.5).round().astype(int)


# Modes and formats.


def test_rgb(image, pixels, tmp_path):
    image.save(tmp_path / "x.png")
    picture = load_picture(tmp_path / "x.png")
    assert picture.shape == (3, 24, 32)
    assert picture.dtype == torch.float32
    assert np.array_equal(as_pixels(picture), pixels)


@pytest.mark.parametrize("mode", ["L", "1", "P"])
def test_modes_with_few_colours(image, tmp_path, mode):
    image.convert(mode).save(tmp_path / "x.png")
    expected = np.array(image.convert(mode).convert("RGB"))
    assert np.array_equal(as_pixels(load_picture(tmp_path / "x.png")), expected)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_laid_over_white(image, pixels, tmp_path, mode):
    alpha = np.zeros((24, 32), dtype=np.uint8)
    alpha[:, 10:20], alpha[:, 20:] = 128, 255
    opaque = image.convert(mode[:-1])
    layered = opaque.convert(mode)
    layered.putalpha(Image.fromarray(alpha))
    layered.save(tmp_path / "x.png")
    expected = np.array(opaque.convert("RGB")) * (alpha[..., None] / 255) + 255 - alpha[..., None]
    found = as_pixels(load_picture(tmp_path / "x.png"))
    assert abs(found - expected).max() <= 1
    assert (found[:, :10] == 255).all()


@pytest.mark.parametrize("suffix", ["png", "gif"])
def test_a_transparent_palette_colour_is_white(pixels, tmp_path, suffix):
    indexed = Image.fromarray((pixels[..., 0] // 128).astype(np.uint8), mode="P")
    indexed.putpalette([200, 0, 0, 0, 0, 100])
    indexed.save(tmp_path / f"x.{suffix}", transparency=0)
    found = as_pixels(load_picture(tmp_path / f"x.{suffix}"))
    assert (found[pixels[..., 0] < 128] == 255).all()
    assert (found[pixels[..., 0] >= 128] == [0, 0, 100]).all()


def test_a_transparent_colour_of_an_rgb_png_is_white(image, tmp_path):
    image.paste((1, 2, 3), (0, 0, 8, 8))
    image.save(tmp_path / "x.png", transparency=(1, 2, 3))
    found = as_pixels(load_picture(tmp_path / "x.png"))
    assert (found[:8, :8] == 255).all()
    assert (found[8:] != 255).any()


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_16_bit_gray(tmp_path, suffix):
    values = np.linspace(0, 65535, 24 * 32).reshape(24, 32).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / f"x.{suffix}")
    found = as_pixels(load_picture(tmp_path / f"x.{suffix}"))
    assert abs(found - values[..., None] / 257).max() <= 0.51
    assert found.min() == 0
    assert found.max() == 255


def test_cmyk_jpeg(image, tmp_path):
    image.convert("CMYK").save(tmp_path / "x.jpg", quality=95)
    found = as_pixels(load_picture(tmp_path / "x.jpg"))
    assert found.shape == (24, 32, 3)
    assert abs(found - np.array(image)).mean() < 12


@pytest.mark.parametrize("orientation", range(1, 9))
def test_camera_rotation_is_applied(image, tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(tmp_path / "x.jpg", exif=exif, quality=100, subsampling=0)
    image.getexif()[0x0112] = orientation
    upright = ImageOps.exif_transpose(image)
    picture = load_picture(tmp_path / "x.jpg")
    assert picture.shape[1:] == (upright.height, upright.width)
    assert abs(as_pixels(picture) - np.array(upright)).mean() < 3


@pytest.mark.parametrize("suffix", ["gif", "png", "webp"])
def test_of_an_animation_the_first_frame_is_taken(tmp_path, suffix):
    frames = [Image.new("RGB", (12, 10), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(tmp_path / f"x.{suffix}", save_all=True, append_images=frames[1:], lossless=True)
    found = as_pixels(load_picture(tmp_path / f"x.{suffix}"))
    assert (found == [255, 0, 0]).all()


def test_floating_point_pixels_are_refused(tmp_path):
    Image.fromarray(np.zeros((24, 32), dtype=np.float32)).save(tmp_path / "x.tif")
    assert "floating-point" in refusal(tmp_path / "x.tif")


# Sizes.


@pytest.mark.parametrize(("size", "expected"), [((64, 48), (24, 32)), ((48, 64), (32, 24)), ((101, 67), (21, 32))])
def test_the_long_side_is_reduced(tmp_path, size, expected):
    Image.new("RGB", size, "teal").save(tmp_path / "x.png")
    assert load_picture(tmp_path / "x.png", long_side=32).shape == (3, *expected)
    assert load_picture(tmp_path / "x.png", long_side=500).shape == (3, size[1], size[0])


def test_one_pixel_is_refused(tmp_path):
    Image.new("RGB", (1, 1)).save(tmp_path / "x.png")
    assert "1x1 px is too small" in refusal(tmp_path / "x.png")
    assert "1x1 px is too small" in refusal(tmp_path / "x.png", long_side=32)


@pytest.mark.parametrize(("size", "shape"), [((3, 4000), "4000x3"), ((4000, 3), "3x4000")])
def test_stripes_are_refused(tmp_path, size, shape):
    Image.new("RGB", size).save(tmp_path / "x.png")
    assert f"{shape} px is too small" in refusal(tmp_path / "x.png")
    assert f"{shape} px is too narrow" in refusal(tmp_path / "x.png", long_side=32)


def test_the_smallest_allowed(tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "x.png")
    assert load_picture(tmp_path / "x.png", long_side=32).shape == (3, 8, 8)
