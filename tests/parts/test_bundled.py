"""The pictures that come with sindiff: what is said of each is true, and all is small."""

import re

import pytest
import torch
from PIL import Image

from sindiff.checkpoint import load_model
from sindiff.pictures.bundled import bundled_pictures, data_folder
from sindiff.pictures.images import load_picture

DATA = data_folder()
PAINTINGS = [name for name, about in bundled_pictures().items() if about["author"] == "The sindiff authors"]


def said():
    """What LICENSES.md says: file -> (width, height), the rest of its line."""
    lines = (DATA / "LICENSES.md").read_text(encoding="utf-8").splitlines()
    rows = [re.match(r"\| `(\w+\.jpg)` \((\d+)×(\d+)\) \|(.*)", line) for line in lines]
    return {row[1]: ((int(row[2]), int(row[3])), row[4]) for row in rows if row}


def test_both_lists_name_the_same_files_and_these_are_there():
    listed = [about["file"] for about in bundled_pictures().values()]
    assert listed == list(said())
    assert sorted(listed) == sorted(path.name for path in DATA.glob("*.jpg"))


@pytest.mark.parametrize("name", bundled_pictures())
def test_size_author_and_licence_are_said(name):
    about = bundled_pictures()[name]
    size, line = said()[about["file"]]
    assert Image.open(DATA / about["file"]).size == size
    cells = [cell.strip() for cell in line.split("|")]
    assert cells[1].lower() == about["author"].lower()
    assert about["licence"] in cells[3]


def test_all_together_are_small():
    assert sum(path.stat().st_size for path in DATA.glob("*.jpg")) <= 4_000_000


@pytest.mark.parametrize("name", PAINTINGS)
def test_a_model_keeps_its_painting_as_it_is(name):
    folder = DATA / "models" / name
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 5_000_000
    assert torch.equal(load_model(folder).photo, load_picture(DATA / f"{name}.jpg"))
