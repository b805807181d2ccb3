"""A picture of Pillow."""

import pytest
from PIL import Image


@pytest.fixture
def image(pixels):
    return Image.fromarray(pixels)
