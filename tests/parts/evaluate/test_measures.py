"""sindiff evaluate over folders: pictures find their samples by name, and the JSON says what evaluate() measured."""

import json
from dataclasses import fields

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from sindiff import metrics
from sindiff.metrics import Evaluation
from sindiff.pictures.images import load_picture, load_pictures, resize


@pytest.fixture
def folders(pixels, tmp_path):
    """Three pictures; of the first two there are samples: three in a folder, and one file."""
    real, made = tmp_path / "real", tmp_path / "made"
    real.mkdir()
    (made / "hill").mkdir(parents=True)
    pictures = {"hill.png": pixels, "lake.jpg": pixels[:, ::-1], "wood.png": pixels[::-1]}
    for name, picture in pictures.items():
        Image.fromarray(np.ascontiguousarray(picture)).save(real / name)
    for n in range(3):
        Image.fromarray(np.roll(pixels, 5 * n + 3, axis=1)).save(made / "hill" / f"{n:03d}.png")
    Image.fromarray(np.roll(pixels, 4, axis=0)).save(made / "lake.png")
    return real, made


def measured(record):
    return {name: value for name, value in record.items() if value is not None}


def test_each_record_is_what_evaluate_measures(found, folders):
    real, made = folders
    record = found(real, made)
    assert list(record["pictures"]) == ["hill.png", "lake.jpg"]
    samples = {"hill.png": load_pictures(made / "hill"), "lake.jpg": load_picture(made / "lake.png")[None]}
    for name, pictures in samples.items():
        expected = metrics.evaluate(load_picture(real / name), pictures).numbers()
        assert measured(record["pictures"][name]) == pytest.approx(expected)


def test_a_folder_of_pictures_is_each_of_them_alone(found, folders):
    real, made = folders
    record = found(real, made)
    assert record["pictures"]["hill.png"] == found(real / "hill.png", made / "hill")
    assert record["pictures"]["lake.jpg"] == found(real / "lake.jpg", made / "lake.png")


def test_the_mean_leaves_out_what_one_picture_lacks(found, folders):
    """A single sample differs from no other, so its picture has no diversity, and neither has the mean."""
    record = found(*folders)
    hill, lake = record["pictures"].values()
    assert (hill["samples"], lake["samples"], record["mean"]["samples"]) == (3, 1, 2)
    assert hill["diversity"] > 0
    assert lake["diversity"] is record["mean"]["diversity"] is None
    for name in ("swd", "swd_scales", "copied", "nnf_diversity"):
        assert record["mean"][name] == pytest.approx((hill[name] + lake[name]) / 2)


def test_what_was_not_measured_is_said_once(command, folders, tmp_path):
    finished = command("evaluate", *folders, "--weights", tmp_path / "no weights")
    lines = finished.err.splitlines()
    assert len(lines) == 3
    assert sum("patches at 1/4 of the size" in line and "2 of 2 pictures" in line for line in lines) == 1
    assert all(line.startswith("not measured: ") for line in lines)
    assert sum("diversity" in line and line.endswith("1 of 2 pictures") for line in lines) == 1
    json.loads(finished.out)


def test_foreign_files_do_not_count(found, folders):
    real, made = folders
    before = found(real, made)
    for folder in (real, made, made / "hill"):
        (folder / "notes.txt").write_text("nothing")
        (folder / ".hidden.png").write_bytes(b"no picture")
    (made / "hill" / "sheet.png").write_bytes(b"no picture")
    (made / "other").mkdir()
    assert found(real, made) == before


def test_long_side_reduces_pictures_and_samples(found, folders):
    real, made = folders
    record = found(real, made, "--long-side", 16)["pictures"]["hill.png"]
    expected = metrics.evaluate(load_picture(real / "hill.png", 16), load_pictures(made / "hill", 16)).numbers()
    assert measured(record) == pytest.approx(expected)


def test_a_larger_picture_is_reduced_to_its_samples(found, folders, pixels):
    real, made = folders
    Image.fromarray(pixels).resize((128, 96)).save(real / "hill.png")
    expected = metrics.evaluate(load_picture(real / "hill.png", 32), load_pictures(made / "hill")).numbers()
    assert measured(found(real, made)["pictures"]["hill.png"]) == pytest.approx(expected)


