"""The drawing widget without a page: what its bytes mean."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from sindiff.lab import setup
from sindiff.lab.draw import Sketch, rectangle
from sindiff.lab.studio import Studio
from sindiff.lab.upload import uploaded_picture
from sindiff.pictures.images import resize, to_image, to_tensor


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


def test_a_painting_is_laid_on_where_it_differs(picture, layer):
    sketch = Sketch(picture, "paint")
    painting = picture.clone()
    painting[:, 4:9, 10:20] = 1 - picture[:, 4:9, 10:20].round()
    sketch.paint(painting)
    assert torch.equal(sketch.mask, rectangle((24, 32), (4, 9), (10, 20)))
    torch.testing.assert_close(sketch.picture, to_tensor(to_image(painting)))
    sketch.paint(picture)
    assert sketch.strokes == b""
    with pytest.raises(ValueError, match="24x32 px, not 24x31"):
        sketch.paint(picture[..., 1:])


def png(image):
    content = io.BytesIO()
    image.save(content, format="png")
    return content.getvalue()


def test_what_was_drawn_elsewhere_comes_as_a_file(picture):
    """The page shows a reduced picture; the mask and the painting were made on the large one."""
    large = to_image(resize(picture, 72, 96))
    sketch = Sketch(uploaded_picture({"name": "a.png", "content": png(large)}, 32), "mask", uploads=True)
    before = sketch.picture
    mask = Image.new("L", large.size)
    mask.paste(255, (30, 12, 60, 27))
    sketch.upload = {"name": "mask.png", "content": png(mask), "drawn": True}
    assert torch.equal(sketch.mask, rectangle((24, 32), (4, 9), (10, 20)))
    sketch.mode = "paint"
    large.paste("white", (30, 12, 60, 27))
    sketch.upload = {"name": "painting.png", "content": png(large), "drawn": True}
    assert (sketch.picture[:, 5:8, 11:19] > 0.8).all()
    far = rectangle((24, 32), (4 - 3, 9 + 3), (10 - 3, 20 + 3)) == 0
    assert torch.equal(sketch.picture[far.expand(3, -1, -1)], before[far.expand(3, -1, -1)])
    assert not sketch.mask[far].any()
    assert sketch.message == ""


@pytest.mark.parametrize("mode", ["mask", "paint"])
def test_a_file_that_does_not_fit_is_refused_in_a_line(picture, mode):
    sketch = Sketch(picture, mode, uploads=True)
    square, coloured = Image.new("RGB", (32, 32)), Image.new("RGB", (32, 24), "red")
    for content, reason in ((png(square), "is 32x32 px, and the picture 24x32"), (b"no picture", "is not a picture")):
        sketch.upload = {"name": "../mine.png", "content": content, "drawn": True}
        assert sketch.message.startswith(f"mine.png: {reason}")
        assert sketch.strokes == b""
    sketch.upload = {"name": "red.png", "content": png(coloured), "drawn": True}
    assert ("this one is coloured" in sketch.message) == (mode == "mask") == (sketch.strokes == b"")


def test_another_picture_starts_clean(picture, layer):
    sketch = Sketch(picture)
    sketch.strokes = drawn(layer)
    sketch.picture = picture[:, :10]
    assert sketch.mask.shape == (1, 10, 32)
    assert not sketch.mask.any()
    sketch.strokes = drawn(layer)  # a stroke on the old picture that comes late
    assert sketch.mask.shape == (1, 10, 32)
    assert not sketch.mask.any()


@pytest.mark.parametrize("order", [("upload", "strokes"), ("strokes", "upload")])
def test_a_mask_opened_while_strokes_are_on_their_way_keeps_its_thin_lines(order):
    sketch = Sketch(torch.zeros(3, 60, 2000), "mask", uploads=True)
    mask, stroke = Image.new("L", (2000, 60)), Image.new("RGBA", (1024, 31), "red")
    mask.paste(255, (100, 1, 795, 2))
    both = {"upload": {"name": "mask.png", "content": png(mask), "drawn": True}, "strokes": png(stroke)}
    sketch.set_state({name: both[name] for name in order})
    assert sketch.mask[0, 1].sum() == sketch.mask.sum() == 695


def test_an_uploaded_file_is_read_like_any_picture(picture):
    content = io.BytesIO()
    to_image(picture).save(content, format="png")
    upload = {"name": "mine.png", "content": memoryview(content.getvalue())}
    torch.testing.assert_close(uploaded_picture(upload), picture)
    assert uploaded_picture(upload, 16).shape == (3, 12, 16)
    for content, reason in ((b"no picture", "is not a picture"), (b"", "is an empty file")):
        with pytest.raises(ValueError, match=rf"^notes\.txt: {reason}"):
            uploaded_picture({"name": "../../notes.txt", "content": content})


def test_a_large_photo_is_drawn_on_at_the_size_of_the_screen(tmp_path):
    Image.new("RGB", (2000, 1500), "teal").save(tmp_path / "large.png")
    studio = Studio(setup("13_studio", "smoke", tmp_path / "large.png", out_dir=tmp_path / "out"), background=False)
    studio.tasks.value = "Replace a part"
    with Image.open(io.BytesIO(studio.sketch.photo)) as shown:
        assert shown.size == (1024, 768)
    layer = Image.new("RGBA", (1024, 768))
    layer.paste((214, 47, 31, 255), (256, 192, 512, 384))
    content = io.BytesIO()
    layer.save(content, format="png")
    studio.sketch.strokes = content.getvalue()
    mask = studio.sketch.mask
    assert mask.shape == (1, 1500, 2000)
    assert (mask - rectangle((1500, 2000), (375, 750), (500, 1000))).abs().sum() <= 2 * (375 + 500)
    exact = rectangle((1500, 2000), (1, 2), (5, 700))  # thinner than what the page shows
    studio.sketch.mask = exact
    assert torch.equal(studio.sketch.mask, exact)


def seen_on_the_page(sketch):
    """The page's two canvases: the photo, and the strokes on it."""
    photo = Image.open(io.BytesIO(sketch.photo)).convert("RGBA")
    strokes = Image.open(io.BytesIO(sketch.strokes)) if sketch.strokes else Image.new("RGBA", photo.size)
    return photo, strokes.convert("RGBA")


