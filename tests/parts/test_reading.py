"""Picture files of all origins: colour profiles, odd metadata, cameras' sizes, and what is no picture."""

import io
import random
import struct

import numpy as np
import pytest
import torch
from PIL import Image, ImageCms, PngImagePlugin

from sindiff.pictures.images import load_picture, to_image
from sindiff.pictures.reading import is_cut_off, picture_size, read_image

WIDE = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060)  # Display P3's primaries, x and y of red, green and blue
COLOUR = (200, 60, 40)


def profile(colours, primaries=WIDE):
    """A small ICC profile, RGB with the curve of gamma 2.2, or GRAY with gamma 1."""

    def fixed(*values):
        return struct.pack(f">{len(values)}i", *(round(65536 * value) for value in values))

    def curve(gamma):
        return b"curv" + struct.pack(">IIH", 0, 1, round(256 * gamma)) + b"\0\0"

    white = np.array([0.9642, 1, 0.8249])
    tags = {b"wtpt": b"XYZ " + bytes(4) + fixed(*white), b"cprt": b"text" + bytes(5)}
    tags[b"desc"] = b"desc" + struct.pack(">II", 0, 5) + b"test\0" + bytes(78)
    if colours == b"GRAY":
        tags[b"kTRC"] = curve(1)
    else:
        x, y = np.array(primaries).reshape(3, 2).T
        columns = np.array([x / y, np.ones(3), (1 - x - y) / y])
        columns = columns * np.linalg.solve(columns, white)
        for name, column in zip((b"r", b"g", b"b"), columns.T, strict=True):
            tags[name + b"XYZ"], tags[name + b"TRC"] = b"XYZ " + bytes(4) + fixed(*column), curve(2.2)
    table, data, start = b"", b"", 132 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    head = struct.pack(">I4sI4s4s4s", start + len(data), bytes(4), 0x02100000, b"mntr", colours, b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + fixed(*white) + bytes(48)
    return head + struct.pack(">I", len(tags)) + table + data


def press(tables=1):
    """A small ICC profile of CMYK, by which every ink gives black; or one with no table of what inks give."""
    inks = np.stack(np.meshgrid(*[[0, 255]] * 4, indexing="ij"), -1).reshape(16, 4)
    lab = np.full((16, 3), 128, np.uint8)
    lab[:, 0] = 255 - inks.max(1)
    same = bytes(range(256))
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + struct.pack(">9i", *(65536 * np.eye(3, dtype=int)).ravel())
    table += 4 * same + lab.tobytes() + 3 * same
    content = struct.pack(">I", tables) + tables * (struct.pack(">4sII", b"A2B0", 144, len(table)) + table)
    head = struct.pack(">I4sI4s4s4s", 128 + len(content), bytes(4), 0x02100000, b"prtr", b"CMYK", b"Lab ")
    return head + bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061) + bytes(48) + content


def seen(path):
    return to_image(load_picture(path)).getpixel((5, 5))


def expected_in_srgb(image, icc):
    given = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    return ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode="RGB").getpixel((5, 5))


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
def test_colours_are_those_of_the_profile(tmp_path, suffix):
    options = {"quality": 100, "subsampling": 0} if suffix == "jpg" else {"lossless": True}
    Image.new("RGB", (16, 12), COLOUR).save(tmp_path / f"x.{suffix}", icc_profile=profile(b"RGB "), **options)
    found = seen(tmp_path / f"x.{suffix}")
    assert found[0] > 210 > 60 > found[1] > found[2]
    wanted = expected_in_srgb(Image.new("RGB", (16, 12), COLOUR), profile(b"RGB "))
    assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= 2


def test_the_profile_of_srgb_changes_nothing(pixels, tmp_path):
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(pixels).save(tmp_path / "x.png", icc_profile=srgb)
    assert np.array_equal(np.asarray(read_image(tmp_path / "x.png")), pixels)


