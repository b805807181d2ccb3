"""Folders of results: what was given or is another's stays, what is older goes, and stopped work goes on."""

import json
from functools import partial

import pytest
from PIL import Image

from sindiff.cli import applications, pictures
from sindiff.machine.progress import locked
from sindiff.pictures.images import load_pictures, read_image

QUICK = ("--steps", 1, "--device", "cpu")


@pytest.fixture
def sample(command, run_folder):
    return partial(command, "sample", run_folder, *QUICK)


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


@pytest.mark.parametrize("name", ["000.png", "007.png", "sheet.png"])
def test_what_was_given_stays(command, run_folder, picture_file, tmp_path, name):
    """A picture that is a mask too."""
    given = tmp_path / name
    half = Image.new("L", (32, 24))
    half.paste(255, (0, 0, 16, 24))
    half.save(given)
    before = contents(tmp_path)
    for arguments in (
        ("sample", given),
        ("baseline", "gpnn", given, "--preset", "smoke"),
        ("text", run_folder, "night", "--clip", "tiny", "--mask", given, "--size", "24x32"),
        ("inpaint", run_folder, picture_file, given),
        ("style", run_folder, given),
    ):
        refused = command(*arguments, "--out", tmp_path, "--n", 1, "--device", "cpu")
        refused.fails(f"{given}: a result would take its place; choose another folder")
    assert contents(tmp_path) == before


@pytest.mark.parametrize("written", ["out", "./out", "link", "out/../out"])
def test_however_the_folder_is_written(command, sample, picture_file, tmp_path, monkeypatch, written):
    monkeypatch.chdir(tmp_path)
    sample("--n", 2, "--out", "out").works()
    (tmp_path / "link").symlink_to("out")
    before = contents(tmp_path / "out")
    command("sample", "out/001.png", "--out", written).fails("out/001.png: a result would take its place")
    assert contents(tmp_path / "out") == before


def test_a_film_stays(command, run_folder, tmp_path):
    arguments = ("animate", "--out", tmp_path / "film.webp", "--frames", 2, *QUICK)
    command(arguments[0], run_folder, *arguments[1:]).works()
    before = contents(tmp_path)
    command("animate", run_folder, tmp_path / "film.webp", *arguments[1:]).fails("a result would take its place")
    assert contents(tmp_path) == before


@pytest.mark.parametrize("names", [["000.png", "005.png"], ["12.jpg"], ["sheet.png"], ["settings.json"]])
def test_files_of_another_stay(command, sample, picture_file, tmp_path, names):
    for name in names:
        (tmp_path / name).write_bytes(picture_file.read_bytes())
    before = contents(tmp_path)
    told = f"{tmp_path}: already holds {', '.join(names)}, which"
    sample("--out", tmp_path).fails(told)
    command("baseline", "gpnn", picture_file, "--preset", "smoke", "--out", tmp_path).fails(told)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("note", ["", "[]", "{", '{"n": 9}', '{"n": true, "sindiff": "1"}', "[" * 100_000])
def test_a_note_of_another_program_makes_nothing_ours(sample, picture_file, tmp_path, note):
    (tmp_path / "000.png").write_bytes(picture_file.read_bytes())
    (tmp_path / "settings.json").write_text(note)
    sample("--out", tmp_path).fails("already holds 000.png, settings.json, which")


def test_one_picture_of_another_among_ours_stays(sample, picture_file, tmp_path):
    sample("--n", 2, "--out", tmp_path).works()
    for name in ("002.png", "000.jpg", "photo.png"):
        (tmp_path / name).write_bytes(picture_file.read_bytes())
    before = contents(tmp_path)
    sample("--n", 4, "--out", tmp_path).fails("already holds 000.jpg, 002.png, which")
    assert contents(tmp_path) == before


def test_nothing_of_an_earlier_command_stays(command, sample, picture_file, tmp_path):
    sample("--n", 5, "--out", tmp_path).works()
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "004.png").rename(tmp_path / "004.tif")
    sample("--n", 2, "--seed", 9, "--out", tmp_path).works()
    assert sorted(contents(tmp_path)) == ["000.png", "001.png", "notes.txt", "settings.json", "sheet.png"]
    assert json.loads(command("evaluate", picture_file, tmp_path).out)["samples"] == 2


def test_what_fails_at_once_loses_nothing(sample, tmp_path, monkeypatch):
    sample("--n", 5, "--out", tmp_path).works()
    before = contents(tmp_path)

    def fail(*arguments):
        raise MemoryError

    monkeypatch.setattr("sindiff.applications.sampling.laid_out", fail)
    sample("--n", 2, "--out", tmp_path).fails("not enough memory", only=False)
    assert contents(tmp_path) == before


