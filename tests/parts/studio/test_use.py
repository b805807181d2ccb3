"""What is chosen, drawn, compared, taken back and kept in the studio, without a page."""

import pytest
import torch

from sindiff.lab import setup
from sindiff.lab.draw import rectangle
from sindiff.lab.jobs import recorded
from sindiff.lab.studio import Studio, open_studio
from sindiff.lab.tasks import TASKS
from sindiff.pictures.bundled import bundled_pictures
from sindiff.pictures.images import load_picture, to_image

from .hands import SIZE, as_png, open_png, upload


def test_comparing_going_on_and_taking_back(studio, lab):
    studio.tasks.value = "Make it wider"
    studio.run()
    assert studio.image.before == b""  # the photo is smaller than what was made of it
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


def test_the_result_lies_over_what_it_was_made_from_and_comes_whole(studio, lab):
    said = []
    studio.image.send = lambda content, buffers: said.append((content, buffers))
    studio.image._answer({"want": "file"})
    assert said == []  # nothing to be had yet
    studio.tasks.value = "Make it tile"
    studio.run()
    assert open_png(studio.image.before) == to_image(studio.project.photo)
    assert open_png(studio.image.value) == to_image(studio.result)
    assert studio.image.name == f"{studio.project.folder.name}_000.png"
    studio.image._answer({"want": "file"})
    assert said == [({"for": "file"}, [studio.album.results[0].file.read_bytes()])]


def test_only_a_tile_is_laid_side_by_side(studio):
    studio.tasks.value = "Make it tile"
    forming = []
    studio.image.observe(lambda change: forming.append(studio.image.wraps), "value")
    studio.run()
    assert forming
    assert not any(forming)  # its edges do not meet yet
    assert studio.image.wraps is True
    studio.tasks.value = "Enlarge"
    studio.run()
    assert studio.image.wraps is False
    studio.album.choose(0)
    assert studio.image.wraps is True


def test_a_run_makes_variations_and_the_die_another_seed(studio):
    studio.many.value = 3
    studio.run()
    assert [result.seed for result in studio.album.results] == [3, 4, 5]
    assert len({result.picture.sum().item() for result in studio.album.results}) == 3
    seeds = set()
    for _ in range(5):
        studio.wishes.die.click()
        seeds.add(studio.seed.value)
    assert len(seeds) > 1


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.example])
def test_an_example_runs_by_one_click(studio, name):
    studio.tasks.value = name
    assert studio.example_button.layout.display == ""
    studio.numbers.children = ()
    said = []
    studio.run = lambda: said.append(studio.sketch.mask.mean().item())
    studio.example_button.click()
    assert 0.05 < said[0] <= 1
    studio.sketch.undo()
    assert not studio.sketch.mask.any()


def test_another_picture_is_worked_on_and_left_again(studio, photo):
    upload(studio, "other.png", as_png(photo[:, :16].flip(-1)))
    studio.names.value = studio.names.options[0]
    studio.tasks.value = "Recolour another"
    studio.other.value = "other.png"
    assert studio.sketch.picture.shape == (3, 16, 96)
    studio.run()
    assert "Done" in studio.line.value, studio.line.value
    assert studio.result.shape == (3, 16, 96)
    studio.tasks.value = "New picture"
    assert torch.equal(studio.sketch.picture, studio.project.photo)
    studio.other.value = studio.other.options[0]
    assert torch.equal(studio.sketch.picture, studio.project.photo)


def test_an_upload_opens_its_picture_and_no_other(studio, photo, monkeypatch):
    opened = []
    monkeypatch.setattr(Studio, "first_pictures", lambda self: opened.append(self.project.name))
    studio.names.value = "brick"
    upload(studio, "other.png", as_png(photo))
    assert opened == ["brick", "other.png"]  # a menu whose entries change chooses its first one for a moment
    studio.sketch.undo()
    assert (studio.project.name, studio.names.value) == ("brick", "brick")


def test_words_that_the_reader_has_not_met_are_named(studio):
    studio.tasks.value = "Follow words"
    studio.prompt.value = "a purple elephant, on red"
    studio.run()
    assert "has not met: elephant." in studio.line.value
    studio.prompt.value = "a red sunset"
    studio.run()
    assert studio.line.value.endswith("Done.</span>")


def test_memory_stays_bounded_over_long_use(studio, photo, monkeypatch):
    """Pictures lie in files: what is held is the last few projects, changes and thumbnails."""
    for module in ("strip", "album"):
        monkeypatch.setattr(f"sindiff.lab.{module}.MOST", 5)
    monkeypatch.setattr(Studio, "first_pictures", lambda self: None)

    def at_once(order, report):
        return recorded(order, TASKS[order.task].given(order.request), photo)

    monkeypatch.setattr("sindiff.lab.jobs.drawn", at_once)
    for round in range(8):
        studio.seed.value = round
        for row in range(1, 6):
            studio.sketch.mask = rectangle(SIZE, (0, row), (0, round + 9))
        studio.run()
        studio.tasks.value = ("Replace a part", "New picture")[round % 2]
    album = studio.album
    assert len(album.results) == len(album.strip.shots) == 5
    assert [shot["label"][-1] for shot in album.strip.shots] == ["3", "4", "5", "6", "7"]
    assert torch.equal(album.picture, album.results[4].picture)
    assert not any(isinstance(held, torch.Tensor) for result in album.results for held in vars(result).values())
    assert len(studio.sketch._past) <= 20
    for number in range(6):
        upload(studio, f"{number}.png", as_png(photo.roll(number + 1, 2)))
    assert len(studio._projects) == 4
    studio.names.value = "0.png"  # read again
    assert to_image(studio.project.photo) == to_image(photo.roll(1, 2))


def test_without_drawing_and_without_widgets(studio, lab, monkeypatch):
    studio.tasks.value = "Replace a part"
    drawn = rectangle(SIZE, (20, 24), (40, 44))
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
