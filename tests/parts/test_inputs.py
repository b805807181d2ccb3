"""The drawings, edits and composites that come with sindiff: made again, and what they are for."""

import importlib
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops

from sindiff.applications.inpainting import require_mask
from sindiff.pictures.images import load_picture, read_image
from sindiff.pictures.masks import load_mask

ROOT = Path(__file__).parents[2]
INPUTS = ROOT / "data" / "inputs"
JPEG = 0.5  # encoders and decoders may differ by so much, on average

sys.path.insert(0, str(ROOT / "scripts" / "data"))

make_inputs = importlib.import_module("make_inputs")


@pytest.fixture(scope="module", params=make_inputs.DRAWINGS)
def name(request):
    return request.param


def pixels(image):
    return np.asarray(image.convert("RGB")).astype(int)


def test_the_script_makes_them_again(name, tmp_path):
    """Drawings and masks to the bit; what is cut from a JPEG as far as encoders and decoders agree."""
    size, made = Image.open(ROOT / "data" / f"{name}.jpg").size, make_inputs.inputs(name)
    assert [*made] == [f"{name}_{kind}.{suffix}" for kind, suffix in make_inputs.SUFFIXES.items()]
    for file, picture in made.items():
        make_inputs.save(picture, tmp_path / file)
        assert Image.open(INPUTS / file).size == size
        off = abs(pixels(Image.open(tmp_path / file)) - pixels(Image.open(INPUTS / file)))
        assert off.mean() <= JPEG if file.endswith(".jpg") else off.max() == 0, file


def test_nothing_else_lies_there_and_all_is_small():
    made = product(make_inputs.DRAWINGS, make_inputs.SUFFIXES.items())
    assert {path.name for path in INPUTS.iterdir()} == {f"{name}_{kind}.{suffix}" for name, (kind, suffix) in made}
    assert sum(path.stat().st_size for path in INPUTS.iterdir()) < 3_500_000


def test_drawings_are_flat(name):
    """Neighbours are nearly always of the very same colour, which is true of no painting."""
    flat = [
        (np.diff(pixels(Image.open(path)), axis=1) == 0).all(-1).mean()
        for path in (INPUTS / f"{name}_drawing.png", ROOT / "data" / f"{name}.jpg")
    ]
    assert flat[1] < 0.2 < 0.9 < flat[0]


def test_masks_cover_what_was_pasted(name, monkeypatch):
    monkeypatch.setattr(make_inputs, "AROUND", 0)  # to widen a mask takes seconds
    composite, _ = make_inputs.composite(name)
    changed = np.asarray(ImageChops.difference(read_image(ROOT / "data" / f"{name}.jpg"), composite)).any(-1)
    white = np.asarray(Image.open(INPUTS / f"{name}_mask.png"))
    assert set(np.unique(white)) == {0, 255}
    assert changed.any()
    assert (white[changed] == 255).all()
    assert (white == 255).sum() < 2 * changed.sum()


def test_they_come_in_at_the_size_of_the_models(name):
    files = [INPUTS / f"{name}_{kind}.{make_inputs.SUFFIXES[kind]}" for kind in ("drawing", "edited", "composite")]
    trained = load_picture(ROOT / "data" / f"{name}.jpg", 64)
    assert {load_picture(file, 64).shape for file in files} == {trained.shape}
    require_mask(load_mask(INPUTS / f"{name}_mask.png", files[-1], tuple(trained.shape[1:])), trained)
