"""Files that are no pictures, or hardly, are refused in one line."""

import io
import os
import shlex
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image, TiffImagePlugin

from sindiff.pictures.images import load_picture
from sindiff.pictures.reading import MOST_PIXELS, read_image

from .refused_pictures import refusal

SERVICE = """
import os, sys
if sys.__stderr__:
    os.close(2)
from sindiff.pictures import load_picture
for stdin in (0, None):
    for path in sys.argv[1:]:
        try:
            print(*load_picture(path).shape)
        except ValueError as error:
            print(error)
    if stdin == 0:
        os.close(stdin)
"""
FORKED = """
import os, sys, threading
from sindiff.machine.quiet import unheard
from sindiff.pictures import load_picture
inside, go_on = threading.Event(), threading.Event()
def other():
    with unheard():
        inside.set()
        go_on.wait()
thread = threading.Thread(target=other)
thread.start()
inside.wait()
threading.Timer(0.2, go_on.set).start()
if child := os.fork():
    print(os.waitpid(child, 0)[1])
else:
    load_picture(sys.argv[1])
    os.write(2, b"heard")
    os._exit(0)
"""


def read_or_refused(path):
    try:
        picture = load_picture(path)
    except ValueError as error:
        assert str(error).startswith(f"{path}: ")  # noqa: PT017
    else:
        assert picture.isfinite().all()


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "bmp", "webp", "tif"])
def test_truncated_files_are_refused(image, tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    image.save(path)
    whole = path.read_bytes()
    for share in (0.01, 0.3, 0.6, 0.9):
        path.write_bytes(whole[: int(share * len(whole))])
        refusal(path)


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "webp"])
def test_damaged_files_are_read_or_refused(image, tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(path, **({} if suffix == "gif" else {"exif": exif}))
    whole = path.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 150)):
        for byte in (0, 0x41, 0xFF):
            path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
            read_or_refused(path)


@pytest.fixture
def damaged_tiff(image, tmp_path):
    return save_damaged_tiff(image, tmp_path / "x.tif", "tiff_lzw")


def save_damaged_tiff(image, path, compression):
    image.save(path, compression=compression)
    start = Image.open(path).tag_v2[TiffImagePlugin.STRIPOFFSETS][0]
    whole = path.read_bytes()
    path.write_bytes(whole[:start] + bytes([255]) * 60 + whole[start + 60 :])
    return path


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate"])
def test_a_tiff_whose_pixels_are_damaged_is_refused(image, tmp_path, compression):
    assert "damaged picture" in refusal(save_damaged_tiff(image, tmp_path / "x.tif", compression))


def test_what_libtiff_finds_is_told_once(damaged_tiff, capfd):
    assert "damaged picture" in refusal(damaged_tiff)
    assert capfd.readouterr().err == ""


def test_stderr_is_as_before_after_many_threads(damaged_tiff, capfd):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(refusal, 64 * [damaged_tiff]))
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


@pytest.mark.parametrize("begun", ["", " 2>&-"])
def test_tiffs_without_a_stderr(image, damaged_tiff, tmp_path, begun):
    """A file that is opened then has number 2; or 0, once stdin is closed too."""
    whole = tmp_path / "whole.tif"
    image.save(whole, compression="tiff_lzw")
    asked = shlex.join([sys.executable, "-c", SERVICE, str(whole), str(damaged_tiff)]) + begun
    answers = subprocess.run(asked, shell=True, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    assert answers[::2] == 2 * [f"3 {image.height} {image.width}"]
    assert all(answer.startswith(f"{damaged_tiff}: damaged picture") for answer in answers[1::2])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_fork_while_a_tiff_is_read_is_heard(image, tmp_path):
    image.save(tmp_path / "x.tif", compression="tiff_lzw")
    asked = [sys.executable, "-W", "ignore", "-c", FORKED, tmp_path / "x.tif"]
    finished = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True)
    assert (finished.stdout, finished.stderr) == ("0\n", "heard")


def test_a_png_that_ends_in_a_text_after_its_pixels(image, tmp_path):
    """All pixels are there."""
    content, text = io.BytesIO(), b"tEXtComment\0" + 40 * b"x"
    image.save(content, "png")
    whole = content.getvalue()
    end = whole.index(b"IEND") - 4
    (tmp_path / "x.png").write_bytes(whole[:end] + struct.pack(">I", len(text) - 4) + text[:20])
    assert read_image(tmp_path / "x.png").size == image.size


@pytest.mark.parametrize("suffix", ["webp", "avif", "gif", "png"])
def test_films_whose_first_frame_is_damaged(image, tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    image.save(path, save_all=True, append_images=[image.rotate(180)], **({} if suffix == "gif" else {"quality": 90}))
    whole = path.read_bytes()
    for place in range(40, len(whole) // 2, 17):
        path.write_bytes(whole[:place] + bytes(9) + whole[place + 9 :])
        read_or_refused(path)


def test_an_icon_that_holds_more_than_it_says(tmp_path):
    """Pillow looks at the size that its header tells, and takes up to 179 million pixels."""
    Image.new("1", (16, 16)).save(tmp_path / "x.ico", sizes=[(16, 16)])
    whole, large = (tmp_path / "x.ico").read_bytes(), io.BytesIO()
    Image.new("1", (13_000, 13_000)).save(large, "PNG")
    entry = whole[6:14] + struct.pack("<II", large.tell(), 22)
    (tmp_path / "x.ico").write_bytes(whole[:6] + entry + large.getvalue())
    assert "more than 100,000,000 pixels" in refusal(tmp_path / "x.ico")


def test_decoders_that_fail_in_their_own_way_are_caught(picture_file, monkeypatch):
    """Pillow's AVIF decoder raises RuntimeError for damaged files."""

    def fail(path):
        raise RuntimeError("Failed to decode image: Missing or empty image item")

    monkeypatch.setattr(Image, "open", fail)
    assert "damaged picture (Failed to decode" in refusal(picture_file)


def test_what_is_no_picture_is_refused(tmp_path):
    (tmp_path / "empty.png").touch()
    assert "is an empty file" in refusal(tmp_path / "empty.png")
    (tmp_path / "text.jpg").write_text("no picture")
    assert "is not a picture" in refusal(tmp_path / "text.jpg")
    assert "no such file" in refusal(tmp_path / "missing.png")
    assert "is a folder" in refusal(tmp_path)


def png_that_claims(width, height):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"\0" * 1000)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("size", [(50_000, 50_000), (10_001, 10_000), (1, MOST_PIXELS + 1)])
def test_decompression_bombs_are_refused(tmp_path, size):
    (tmp_path / "bomb.png").write_bytes(png_that_claims(*size))
    assert "more than 100,000,000 pixels" in refusal(tmp_path / "bomb.png")


def test_large_pictures_below_the_limit_pass_without_a_warning(tmp_path, recwarn):
    """Pillow itself warns from 89 million pixels on; this file ends too early, which shows that it was decoded."""
    (tmp_path / "large.png").write_bytes(png_that_claims(10_000, 9_500))
    assert "damaged picture" in refusal(tmp_path / "large.png")
    pillows = [warning for warning in recwarn if issubclass(warning.category, Image.DecompressionBombWarning)]
    assert not pillows  # others may come from what the collector finds of earlier tests: sockets, loops