def copy_on_the_page(sketch, box, to, stroke=None):
    """What the page does when a part is put elsewhere, and an orange stroke drawn in the same breath."""
    photo, strokes = seen_on_the_page(sketch)
    strokes.paste(Image.alpha_composite(photo, strokes).crop(box), to)
    if stroke:
        strokes.paste((255, 128, 0, 255), stroke)
    copies = [*sketch.copies, [*box, *to]]
    sketch.set_state({"copies": copies, "strokes": memoryview(drawn(np.asarray(strokes)))})


def stroke_on_the_page(sketch, box, colour=(255, 128, 0, 255)):
    _, strokes = seen_on_the_page(sketch)
    strokes.paste(colour, box)
    sketch.set_state({"strokes": memoryview(drawn(np.asarray(strokes)))})


@pytest.fixture(scope="module")
def large():
    """A photo that a page shows at a third of its size and a bit: 1500x3000 px, every one of its own colour."""
    return to_tensor(Image.fromarray(np.random.default_rng(0).integers(0, 256, (1500, 3000, 3), np.uint8)))


SCALE = 3000 / 1024
BOX, PLACE = (100, 80, 260, 200), (500, 300)


def at_full_size(px):
    return round(px * SCALE)


LEFT, TOP, RIGHT, BOTTOM = map(at_full_size, BOX)
X, Y = map(at_full_size, PLACE)


def put_at(picture, left, top):
    """The part of a picture as large as the one that was copied, at a place."""
    return picture[:, top : top + BOTTOM - TOP, left : left + RIGHT - LEFT]


def test_a_copy_on_a_large_photo_is_its_pixels(large):
    sketch = Sketch(large, "paint")
    copy_on_the_page(sketch, BOX, PLACE)
    painted = sketch.picture
    assert torch.equal(put_at(painted, X, Y), put_at(large, LEFT, TOP))
    place = rectangle((1500, 3000), (Y, Y + BOTTOM - TOP), (X, X + RIGHT - LEFT))
    assert torch.equal(sketch.mask, place)
    assert torch.equal(painted[:, place[0] == 0], large[:, place[0] == 0])
    copy_on_the_page(sketch, (*PLACE, 660, 420), (20, 380))  # the copy, copied
    again = put_at(sketch.picture, at_full_size(20), at_full_size(380))
    assert torch.equal(again[:, :-1, :-1], put_at(large, LEFT, TOP)[:, :-1, :-1])  # but for how its sides are rounded
    sketch.undo()
    assert torch.equal(sketch.picture, painted)
    sketch.undo()
    assert torch.equal(sketch.picture, large)


@pytest.mark.parametrize("together", [False, True])
def test_what_is_drawn_on_a_copy_lies_on_it(large, together):
    """Also if the kernel was busy, and the page sent both at once."""
    sketch, stroke = Sketch(large, "paint"), (520, 320, 560, 340)
    copy_on_the_page(sketch, BOX, PLACE, stroke if together else None)
    if not together:
        stroke_on_the_page(sketch, stroke)
    orange = torch.tensor([255.0, 128, 0]) / 127.5 - 1
    left, top, right, bottom = map(at_full_size, stroke)
    inside = sketch.picture[:, top + 3 : bottom - 3, left + 3 : right - 3]
    torch.testing.assert_close(inside, orange[:, None, None].expand_as(inside))
    beside = torch.zeros(1500, 3000, dtype=torch.bool)
    beside[Y : Y + BOTTOM - TOP, X : X + RIGHT - LEFT] = True
    beside[top - 6 : bottom + 6, left - 6 : right + 6] = False  # two pixels of the page
    expected = torch.zeros_like(large)
    put_at(expected, X, Y).copy_(put_at(large, LEFT, TOP))
    assert torch.equal(sketch.picture[:, beside], expected[:, beside])
    stroke_on_the_page(sketch, (400, 200, 800, 500), (0, 0, 0, 0))  # all of it is erased
    assert torch.equal(sketch.picture, large)


def test_a_painting_stays_sharp_under_later_strokes(large):
    sketch = Sketch(large, "paint")
    painting = large.clone()
    painting[:, 300:900, 600:1200] = large[:, 300:900, 1800:2400]
    sketch.paint(painting)
    stroke_on_the_page(sketch, (0, 400, 100, 500))
    assert torch.equal(sketch.picture[:, :1000], to_tensor(to_image(painting))[:, :1000])
