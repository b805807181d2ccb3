"""The studio in a real page: from an upload to a download, stopped, clicked on in haste, reloaded."""

import io
import re

from PIL import Image

START = """
import threading
from sindiff.lab import setup
from sindiff.lab.studio import Studio
import sindiff.lab.runner
lab = setup("13_studio", "laptop", "pagoda", out_dir="out")
studio = Studio(lab)
studio.many.value = 1
studio
"""

RUNNERS = "[thread.name for thread in threading.enumerate()].count('sindiff-runner')"


def ready(page):
    page.locator(".sindiff-draw[data-ready]").wait_for()


def choose(page, label, value):
    page.locator(f".widget-dropdown:has(label:text-is('{label}')) select").select_option(value)


def press(page, name):
    page.locator(f".jp-OutputArea button:text-is('{name}')").click()


def upload(page, path):
    page.locator(".sindiff-draw input[type=file]").set_input_files(path)


def frames(page, notebook, expression, at_least):
    """The pictures that the page shows, one after the other, until an expression is true; there are so many or more."""
    page.evaluate("""() => {
        const image = document.querySelector("img.sindiff-photo");
        window.frames_seen = new Set();
        new MutationObserver(() => window.frames_seen.add(image.src)).observe(image, {attributeFilter: ["src"]});
    }""")
    notebook.until(expression, 60)
    page.wait_for_function("count => window.frames_seen.size >= count", arg=at_least)


def test_from_upload_to_download(page, open_notebook, tmp_path, pixels):
    notebook = open_notebook(START)
    ready(page)
    (tmp_path / "notes.txt").write_text("no picture")
    upload(page, tmp_path / "notes.txt")
    line = page.locator(".sindiff-draw .line.bad")
    line.filter(has_text="notes.txt: is not a picture that can be read").wait_for()
    (tmp_path / "large.png").write_bytes(b"no picture" * 500_000)
    upload(page, tmp_path / "large.png")  # refused by the page: too much to send
    line.filter(has_text="large.png: is not a picture that can be read").wait_for()
    Image.fromarray(pixels).resize((48, 36)).save(tmp_path / "mine.png")
    upload(page, tmp_path / "mine.png")
    notebook.until("studio.project.name == 'mine.png'")
    press(page, "Train")
    notebook.until("studio.learning.bar.value > 0", 60)
    press(page, "Stop training")
    notebook.until("not studio.learning.runner.busy")
    page.locator(".jp-OutputArea button:text-is('Train on')").wait_for()
    choose(page, "Task", "Make it wider")
    notebook.until("studio.tasks.value == 'Make it wider'")
    press(page, "Run")
    notebook.until("'Done' in studio.line.value", 60)
    with page.expect_download() as download:
        page.get_by_text("Download PNG").click()
    with Image.open(download.value.path()) as picture:
        assert (picture.format, picture.size) == ("PNG", (48 + 24, 36))
        assert picture.text["Task"] == "Make it wider"


def test_frames_stop_and_a_hundred_clicks(page, open_notebook):
    notebook = open_notebook(START)
    ready(page)
    notebook.do("studio.steps.value = 50; studio.numbers.children[0].value = 144")
    notebook.until("studio.numbers.children[0].value == 144")
    press(page, "Run")
    page.locator("img.sindiff-photo").wait_for()
    frames(page, notebook, "studio.bar.value > 0.1", 3)
    assert notebook.ask("studio.runner.busy")  # the kernel answers while it works
    assert notebook.ask(RUNNERS) == 1
    notebook.do(
        "sindiff.lab.runner.PAUSE = 0; seen = []; studio.stop_button.on_click(lambda _: seen.append(studio.bar.value))"
    )
    press(page, "Run")
    notebook.until("0.05 < studio.bar.value < 0.3 and studio.runner.busy", 60)
    press(page, "Stop")
    notebook.until("bool(seen) and not studio.runner.busy")
    assert notebook.ask("round(50 * (studio.bar.value - seen[0]))") <= 2
    page.locator(".jp-OutputArea [role=status]", has_text="Stopped.").wait_for()
    notebook.do("studio.steps.value = 4; studio.numbers.children[0].value = 48")
    page.evaluate(
        "() => { const run = [...document.querySelectorAll('.jp-OutputArea button')].find("
        "button => button.textContent === 'Run'); for (let n = 0; n < 100; n++) run.click(); }"
    )
    notebook.until("'Done' in studio.line.value and not studio.runner.busy", 60)
    notebook.until(f"{RUNNERS} == 0")


def test_reloading_in_mid_run(page, open_notebook):
    notebook = open_notebook(START)
    ready(page)
    notebook.save()
    notebook.do("studio.steps.value = 50; height, width = studio.numbers.children")
    notebook.do("height.value, width.value = 144, 256")
    notebook.until("width.value == 256")
    press(page, "Run")
    notebook.until("studio.bar.value > 0")
    notebook.open()
    ready(page)
    notebook.until("'Done' in studio.line.value", 60)
    page.locator(".jp-OutputArea [role=status]", has_text="Done.").wait_for()
    source = page.locator("img.sindiff-photo").get_attribute("src")
    content = page.evaluate("async source => [...new Uint8Array(await (await fetch(source)).arrayBuffer())]", source)
    assert list(reversed(Image.open(io.BytesIO(bytes(content))).size)) == notebook.ask("list(studio.result.shape[1:])")


