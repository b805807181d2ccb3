"""Mistakes at the command line: one line and a code, never a traceback."""

import json
import subprocess
import sys

import pytest
import torch
from PIL import Image

from sindiff.applications.table import APPLICATIONS

COMMAND = [sys.executable, "-c", "from sindiff.cli import main; main()"]


def test_a_process_ends_with_one_line_and_a_code(picture_file, tmp_path):
    arguments = ["train", str(picture_file), "--out", str(tmp_path / "run"), "--preset", "nope"]
    finished = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)
    assert finished.returncode == 1
    assert finished.stderr.startswith("sindiff: error: unknown preset 'nope': choose from smoke, ")
    assert finished.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--preset", "nope"], 1, "unknown preset 'nope'"),
        (["--steps", "-3"], 2, "--steps"),
        (["--steps", "0"], 2, "--steps"),
        (["--steps", "many"], 2, "--steps"),
        (["--minutes", "0"], 2, "--minutes"),
        (["--minutes", "1", "--steps", "1"], 2, "not both"),
        (["--seed", "-1"], 2, "--seed"),
        (["--device", "banana"], 1, "unknown device 'banana'"),
        (["--device", ""], 1, "unknown device ''"),
        (["--device", "cpu:x"], 1, "unknown device 'cpu:x'"),
        (["--device", "cpu:7"], 1, "no device cpu:7 here"),
        (["--bogus"], 2, "--bogus"),
    ],
)
def test_mistakes_in_train(command, picture_file, tmp_path, options, code, message):
    command("train", picture_file, "--out", tmp_path / "run", *options).fails(message, code)
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_device_that_is_not_there(command, picture_file, run_folder, tmp_path):
    command("train", picture_file, "--out", tmp_path / "x", "--device", "cuda").fails("no cuda device here")
    command("sample", run_folder, "--out", tmp_path / "x", "--device", "cuda:0").fails("no cuda device here")


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--n", "0"], 2, "--n"),
        (["--steps", "-1"], 2, "--steps"),
        (["--steps", "0"], 2, "--steps"),
        (["--batch", "0"], 2, "--batch"),
        (["--seed", "-1"], 2, "--seed"),
        (["--size", "12"], 2, "is no size"),
        (["--size", "0x12"], 2, "is no size"),
        (["--size", "12x"], 2, "is no size"),
        (["--size", "-4x12"], 2, "is no size"),
        (["--size", "4.5x12"], 2, "is no size"),
        (["--size", "1x2x3"], 2, "is no size"),
        (["--size", "axb"], 2, "is no size"),
        (["--size", "9" * 5000 + "x1"], 2, "is no size"),
        (["--size", "²x4"], 2, "is no size"),
        (["--tile", "0"], 2, "--tile"),
        (["--tile", "-8"], 2, "-8"),
        (["--tile", "1e3"], 2, "1e3"),
        (["--layout", "4"], 2, "--layout"),
        (["--wrap", "z"], 2, "'z' is not one of 'x', 'y', 'xy'"),
        (["--sampler", "euler"], 2, "--sampler"),
        (["--device", "banana"], 1, "unknown device"),
    ],
)
def test_mistakes_in_sample(command, run_folder, tmp_path, options, code, message):
    command("sample", run_folder, "--out", tmp_path / "new", *options).fails(message, code)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--steps", "1001"], "number of steps"),
        (["--size", "1000000000x7"], "100,000,000 pixels"),
    ],
)
def test_mistakes_that_the_sampler_finds(command, run_folder, picture_file, tmp_path, options, message):
    for source in (run_folder, picture_file):
        finished = command("sample", source, "--out", tmp_path, "--device", "cpu", *options)
        finished.fails(message, only=False)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["bogus"], ["train"], ["sample", "x"], ["evaluate", "x"]])
def test_mistakes_in_the_call(command, arguments):
    command(*arguments).fails(code=2)


@pytest.mark.parametrize("arguments", [["train"], ["sample"], ["baseline", "gpnn"]])
def test_several_pictures(command, picture_file, tmp_path, arguments):
    finished = command(*arguments, picture_file, "b.jpg", "c.jpg", "--out", tmp_path / "run")
    finished.fails("one picture at a time, and b.jpg, c.jpg came too; give one picture; to take all: for f in ", 2)
    assert not (tmp_path / "run").exists()


def test_a_picture_whose_metadata_are_cut_off(command, pixels, tmp_path):
    path = tmp_path / "a.jpg"
    Image.fromarray(pixels).save(path, exif=b"Exif\0\0II*\0\x08\0\0\0\2\0\x12")
    options = ("--out", tmp_path / "new", "--n", 1, "--steps", 1, "--detail", "none", "--device", "cpu")
    assert f"{path}: its EXIF is cut off" in command("sample", path, *options).err
    assert f"{path}: its EXIF is cut off" in command("evaluate", path, tmp_path / "new").err


def test_pictures_that_are_none(command, tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty.png").touch()
    Image.new("RGB", (3, 4000)).save(tmp_path / "stripe.png")
    for name, message in {
        "missing.png": "no such file, and no bundled picture of that name",
        "text.png": "is not a picture",
        "empty.png": "is an empty file",
        "stripe.png": "too small",
        ".": "is a folder",
    }.items():
        command("train", tmp_path / name, "--out", tmp_path / "run", "--preset", "smoke").fails(message)
    assert not (tmp_path / "run").exists()


def test_models_that_are_none(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.pt").write_text("no model")
    (tmp_path / "folder").mkdir()
    for name, message in {
        "missing": "no such folder or file",
        "does/not/exist": "no such folder or file",
        "nobody/nothing": "no such folder, and no model",
        "text.pt": "is no PyTorch file",
        "folder": "holds no model",
    }.items():
        command("sample", name, "--out", tmp_path / "new", "--device", "cpu").fails(message)
    assert not (tmp_path / "new").exists()


def test_evaluate_of_nothing(command, picture_file, tmp_path):
    command("evaluate", picture_file, tmp_path / "missing").fails("no such file")
    assert json.loads(command("evaluate", picture_file, picture_file).out)["swd"] == 0
    command("evaluate", picture_file, tmp_path).fails("holds no pictures")
    (tmp_path / "000.png").write_bytes(picture_file.read_bytes())
    command("evaluate", tmp_path / "missing.png", tmp_path).fails("no such file")


@pytest.mark.parametrize("settings", ["", "[]", '{"trained_at": "ab"}', '{"trained_at": [null]}', '{"trained_at": 5}'])
def test_evaluate_without_useful_settings(command, picture_file, tmp_path, settings):
    (tmp_path / "000.png").write_bytes(picture_file.read_bytes())
    (tmp_path / "settings.json").write_text(settings)
    assert json.loads(command("evaluate", picture_file, tmp_path).out)["swd"] == 0


@pytest.mark.parametrize(
    ("name", "option"),
    [(row.name, option.name) for row in APPLICATIONS.values() for option in row.options if option.required],
)
def test_what_an_application_must_be_given_is_asked_for(command, picture_file, tmp_path, name, option):
    given = {"box": "1,1,8,8", "at": "2,2", "size": "24x40"}
    others = [one.name for one in APPLICATIONS[name].options if one.required and one.name != option]
    texts = [text for other in others for text in (f"--{other}", given[other])]
    command(name, picture_file, picture_file, *texts, "--out", tmp_path / "x").fails(f"Missing option '--{option}'", 2)
