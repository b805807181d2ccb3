"""What commands say of the pictures that they were given, and where they look for them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from sindiff.checkpoint import load_model
from sindiff.cli.source import photo_file
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture, load_pictures, save_picture
from sindiff.training.presets import get_preset
from sindiff.training.runs import Upkeep, train_in

QUICK = ("--n", 1, "--steps", 2, "--device", "cpu")


@pytest.fixture
def large(pixels, tmp_path):
    Image.fromarray(pixels.repeat(5, 0).repeat(5, 1)).save(tmp_path / "large.png")
    return tmp_path / "large.png"


@pytest.fixture
def sprite(pixels, tmp_path):
    image = Image.fromarray(pixels)
    image.putalpha(Image.fromarray(np.linspace(0, 255, 24 * 32).reshape(24, 32).astype(np.uint8)))
    image.save(tmp_path / "sprite.png")
    return tmp_path / "sprite.png"


@pytest.fixture
def home(tmp_path, monkeypatch):
    (tmp_path / "home").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "home"


# Sizes.


@pytest.mark.parametrize("name", ["outpaint", "paint", "super-resolve"])
def test_a_picture_that_was_resized_is_told_with_both_sizes(command, run_folder, large, tmp_path, name):
    finished = command(name, run_folder, large, "--out", tmp_path / "a", *QUICK).works()
    told = [line for line in finished.err.splitlines() if line.startswith(str(large))]
    expected = "120x160 px, taken at 24x32 px, the size of the training picture; --long-side chooses another"
    assert told == [f"{large}: {expected}"]
    assert json.loads((tmp_path / "a/settings.json").read_text())["given_at"] == [120, 160]


def test_a_picture_that_was_not_resized_is_not_told(command, run_folder, picture_file, large, tmp_path):
    finished = command("paint", run_folder, picture_file, "--out", tmp_path / "a", *QUICK)
    assert "taken at" not in finished.err
    finished = command("paint", run_folder, large, "--long-side", 40, "--out", tmp_path / "b", *QUICK)
    assert "taken at" not in finished.err
    assert load_picture(tmp_path / "b/000.png").shape == (3, 30, 40)


def test_a_film_of_a_reduced_picture(command, run_folder, large, tmp_path):
    arguments = ("--out", tmp_path / "x.gif", "--frames", 2, "--steps", 2, "--device", "cpu")
    assert "120x160 px, taken at 24x32 px" in command("animate", run_folder, large, *arguments).err


def test_a_panorama_is_learned_to_the_end(tmp_path):
    """Its photo is kept no smaller than what is learned: at 2048 px it would have too few rows."""
    preset = get_preset("smoke")
    preset = replace(preset, train=replace(preset.train, steps=1))
    for _ in train_in(tmp_path, torch.zeros(3, 13, 3600), preset, upkeep=Upkeep(previews=0)):
        pass
    assert load_model(tmp_path).size == (12, 3324)


def test_a_large_jpeg_is_learned(command, tmp_path, monkeypatch):
    monkeypatch.setattr("sindiff.pictures.reading.MOST_PIXELS", 2_000_000)
    monkeypatch.setattr("sindiff.training.runs.MOST_KEPT", 200)
    Image.linear_gradient("L").resize((2000, 1500)).save(tmp_path / "large.jpg")
    run = ("--preset", "smoke", "--steps", 1, "--device", "cpu", "--out", tmp_path / "run")
    finished = command("train", tmp_path / "large.jpg", *run).works()
    assert "large, 1500x2000 px, at 24x32 px" in finished.err
    assert load_model(tmp_path / "run").photo.shape == (3, 150, 200)
    finished = command("paint", tmp_path / "run", tmp_path / "large.jpg", *QUICK, "--out", tmp_path / "a")
    assert "1500x2000 px, taken at 150x200 px, the size of the photo" in finished.err
    command("sample", tmp_path / "large.jpg", *QUICK, "--out", tmp_path / "b").fails("pixels; reduce it first")


@pytest.mark.parametrize("axes", ["x", "y", "xy"])
def test_joined_edges_take_the_nearest_size_and_say_so(command, pixels, tmp_path, axes):
    Image.fromarray(pixels[:21, :31]).save(tmp_path / "odd.png")
    run = ("train", tmp_path / "odd.png", "--preset", "smoke", "--steps", 1, "--out", tmp_path / "run")
    command(*run).works()
    size = [20 if "y" in axes else 21, 32 if "x" in axes else 31]
    arguments = (tmp_path / "run", "--wrap", axes, *QUICK)
    told = f"{size[0]}x{size[1]} px: the nearest to 21x31 px whose edges can be joined; --size chooses another"
    finished = command("sample", *arguments, "--out", tmp_path / "a")
    assert finished.err.splitlines().count(told) == 1, finished.err
    assert load_picture(tmp_path / "a/000.png").shape == (3, *size)
    assert told in command("text", *arguments[:1], "red", "--clip", "tiny", *arguments[1:], "--out", tmp_path / "b").err
    film = command("animate", *arguments[:3], "--out", tmp_path / "x.gif", "--frames", 2, "--steps", 2)
    assert told in film.err
    finished = command("paint", tmp_path / "run", tmp_path / "odd.png", *arguments[1:], "--out", tmp_path / "c")
    assert f"21x31 px, taken at {size[0]}x{size[1]} px" in finished.err
    assert load_picture(tmp_path / "c/000.png").shape == (3, *size)
    assert "nearest" not in command("sample", *arguments[:1], *QUICK, "--out", tmp_path / "d").err


# Transparency.


def test_transparency_is_told_once(command, run_folder, sprite, picture_file, tmp_path):
    line = f"{sprite}: its transparency is laid over white"
    for arguments in (
        ("train", sprite, "--preset", "smoke", "--steps", 1, "--out", tmp_path / "a", "--device", "cpu"),
        ("sample", sprite, "--out", tmp_path / "b", *QUICK),
        ("paint", sprite, sprite, "--out", tmp_path / "c", *QUICK),
        ("paint", run_folder, sprite, "--out", tmp_path / "d", *QUICK),
        ("baseline", "gpnn", sprite, "--n", 1, "--out", tmp_path / "e"),
        ("evaluate", sprite, picture_file),
    ):
        assert command(*arguments).err.splitlines().count(line) == 1, arguments
    assert "laid over" not in command("paint", run_folder, picture_file, "--out", tmp_path / "f", *QUICK).err


# Names.


def test_a_folder_of_a_bundled_name_hides_nothing(command, run_folder, model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bundled = find_picture("balloons")[0]
    Path("balloons").mkdir()
    assert find_picture("balloons")[0] == photo_file("balloons") == bundled
    assert find_picture(Path("./balloons").absolute())[0].is_dir()
    Path("balloons/config.json").touch()
    assert photo_file("balloons") is None


@pytest.mark.parametrize("write", [str, Path])
def test_home_is_written_as_in_a_shell(write, home, picture):
    save_picture(picture, write("~/new/000.png"))
    assert torch.equal(load_picture(home / "new/000.png"), load_picture(write("~/new/000.png")))
    assert find_picture(write("~/new/000.png"))[0] == home / "new/000.png"
    assert load_pictures(write("~/new")).shape == (1, 3, 24, 32)


def test_commands_know_home(command, home, picture):
    save_picture(picture, home / "photo.png")
    save_picture((picture.amax(0, keepdim=True) > 0.5).float().expand(3, -1, -1) * 2 - 1, home / "mask.png")
    run = ("train", "~/photo.png", "--preset", "smoke", "--steps", 1, "--out", "~/run", "--device", "cpu")
    for arguments in (
        run,
        ("sample", "~/run", "--out", "~/new", *QUICK),
        ("sample", "~/photo.png", "--out", "~/untrained", *QUICK),
        ("text", "~/run", "red", "--clip", "tiny", "--mask", "~/mask.png", "--out", "~/text", *QUICK),
        ("harmonize", "~/run", "~/photo.png", "~/mask.png", "--out", "~/harmonized", *QUICK),
        ("animate", "~/run", "--out", "~/film.gif", "--frames", 2, "--steps", 2),
        ("evaluate", "~/photo.png", "~/new"),
    ):
        command(*arguments).works()
    assert {"run", "new", "untrained", "text", "harmonized", "film.gif"} <= {file.name for file in home.iterdir()}
    assert not list(Path.cwd().iterdir())


@pytest.mark.parametrize("arguments", [["train", "NAME"], ["sample", "NAME"], ["paint", "NAME", "balloons"]])
@pytest.mark.parametrize(
    ("name", "message"),
    [("https://example.org/photo.jpg", "an address: download it first"), ("photos/*.jpg", "to take all: for f in")],
)
def test_addresses_and_patterns(command, tmp_path, arguments, name, message):
    arguments = [name if word == "NAME" else word for word in arguments]
    command(*arguments, "--out", tmp_path / "a").fails(f"{name}: ")
    assert message in command(*arguments, "--out", tmp_path / "a").err


def test_a_folder_of_pictures_is_answered_with_a_loop(command, picture_file, tmp_path):
    command("train", picture_file.parent, "--out", tmp_path / "a").fails("to take all: for f in FOLDER/*.jpg; do")


@pytest.mark.parametrize("arguments", [["train", ""], ["sample", ""], ["paint", "balloons", ""], ["text", "", "red"]])
def test_empty_names(command, home, arguments):
    command(*arguments, "--out", "a").fails("an empty name is neither a file nor a folder")
    command("evaluate", "balloons", "").fails("an empty name")


@pytest.mark.parametrize(
    ("out", "message"), [("", "is empty"), ("dangling", "is a link to nowhere, which is not there")]
)
def test_places_for_results_that_are_none(command, run_folder, home, out, message):
    Path("dangling").symlink_to("nowhere")
    command("sample", run_folder, "--out", out).fails(message, 2)
    command("train", "balloons", "--out", out).fails(message, 2)
    command("animate", run_folder, "--out", out).fails(message, 2)
    assert [file.name for file in Path.cwd().iterdir()] == ["dangling"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("train", "balloons", "--minutes", "nan"),
        ("train", "balloons", "--minutes", "inf"),
        ("train", "balloons", "--save-every", "nan"),
        ("paint", "balloons", "balloons", "--until", "nan"),
        ("text", "balloons", "red", "--scale", "nan"),
        ("animate", "balloons", "--fps", "nan"),
    ],
)
def test_numbers_are_finite(command, tmp_path, arguments):
    command(*arguments, "--out", tmp_path / "a").fails("is not a finite number", 2)
    assert not list(tmp_path.iterdir())


def test_the_next_command_can_be_pasted(command, picture_file, tmp_path):
    out = tmp_path / "größe 日本"
    arguments = ("--preset", "smoke", "--steps", 1, "--device", "cpu", "--out", out)
    told = command("train", picture_file, *arguments).err.splitlines()[-1]
    assert told.endswith(f"new pictures: sindiff sample '{out}' --out '{out}/samples'")