@pytest.fixture
def stopped(monkeypatch):
    """Makes the next command stop when the picture with a number has been written."""

    def stop_at(number):
        def save(picture, path):
            save_picture(picture, path)
            if path.stem == number:
                raise KeyboardInterrupt

        save_picture = pictures.save_picture
        monkeypatch.setattr(pictures, "save_picture", save)
        return lambda: monkeypatch.setattr(pictures, "save_picture", save_picture)

    return stop_at


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda out: (out / "001.png").unlink(),
        lambda out: (out / "001.png").write_bytes(b""),
        lambda out: (out / "001.png").write_bytes((out / "002.png").read_bytes()[:50]),
        lambda out: [file.unlink() for file in out.glob("*.png")],
        lambda out: (out / "settings.json").unlink(),
        lambda out: (out / "settings.json").write_bytes(b""),
        lambda out: (out / "unfinished/progress.json").write_bytes(b""),
        lambda out: [(out / "unfinished/progress.json").unlink(), (out / "unfinished").rmdir()],
        lambda out: None,
    ],
)
def test_a_stopped_sample_goes_on_whatever_was_removed(sample, stopped, tmp_path, meanwhile):
    out, options = tmp_path / "out", ("--n", 6, "--batch", 2)
    sample(*options, "--out", tmp_path / "whole").works()
    sample("--n", 8, "--seed", 5, "--out", out).works()
    go_on = stopped("004")
    assert sample(*options, "--out", out).code == 130
    assert not (out / "005.png").exists()
    go_on()
    meanwhile(out)
    sample(*options, "--out", out).works()
    assert contents(out) == contents(tmp_path / "whole")
    assert not (out / "unfinished").exists()


def test_pictures_that_were_changed_meanwhile_stay(sample, stopped, tmp_path):
    go_on = stopped("004")
    assert sample("--n", 6, "--batch", 2, "--out", tmp_path).code == 130
    go_on()
    Image.new("RGB", (32, 24), "red").save(tmp_path / "000.png")
    (tmp_path / "001.png").unlink()
    sample("--n", 6, "--batch", 2, "--out", tmp_path).works()
    assert read_image(tmp_path / "000.png").getpixel((5, 5)) == (255, 0, 0)
    assert len(load_pictures(tmp_path)) == 6


@pytest.fixture
def large(command, picture_file, monkeypatch):
    """Samples as if they were too large for memory."""
    monkeypatch.setattr(applications, "IN_MEMORY", 100)
    return partial(command, "sample", picture_file, "--layout", 16, "--n", 3, *QUICK)


def test_large_pictures_take_the_place_of_small_ones(command, large, sample, picture_file, tmp_path):
    sample("--n", 4, "--out", tmp_path).works()
    large("--out", tmp_path).works()
    assert sorted(contents(tmp_path)) == ["000.tif", "001.tif", "002.tif", "settings.json"]
    assert json.loads(command("evaluate", picture_file, tmp_path).out)["samples"] == 3
    sample("--n", 1, "--out", tmp_path).works()
    assert sorted(contents(tmp_path)) == ["000.png", "settings.json", "sheet.png"]


def test_large_pictures_that_are_done_are_not_made_again(large, tmp_path, monkeypatch):
    made, generate_to_file = [], applications.generate_to_file

    def generate(source, path, *rest):
        made.append(path.name)
        if len(made) == 3:
            raise KeyboardInterrupt
        generate_to_file(source, path, *rest)

    monkeypatch.setattr(applications, "generate_to_file", generate)
    assert large("--out", tmp_path).code == 130
    (tmp_path / "000.tif").write_bytes(b"")
    large("--out", tmp_path).works()
    assert made == ["000.tif", "001.tif", "002.tif", "000.tif", "002.tif"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["000.tif", "001.tif", "002.tif", "settings.json"]


def test_no_two_commands_write_into_one_folder(command, run_folder, large, sample, picture_file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "link").symlink_to("out")
    with locked(tmp_path / "out"):
        for name in ("out", "link", "./out/"):
            for write in (large, sample):
                write("--out", name).fails("another run is at work there", only=False)
            film = f"{name}/film.gif"
            command("animate", run_folder, "--out", film, "--frames", 2).fails("another run is at work there")
    assert list((tmp_path / "out").iterdir()) == []
