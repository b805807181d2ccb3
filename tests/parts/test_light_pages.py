"""Stored pages stay light: photographs become JPEG, then the largest of the other pictures lose colours."""

import base64
import io
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image


@pytest.fixture
def lighten(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "scripts")
    yield __import__("run_notebooks").lighten
    sys.modules.pop("run_notebooks")


def noise(side, seed):
    """A picture that hardly shrinks as a PNG."""
    content = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    Image.fromarray(pixels).save(content, format="png")
    return base64.b64encode(content.getvalue()).decode()


def page(*sides):
    cells = [
        new_code_cell(outputs=[new_output("display_data", {"image/png": noise(side, n)}, metadata={"image/png": {}})])
        for n, side in enumerate(sides)
    ]
    return new_notebook(cells=cells)


def kinds(notebook):
    return [next(iter(cell.outputs[0].data)) for cell in notebook.cells]


def test_a_photograph_becomes_jpeg_and_small_pictures_stay(lighten):
    notebook, before = page(300, 100), page(300, 100)
    lighten(notebook)
    assert kinds(notebook) == ["image/jpeg", "image/png"]
    assert notebook.cells[1].outputs == before.cells[1].outputs


def test_the_largest_lose_colours_until_the_page_is_light(lighten):
    sides = (280, 90, 270, 260, 250)
    notebook, before = page(*sides), page(*sides)
    lighten(notebook)
    assert kinds(notebook) == ["image/png"] * 5
    assert len(nbformat.writes(before)) > 980_000 >= len(nbformat.writes(notebook))
    pictures = [Image.open(io.BytesIO(base64.b64decode(cell.outputs[0].data["image/png"]))) for cell in notebook.cells]
    colours = [len(picture.convert("RGB").getcolors(10**6)) for picture in pictures]
    assert colours[0] <= 256 < colours[1]
