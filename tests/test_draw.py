"""The drawing widget without a page: what its bytes mean."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from sindiff.images import to_image
from sindiff.lab.draw import Sketch, opened_picture, rectangle


def drawn(layer):
    """What the page sends: an RGBA layer as PNG."""
    content = io.BytesIO()
    Image.fromarray(layer).save(content, format="png")
    return content.getvalue()


@pytest.fixture
def layer():
    """A stroke in opaque and half-transparent orange."""
    layer = np.zeros((24, 32, 4), np.uint8)
    layer[4:9, 10:20] = (255, 128, 0, 255)
    layer[9, 10:20] = (255, 128, 0, 100)
    return layer


def test_a_mask_is_where_something_is_drawn(picture, layer):
    sketch = Sketch(picture)
    assert not sketch.mask.any()
    sketch.set_state({"strokes": memoryview(drawn(layer))})
    expected = rectangle((24, 32), (4, 9), (10, 20))
    assert torch.equal(sketch.mask, expected)
    torch.testing.assert_close(sketch.picture, picture)
    sketch.strokes = b""
    assert not sketch.mask.any()


def test_paint_lies_on_the_picture(picture, layer):
    sketch = Sketch(picture, "paint")
    torch.testing.assert_close(sketch.picture, picture)
    sketch.strokes = drawn(layer)
    orange = torch.tensor([255.0, 128, 0]) / 127.5 - 1
    torch.testing.assert_close(sketch.picture[:, 4:9, 10:20], orange[:, None, None].expand(3, 5, 10))
    untouched = rectangle((24, 32), (4, 10), (10, 20)) == 0
    torch.testing.assert_close(sketch.picture[untouched.expand(3, -1, -1)], picture[untouched.expand(3, -1, -1)])
    mixed = (100 * orange[:, None] + 155 * picture[:, 9, 10:20]) / 255
    torch.testing.assert_close(sketch.picture[:, 9, 10:20], mixed, atol=1.1 / 127.5, rtol=0)


def test_the_way_without_drawing(picture):
    sketch = Sketch(picture)
    mask = rectangle((24, 32), (0, 24), (3, 7))
    sketch.mask = mask
    assert torch.equal(sketch.mask, mask)
    sketch.mask = torch.zeros_like(mask)
    assert sketch.strokes == b""
    with pytest.raises(ValueError, match="24x32 px, not 5x6"):
        sketch.mask = torch.ones(1, 5, 6)
    with pytest.raises(ValueError, match="unknown mode 'draw'"):
        Sketch(picture, "draw")


def test_another_picture_starts_clean(picture, layer):
    sketch = Sketch(picture)
    sketch.strokes = drawn(layer)
    sketch.picture = picture[:, :10]
    assert sketch.mask.shape == (1, 10, 32)
    assert not sketch.mask.any()
    sketch.strokes = drawn(layer)  # a stroke on the old picture that comes late
    assert sketch.mask.shape == (1, 10, 32)
    assert not sketch.mask.any()


def test_an_opened_file_is_read_like_any_picture(picture):
    content = io.BytesIO()
    to_image(picture).save(content, format="png")
    opened = {"name": "mine.png", "content": memoryview(content.getvalue())}
    torch.testing.assert_close(opened_picture(opened), picture)
    assert opened_picture(opened, 16).shape == (3, 12, 16)
    for content, reason in ((b"no picture", "is not a picture"), (b"", "is an empty file")):
        with pytest.raises(ValueError, match=rf"^notes\.txt: {reason}"):
            opened_picture({"name": "../../notes.txt", "content": content})
