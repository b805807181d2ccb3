"""The guidance explorer in a real page: a text is typed, the picture forms, a drag makes one run, Stop keeps it."""

START = """
import threading
from sindiff.applications.draw import Draw
from sindiff.lab import setup, shipped
from sindiff.lab.guidance_explorer import GuidanceExplorer
from sindiff.applications.clip import load_clip
lab = setup("09_text", "laptop", out_dir="out")
explorer = GuidanceExplorer(shipped(lab), load_clip("tiny"), "snow", Draw(steps=20))
runs, run = [], explorer.runner.run
explorer.runner.run = lambda work: (runs.append(1), run(work))
explorer
"""
IDLE = "not explorer.runner.busy and explorer.result is not None"
WATCH = """() => {
    const image = document.querySelectorAll("img.sindiff-picture")[1];
    window.frames_seen = new Set();
    new MutationObserver(() => window.frames_seen.add(image.src)).observe(image, {attributeFilter: ["src"]});
}"""


def write(page, text):
    field = page.locator(".jp-OutputArea .widget-text input[type=text]")
    field.fill(text)
    field.press("Enter")


def test_a_text_is_typed_and_the_picture_forms(page, open_notebook):
    notebook = open_notebook(START)
    page.locator(".jp-OutputArea .noUi-handle").wait_for()
    page.evaluate(WATCH)
    write(page, "a red sunset")
    notebook.until(IDLE, 60)
    page.wait_for_function("window.frames_seen.size >= 3")
    status = page.locator(".jp-OutputArea [role=status]")
    status.filter(has_text="Score for “a red sunset”").wait_for()
    write(page, "   ")
    status.filter(has_text="the prompt is empty").wait_for()


def test_a_drag_makes_one_run_and_stop_keeps_the_picture(page, open_notebook):
    notebook = open_notebook(START.replace("steps=20", "steps=200"))
    handle = page.locator(".jp-OutputArea .noUi-handle")
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 150, box["y"] + box["height"] / 2, steps=20)
    page.mouse.up()
    notebook.until("explorer.bar.value > 0", 240)
    assert notebook.ask("len(runs)") == 1
    page.locator(".jp-OutputArea button:text-is('Stop')").click()
    notebook.until("not explorer.runner.busy")
    page.locator(".jp-OutputArea [role=status]", has_text="Stopped: the picture is kept").wait_for()
    assert notebook.ask("0 < explorer.bar.value < 1 and explorer.result is not None")
    assert page.locator("img.sindiff-picture").nth(1).is_visible()
    notebook.until("[thread.name for thread in threading.enumerate()].count('sindiff-runner') == 0")
