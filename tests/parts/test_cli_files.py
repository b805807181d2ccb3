"""What commands find in their folders: places that take no files, and what is there already."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import pytest
from PIL import Image

from sindiff.checkpoint import load_model, save_model
from sindiff.machine.progress import locked

COMMAND = [sys.executable, "-c", "from sindiff.cli import main; main()"]


# Places that take no files.


def test_out_is_a_file(command, run_folder, picture_file, tmp_path):
    (tmp_path / "file").touch()
    command("train", picture_file, "--out", tmp_path / "file", "--preset", "smoke").fails("is a file", 2)
    command("sample", run_folder, "--out", tmp_path / "file").fails("is a file", 2)
    assert (tmp_path / "file").read_bytes() == b""


def test_out_lies_in_a_file(command, run_folder, picture_file, tmp_path):
    """Before any time is spent on sampling."""
    (tmp_path / "file").touch()
    arguments = ("--out", tmp_path / "file/run", "--device", "cpu")
    command("train", picture_file, *arguments, "--preset", "smoke").fails("Not a directory", only=False)
    command("sample", run_folder, *arguments).fails("Not a directory")


def test_a_folder_that_may_not_be_written(command, run_folder, picture_file, tmp_path, monkeypatch):
    """Before any time is spent."""

    def refuse(**options):
        raise PermissionError(13, "Permission denied", str(tmp_path / "run/.tmp"))

    for name in ("mkstemp", "TemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    told, arguments = f"{tmp_path / 'run'}: Permission denied", ("--out", tmp_path / "run", "--device", "cpu")
    command("sample", run_folder, *arguments).fails(told)
    command("baseline", "gpnn", picture_file, *arguments).fails(told)
    command("animate", run_folder, "--out", tmp_path / "run/film.gif", "--device", "cpu").fails(told)
    command("tileset", "gravel", "--out", tmp_path / "run").fails(told)
    command("train", picture_file, *arguments, "--preset", "smoke").fails(told, only=False)


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 8 bytes")]
)
def test_too_little_memory(command, run_folder, tmp_path, monkeypatch, error):
    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr("sindiff.applications.sampling.laid_out", fail)
    arguments = ("sample", run_folder, "--out", tmp_path, "--device", "cpu")
    command(*arguments).fails("not enough memory", only=False)


def test_other_errors_are_not_hidden(command, run_folder, tmp_path, monkeypatch):
    def fail(*arguments, **options):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("sindiff.applications.sampling.laid_out", fail)
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        command("sample", run_folder, "--out", tmp_path, "--device", "cpu")


def test_debugging_shows_the_traceback(command, tmp_path, monkeypatch):
    monkeypatch.setenv("SINDIFF_DEBUG", "1")
    with pytest.raises(ValueError, match="no such file"):
        command("evaluate", "x", tmp_path / "missing")


# What is there already.


def test_files_that_no_run_wrote_are_left_alone(command, pixels, tmp_path):
    """The user's own picture.png, trained on where it lies."""
    own = tmp_path / "picture.png"
    Image.fromarray(pixels).resize((320, 240)).save(own)
    before = own.read_bytes()
    arguments = ("train", own, "--out", tmp_path, "--preset", "smoke", "--steps", 1, "--device", "cpu")
    for extra in ([], ["--restart"]):
        command(*arguments, *extra).fails("already holds picture.png, but no run", only=False)
        assert own.read_bytes() == before
        assert [file.name for file in tmp_path.iterdir()] == ["picture.png"]


def test_a_model_without_its_run_is_left_alone(command, model, picture_file, tmp_path):
    save_model(tmp_path, model)
    before = (tmp_path / "model.safetensors").read_bytes()
    arguments = ("train", picture_file, "--out", tmp_path, "--preset", "smoke", "--steps", 1, "--device", "cpu")
    command(*arguments).fails("already holds model.safetensors, config.json", only=False)
    assert (tmp_path / "model.safetensors").read_bytes() == before


def test_one_process_at_a_time_trains_in_a_folder(command, picture_file, tmp_path):
    options = ("--out", tmp_path, "--preset", "smoke", "--steps", 2, "--device", "cpu", "--save-every", 0)
    with locked(tmp_path):
        refused = command("train", picture_file, *options)
    assert refused.code == 1
    assert "another run is at work there" in refused.err
    assert not list(tmp_path.iterdir())
    command("train", picture_file, *options).works()
    files = sorted(tmp_path.rglob("*"))
    with locked(tmp_path):
        refused = command("train", picture_file, *options, "--restart")
    assert "another run is at work there" in refused.err
    assert sorted(tmp_path.rglob("*")) == files


def test_restart_forgets_the_run_and_nothing_else(command, picture_file, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    arguments = ("train", picture_file, "--out", tmp_path, "--preset", "smoke", "--device", "cpu", "--steps", 2)
    command(*arguments).works()
    command(*arguments, "--seed", 5).fails("another seed", only=False)
    command(*arguments, "--seed", 5, "--restart").works()
    assert load_model(tmp_path).training["seed"] == 5
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["picture.png", "previews/000002.png"])
def test_restart_removes_neither_what_was_given_nor_what_is_another_s(command, picture_file, tmp_path, name):
    arguments = ("--out", tmp_path, "--preset", "smoke", "--device", "cpu", "--steps", 2, "--restart")
    command("train", picture_file, *arguments).works()
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.*") if file.is_file()}
    command("train", tmp_path / name, *arguments).fails(f"{tmp_path / name}: a result would take its place")
    assert {file: file.read_bytes() for file in before} == before
    (tmp_path / "previews/mine.png").touch()
    command("train", picture_file, *arguments).works()
    assert (tmp_path / "previews/mine.png").exists()


def test_ctrl_c_stops_and_the_same_command_goes_on(command, picture_file, tmp_path):
    log = tmp_path / "metrics.jsonl"
    arguments = ["train", str(picture_file), "--out", str(tmp_path), "--preset", "smoke", "--device", "cpu"]
    process = subprocess.Popen([*COMMAND, *arguments, "--steps", "100000"], stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 120
        while (not log.exists() or log.read_text().count("\n") < 3) and time.monotonic() < deadline:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            process.kill()
    assert process.returncode == 130
    assert "Traceback" not in err
    stopped_at = log.read_text().count("\n")
    assert f"Stopped at step {stopped_at}, saved" in err.splitlines()[-1]
    command(*arguments, "--steps", stopped_at + 2).works()
    steps = [json.loads(line)["step"] for line in log.read_text().splitlines()]
    assert steps == list(range(1, stopped_at + 3))
    assert load_model(tmp_path).training["step"] == stopped_at + 2


@pytest.mark.skipif(os.name != "posix", reason="needs /dev/full")
def test_a_closed_output_ends_quietly(picture_file, tmp_path):
    (tmp_path / "000.png").write_bytes(picture_file.read_bytes())
    script = f"{sys.executable} -c 'from sindiff.cli import main; main()' evaluate {picture_file} {tmp_path} | true"
    finished = subprocess.run(script, shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in finished.stderr
