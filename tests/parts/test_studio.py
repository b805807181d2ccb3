"""The studio without a page: its controls are moved by hand, and work runs here and now."""

import io
from dataclasses import replace

import pytest
import torch

from sindiff.lab import setup, shipped
from sindiff.lab.draw import rectangle
from sindiff.lab.studio import Studio, open_studio
from sindiff.lab.tasks import TASKS
from sindiff.pictures.bundled import bundled_pictures
from sindiff.pictures.images import to_image


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """So few steps that a training takes a second."""
    lab = setup("13_studio", "smoke", seed=3, out_dir=tmp_path_factory.mktemp("out"), device="cpu")
    preset = replace(lab.preset, long_side=16, sample_steps=4, train=replace(lab.preset.train, steps=6))
    return replace(lab, preset=preset)


@pytest.fixture(scope="module")
def trained(lab):
    return shipped(lab)


@pytest.fixture
def studio(lab, trained, monkeypatch):
    monkeypatch.setattr("sindiff.lab.studio.shipped", lambda lab, name: trained)
    monkeypatch.setattr("sindiff.lab.runner.PAUSE", 0)
    return Studio(lab, background=False)


def upload(studio, name, content):
    studio.sketch.upload = {"name": name, "content": content, "count": id(content)}


@pytest.fixture
def mine(picture):
    """A picture file of the reader's, as bytes."""
    content = io.BytesIO()
    to_image(picture).save(content, format="png")
    return content.getvalue()


@pytest.mark.parametrize("name", TASKS)
def test_every_task_runs_from_what_the_page_has(studio, name):
    studio.tasks.value = name
    assert studio.hint.value == TASKS[name].hint
    assert studio.sketch.mode == TASKS[name].mode
    height, width = studio.project.picture.shape[1:]
    studio.sketch.mask = rectangle((height, width), (2, 6), (3, 9))
    studio.run()
    assert "Done" in studio.line.value
    assert studio.bar.value == 1
    assert "data:image/png;base64," in studio.link.value
    sizes = {"New picture of any size": (height, 2 * width), "Outpaint": (height, width + width // 2)}
    assert studio.result.shape[1:] == sizes.get(name, (height, width))
    known = {"Outpaint": (slice(None), slice(width)), "Inpaint": (slice(6, None), slice(None))}
    if name in known:
        rows, columns = known[name]
        torch.testing.assert_close(studio.result[:, rows, columns], studio.project.picture[:, rows, columns])


def test_frames_change_and_stopping_keeps_the_last(studio):
    frames = []
    studio.image.observe(lambda change: frames.append(change["new"]), "value")
    studio.run()
    assert len(set(frames)) == len(frames) >= studio.steps.value
    frames.clear()
    studio.seed.value += 1
    studio.bar.observe(lambda change: studio.stop() if 0.4 < change["new"] < 0.6 else None, "value")
    studio.run()
    assert len(frames) == 2
    assert "Stopped" in studio.line.value
    assert studio.image.value == frames[-1]


def test_what_is_wrong_is_said_in_a_line(studio, mine):
    studio.tasks.value = "Inpaint"
    studio.run()
    assert "the mask is black all over" in studio.line.value
    assert "sindiff-bad" in studio.line.value
    studio.tasks.value = "Harmonise"
    studio.run()
    assert "nothing is painted yet" in studio.line.value
    before = studio.project
    for name, content in (("<b>notes.txt", b"no picture"), ("empty.png", b"")):
        upload(studio, name, content)
        assert studio.sketch.message.startswith(name)
        assert studio.project is before
    upload(studio, "mine.png", mine)
    assert studio.sketch.message == ""
    studio.run()
    assert "no model yet" in studio.line.value


def test_training_on_an_upload_stops_goes_on_and_gives_a_model(studio, mine):
    upload(studio, "mine.png", mine)
    assert studio.names.value == "mine.png"
    assert (studio.train_button.description, studio.train_button.disabled) == ("Train", False)
    studio.bar.observe(lambda change: studio.stop() if studio.project.state.step == 3 else None, "value")
    studio.train()
    studio.bar.unobserve_all()
    assert studio.project.state.step == 3
    assert studio.train_button.description == "Train on from step 3"
    studio.names.value = studio.names.options[0]
    assert studio.train_button.disabled
    studio.names.value = "mine.png"
    studio.train()
    assert studio.project.state.step == 6
    assert (studio.train_button.description, studio.train_button.disabled) == ("Trained", True)
    assert studio.result.shape == studio.project.picture.shape
    studio.run()
    assert "Done" in studio.line.value


def test_words_steer(studio):
    assert studio.prompt.layout.display == "none"
    studio.tasks.value = "Text"
    assert (studio.prompt.layout.display, studio.prompt.value) == ("", "a red sunset")
    *sizes, scale = studio.numbers.children
    sizes[0].value = sizes[1].value = 16
    pictures = {}
    for text, strength in (("snow", 0.0), ("a dark night", 0.0), ("a dark night", 0.1), ("snow", 0.1)):
        studio.prompt.value, scale.value = text, strength
        studio.run()
        pictures[text, strength] = studio.result
    assert torch.equal(pictures["snow", 0.0], pictures["a dark night", 0.0])
    assert pictures["snow", 0.1].mean() > pictures["a dark night", 0.1].mean()
    studio.prompt.value = " "
    studio.run()
    assert "the prompt is empty" in studio.line.value


def test_before_after_and_going_on(studio):
    studio.tasks.value = "Outpaint"
    studio.run()
    after = studio.image.value
    studio.view.value = "before"
    assert studio.image.value != after
    studio.view.value = "after"
    assert studio.image.value == after
    studio.continue_with_result()
    assert studio.sketch.picture.shape == studio.result.shape
    studio.run()
    assert studio.result.shape[2] > studio.sketch.picture.shape[2]


def test_without_drawing_and_without_widgets(studio, lab, monkeypatch):
    studio.tasks.value = "Inpaint"
    studio.rows.value, studio.columns.value = (2, 6), (3, 9)
    assert torch.equal(studio.sketch.mask, rectangle(studio.project.picture.shape[1:], (2, 6), (3, 9)))
    studio.tasks.value = "Edit"
    studio.tasks.value = "Inpaint"  # a new sheet: nothing is drawn, and the sliders say so
    assert not studio.sketch.mask.any()
    assert (studio.rows.value, studio.columns.value) == ((0, 0), (0, 0))
    monkeypatch.setenv("SINDIFF_UI", "off")
    assert open_studio(lab) is None


@pytest.mark.parametrize(("image", "name"), [("stones", "stones"), ("brick", "brick"), ("peaks.png", "peaks (opened)")])
def test_it_opens_with_the_labs_picture(trained, picture, image, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    to_image(picture).save("peaks.png")
    monkeypatch.setattr("sindiff.lab.studio.shipped", lambda lab, name: trained)
    studio = Studio(setup("13_studio", "smoke", image, out_dir=tmp_path), background=False)
    assert (studio.names.value, studio.names.options[0]) == (name, name)
    assert {"balloons", "peaks", "stones"} <= {*studio.names.options} <= {*bundled_pictures(), name}
    assert torch.equal(studio.project.picture, studio.lab.picture)
    assert studio.train_button.disabled == (name == "stones")  # only that one comes with a model
