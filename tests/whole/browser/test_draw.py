"""Drawing in the page, read in the kernel."""

import math
import re

START = """
import torch
from sindiff.lab.draw import Sketch
picture = -torch.ones(3, 48, 64)
sketch = Sketch(picture, mode={mode!r})
sketch
"""
CELLS = "len(get_ipython().history_manager.input_hist_raw)"


def canvas_of(page):
    page.locator(".sindiff-draw[data-ready]").wait_for()
    canvas = page.locator(".sindiff-draw canvas.strokes")
    canvas.scroll_into_view_if_needed()
    return canvas


def at(canvas, column, row, width=64, height=48):
    """Where a pixel's centre lies on the page."""
    box = canvas.bounding_box()
    return box["x"] + box["width"] * (column + 0.5) / width, box["y"] + box["height"] * (row + 0.5) / height


def set_size(page, px):
    page.locator(".sindiff-draw input[type=range]").evaluate(
        "(slider, px) => { slider.value = px; slider.dispatchEvent(new Event('input')); }", px
    )


def test_a_disc_drawn_with_the_mouse_is_the_mask(page, open_notebook):
    notebook = open_notebook(START.format(mode="mask"))
    canvas = canvas_of(page)
    set_size(page, 6)
    page.mouse.move(*at(canvas, 30, 24))
    page.mouse.down()
    for radius in (3, 6, 9, 10):
        for step in range(49):
            angle = 2 * math.pi * step / 48
            page.mouse.move(*at(canvas, 30 + radius * math.cos(angle), 24 + radius * math.sin(angle)))
    page.mouse.up()
    notebook.until("sketch.mask.any().item()")
    disc = "(torch.arange(48)[:, None] - 24) ** 2 + (torch.arange(64) - 30) ** 2 <= 13**2"
    overlap = notebook.ask(f"[(d := {disc}, m := sketch.mask[0] > 0), ((d & m).sum() / (d | m).sum()).item()][1]")
    assert overlap > 0.95
    page.get_by_role("button", name="Undo").click()
    notebook.until("not sketch.mask.any().item()")


def test_erasing_and_the_keyboard(page, open_notebook):
    notebook = open_notebook(START.format(mode="mask"))
    cells = notebook.ask(CELLS)
    canvas = canvas_of(page)
    canvas.focus()
    for key in ("ArrowRight", "ArrowRight", " "):
        canvas.press(key)
    assert notebook.until("int(sketch.mask.sum())") in range(38, 64)  # a brush of 8 px
    column = notebook.ask("(sketch.mask[0].any(0).nonzero().double().mean().item())")
    assert abs(column - 39.5) < 1
    assert "Drawn at row 24, column 40" in page.locator(".sindiff-draw [role=status]").inner_text()
    canvas.press("e")
    canvas.press("Enter")
    notebook.until("not sketch.mask.any().item()")
    canvas.press("z")
    notebook.until("sketch.mask.any().item()")
    assert notebook.ask(CELLS) == cells  # no key reached JupyterLab
    page.get_by_role("button", name="Clear").click()
    notebook.until("not sketch.mask.any().item()")


def test_paint_has_the_colour_and_survives_a_reload(page, open_notebook):
    notebook = open_notebook(START.format(mode="paint"))
    canvas = canvas_of(page)
    page.locator(".sindiff-draw input[type=color]").fill("#ff8000")
    set_size(page, 12)
    page.mouse.move(*at(canvas, 10, 20))
    page.mouse.down()
    page.mouse.move(*at(canvas, 50, 20), steps=5)
    page.mouse.up()
    notebook.until("sketch.mask.any().item()")
    rgb = "((sketch.picture[:, {}, {}] + 1) * 127.5).round().int().tolist()"
    assert notebook.ask(rgb.format(20, 30)) == [255, 128, 0]
    assert notebook.ask(rgb.format(40, 30)) == [0, 0, 0]
    notebook.save()
    notebook.open()
    canvas = canvas_of(page)
    page.get_by_role("button", name="Pick colour").click()
    page.mouse.click(*at(canvas, 30, 20))
    assert page.locator(".sindiff-draw input[type=color]").input_value() == "#ff8000"
    page.mouse.click(*at(canvas, 30, 40))
    notebook.until(rgb.format(40, 30) + " == [255, 128, 0]")