def empty(folder):
    for file in folder.iterdir():
        file.unlink()


def other_names(real, made):
    for entry in list(made.iterdir()):
        entry.rename(made / f"x{entry.name}")


MISTAKES = {
    "samples of two sizes": (
        lambda real, made: Image.new("RGB", (20, 16)).save(made / "hill" / "003.png"),
        "003.png: is 16x20 px, but 000.png is 24x32; one folder, one size",
    ),
    "a damaged sample": (
        lambda real, made: (made / "hill" / "001.png").write_bytes(b"no"),
        "001.png: is not a picture",
    ),
    "a damaged picture": (lambda real, made: (real / "lake.jpg").write_bytes(b""), "lake.jpg: is an empty file"),
    "an empty folder of samples": (lambda real, made: empty(made / "hill"), "hill: holds no pictures"),
    "samples too small": (
        lambda real, made: Image.new("RGB", (8, 4)).save(made / "lake.png"),
        "lake.png: 4x8 px is too small",
    ),
    "no names in common": (other_names, "no samples named as"),
    "no pictures": (lambda real, made: empty(real), "no samples named as the pictures"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_gives_one_line_that_names_the_file(command, folders, name):
    spoil, message = MISTAKES[name]
    spoil(*folders)
    command("evaluate", *folders).fails(message)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_refused(picture, value):
    """No file holds such values, but a function's caller may."""
    samples = torch.stack([picture, picture])
    samples[1, 0, 3, 4] = value
    with pytest.raises(ValueError, match=r"not finite: 1$"):
        metrics.evaluate(picture, samples)
    with pytest.raises(ValueError, match="the picture holds values that are not finite"):
        metrics.evaluate(samples[1], samples[:1])


def test_help_names_every_measure(command):
    finished = command("evaluate", "--help")
    assert (finished.code, finished.err) == (0, "")
    named = set(finished.out.replace(",", " ").replace(";", " ").split())
    groups = {field.name.removesuffix("_2").removesuffix("_4").removesuffix("_layout") for field in fields(Evaluation)}
    assert groups - {"samples", "notes", "sifid_192"} <= named
    assert {"_2", "_4", "_192", "_layout"} <= {word.rstrip(".") for word in named}


def test_layout_is_seen_at_its_own_size(picture):
    """Noise that is gone at a quarter of the size makes two samples differ, and not copies, at full size only."""
    large = F.interpolate(picture[None], scale_factor=4, mode="bicubic")[0]
    grain = 0.5 * torch.randn(2, *large.shape, generator=torch.Generator().manual_seed(0))
    grain -= F.interpolate(F.avg_pool2d(grain, 4), scale_factor=4)
    found = metrics.evaluate(large, large + grain, layout=32)
    assert found.copied_layout > 0.9 > 2 * found.copied
    assert found.diversity > 5 * found.diversity_layout
    small = [resize(pictures, 24, 32) for pictures in (large, large + grain)]
    assert (found.copied_layout, found.nnf_diversity) == metrics.copying(*small)
    assert found.diversity_layout == metrics.pixel_diversity(*small)
    whole = metrics.evaluate(large, large + grain, layout=128)
    assert (whole.diversity_layout, whole.swd) == (whole.diversity, found.swd)


def test_full_size_is_measured_at_the_photo_s(found, folders, pixels):
    """settings.json of samples at full size tells that of the photo, beside that of the layout."""
    real, made = folders
    Image.fromarray(pixels).resize((64, 48)).save(real / "hill.png")
    for n, file in enumerate(sorted((made / "hill").iterdir())):
        Image.fromarray(np.roll(pixels, n, axis=1)).resize((64, 48)).save(file)
    (made / "hill" / "settings.json").write_text('{"trained_at": [24, 32], "photo_at": [48, 64]}')
    record = found(real, made)["pictures"]["hill.png"]
    pictures = load_picture(real / "hill.png"), load_pictures(made / "hill")
    assert measured(record) == pytest.approx(metrics.evaluate(*pictures, layout=32).numbers())
