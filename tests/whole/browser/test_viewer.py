"""A result in the page, laid side by side with itself."""

import io

import numpy as np
from PIL import Image

START = """
from pathlib import Path
import torch
from sindiff.lab.viewer import Viewer
picture = -torch.ones(3, 64, 96)
picture[:, :, :48] = torch.tensor([1.0, -1.0, -1.0]).reshape(3, 1, 1)
viewer = Viewer()
viewer.look(picture, file=Path("new.png"), wraps=True)
viewer
"""


def colours(image):
    """The median colour of each of eight upright stripes."""
    shown = Image.open(io.BytesIO(image.screenshot())).convert("RGB")
    return [np.median(stripe, (0, 1)).tolist() for stripe in np.array_split(np.asarray(shown), 8, 1)]


def size(image):
    box = image.bounding_box()
    return box["width"], box["height"]


def test_a_result_that_wraps_is_laid_four_times(page, open_notebook):
    notebook = open_notebook(START)
    image = page.get_by_role("img", name="The result")
    image.wait_for()
    left, right = [[255, 0, 0]] * 4, [[0, 0, 0]] * 4
    assert colours(image) == left + right
    once = size(image)
    four = page.get_by_role("button", name="2 × 2")
    four.click()
    image = page.get_by_role("img", name="Four copies of the result")
    assert colours(image) == 2 * (left[:2] + right[:2])
    assert size(image) == once
    old = image.get_attribute("src")
    notebook.do(
        "viewer.look(picture.flip(-1), file=Path('new.png'), wraps=True)"
    )  # another result is shown the same way
    page.wait_for_function("old => document.querySelector('img.sindiff-photo').src !== old", arg=old)
    assert colours(image) == 2 * (right[:2] + left[:2])
    notebook.do("viewer.look(picture, file=Path('new.png'))")
    four.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className") == "sindiff-viewer"  # had the focus last
    cells = page.locator(".jp-Cell").count()
    page.keyboard.press("b")
    page.keyboard.press("x")
    assert page.locator(".jp-Cell").count() == cells  # no key reached JupyterLab
    assert colours(page.get_by_role("img", name="The result")) == left + right