@pytest.mark.parametrize("mode", ["RGBA", "P", "PA"])
def test_a_profile_goes_with_palettes_and_transparency(tmp_path, mode):
    image = Image.new("RGBA", (16, 12), COLOUR)
    image.paste((0, 0, 0, 0), (8, 0, 16, 12))
    image = image.quantize(4) if mode.startswith("P") else image
    image.save(tmp_path / "x.png", icc_profile=profile(b"RGB "))
    assert seen(tmp_path / "x.png") == expected_in_srgb(Image.new("RGB", (16, 12), COLOUR), profile(b"RGB "))
    assert to_image(load_picture(tmp_path / "x.png")).getpixel((12, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_profiles_of_gray(tmp_path, mode):
    image = Image.fromarray(np.full((12, 16), 100 * 257, np.uint16)) if mode == "I;16" else Image.new(mode, (16, 12))
    if mode != "I;16":
        image.paste((100, 255)[: len(mode)] if mode == "LA" else 100, (0, 0, 16, 12))
    image.save(tmp_path / "x.png", icc_profile=profile(b"GRAY"))
    red, green, blue = seen(tmp_path / "x.png")
    assert red == green == blue
    assert abs(red - 168) <= 2  # 100 of 255 by gamma 1


@pytest.mark.parametrize("icc", [b"garbage", b"", profile(b"GRAY"), profile(b"RGB ")[:200], bytes(400)])
def test_a_profile_that_does_not_serve_is_left_aside(tmp_path, icc):
    Image.new("RGB", (16, 12), COLOUR).save(tmp_path / "x.png", icc_profile=icc)
    assert seen(tmp_path / "x.png") == COLOUR
    Image.new("CMYK", (16, 12), (0, 255, 255, 0)).save(tmp_path / "x.tif", icc_profile=profile(b"RGB "))
    assert seen(tmp_path / "x.tif") == (255, 0, 0)


@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_colours_of_a_press_are_those_of_its_profile(tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    for icc, expected in ((press(), (0, 0, 0)), (None, (255, 0, 0))):
        Image.new("CMYK", (16, 12), (0, 255, 255, 0)).save(
            path, icc_profile=icc, **{"quality": 100} if suffix == "jpg" else {}
        )
        assert max(abs(a - b) for a, b in zip(seen(path), expected, strict=True)) <= 2


@pytest.mark.parametrize("icc", [press(tables=0), press()[:128], press()[:300], press()[:140], press()[:-900]])
@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_a_press_s_profile_that_does_not_serve_is_left_aside(tmp_path, icc, suffix):
    Image.new("CMYK", (16, 12), (0, 255, 255, 0)).save(tmp_path / f"x.{suffix}", icc_profile=icc)
    assert seen(tmp_path / f"x.{suffix}")[0] > 250
    assert max(seen(tmp_path / f"x.{suffix}")[1:]) < 5


# Metadata.


def exif(*entries):
    """An EXIF block with orientation 6 and these entries: tag, kind, count, value."""
    entries = sorted([(0x112, 3, 1, struct.pack("<HH", 6, 0)), *entries], key=lambda entry: entry[0])
    rows = [struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries]
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(rows)) + b"".join(rows) + bytes(4)


@pytest.mark.parametrize("suffix", ["jpg", "webp", "png"])
@pytest.mark.parametrize("entry", [(0x11A, 2, 4, b"7/1\0"), (0x9286, 5, 1, b"\0\0\0\0"), (0x10F, 5, 1, b"\1\0\0\0")])
def test_odd_metadata_costs_no_picture(tmp_path, suffix, entry):
    Image.new("RGB", (24, 18), COLOUR).save(tmp_path / f"x.{suffix}", exif=exif(entry))
    assert load_picture(tmp_path / f"x.{suffix}").shape == (3, 24, 18)
    assert picture_size(tmp_path / f"x.{suffix}") == (24, 18)


def test_pictures_open_whatever_their_metadata_hold(tmp_path):
    draw = random.Random(0)
    for _ in range(150):
        tags = draw.sample([0x11A, 0x128, 0x132, 0x8769, 0x8825, 0x9286, 0xA005, 0x927C, 0x14A, 0x2BC], 3)
        entries = [(tag, draw.randrange(15), draw.choice([0, 1, 4, 100]), draw.randbytes(4)) for tag in tags]
        path = tmp_path / f"x.{draw.choice(['jpg', 'png', 'webp'])}"
        Image.new("RGB", (24, 18), COLOUR).save(path, exif=exif(*entries))
        assert read_image(path).size == (18, 24)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_metadata_that_are_cut_off(tmp_path, suffix):
    """A picture is turned if they still say so, and otherwise it is known that they may have."""
    block = exif((0x10F, 2, 4, b"me\0\0"), (0x128, 3, 1, b"\2\0\0\0"))
    told = block.index(struct.pack("<HHI", 0x112, 3, 1)) + 12
    path = tmp_path / f"x.{suffix}"
    for end in (10, 15, 20, told - 1, told, told + 5, len(block)):
        Image.new("RGB", (24, 18), COLOUR).save(path, exif=block[:end])
        assert picture_size(path) == ((18, 24) if end < told else (24, 18))
        assert is_cut_off(path) == (end < told)


def test_long_notes_in_a_png(tmp_path):
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt("XML:com.adobe.xmp", "steps of an editor " * 10**5, zip=True)
    Image.new("RGB", (24, 18), COLOUR).save(tmp_path / "x.png", pnginfo=notes)
    assert seen(tmp_path / "x.png") == COLOUR


# Sizes.


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
def test_the_size_is_that_of_the_upright_picture(tmp_path, orientation, suffix):
    exif = Image.Exif()
    exif[0x112] = orientation
    Image.new("RGB", (24, 18)).save(tmp_path / f"x.{suffix}", exif=exif)
    assert picture_size(tmp_path / f"x.{suffix}") == read_image(tmp_path / f"x.{suffix}").size[::-1]


def test_a_large_jpeg_is_reduced_while_it_is_decoded(tmp_path):
    """So that it takes no more memory than a small one."""
    Image.linear_gradient("L").resize((12_000, 9_000), Image.Resampling.NEAREST).save(tmp_path / "x.jpg", quality=30)
    assert picture_size(tmp_path / "x.jpg") == (9_000, 12_000)
    assert read_image(tmp_path / "x.jpg", 64).size == (1_500, 1_125)
    rows = load_picture(tmp_path / "x.jpg", 64).mean((0, 2))
    assert (rows - torch.linspace(-1, 1, 48)).abs().max() < 0.05
    for long_side in (None, 12_000):
        with pytest.raises(ValueError, match=r"x.jpg: has more than 100,000,000 pixels; reduce it first"):
            load_picture(tmp_path / "x.jpg", long_side)


# What is no picture.


@pytest.mark.parametrize(
    ("beginning", "named"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC picture; pip install pillow-heif"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x20ftypisom\0\0\2\0isom", "film"),
        (b"\x1aE\xdf\xa3\x9fB\x86", "film"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'<?xml version="1.0"?>\n<!-- made by hand -->\n<svg width="3">', "SVG"),
        (b"%PDF-1.7\n", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n", "PostScript"),
        (b"<!DOCTYPE html>\n<html><body>", "web page"),
        (b"\xff\x0a\xfa\x1f", "JPEG XL"),
        (b"gimp xcf v011", "GIMP"),
        (b"PK\x03\x04\x14\0", "ZIP"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    ],
)
def test_what_is_no_picture_is_named_by_its_kind(tmp_path, beginning, named):
    (tmp_path / "x.jpg").write_bytes(beginning)
    for read in (read_image, picture_size):
        with pytest.raises(ValueError, match=rf"^{tmp_path}/x\.jpg: (is|stands) [^\n]*{named}"):
            read(tmp_path / "x.jpg")