def test_keys_undo_and_names(page, open_notebook):
    notebook = open_notebook(START)
    ready(page)
    notebook.do("studio.steps.value = 50")
    cells = page.locator(".jp-Cell").count()
    press(page, "Run")
    press(page, "Stop")
    page.locator(".jp-OutputArea button:text-is('Stop'):disabled").wait_for()
    assert page.evaluate("() => document.activeElement.matches('.sindiff-panel')")  # the button lost the focus
    for key in "xbz":
        page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == cells  # no key reached JupyterLab
    choose(page, "Task", "Replace a part")
    notebook.until("studio.sketch.mode == 'mask'")
    names = "handles => handles.every((handle) => handle.getAttribute('aria-label'))"
    assert page.locator(".jp-OutputArea .noUi-handle").evaluate_all(names)
    box = page.locator(".sindiff-draw canvas.strokes").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*middle)
    notebook.until("studio.sketch.mask[0, 213, 320].item() == 1 and studio.sketch.mask.sum().item() < 2000")
    notebook.do("undone = []; undo = studio.sketch.undo; studio.sketch.undo = lambda: (undone.append(1), undo())")
    page.keyboard.press("Control+z")  # on the drawing area, where Z alone undoes as well
    notebook.until("undone and not studio.sketch.mask.any().item()")
    page.mouse.click(*middle)
    notebook.until("studio.sketch.mask.any().item()")
    assert notebook.ask("len(undone)") == 1
    page.locator(".sindiff-draw[data-mode=mask] button:text-is('Undo')").click()
    notebook.until("not studio.sketch.mask.any().item()")
    choose(page, "Task", "Make it tile")
    notebook.until("studio.sketch.mode == 'look'")
    press(page, "Run")
    page.locator(".jp-OutputArea button:text-is('Run')").press("Control+z")
    notebook.until("studio.tasks.value == 'Replace a part' and studio.sketch.mode == 'mask'")
    notebook.do("studio.stop()")
    notebook.until("not studio.runner.busy", 60)
    notebook.do("studio.steps.value = 4; studio.tasks.value = 'New picture'")
    notebook.do("height, width = studio.numbers.children; height.value, width.value = 48, 64")
    seed = page.locator(".sindiff-panel .widget-text:has(label:text-is('seed')) input")
    seed.fill("41")
    seed.press("Enter")
    notebook.until("41 in [result.seed for result in studio.album.results] and not studio.runner.busy", 60)
    with page.context.expect_page() as tab:
        page.locator(".sindiff-viewer button:text-is('Full size')").click()
    tab.value.wait_for_url(re.compile("^blob:"))
    image = "image => image.decode().then(() => [image.naturalHeight, image.naturalWidth])"
    assert tab.value.locator("img").evaluate(image) == [48, 64]


EXPLORE = """
import PIL.Image
from sindiff.lab import explore
calls = []
def draw(width=3):
    calls.append(width)
    return PIL.Image.new("RGB", (10 * width, 20), "teal")
explore(draw, "a bar", width=range(1, 41))
"""


def test_dragging_a_slider_makes_one_run(page, open_notebook):
    notebook = open_notebook(EXPLORE)
    handle = page.locator(".jp-OutputArea .noUi-handle")
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + box["height"] / 2, steps=20)
    page.mouse.up()
    notebook.until("len(calls) > 1")
    page.locator(".jp-OutputArea img.widget-image").wait_for()
    assert notebook.ask("len(calls)") == 2


PANEL = """
import torch
from ipywidgets import FloatSlider
from sindiff.lab.draw import Sketch
from sindiff.lab.panel import Panel
sketch, slider, runs, undone = Sketch(-torch.ones(3, 48, 64)), FloatSlider(10), [], []
undo = sketch.undo
sketch.undo = lambda: (undone.append(1), undo())
panel = Panel()
panel.run = lambda: runs.append(slider.value)
panel.lay_out(sketch, slider, panel.run_button)
panel
"""


def test_keys_in_a_sliders_field_are_the_fields(page, open_notebook):
    notebook = open_notebook(PANEL)
    ready(page)
    canvas = page.locator(".sindiff-draw canvas.strokes")
    canvas.click()
    notebook.until("sketch.mask.any().item()")
    field = page.locator(".jp-OutputArea .widget-readout")
    field.fill("30")
    field.press("Control+z")
    field.fill("30")
    field.press("Enter")
    notebook.until("runs == [30]")
    canvas.focus()
    canvas.press("Control+Shift+z")
    canvas.press("Control+z")
    notebook.until("not sketch.mask.any().item()")
    assert notebook.ask("len(undone)") == 1


STRIP = """
from PIL import Image
from sindiff.lab.strip import Strip
Image.new("RGB", (160, 90), "teal").save("small.png")
strip = Strip(lambda number: None)
strip.fill(["small.png"] * 30, map(str, range(30)))
strip
"""


def test_the_chosen_small_picture_is_in_sight(page, open_notebook):
    notebook = open_notebook(STRIP)
    inside = """([row, chosen]) => {
        const [seen, own] = [row, chosen].map((each) => each.getBoundingClientRect());
        return own.width > 50 && own.left >= seen.left - 1 && own.right <= seen.right + 1;
    }"""
    row = page.locator(".sindiff-strip")
    for number in (29, 12, 0):
        notebook.do(f"strip.shown = {number}")
        chosen = row.locator(f"button[aria-pressed=true][title='{number}']")
        chosen.wait_for()
        page.wait_for_function(inside, arg=[row.element_handle(), chosen.element_handle()])