COLOURED = """
import torch
from sindiff.lab.draw import Sketch
picture = -torch.ones(3, 48, 64)
picture[:, 10:20, 8:24] = torch.rand(3, 10, 16, generator=torch.manual_seed(0)) - 0.5
sketch = Sketch(picture, mode="paint")
part = sketch.picture[:, 10:20, 8:24]
def copied(*places):
    expected = torch.zeros(1, 48, 64)
    for row, column in places:
        expected[:, row : row + 10, column : column + 16] = 1
        if not torch.equal(sketch.picture[:, row : row + 10, column : column + 16], part):
            return False
    return torch.equal(sketch.mask, expected)
sketch
"""


def says(page, words):
    page.locator(".sindiff-draw [role=status]", has_text=words).wait_for()


def drag(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def test_a_part_is_copied_by_hand(page, open_notebook):
    notebook = open_notebook(COLOURED)
    canvas = canvas_of(page)
    page.get_by_role("button", name="Copy a part: mark it").click()
    drag(page, at(canvas, 8, 10), at(canvas, 23, 19))
    says(page, "Marked 10 x 16 px")
    assert notebook.ask("sketch.strokes == b''")  # nothing is drawn by marking
    drag(page, at(canvas, 10, 12), at(canvas, 42, 13))
    notebook.until("copied((11, 40))")
    page.mouse.click(*at(canvas, 16, 35))
    notebook.until("copied((11, 40), (30, 8))")
    page.get_by_role("button", name="Undo").click()
    notebook.until("copied((11, 40))")
    canvas.press("z")
    notebook.until("sketch.strokes == b''")


def test_a_part_is_copied_by_keys_and_by_a_finger(page, open_notebook):
    notebook = open_notebook(COLOURED)
    canvas = canvas_of(page)
    page.mouse.move(*at(canvas, 8, 10))
    canvas.focus()
    canvas.press("c")
    page.keyboard.down(" ")
    page.keyboard.down(" ")  # as a key that is held repeats itself
    page.keyboard.up(" ")
    for key in (*["Shift+ArrowRight"] * 15, *["Shift+ArrowDown"] * 9, "Enter"):
        canvas.press(key)
    says(page, "Marked 10 x 16 px")
    canvas.press(" ")
    says(page, "move the cursor out of the part first")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        canvas.press(key)
    notebook.until("copied((30, 15))")
    touch = page.context.new_cdp_session(page)
    (x, y), (right, down) = at(canvas, 12, 14), at(canvas, 48, 9)
    for kind, points in (("Start", [{"x": x, "y": y}]), ("Move", [{"x": right, "y": down}]), ("End", [])):
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    notebook.until("copied((30, 15), (5, 44))")
    canvas.press("Escape")
    assert page.locator(".sindiff-draw .marked").is_hidden()
    says(page, "Mark a part")


LARGE = """
import torch
from sindiff.lab.draw import Sketch
sketch = Sketch(2 * torch.rand(3, 1500, 2000, generator=torch.manual_seed(0)) - 1, mode="paint")
before = sketch.picture
def copied(left, top, x, y):
    rows, columns = (sketch.mask[0].any(axis).nonzero().flatten().tolist() for axis in (1, 0))
    part = before[:, top : top + len(rows), left : left + len(columns)]
    there = sketch.picture[:, y : y + len(rows), x : x + len(columns)]
    return [rows[0], columns[0]] == [y, x] and len(rows) > 90 and len(columns) > 180 and torch.equal(there, part)
sketch
"""


def test_a_part_of_a_large_photo_is_copied_pixel_by_pixel(page, open_notebook):
    notebook = open_notebook(LARGE)
    canvas, size = canvas_of(page), (1024, 768)
    page.get_by_role("button", name="Copy a part: mark it").click()
    drag(page, at(canvas, 100, 80, *size), at(canvas, 200, 130, *size))
    says(page, re.compile("Marked (9[89]|10[012]) x (19[5-9]|20[01]) px"))  # of the photo
    drag(page, at(canvas, 150, 100, *size), at(canvas, 450, 200, *size))
    notebook.until("sketch.mask.any().item()")
    left, top, _, _, x, y = notebook.ask("[round(px * 2000 / 1024) for px in sketch.copies[0]]")
    assert max(abs(left - 195), abs(x - left - 586)) < 8  # what is drawn, to a pixel of the screen
    assert notebook.ask(f"copied({left}, {top}, {x}, {y})")


ESCAPES = """canvas => canvas.dispatchEvent(
    new KeyboardEvent("keydown", {key: "Escape", bubbles: true, cancelable: true}))"""


def test_what_is_marked_is_given_up(page, open_notebook):
    notebook = open_notebook(COLOURED)
    canvas, frame = canvas_of(page), page.locator(".sindiff-draw .marked")
    canvas.focus()
    canvas.press("c")
    canvas.press(" ")
    assert frame.is_visible()
    touch = page.context.new_cdp_session(page)
    x, y = at(canvas, 12, 14)
    for kind, points in (("Start", [{"x": x, "y": y}]), ("Cancel", [])):
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    frame.wait_for(state="hidden")
    canvas.press(" ")
    assert frame.is_visible()
    says(page, "Mark a part")  # the corner is a first one again
    drag(page, at(canvas, 8, 10), at(canvas, 23, 19))
    says(page, "Marked 10 x 16 px")
    notebook.do("sketch.picture = picture.flip(-1)")
    says(page, "Mark a part")
    assert frame.is_hidden()
    assert canvas.evaluate(ESCAPES) is False
    canvas.press("b")
    assert canvas.evaluate(ESCAPES) is True  # nothing to give up: the page may have it


def test_a_finger_draws_and_python_draws(page, chromium, open_notebook):
    notebook = open_notebook(START.format(mode="mask"))
    canvas = canvas_of(page)
    x, y = at(canvas, 20, 20)
    touch = page.context.new_cdp_session(page)
    for kind, points in (("touchStart", [{"x": x, "y": y}]), ("touchMove", [{"x": x + 60, "y": y}]), ("touchEnd", [])):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    notebook.until("sketch.mask[0, 20, 22].item() == 1 and sketch.mask[0, 20, 28].item() == 1")
    notebook.do("mask = torch.zeros(1, 48, 64); mask[:, 40:, 50:] = 1; sketch.mask = mask")
    notebook.until("sketch.mask.sum().item() == 8 * 14")
    shown = "canvas => canvas.getContext('2d').getImageData(60, 45, 1, 1).data[3] === 255"
    page.wait_for_function(shown, arg=canvas.element_handle())
    page.mouse.click(*at(canvas, 5, 5))
    notebook.until("sketch.mask[0, 5, 5].item() == 1 and sketch.mask[0, 45, 60].item() == 1")


def test_pointing_follows_the_hand_and_the_keys(page, open_notebook):
    notebook = open_notebook(START.format(mode="point"), "seen = []; sketch.observe(seen.append, 'pointed')")
    canvas = canvas_of(page)
    page.mouse.move(*at(canvas, 10, 20))
    assert notebook.ask("list(sketch.pointed)") == [0, 0]  # only a press points
    page.mouse.down()
    page.mouse.move(*at(canvas, 30, 25), steps=10)
    page.mouse.move(*at(canvas, 300, 25))
    page.mouse.up()
    notebook.until("list(sketch.pointed) == [25, 63]")
    assert notebook.ask("len(seen)") > 1
    canvas.press("ArrowUp")
    canvas.press("ArrowRight")
    notebook.until("list(sketch.pointed) == [24, 63]")
    assert notebook.ask("sketch.strokes == b''")
    notebook.do("sketch.pointed = (0, 32)")
    cursor = "(cursor) => parseFloat(cursor.style.left) > 50 && parseFloat(cursor.style.top) < 2"
    page.wait_for_function(cursor, arg=page.locator(".sindiff-draw .cursor").element_handle())
