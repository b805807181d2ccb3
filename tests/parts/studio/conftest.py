"""A studio on a small photo of the reader's, in which a training takes a second."""

from dataclasses import replace

import pytest

from sindiff.lab import setup
from sindiff.lab.studio import Studio
from sindiff.pictures.bundled import data_folder
from sindiff.pictures.images import load_picture, resize, to_image

from .hands import SIZE


@pytest.fixture(scope="module")
def photo():
    return resize(load_picture(data_folder() / "peaks.jpg"), *SIZE)


@pytest.fixture
def lab(photo, tmp_path, monkeypatch):
    """A photo of the reader's, larger than its layouts, and so few steps that a training takes a second."""
    monkeypatch.setattr("sindiff.lab.runner.PAUSE", 0)
    monkeypatch.setattr("sindiff.lab.studio.FIRST", 2)
    to_image(photo).save(tmp_path / "mine.png")
    lab = setup("13_studio", "smoke", tmp_path / "mine.png", seed=3, out_dir=tmp_path / "out", device="cpu")
    preset = replace(lab.preset, long_side=16, sample_steps=4, train=replace(lab.preset.train, steps=6))
    return replace(lab, preset=preset)


@pytest.fixture
def studio(lab):
    studio = Studio(lab, background=False)
    studio.many.value = 1
    return studio
