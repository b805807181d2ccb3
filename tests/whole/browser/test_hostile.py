"""The studio in rough hands: huge files, sliders at their ends, a closed tab, two notebooks on one kernel."""

from PIL import Image

START = """
import threading
from sindiff.lab import setup
from sindiff.lab.studio import Studio
lab = setup("13_studio", "laptop", "pagoda", out_dir="out")
{name} = Studio(lab)
{name}.many.value = 1
{name}
"""

RUNNERS = "[thread.name for thread in threading.enumerate()].count('sindiff-runner')"


def upload(page, text, path):
    page.locator(f".sindiff-draw label.file:has-text('{text}') input").set_input_files(path)


def press(page, name):
    page.locator(f".jp-OutputArea button:text-is('{name}')").click()


def handle_of(page, name):
    return page.locator(f".widget-hslider:has(label:text-is('{name}')) .noUi-handle")


def drag_to(page, name, x):
    """Drag a slider's handle to a place that may lie far beyond its ends."""
    handle = handle_of(page, name)
    handle.hover()
    box = handle.bounding_box()
    page.mouse.down()
    page.mouse.move(x, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()


def test_huge_files_and_sliders_at_their_ends(page, open_notebook, tmp_path):
    notebook = open_notebook(START.format(name="studio"))
    page.locator(".sindiff-draw[data-ready]").wait_for()
    for end, x in ((2560, 5000), (8, -5000)):
        for _ in range(5):  # a page that is still being laid out can move a handle away
            drag_to(page, "width", x)
            page.wait_for_timeout(500)
            if notebook.ask("studio.numbers.children[1].value") == end:
                break
        press(page, "Run")
        notebook.until(f"getattr(studio.result, 'shape', (0, 0, 0))[2] == {end} and not studio.runner.busy", 300)
    notebook.ask("setattr(studio.tasks, 'value', 'Replace a part')")
    mask = Image.new("L", (640, 427))
    mask.paste(255, (0, 0, 320, 427))
    mask.save(tmp_path / "mask.png")
    upload(page, "Open a mask", tmp_path / "mask.png")
    notebook.until("int(studio.sketch.mask.sum()) == 427 * 320")
    press(page, "Run")
    notebook.until("'Done' in studio.line.value and not studio.runner.busy", 300)
    Image.new("L", (12_000, 10_000)).save(tmp_path / "giant.png")
    upload(page, "Open or drop", tmp_path / "giant.png")
    line = page.locator(".sindiff-draw .line.bad", has_text="giant.png: has more than 100,000,000 pixels")
    line.wait_for(timeout=60_000)
    assert notebook.ask("studio.project.name") == "pagoda"
    Image.effect_noise((8_000, 6_250), 60).save(tmp_path / "noise.jpg")
    assert (tmp_path / "noise.jpg").stat().st_size > 10e6  # more than a kernel's connection takes
    upload(page, "Open or drop", tmp_path / "noise.jpg")
    notebook.until("studio.project.name == 'noise.jpg'", 60)
    assert notebook.ask("list(studio.project.photo.shape)") == [3, 1600, 2048]


def test_two_notebooks_on_one_kernel_and_a_closed_tab(page, context, open_notebook):
    first = open_notebook(START.format(name="studio"))
    second = open_notebook(START.format(name="other"), tab=context.new_page())
    assert second.ask("studio is not other")
    second.page.locator(".sindiff-draw[data-ready]").wait_for()
    for studio in ("studio", "other"):
        first.ask(f"setattr({studio}.steps, 'value', 50)")
    press(page, "Run")
    press(second.page, "Run")
    first.until("studio.bar.value > 0 and other.bar.value > 0", 60)
    second.page.close()  # in mid-run
    first.until("'Done' in studio.line.value and 'Done' in other.line.value", 300)
    first.until(f"{RUNNERS} == 0")
    page.locator(".jp-OutputArea [role=status]", has_text="Done.").wait_for()
