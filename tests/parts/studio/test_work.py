"""The studio without a page: its controls are moved by hand, and work runs here and now."""

import shlex
import threading

import pytest
import torch

from sindiff.detail.pyramid import sizes_between
from sindiff.detail.settings import USUAL, plan
from sindiff.lab.draw import rectangle
from sindiff.lab.panel import Update
from sindiff.lab.results import texts_of
from sindiff.lab.studio import Studio
from sindiff.lab.tasks import TASKS
from sindiff.pictures.images import load_picture, resize, to_image

from .hands import SIZE, as_png, lines, upload


@pytest.mark.parametrize("name", TASKS)
def test_every_task_answers_at_the_photos_size_and_tells_how_it_was_made(studio, name, command, tmp_path, monkeypatch):
    studio.tasks.value = name
    assert (studio.desk.hint.value, studio.sketch.mode) == (TASKS[name].hint, TASKS[name].mode)
    height, width = size = studio.sketch.picture.shape[1:]
    studio.sketch.mask = rectangle(size, (6, 20), (9, 40))
    said = lines(studio)
    studio.run()
    assert "Done" in studio.line.value, studio.line.value
    assert [any(word in line for line in said) for word in ("Layout: 50%", "Detail: 100%", "to go")] == [True] * 3
    assert studio.bar.value == 1
    sizes = dict.fromkeys(["New picture", "Change its shape"], (height, 2 * width))
    sizes["Make it wider"] = (height, width + width // 2)
    sizes["Enlarge"] = (2 * height, 2 * width)
    assert studio.result.shape[1:] == sizes.get(name, size)
    known = {"Make it wider": (slice(None), slice(width)), "Replace a part": (slice(20, None), slice(None))}
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
    command(*shlex.split(made.command)[1:]).works()
    assert torch.equal(load_picture(tmp_path / "new" / "000.png"), studio.result)


def test_a_picture_is_seen_to_form_level_by_level(studio, monkeypatch):
    """Each picture once, and the last of them is the result."""
    seen, looked = [], studio.image.look
    monkeypatch.setattr(studio.image, "look", lambda picture, *other: [seen.append(picture), looked(picture, *other)])
    studio.run()
    phases = plan(sizes_between(studio.project.source.size, SIZE, USUAL.ratio), USUAL)
    *formed, result = seen[studio.steps.value :]
    assert len(formed) == len(phases)
    assert torch.equal(formed[-1], resize(result, *formed[-1].shape[1:]))


def test_opening_a_photo_shows_first_pictures_one_after_the_other(studio, lab, photo):
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
    assert len(set(frames)) == len(frames) > studio.steps.value
    whole = frames[-1]
    studio.seed.value += 1
    studio.bar.observe(lambda change: studio.stop() if change["new"] > 0.1 else None, "value")
    studio.run()
    assert "Stopped" in studio.line.value
    assert studio.image.value == whole
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


def test_stop_can_be_pressed_while_something_runs(studio):
    seen = [studio.stop_button.disabled]
    studio.bar.observe(lambda change: seen.append(studio.stop_button.disabled), "value")
    studio.run()
    assert seen[0]
    assert len(seen) > 2
    assert not any(seen[1:])
    assert studio.stop_button.disabled


def test_what_is_wrong_is_said_in_a_line(studio):
    for task, words in (("Replace a part", "nothing is marked yet"), ("Fit a thing in", "nothing is painted yet")):
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
