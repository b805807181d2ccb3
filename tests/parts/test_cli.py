"""The command: what works from end to end, and mistakes, which give one line and never a traceback."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace

import pytest
import torch
from PIL import Image

from sindiff.applications.sampling import generate
from sindiff.checkpoint import load_model, save_model
from sindiff.cli import doctor
from sindiff.machine import device
from sindiff.machine.progress import locked
from sindiff.model import at_learned_size, untrained
from sindiff.pictures.images import load_picture

COMMAND = [sys.executable, "-c", "from sindiff.cli import main; main()"]


@pytest.fixture(autouse=True)
def _no_tracebacks(monkeypatch):
    monkeypatch.delenv("SINDIFF_DEBUG", raising=False)


def fails(finished, message="", code=1, only=True):
    """One line of error; `only` if it is all that was written."""
    assert finished.code == code, finished.err
    lines = finished.err.splitlines()
    assert [line for line in lines if line.startswith("sindiff: error: ")] == lines[-1:]
    assert "Traceback" not in finished.err
    assert message in lines[-1]
    if only:
        assert len(lines) == 1
        assert finished.out == ""


# What works.


def test_train_leaves_a_run(run_folder):
    names = {file.name for file in run_folder.iterdir()}
    expected = {"train_state.pt", "metrics.jsonl", "picture.png", "previews", "model.safetensors", "config.json"}
    assert names == expected
    assert {Image.open(file).size for file in (run_folder / "previews").iterdir()} == {(68, 52)}
    config = json.loads((run_folder / "config.json").read_text())
    assert config["picture"]["name"] == "small"
    assert (config["training"]["preset"], config["training"]["step"], config["training"]["seed"]) == ("smoke", 6, 0)
    lines = [json.loads(line) for line in (run_folder / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2, 3, 4, 5, 6]


def test_train_again_changes_nothing(command, run_folder, picture_file):
    before = (run_folder / "model.safetensors").read_bytes()
    finished = command("train", picture_file, "--out", run_folder, "--preset", "smoke", "--steps", 6, "--device", "cpu")
    assert finished.code == 0, finished.err
    assert (run_folder / "model.safetensors").read_bytes() == before


@pytest.mark.parametrize("size", [(17, 23), (9, 30), (8, 8)])
def test_pictures_whose_sides_are_no_multiples(command, tmp_path, size):
    picture = torch.rand(*size, 3, generator=torch.Generator().manual_seed(0))
    Image.fromarray((picture * 255).byte().numpy()).save(tmp_path / "x.png")
    arguments = ("--out", tmp_path / "run", "--preset", "smoke", "--steps", 2, "--device", "cpu")
    assert command("train", tmp_path / "x.png", *arguments).code == 0
    arguments = ("--out", tmp_path / "new", "--n", 1, "--steps", 2, "--device", "cpu")
    assert command("sample", tmp_path / "run", *arguments).code == 0
    assert load_picture(tmp_path / "new/000.png").shape == (3, *size)


def test_sample_writes_pictures_sheet_and_settings(command, run_folder, tmp_path):
    arguments = ("--n", 3, "--steps", 4, "--seed", 7, "--device", "cpu", "--out", tmp_path / "new")
    finished = command("sample", run_folder, *arguments)
    assert finished.code == 0, finished.err
    names = sorted(file.name for file in (tmp_path / "new").iterdir())
    assert names == ["000.png", "001.png", "002.png", "settings.json", "sheet.png"]
    expected = generate(load_model(run_folder), 3, steps=4, seed=7)
    for i in range(3):
        picture = load_picture(tmp_path / f"new/{i:03d}.png")
        torch.testing.assert_close(picture, expected[i], rtol=0, atol=1.01 / 255)
    assert Image.open(tmp_path / "new/sheet.png").size[0] >= 64
    settings = json.loads((tmp_path / "new/settings.json").read_text())
    wanted = {"source": str(run_folder), "n": 3, "size": [24, 32], "sampler": "dpmpp", "steps": 4, "seed": 7}
    assert wanted.items() <= settings.items()
    assert settings["trained_at"] == [24, 32]
    assert settings["picture_of_source"]["licence"] == "not stated"


def test_two_commands_at_once_do_not_share_a_folder(command, run_folder, tmp_path):
    with locked(tmp_path):
        arguments = ("--n", 1, "--steps", 2, "--device", "cpu", "--out", tmp_path)
        fails(command("sample", run_folder, *arguments), "another run is at work there")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["000.png", "sheet.png"])
def test_a_result_never_takes_the_place_of_what_was_given(command, run_folder, picture_file, tmp_path, name):
    given = tmp_path / name
    given.write_bytes(picture_file.read_bytes())
    fails(command("paint", run_folder, given, "--n", 1, "--out", tmp_path), f"{given}: a result would take its place")
    fails(command("sample", given, "--n", 1, "--out", tmp_path), f"{given}: a result would take its place")
    assert given.read_bytes() == picture_file.read_bytes()
    assert list(tmp_path.iterdir()) == [given]


def test_the_same_seed_gives_the_same_files(command, run_folder, tmp_path):
    for name in ("a", "b"):
        arguments = ("--out", tmp_path / name, "--n", 2, "--steps", 3, "--seed", 1, "--device", "cpu")
        assert command("sample", run_folder, *arguments).code == 0
    for file in ("000.png", "001.png", "sheet.png", "settings.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert (tmp_path / "a/000.png").read_bytes() != (tmp_path / "a/001.png").read_bytes()


@pytest.mark.parametrize("sampler", ["dpmpp", "ddim", "ddpm"])
def test_two_are_the_first_two_of_four(command, run_folder, tmp_path, sampler):
    for n in (2, 4):
        arguments = ("--n", n, "--steps", 3, "--sampler", sampler, "--out", tmp_path / str(n), "--device", "cpu")
        assert command("sample", run_folder, *arguments).code == 0
    for file in ("000.png", "001.png"):
        few, many = (load_picture(tmp_path / str(n) / file) for n in (2, 4))
        torch.testing.assert_close(few, many, rtol=0, atol=1.01 * 2 / 255)


def test_sample_at_another_size_and_batch(command, run_folder, tmp_path):
    arguments = ("--out", tmp_path, "--n", 3, "--batch", 2, "--size", "11x41", "--steps", 2, "--device", "cpu")
    assert command("sample", run_folder, *arguments).code == 0
    assert load_picture(tmp_path / "002.png").shape == (3, 11, 41)


def test_a_checkpoint_of_the_release_needs_a_size(command, make_network, tmp_path):
    torch.save(make_network(norm="group").state_dict(), tmp_path / "ema.pt")
    arguments = ("sample", tmp_path / "ema.pt", "--out", tmp_path / "new", "--steps", 2, "--n", 1, "--device", "cpu")
    fails(command(*arguments), "does not know its picture's size: give one (--size HEIGHTxWIDTH)")
    assert command(*arguments, "--size", "12x16").code == 0
    assert load_picture(tmp_path / "new/000.png").shape == (3, 12, 16)


def test_a_photo_is_enough(command, picture_file, tmp_path):
    arguments = (picture_file, "--layout", 16, "--steps", 3, "--device", "cpu", "--out", tmp_path / "new")
    finished = command("sample", *arguments, "--detail", "none", "--n", 3, "--seed", 7, "--batch", 2)
    assert finished.code == 0, finished.err
    expected = generate(at_learned_size(untrained(load_picture(picture_file), 16)), 3, steps=3, seed=7)
    for i, picture in enumerate(expected):
        assert (load_picture(tmp_path / f"new/{i:03d}.png") - picture).abs().max() < 0.01
    settings = json.loads((tmp_path / "new/settings.json").read_text())
    assert (settings["layout"], settings["trained_at"], settings["size"]) == (16, [12, 16], [12, 16])
    assert json.loads(command("evaluate", picture_file, tmp_path / "new").out)["samples"] == 3
    for wrap in ("x", "xy"):
        finished = command("sample", *arguments, "--n", 1, "--size", "9x30", "--wrap", wrap)
        assert finished.code == 0, finished.err
        assert load_picture(tmp_path / "new/000.png").shape == (3, 9, 30)


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--tile", "0"], 2, "--tile"),
        (["--layout", "4"], 2, "--layout"),
        (["--sampler", "euler"], 1, "unknown sampler 'euler'"),
        (["--size", "1000000000x7"], 1, "100,000,000 pixels"),
    ],
)
def test_mistakes_with_a_photo_alone(command, picture_file, tmp_path, options, code, message):
    finished = command("sample", picture_file, "--out", tmp_path / "new", "--device", "cpu", *options)
    fails(finished, message, code)
    assert not list(tmp_path.glob("new/*"))


def test_what_is_neither_photo_nor_model(command, run_folder, tmp_path):
    for name, message in {
        run_folder / "config.json": "is not a picture",
        "missing.jpg": "missing.jpg: no such folder or file",
    }.items():
        fails(command("sample", name, "--out", tmp_path / "new"), message)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("tile", ["8", "256"])
def test_a_model_that_does_not_know_its_size_asks_for_one(command, model, tmp_path, tile):
    save_model(tmp_path / "model", replace(model, size=None))
    finished = command("sample", tmp_path / "model", "--out", tmp_path / "new", "--tile", tile, "--device", "cpu")
    fails(finished, "does not know its picture's size: give one (--size")
    assert not (tmp_path / "new").exists()


def test_evaluate(command, run_folder, picture_file, tmp_path):
    assert command("sample", run_folder, "--out", tmp_path / "new", "--n", 2, "--steps", 3, "--device", "cpu").code == 0
    finished = command("evaluate", picture_file, tmp_path / "new")
    assert finished.code == 0, finished.err
    record = json.loads(finished.out)
    assert record["samples"] == 2
    assert {"samples", "swd", "copied", "diversity", "sifid_64", "lpips"} < set(record)
    assert record["swd"] > 0.01


def test_evaluate_of_the_picture_itself(command, picture_file, tmp_path):
    (tmp_path / "000.png").write_bytes(picture_file.read_bytes())
    record = json.loads(command("evaluate", picture_file, tmp_path).out)
    assert (record["samples"], record["swd"], record["copied"], record["diversity"]) == (1, 0, 1, None)


def test_evaluate_reduces_the_picture_as_training_did(command, run_folder, picture_file, tmp_path):
    """A larger canvas is compared with the picture as it was trained on, not enlarged or larger."""
    Image.open(picture_file).resize((320, 240)).save(tmp_path / "large.png")
    arguments = ("--out", tmp_path / "new", "--n", 1, "--size", "48x64", "--steps", 2, "--device", "cpu")
    assert command("sample", run_folder, *arguments).code == 0
    found = json.loads(command("evaluate", tmp_path / "large.png", tmp_path / "new").out)
    from sindiff import metrics

    picture = load_picture(tmp_path / "large.png", 32)
    expected = metrics.evaluate(picture, load_picture(tmp_path / "new/000.png")[None])
    assert {name: found[name] for name in expected.numbers()} == pytest.approx(expected.numbers())


def test_doctor(command, monkeypatch):
    monkeypatch.setattr(doctor, "matmul_gflops", lambda device: device_gflops(device))
    finished = command("doctor")
    assert finished.code == 0
    for word in ("sindiff", "torch", "GFLOP/s", "matplotlib", "AlexNet"):
        assert word in finished.out


def device_gflops(where):
    speed = device.matmul_gflops(where, size=64, repeats=3)
    assert speed > 0
    return speed


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "-h"], ["sample", "-h"], []])
def test_help(command, arguments):
    finished = command(*arguments)
    assert finished.code == 0
    assert finished.err == ""
    assert "sindiff" in finished.out


# Mistakes.


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
    fails(command("train", picture_file, "--out", tmp_path / "run", *options), message, code)
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_device_that_is_not_there(command, picture_file, run_folder, tmp_path):
    fails(command("train", picture_file, "--out", tmp_path / "x", "--device", "cuda"), "no cuda device here")
    fails(command("sample", run_folder, "--out", tmp_path / "x", "--device", "cuda:0"), "no cuda device here")


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
        (["--size", "²x4"], 2, "is no size"),
        (["--device", "banana"], 1, "unknown device"),
    ],
)
def test_mistakes_in_sample(command, run_folder, tmp_path, options, code, message):
    fails(command("sample", run_folder, "--out", tmp_path / "new", *options), message, code)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--steps", "1001"], "number of steps"),
        (["--sampler", "euler"], "unknown sampler 'euler'"),
        (["--size", "1000000000x7"], "100,000,000 pixels"),
    ],
)
def test_mistakes_that_the_sampler_finds(command, run_folder, tmp_path, options, message):
    finished = command("sample", run_folder, "--out", tmp_path, "--device", "cpu", *options)
    fails(finished, message, only=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["bogus"], ["train"], ["sample", "x"], ["evaluate", "x"]])
def test_mistakes_in_the_call(command, arguments):
    fails(command(*arguments), code=2)


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
        fails(command("train", tmp_path / name, "--out", tmp_path / "run", "--preset", "smoke"), message)
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
        fails(command("sample", name, "--out", tmp_path / "new", "--device", "cpu"), message)
    assert not (tmp_path / "new").exists()


def test_evaluate_of_nothing(command, picture_file, tmp_path):
    fails(command("evaluate", picture_file, tmp_path / "missing"), "no such file")
    assert json.loads(command("evaluate", picture_file, picture_file).out)["swd"] == 0
    fails(command("evaluate", picture_file, tmp_path), "holds no PNG or JPEG")
    (tmp_path / "000.png").write_bytes(picture_file.read_bytes())
    fails(command("evaluate", tmp_path / "missing.png", tmp_path), "no such file")


@pytest.mark.parametrize("settings", ["", "[]", '{"trained_at": "ab"}', '{"trained_at": [null]}', '{"trained_at": 5}'])
def test_evaluate_without_useful_settings(command, picture_file, tmp_path, settings):
    (tmp_path / "000.png").write_bytes(picture_file.read_bytes())
    (tmp_path / "settings.json").write_text(settings)
    assert json.loads(command("evaluate", picture_file, tmp_path).out)["swd"] == 0


# Places that take no files.


def test_out_is_a_file(command, run_folder, picture_file, tmp_path):
    (tmp_path / "file").touch()
    fails(command("train", picture_file, "--out", tmp_path / "file", "--preset", "smoke"), "is a file", 2)
    fails(command("sample", run_folder, "--out", tmp_path / "file"), "is a file", 2)
    assert (tmp_path / "file").read_bytes() == b""


def test_out_lies_in_a_file(command, run_folder, picture_file, tmp_path):
    """Before any time is spent on sampling."""
    (tmp_path / "file").touch()
    arguments = ("--out", tmp_path / "file/run", "--device", "cpu")
    fails(command("train", picture_file, *arguments, "--preset", "smoke"), "Not a directory", only=False)
    fails(command("sample", run_folder, *arguments), "Not a directory")


def test_a_folder_that_may_not_be_written(command, run_folder, picture_file, tmp_path, monkeypatch):
    def refuse(**options):
        raise PermissionError(13, "Permission denied", str(tmp_path / "run/.tmp"))

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    arguments = ("--out", tmp_path / "run", "--device", "cpu", "--steps", 2)
    finished = command("train", picture_file, *arguments, "--preset", "smoke")
    fails(finished, f"{tmp_path / 'run/train_state.pt'}: Permission denied", only=False)
    fails(command("sample", run_folder, *arguments), f"{tmp_path / 'run/000.png'}: Permission denied", only=False)


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 8 bytes")]
)
def test_too_little_memory(command, run_folder, tmp_path, monkeypatch, error):
    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr("sindiff.applications.sampling.invent", fail)
    arguments = ("sample", run_folder, "--out", tmp_path, "--device", "cpu")
    fails(command(*arguments), "not enough memory", only=False)


def test_other_errors_are_not_hidden(command, run_folder, tmp_path, monkeypatch):
    def fail(*arguments, **options):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("sindiff.applications.sampling.invent", fail)
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
        fails(command(*arguments, *extra), "already holds picture.png, but no run", only=False)
        assert own.read_bytes() == before
        assert [file.name for file in tmp_path.iterdir()] == ["picture.png"]


def test_a_model_without_its_run_is_left_alone(command, model, picture_file, tmp_path):
    save_model(tmp_path, model)
    before = (tmp_path / "model.safetensors").read_bytes()
    arguments = ("train", picture_file, "--out", tmp_path, "--preset", "smoke", "--steps", 1, "--device", "cpu")
    fails(command(*arguments), "already holds model.safetensors, config.json", only=False)
    assert (tmp_path / "model.safetensors").read_bytes() == before


def test_one_process_at_a_time_trains_in_a_folder(command, picture_file, tmp_path):
    options = ("--out", tmp_path, "--preset", "smoke", "--steps", 2, "--device", "cpu", "--save-every", 0)
    with locked(tmp_path):
        refused = command("train", picture_file, *options)
    assert refused.code == 1
    assert "another run is at work there" in refused.err
    assert not list(tmp_path.iterdir())
    assert command("train", picture_file, *options).code == 0
    files = sorted(tmp_path.rglob("*"))
    with locked(tmp_path):
        refused = command("train", picture_file, *options, "--restart")
    assert "another run is at work there" in refused.err
    assert sorted(tmp_path.rglob("*")) == files


def test_restart_forgets_the_run_and_nothing_else(command, picture_file, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    arguments = ("train", picture_file, "--out", tmp_path, "--preset", "smoke", "--device", "cpu", "--steps", 2)
    assert command(*arguments).code == 0
    fails(command(*arguments, "--seed", 5), "another seed", only=False)
    assert command(*arguments, "--seed", 5, "--restart").code == 0
    assert load_model(tmp_path).training["seed"] == 5
    assert (tmp_path / "notes.txt").read_text() == "mine"


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
    finished = command(*arguments, "--steps", stopped_at + 2)
    assert finished.code == 0, finished.err
    steps = [json.loads(line)["step"] for line in log.read_text().splitlines()]
    assert steps == list(range(1, stopped_at + 3))
    assert load_model(tmp_path).training["step"] == stopped_at + 2


@pytest.mark.skipif(os.name != "posix", reason="needs /dev/full")
def test_a_closed_output_ends_quietly(picture_file, tmp_path):
    (tmp_path / "000.png").write_bytes(picture_file.read_bytes())
    script = f"{sys.executable} -c 'from sindiff.cli import main; main()' evaluate {picture_file} {tmp_path} | true"
    finished = subprocess.run(script, shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in finished.stderr
