"""Pictures of every kind come in as documented, and go out as they were."""

import numpy as np
import pytest
import torch
from PIL import Image

from sindiff.pictures.images import (
    contact_sheet,
    fingerprint,
    in_rows,
    load_picture,
    load_pictures,
    recoloured,
    resize,
    save_picture,
    to_image,
    to_tensor,
)


def refusal(path, **options):
    with pytest.raises(ValueError, match=r".") as caught:
        load_picture(path, **options)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message


def as_pixels(picture):
    return ((picture.permute(1, 2, 0).numpy() + 1) * 127.5).round().astype(int)


@pytest.fixture
def image(pixels):
    return Image.fromarray(pixels)


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
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    upright = image.transpose(undo[orientation]) if orientation > 1 else image
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


# Saving, and folders of pictures.


def test_round_trip_through_a_file(picture, tmp_path):
    save_picture(picture, tmp_path / "new folder" / "x.png")
    assert torch.equal(load_picture(tmp_path / "new folder" / "x.png"), to_tensor(to_image(picture)))
    torch.testing.assert_close(load_picture(tmp_path / "new folder" / "x.png"), picture, rtol=0, atol=1 / 255)
    assert [file.name for file in (tmp_path / "new folder").iterdir()] == ["x.png"]


def test_values_outside_are_clamped_not_wrapped():
    picture = torch.tensor([-1.5, -1, 1, 3]).reshape(1, 1, 4).expand(3, 1, 4)
    assert np.array(to_image(picture))[0, :, 0].tolist() == [0, 0, 255, 255]


def test_an_unknown_suffix_is_refused_and_leaves_nothing(picture, tmp_path):
    with pytest.raises(ValueError, match="unknown file extension"):
        save_picture(picture, tmp_path / "x.xyz")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_samples(picture, tmp_path):
    for i in (1, 0, 2):
        save_picture(picture.roll(i, -1), tmp_path / f"{i:03d}.png")
    save_picture(torch.zeros(3, 50, 50), tmp_path / "sheet.png")
    (tmp_path / "settings.json").write_text("{}")
    pictures = load_pictures(tmp_path)
    assert pictures.shape == (3, 3, 24, 32)
    torch.testing.assert_close(pictures[1], picture.roll(1, -1), rtol=0, atol=1 / 255)
    save_picture(torch.zeros(3, 24, 33), tmp_path / "003.png")
    with pytest.raises(ValueError, match=r"003\.png: is 24x33 px, but 000\.png is 24x32"):
        load_pictures(tmp_path)


def test_folders_without_samples_are_refused(tmp_path):
    with pytest.raises(ValueError, match="holds no pictures"):
        load_pictures(tmp_path)
    with pytest.raises(ValueError, match="no such folder"):
        load_pictures(tmp_path / "missing")


def test_resize(picture):
    assert resize(picture, 12, 50).shape == (3, 12, 50)
    assert resize(picture[None], 48, 64).shape == (1, 3, 48, 64)
    assert resize(picture, 12, 16).abs().max() <= 1
    flat = torch.full((3, 20, 20), 0.3)
    torch.testing.assert_close(resize(flat, 7, 33), torch.full((3, 7, 33), 0.3))


def test_rows_stand_on_their_lower_edges():
    low, high, wide = (
        Image.new("RGB", size, colour) for size, colour in (((3, 2), "red"), ((4, 5), "green"), ((9, 1), "blue"))
    )
    sheet = in_rows([[low, high], [wide]], gap=2, margin=1)
    assert sheet.size == (3 + 2 + 4 + 2, 5 + 2 + 1 + 2)
    expected = Image.new("RGB", sheet.size, "white")
    for image, place in ((low, (1, 4)), (high, (6, 1)), (wide, (1, 8))):
        expected.paste(image, place)
    assert sheet == expected


def test_cells_of_a_contact_sheet_are_as_large_as_its_largest_picture():
    small, large = torch.full((3, 2, 3), -1.0), torch.ones(3, 4, 5)
    sheet = contact_sheet([small, small, large], columns=2)
    assert sheet.size == (2 * 5 + 4, 2 * 4 + 4)
    black = (np.asarray(sheet) == 0).all(-1)
    assert black[:2, :3].all()
    assert black[:2, 9:12].all()
    assert black.sum() == 2 * 6


def test_contact_sheet(picture):
    sheet = contact_sheet([picture] * 5, columns=2)
    assert sheet.size == (2 * 32 + 4, 3 * 24 + 2 * 4)
    assert sheet.getpixel((33, 0)) == sheet.getpixel((67, 79)) == (255, 255, 255)
    assert sheet.crop((36, 28, 68, 52)).tobytes() == to_image(picture).tobytes()
    assert contact_sheet(picture[None], scale=3).size == (96, 72)


def test_fingerprint(picture):
    assert fingerprint(picture) == fingerprint(picture + 1e-4)
    assert fingerprint(picture) != fingerprint(picture.roll(1, -1))
    assert fingerprint(picture) != fingerprint(picture.reshape(3, 32, 24))


def test_recoloured_has_the_other_s_mean_and_covariance():
    generator = torch.Generator().manual_seed(0)
    mixing = torch.tensor([[0.2, 0.1, 0], [0.05, 0.15, 0.1], [0, 0.05, 0.1]])
    picture = 0.1 * torch.randn(3, 20, 30, generator=generator)
    like = (mixing @ torch.randn(3, 400, generator=generator)).reshape(3, 20, 20) * 0.5 + 0.1
    moved = recoloured(picture, like)
    torch.testing.assert_close(moved.mean((1, 2)), like.mean((1, 2)), atol=1e-3, rtol=0)
    torch.testing.assert_close(moved.flatten(1).cov(), like.flatten(1).cov(), atol=1e-3, rtol=0)
    torch.testing.assert_close(recoloured(picture, picture), picture, atol=1e-5, rtol=0)
    grey = torch.zeros(3, 5, 5)
    torch.testing.assert_close(recoloured(grey, like), like.mean((1, 2))[:, None, None].expand(3, 5, 5))
