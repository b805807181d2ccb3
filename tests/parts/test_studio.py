"""The studio without a page: its controls are moved by hand, and work runs here and now."""

import io
import shlex
import threading
from dataclasses import replace

import pytest
import torch

from sindiff.lab import setup
from sindiff.lab.draw import rectangle
from sindiff.lab.panel import Update
from sindiff.lab.results import texts_of
from sindiff.lab.studio import Studio, open_studio
from sindiff.lab.tasks import TASKS
from sindiff.pictures.bundled import bundled_pictures, data_folder
from sindiff.pictures.images import load_picture, resize, to_image

SIZE = 72, 96


@pytest.fixture(scope="module")
def photo():
    return resize(load_picture(data_folder() / "peaks.jpg"), *SIZE)


@pytest.fixture
def lab(photo, tmp_path, monkeypatch):
    """A photo of the reader's, larger than its layouts, and so few steps that a training takes a second."""
    monkeypatch.setattr("sindiff.lab.runner.PAUSE", 0)
    to_image(photo).save(tmp_path / "mine.png")
    lab = setup("13_studio", "smoke", tmp_path / "mine.png", seed=3, out_dir=tmp_path / "out", device="cpu")
    preset = replace(lab.preset, long_side=16, sample_steps=4, train=replace(lab.preset.train, steps=6))
    return replace(lab, preset=preset)


@pytest.fixture
def studio(lab):
    return Studio(lab, background=False)


def upload(studio, name, content):
    studio.sketch.upload = {"name": name, "content": content, "count": id(content)}


def as_png(picture):
    content = io.BytesIO()
    to_image(picture).save(content, format="png")
    return content.getvalue()


def lines(studio):
    """All that the studio says from now on."""
    said = []
    studio.line.observe(lambda change: said.append(change["new"]), "value")
    return said


