"""A gray photo gives gray pictures, whatever draws them, but for what is known in colour."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

import sindiff.cli.applications
from sindiff import generate, load_model, load_picture, untrained
from sindiff.applications import Draw, Recipe, animate, inpaint, paint, text_guided
from sindiff.model import at_learned_size
from sindiff.pictures.images import is_gray, to_tensor

QUICK = Draw(2, steps=3)
COLOURED = torch.rand(3, 36, 48, generator=torch.Generator().manual_seed(1)) * 2 - 1


@pytest.fixture(scope="module")
def photo(pixels):
    """72x96 px."""
    image = Image.fromarray(pixels).convert("L").resize((96, 72), Image.Resampling.BICUBIC)
    return to_tensor(image.convert("RGB"))


@pytest.fixture(scope="module")
def run(command, photo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("gray")
    Image.fromarray(((photo[0] + 1) * 127.5).round().byte().numpy()).save(folder / "photo.jpg", quality=80)
    arguments = ("--preset", "smoke", "--steps", 2, "--device", "cpu", "--out", folder / "run")
    command("train", folder / "photo.jpg", *arguments).works()
    return folder / "run"


def without_colours(pictures):
    return torch.equal(pictures, pictures[:, :1].expand_as(pictures))


@pytest.mark.parametrize("detail", ["photo", "none"])
@pytest.mark.parametrize("kind", ["trained", "untrained"])
def test_results_are_gray(run, photo, kind, detail):
    source = load_model(run) if kind == "trained" else untrained(photo, 24)
    source = source if detail == "photo" else at_learned_size(source)
    assert source.gray
    size = (36, 48) if detail == "photo" else (24, 32)
    coloured = COLOURED[:, : size[0], : size[1]]

    def red(picture, t):
        return picture[:, 0].mean((1, 2)) - picture[:, 1].mean((1, 2))

    for made in (
        generate(source, 2, size, steps=3),
        text_guided(source, [red], 0.1, size, QUICK),
        paint(source, coloured, Recipe(0.9, 4, 0.15), QUICK),
        animate(source, draw=QUICK, size=size),
    ):
        assert without_colours(made)


def test_what_is_known_keeps_its_colours(run):
    mask = torch.zeros(1, 36, 48)
    mask[:, 10:20, 12:30] = 1
    for source in (load_model(run), at_learned_size(load_model(run))):
        made = inpaint(source, COLOURED, mask, QUICK, passes=1)
        assert torch.equal(made[:, :, mask[0] == 0], COLOURED[:, mask[0] == 0].expand(2, -1, -1))
        assert without_colours(made[:, :, mask[0] == 1])


def test_pictures_made_in_files_are_gray(command, run, tmp_path, monkeypatch):
    monkeypatch.setattr(sindiff.cli.applications, "IN_MEMORY", 0)
    command("sample", run, "--n", 1, "--steps", 2, "--out", tmp_path / "a").works()
    pixels = np.asarray(Image.open(tmp_path / "a/000.tif"))
    assert (pixels == pixels[..., :1]).all()
    assert pixels.std() > 0


def test_a_model_of_before_knows_it_from_its_photo(run, tmp_path):
    for file in ("model.safetensors", "photo.webp"):
        (tmp_path / file).write_bytes((run / file).read_bytes())
    config = json.loads((run / "config.json").read_text())
    assert config.pop("gray") is True
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert load_model(tmp_path).gray


def test_little_is_left_of_colours_in_a_gray_jpeg(photo, picture, tmp_path):
    Image.fromarray(((photo.permute(1, 2, 0) + 1) * 127.5).round().byte().numpy()).save(tmp_path / "x.jpg", quality=60)
    assert is_gray(load_picture(tmp_path / "x.jpg"))
    assert not is_gray(picture)
    tinted = photo.clone()
    tinted[0] += 6 / 127.5
    assert not is_gray(tinted)
