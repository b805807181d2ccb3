"""Pictures larger than memory, in files: equal to those from memory, and refused before anything is written."""

import numpy as np
import pytest
import torch
from PIL import Image

from sindiff.applications.sampling import generate
from sindiff.large import plan
from sindiff.large import sample as large
from sindiff.large.canvas import Canvas, save_canvas
from sindiff.large.plan import amount, plan_pictures
from sindiff.large.sample import sample_to_files
from sindiff.pictures.images import to_image

EXACT = 1e-5


def canvas(height, width, seed=0):
    return torch.randn(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def difference(a, b):
    return (a - b).abs().max().item()


def test_a_canvas_is_read_as_it_was_written(tmp_path):
    file = Canvas(tmp_path / "x", 7, 5)
    assert not file.allocated()
    file.allocate()
    assert file.allocated()
    assert file.nbytes == 4 * 7 * 5 * 3
    x, patch = canvas(7, 5), canvas(2, 3, seed=1)
    file.write(slice(0, 7), slice(0, 5), x)
    file.write(slice(4, 6), slice(1, 4), patch)
    x[..., 4:6, 1:4] = patch
    assert torch.equal(file.read(slice(0, 7), slice(0, 5)), x)
    rows, columns = np.array([6, 0, 0]), np.array([4, 1])
    assert torch.equal(file.read(rows, columns), x[..., rows, :][..., columns])


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_canvas_becomes_a_picture(tmp_path, suffix):
    file = Canvas(tmp_path / "x", 70, 300)
    file.allocate()
    x = canvas(70, 300)
    file.write(slice(0, 70), slice(0, 300), x)
    save_canvas(file, tmp_path / f"picture{suffix}")
    image = Image.open(tmp_path / f"picture{suffix}")
    assert image.mode == "RGB"
    assert np.array_equal(np.asarray(image), np.asarray(to_image(x[0])))


@pytest.mark.parametrize(
    ("name", "size", "sampler", "tile", "wrap"),
    [
        ("1", (24, 40), "dpmpp", 8, ""),
        ("1", (24, 31), "ddim", 8, "x"),
        ("1", (20, 23), "ddpm", 7, "xy"),
        ("2", (59, 11), "dpmpp", 8, ""),
        ("2", (3, 30), "dpmpp", 2, "x"),
        ("group", (15, 16), "dpmpp", None, "x"),
        ("mixed", (40, 31), "dpmpp", 6, ""),
        ("mixed", (24, 30), "ddpm", 8, "xy"),
        ("2", (1, 1), "ddim", 256, ""),
    ],
)
def test_pictures_from_files_equal_those_from_memory(
    models, tmp_path, monkeypatch, no_waiting, name, size, sampler, tile, wrap
):
    found = []
    monkeypatch.setattr(large, "save_canvas", lambda file, path: (found.append(whole(file)), save_canvas(file, path)))
    arguments = {"size": size, "sampler": sampler, "steps": 5, "seed": 7}
    paths = [tmp_path / "0.png", tmp_path / "1.tif"]
    model = models[name].joined(wrap)
    cut = model.in_tiles(tile) if tile else model
    states = list(sample_to_files(plan_pictures(cut, paths, **arguments, batch_size=2)))
    expected = generate(model, 2, **arguments)
    assert difference(torch.cat(found).clamp(-1, 1), expected) <= EXACT
    for path, picture in zip(paths, expected, strict=True):
        pixels = np.asarray(Image.open(path)).astype(int) - np.asarray(to_image(picture)).astype(int)
        assert abs(pixels).max() <= 1
    assert states[0] == (0, len(states) - 1)
    assert states[-1] == (len(states) - 1,) * 2
    assert sorted(file.name for file in tmp_path.iterdir()) == ["0.png", "1.tif"]


def whole(file):
    return file.read(slice(0, file.height), slice(0, file.width))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"size": (0, 8)}, "positive"),
        ({"size": (10**9, 8)}, "1,000,000 pixels at most"),
        ({"size": (10**6, 10**6)}, "TB on the disk"),
        ({"tile": 0}, "multiples of 1 px"),
        ({"tile": -8}, "multiples of 1 px"),
        ({"batch_size": 0}, "positive"),
        ({"sampler": "euler"}, "unknown sampler"),
        ({"steps": 1001}, "number of steps"),
        ({"seed": -1}, "seed"),
    ],
)
def test_refusals(models, tmp_path, changes, message):
    arguments = {"size": (26, 36), "steps": 4, "seed": 5, "batch_size": 1, **changes}
    tile = arguments.pop("tile", 8)
    with pytest.raises(ValueError, match=message):
        plan_pictures(models["1"].in_tiles(tile), [tmp_path / "0.png"], **arguments)
    assert list(tmp_path.iterdir()) == []


def test_refused_if_memory_disk_or_norm_will_not_do(models, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="statistics over the whole canvas"):
        models["group"].in_tiles(16)
    with monkeypatch.context() as patch:
        patch.setattr(plan, "memory_of", lambda device: 5e9)
        plan_pictures(models["2"].in_tiles(256), [tmp_path / "0.png"], (2048, 2048))
        with pytest.raises(ValueError, match="GB of memory at once, and there are 5 GB"):
            plan_pictures(models["2"], [tmp_path / "0.png"], (2048, 2048))
        small, big = (
            plan_pictures(models["mixed"].in_tiles(256), [tmp_path / "0.png"], (side, side)).memory_bytes
            for side in (1024, 2048)
        )
        assert big - small == 4 * 32 / 2**2 * plan.FEATURE_MAPS * 3 * 2**20
    usage = type("Usage", (), {"free": 10**6})
    monkeypatch.setattr(plan.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(ValueError, match=r"needs 0.0033 GB on the disk, and .* has room for 0.001 GB"):
        plan_pictures(models["2"], [tmp_path / "0.png"], (256, 256))
    assert list(tmp_path.iterdir()) == []


def test_amounts_for_readers():
    assert [amount(n) for n in (34.6e6, 2.34e9, 51e9, 4.8e19)] == ["0.035 GB", "2.3 GB", "51 GB", "48,000,000 TB"]