@pytest.mark.parametrize("name", TASKS)
def test_every_task_answers_at_the_photos_size_and_tells_how_it_was_made(studio, name, command, tmp_path, monkeypatch):
    studio.tasks.value = name
    assert (studio.desk.hint.value, studio.sketch.mode) == (TASKS[name].hint, TASKS[name].mode)
    studio.sketch.mask = rectangle(SIZE, (6, 30), (9, 40))
    height, width = SIZE
    said = lines(studio)
    studio.run()
    assert "Done" in studio.line.value, studio.line.value
    assert [any(word in line for line in said) for word in ("Layout: 50%", "Detail: 100%", "to go")] == [True] * 3
    assert studio.bar.value == 1
    sizes = {"New picture": (height, 2 * width), "Make it wider": (height, width + width // 2)}
    sizes["Enlarge"] = (2 * height, 2 * width)
    assert studio.result.shape[1:] == sizes.get(name, SIZE)
    known = {"Make it wider": (slice(None), slice(width)), "Replace a part": (slice(30, None), slice(None))}
    if name in known:
        rows, columns = known[name]
        assert torch.equal(studio.result[:, rows, columns], studio.project.photo[:, rows, columns])
    made = studio.album.results[-1]
    assert texts_of(made.file).items() >= {"Task": name, "Seed": "3", "Command": made.command}.items()
    assert len(made.python.splitlines()) == 3
    names = {}
    exec(made.python, names)
    assert to_image(names["new"][0]) == to_image(studio.result)
    monkeypatch.chdir(tmp_path)
    finished = command(*shlex.split(made.command)[1:])
    assert finished.code == 0, finished.err
    assert torch.equal(load_picture(tmp_path / "new" / "000.png"), studio.result)


def test_opening_a_photo_shows_first_pictures_one_after_the_other(studio, lab, photo, monkeypatch):
    monkeypatch.setattr("sindiff.lab.studio.FIRST", 2)
    said, counts = lines(studio), []
    studio.album.strip.observe(lambda change: counts.append(len(change["new"])), "shots")
    studio.first_pictures()
    assert counts == [1, 2]
    assert "Picture 2 of 2. Layout: 25%" in "".join(said)
    assert len({result.picture.sum().item() for result in studio.album.results}) == 2
    assert studio.result.shape == photo.shape
    studio.album.choose(0)
    assert torch.equal(studio.result, studio.album.results[0].picture)
    again = Studio(lab, background=False)  # the cell is run again, or the kernel anew
    assert [result.command for result in again.album.results] == [made.command for made in studio.album.results]
    again.first_pictures()
    assert len(again.album.results) == 2
    upload(again, "other.png", as_png(photo.flip(-1)))
    assert (again.names.value, len(again.album.results)) == ("other.png", 2)
    assert "other.png" in Studio(lab, background=False).names.options


def test_frames_change_and_stopping_brings_back_the_last_result(studio):
    frames = []
    studio.image.observe(lambda change: frames.append(change["new"]), "value")
    studio.run()
    assert len(set(frames)) == len(frames) == studio.steps.value + 1
    studio.seed.value += 1
    studio.bar.observe(lambda change: studio.stop() if change["new"] > 0.1 else None, "value")
    studio.run()
    assert "Stopped" in studio.line.value
    assert studio.image.value == frames[studio.steps.value]
    assert len(studio.album.results) == 1


def test_stop_shows_at_once_however_long_a_step_takes(lab, monkeypatch):
    at_work, go_on = threading.Event(), threading.Event()

    def slow(order, report):
        at_work.set()
        assert go_on.wait(20)
        report(Update(None, 0.5, "late"))

    studio = Studio(lab, background=True)
    monkeypatch.setattr("sindiff.lab.jobs.drawn", slow)
    studio.run()
    assert at_work.wait(20)
    studio.stop()
    assert "Stopped" in studio.line.value
    go_on.set()
    studio.runner.wait(20)
    assert "Stopped" in studio.line.value
    assert not studio.album.results


def test_what_is_wrong_is_said_in_a_line(studio):
    for task, words in (("Replace a part", "the mask is black all over"), ("Fit a thing in", "nothing is painted yet")):
        studio.tasks.value = task
        assert studio.line.value.endswith("></span>")  # nothing is left of the task before
        studio.run()
        assert words in studio.line.value
        assert "sindiff-bad" in studio.line.value
    before = studio.project
    for name, content in (("<b>notes.txt", b"no picture"), ("empty.png", b"")):
        upload(studio, name, content)
        assert studio.sketch.message.startswith(name)
        assert studio.project is before


def test_training_is_kept_and_found_again(studio, lab):
    learning = studio.learning
    assert (learning.run_button.description, learning.run_button.disabled) == ("Train", False)
    learning.bar.observe(lambda change: learning.stop() if change["new"] == 0.5 else None, "value")
    learning.run()
    learning.bar.unobserve_all()
    assert "kept" in learning.line.value
    again = Studio(lab, background=False)
    assert again.learning.run_button.description == "Train on"
    again.learning.run()
    assert (again.learning.run_button.description, again.learning.run_button.disabled) == ("Trained", True)
    assert again.project.trained
    assert again.project.source.training["step"] == 6
    again.run()
    assert str(again.project.folder) in again.album.results[-1].command
    assert Studio(lab, background=False).project.trained


def test_words_steer(studio):
    assert studio.prompt.layout.display == "none"
    studio.tasks.value = "Follow words"
    assert (studio.prompt.layout.display, studio.prompt.value) == ("", "a red sunset")
    *_, strength = studio.numbers.children
    pictures = {}
    for text, value in (("snow", 0.0), ("a dark night", 0.0), ("a dark night", 0.1), ("snow", 0.1)):
        studio.prompt.value, strength.value = text, value
        studio.run()
        pictures[text, value] = studio.result
    assert torch.equal(pictures["snow", 0.0], pictures["a dark night", 0.0])
    assert pictures["snow", 0.1].mean() > pictures["a dark night", 0.1].mean()
    studio.prompt.value = " "
    studio.run()
    assert "the prompt is empty" in studio.line.value


def test_comparing_going_on_and_taking_back(studio, lab):
    studio.tasks.value = "Make it wider"
    studio.run()
    after = studio.image.value
    studio.album.view.value = "original"
    assert studio.image.value != after
    studio.album.view.value = "result"
    assert studio.image.value == after
    studio.continue_with_result()
    studio.tasks.value = "Replace a part"  # the picture that was gone on with stays
    assert torch.equal(studio.sketch.picture, studio.result)
    drawn = rectangle(studio.result.shape[1:], (0, 9), (0, 9))
    studio.sketch.mask = drawn
    studio.tasks.value = "Blend my changes"
    studio.sketch.undo()
    assert (studio.tasks.value, studio.sketch.mode) == ("Replace a part", "mask")
    assert torch.equal(studio.sketch.mask, drawn)
    studio.sketch.undo()
    assert not studio.sketch.mask.any()
    studio.sketch.undo()
    assert studio.tasks.value == "Make it wider"
    studio.sketch.undo()
    assert torch.equal(studio.sketch.picture, load_picture(lab.path))


def test_without_drawing_and_without_widgets(studio, lab, monkeypatch):
    studio.tasks.value = "Replace a part"
    drawn = rectangle(SIZE, (40, 44), (40, 44))
    studio.sketch.mask = drawn
    studio.desk.rows.value = (2, 6)
    assert torch.equal(studio.sketch.mask, drawn)  # no columns yet: nothing changes
    studio.desk.columns.value = (3, 9)
    studio.desk.columns.value = (3, 7)
    assert torch.equal(studio.sketch.mask, torch.maximum(drawn, rectangle(SIZE, (2, 6), (3, 7))))
    studio.sketch.undo()
    studio.sketch.undo()
    assert torch.equal(studio.sketch.mask, drawn)
    studio.tasks.value = "Blend my changes"
    studio.tasks.value = "Replace a part"  # a new sheet: nothing is drawn, and the sliders say so
    assert not studio.sketch.mask.any()
    assert (studio.desk.rows.value, studio.desk.columns.value) == ((0, 0), (0, 0))
    monkeypatch.setenv("SINDIFF_UI", "off")
    assert open_studio(lab) is None


@pytest.mark.parametrize(("image", "name"), [("stones", "stones"), ("brick", "brick"), ("peaks.png", "peaks (opened)")])
def test_it_opens_with_the_labs_photo(photo, image, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    to_image(photo).save("peaks.png")
    studio = Studio(setup("13_studio", "smoke", image, out_dir=tmp_path / "out"), background=False)
    assert (studio.names.value, studio.names.options[0]) == (name, name)
    assert {*studio.names.options} == {*bundled_pictures(), name}
    assert torch.equal(studio.project.photo, load_picture(studio.lab.path))
    assert studio.project.trained == (name == "stones")  # only that one comes with a model
    assert studio.learning.run_button.disabled == (name == "stones")
