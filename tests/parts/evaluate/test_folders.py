"""sindiff evaluate of whatever people keep in folders: kinds of files, doubles, hostile notes, many and large ones."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sindiff import metrics
from sindiff.metrics.folders import load_pair, recorded_long_side
from sindiff.pictures.images import load_pictures


@pytest.fixture
def samples(pixels, tmp_path):
    """Three samples, 000.png to 002.png."""
    folder = tmp_path / "samples"
    folder.mkdir()
    for n in range(3):
        Image.fromarray(np.roll(pixels, 5 * n + 3, axis=1)).save(folder / f"{n:03d}.png")
    return folder


# Kinds and names of files.


@pytest.mark.parametrize("suffix", ["tif", "tiff", "bmp", "webp", "WEBP"])
def test_samples_of_any_kind_count(found, picture_file, samples, suffix):
    before = found(picture_file, samples)
    for file in list(samples.iterdir()):
        options = {"lossless": True} if suffix.lower() == "webp" else {}
        Image.open(file).save(file.with_suffix(f".{suffix}"), **options)
        file.unlink()
    assert found(picture_file, samples) == before
    samples.rename(samples.with_name(picture_file.stem))
    assert found(picture_file.parent, samples.parent)["pictures"][picture_file.name] == before


def test_two_of_one_name_are_named(command, picture_file, samples):
    Image.open(samples / "001.png").save(samples / "001.jpg")
    command("evaluate", picture_file, samples).fails("001.png: 001.jpg has the same name, and only one of them can")


def test_a_file_and_a_folder_of_a_picture_s_name_are_named(command, pixels, samples, tmp_path):
    (tmp_path / "real").mkdir()
    Image.fromarray(pixels).save(tmp_path / "real/hill.png")
    made = tmp_path / "made"
    made.mkdir()
    samples.rename(made / "hill")
    for name in ("lake.png", "lake.jpg"):
        Image.fromarray(pixels).save(made / name)
    command("evaluate", tmp_path / "real", made).works()
    Image.fromarray(pixels).save(made / "hill.png")
    command("evaluate", tmp_path / "real", made).fails("hill.png: hill has the same name")
    (made / "hill.png").unlink()
    Image.fromarray(pixels).save(tmp_path / "real/hill.jpg")
    command("evaluate", tmp_path / "real", made).fails("hill.png: hill.jpg has the same name")


def test_a_training_is_no_folder_of_samples(command, found, run_folder, picture_file, pixels, tmp_path):
    command("evaluate", picture_file, run_folder).fails(f"{run_folder}: holds a training, no samples")
    (tmp_path / "small").mkdir()
    for name in ("train_state.pt", "picture.png"):
        (tmp_path / "small" / name).write_bytes((run_folder / name).read_bytes())
    command("evaluate", picture_file.parent, tmp_path).fails("holds a training, no samples")
    Image.fromarray(pixels).save(tmp_path / "small/000.png")
    assert found(picture_file, tmp_path / "small")["samples"] == 1


def test_swapped_arguments_are_told(command, picture_file, samples):
    for picture in (picture_file, "balloons"):
        command("evaluate", samples, picture).fails("give the picture first, then its samples")
    command("evaluate", samples, samples / "missing").fails("missing: no such folder")


# Notes of others.


@pytest.mark.parametrize(
    "sides",
    ["[1e999, 5]", '"64"', "[3]", "[-5, -7]", "[true, true]", "[" * 100_000, "[3, 900]", "[48, 64, 65]", "[9.5, 9]"],
)
def test_a_side_that_is_none_is_unknown(found, picture_file, samples, sides):
    before = found(picture_file, samples)
    (samples / "settings.json").write_text(f'{{"trained_at": {sides}, "photo_at": {sides}}}')
    assert recorded_long_side(samples, "trained_at") is recorded_long_side(samples, "photo_at") is None
    assert found(picture_file, samples) == before


# Flat pictures.


def test_a_picture_of_one_colour(command, samples, tmp_path):
    Image.new("RGB", (32, 24), (120, 119, 118)).save(tmp_path / "flat.png")
    finished = command("evaluate", tmp_path / "flat.png", samples)
    record = json.loads(finished.out)
    for name in ("diversity", "incoherence", "incoherence_2", "missing", "copied", "diversity_layout"):
        assert record[name] is None
    assert all(record[name] < 2 for name in ("swd", "swd_2", "swd_scales"))
    assert sum("the picture is of one colour" in line for line in finished.err.splitlines()) == 2


def test_flat_samples_and_pictures_that_are_flat_once_reduced(found, picture_file, tmp_path):
    for folder in ("flat", "board"):
        (tmp_path / folder).mkdir()
    board = (np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)
    Image.fromarray(board).save(tmp_path / "board.png")
    for n in range(2):
        Image.new("RGB", (32, 24), (n, 0, 0)).save(tmp_path / f"flat/{n:03d}.png")
        Image.fromarray(board ^ np.uint8(n)).save(tmp_path / f"board/{n:03d}.png")
    assert all(value < 10 for name, value in found(picture_file, tmp_path / "flat").items() if value is not None)
    record = found(tmp_path / "board.png", tmp_path / "board")
    assert record["incoherence"] < 1
    assert record["incoherence_2"] is None
    assert all(value < 10 for value in record.values() if value is not None)


# Large ones and many.


def test_large_pictures_are_measured_at_the_paper_s_size(command, found, tmp_path):
    generator = np.random.default_rng(0)
    large = Image.fromarray(generator.integers(0, 256, (30, 40, 3), np.uint8)).resize((1200, 900))
    large.save(tmp_path / "photo.png")
    (tmp_path / "new").mkdir()
    large.crop((0, 0, 600, 900)).save(tmp_path / "new/000.png")
    (tmp_path / "new/settings.json").write_text('{"photo_at": [900, 1200]}')
    picture, samples = load_pair(tmp_path / "photo.png", tmp_path / "new", None)
    assert (tuple(picture.shape), tuple(samples.shape)) == ((3, 217, 289), (1, 3, 217, 144))
    finished = command("evaluate", tmp_path / "photo.png", tmp_path / "new", "--weights", tmp_path / "none")
    (line,) = [line for line in finished.err.splitlines() if "--long-side" in line]
    assert "samples of 900x600 px, at 217x144 px" in line
    picture, samples = load_pair(tmp_path / "photo.png", tmp_path / "new", 64)
    assert (tuple(picture.shape), tuple(samples.shape)) == ((3, 48, 64), (1, 3, 64, 43))


def test_pictures_of_the_paper_s_size_are_measured_as_they_are(tmp_path):
    Image.new("RGB", (250, 188)).save(tmp_path / "photo.png")
    assert load_pair(tmp_path / "photo.png", tmp_path / "photo.png", None)[1].shape == (1, 3, 188, 250)


def test_a_strip_keeps_what_patches_need(tmp_path):
    Image.new("RGB", (9000, 40)).save(tmp_path / "strip.png")
    assert load_pair(tmp_path / "strip.png", tmp_path / "strip.png", None)[1].shape == (1, 3, 28, 6300)


def test_of_very_many_some_are_measured(command, picture_file, samples, monkeypatch, tmp_path):
    monkeypatch.setattr("sindiff.metrics.folders.PIXELS_IN_ALL", 2 * 24 * 32)
    finished = command("evaluate", picture_file, samples, "--weights", tmp_path / "none")
    assert "2 of 3 samples, spread evenly" in finished.err
    record = json.loads(finished.out)
    picture, taken = load_pair(picture_file, samples, None)
    assert record["samples"] == 2
    assert record["swd"] == pytest.approx(metrics.evaluate(picture, taken).swd)
    whole = load_pictures(samples)
    assert all(any((sample == one).all() for one in whole) for sample in taken)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux")
def test_many_samples_take_little_memory(picture_file, tmp_path):
    """1,500 of them, in a process of its own."""
    pixels = np.array(Image.open(picture_file))
    for n in range(1500):
        Image.fromarray(np.roll(pixels, n, axis=1)).save(tmp_path / f"{n:04d}.png", compress_level=0)
    code = (
        "import sys; from pathlib import Path; import torch; from sindiff.metrics.evaluation import at_scale\n"
        "from sindiff.metrics.folders import load_pair; torch.set_num_threads(1)\n"
        "picture, samples = load_pair(Path(sys.argv[1]), Path(sys.argv[2]), None)\n"
        "at_scale(picture, samples[::5], 2)\n"
        "print(len(samples), *[line for line in open('/proc/self/status') if 'VmHWM' in line])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, picture_file, tmp_path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    number, _, kilobytes, _ = done.stdout.split()
    assert int(number) == 1500
    assert int(kilobytes) < 400_000
