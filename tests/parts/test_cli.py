"""The command: what works from end to end."""

import json
from dataclasses import replace

import pytest
import torch
from PIL import Image

from sindiff.applications.sampling import generate
from sindiff.applications.table import APPLICATIONS
from sindiff.checkpoint import load_model, save_model
from sindiff.cli import doctor
from sindiff.cli.commands import cli
from sindiff.machine import device
from sindiff.model import at_learned_size, untrained
from sindiff.pictures.images import load_picture

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
    command("train", picture_file, "--out", run_folder, "--preset", "smoke", "--steps", 6, "--device", "cpu").works()
    assert (run_folder / "model.safetensors").read_bytes() == before


@pytest.mark.parametrize("size", [(17, 23), (9, 30), (8, 8)])
def test_pictures_whose_sides_are_no_multiples(command, tmp_path, size):
    picture = torch.rand(*size, 3, generator=torch.Generator().manual_seed(0))
    Image.fromarray((picture * 255).byte().numpy()).save(tmp_path / "x.png")
    arguments = ("--out", tmp_path / "run", "--preset", "smoke", "--steps", 2, "--device", "cpu")
    command("train", tmp_path / "x.png", *arguments).works()
    arguments = ("--out", tmp_path / "new", "--n", 1, "--steps", 2, "--device", "cpu")
    command("sample", tmp_path / "run", *arguments).works()
    assert load_picture(tmp_path / "new/000.png").shape == (3, *size)


def test_sample_writes_pictures_sheet_and_settings(command, run_folder, tmp_path):
    arguments = ("--n", 3, "--steps", 4, "--seed", 7, "--device", "cpu", "--out", tmp_path / "new")
    command("sample", run_folder, *arguments).works()
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


def test_the_same_seed_gives_the_same_files(command, run_folder, tmp_path):
    for name in ("a", "b"):
        arguments = ("--out", tmp_path / name, "--n", 2, "--steps", 3, "--seed", 1, "--device", "cpu")
        command("sample", run_folder, *arguments).works()
    for file in ("000.png", "001.png", "sheet.png", "settings.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert (tmp_path / "a/000.png").read_bytes() != (tmp_path / "a/001.png").read_bytes()


@pytest.mark.parametrize("sampler", ["dpmpp", "ddim", "ddpm"])
def test_two_are_the_first_two_of_four(command, run_folder, tmp_path, sampler):
    for n in (2, 4):
        arguments = ("--n", n, "--steps", 3, "--sampler", sampler, "--out", tmp_path / str(n), "--device", "cpu")
        command("sample", run_folder, *arguments).works()
    for file in ("000.png", "001.png"):
        few, many = (load_picture(tmp_path / str(n) / file) for n in (2, 4))
        torch.testing.assert_close(few, many, rtol=0, atol=1.01 * 2 / 255)


def test_sample_at_another_size_and_batch(command, run_folder, tmp_path):
    arguments = ("--out", tmp_path, "--n", 3, "--batch", 2, "--size", "11x41", "--steps", 2, "--device", "cpu")
    command("sample", run_folder, *arguments).works()
    assert load_picture(tmp_path / "002.png").shape == (3, 11, 41)


def test_a_checkpoint_of_the_release_needs_a_size(command, make_network, tmp_path):
    torch.save(make_network(norm="group").state_dict(), tmp_path / "ema.pt")
    arguments = ("sample", tmp_path / "ema.pt", "--out", tmp_path / "new", "--steps", 2, "--n", 1, "--device", "cpu")
    command(*arguments).fails("does not know its picture's size: give one (--size HEIGHTxWIDTH)")
    command(*arguments, "--size", "12x16").works()
    assert load_picture(tmp_path / "new/000.png").shape == (3, 12, 16)


def test_a_photo_is_enough(command, picture_file, tmp_path):
    arguments = (picture_file, "--layout", 16, "--steps", 3, "--device", "cpu", "--out", tmp_path / "new")
    command("sample", *arguments, "--detail", "none", "--n", 3, "--seed", 7, "--batch", 2).works()
    expected = generate(at_learned_size(untrained(load_picture(picture_file), 16)), 3, steps=3, seed=7)
    for i, picture in enumerate(expected):
        assert (load_picture(tmp_path / f"new/{i:03d}.png") - picture).abs().max() < 0.01
    settings = json.loads((tmp_path / "new/settings.json").read_text())
    assert (settings["layout"], settings["trained_at"], settings["size"]) == (16, [12, 16], [12, 16])
    assert json.loads(command("evaluate", picture_file, tmp_path / "new").out)["samples"] == 3
    for wrap in ("x", "xy"):
        command("sample", *arguments, "--n", 1, "--size", "9x30", "--wrap", wrap).works()
        assert load_picture(tmp_path / "new/000.png").shape == (3, 9, 30)


@pytest.mark.parametrize("layout", [8, 12, 20])
def test_a_small_layout_keeps_eight_pixels(command, picture_file, tmp_path, layout):
    options = ("--n", 1, "--steps", 1, "--device", "cpu", "--detail", "none")
    command("sample", picture_file, "--layout", layout, "--out", tmp_path, *options).works()
    assert load_picture(tmp_path / "000.png").shape == (3, max(8, 3 * layout // 4), max(11, layout))


def test_what_is_neither_photo_nor_model(command, run_folder, tmp_path):
    for name, message in {
        run_folder / "config.json": f"give its folder, {run_folder}",
        "missing.jpg": "missing.jpg: no such folder or file",
    }.items():
        command("sample", name, "--out", tmp_path / "new").fails(message)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("tile", ["8", "256"])
def test_a_model_that_does_not_know_its_size_asks_for_one(command, model, tmp_path, tile):
    save_model(tmp_path / "model", replace(model, size=None))
    finished = command("sample", tmp_path / "model", "--out", tmp_path / "new", "--tile", tile, "--device", "cpu")
    finished.fails("does not know its picture's size: give one (--size")
    assert not (tmp_path / "new").exists()


def test_evaluate(command, run_folder, picture_file, tmp_path):
    command("sample", run_folder, "--out", tmp_path / "new", "--n", 2, "--steps", 3, "--device", "cpu").works()
    finished = command("evaluate", picture_file, tmp_path / "new").works()
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
    command("sample", run_folder, *arguments).works()
    found = json.loads(command("evaluate", tmp_path / "large.png", tmp_path / "new").out)
    from sindiff import metrics

    picture = load_picture(tmp_path / "large.png", 32)
    expected = metrics.evaluate(picture, load_picture(tmp_path / "new/000.png")[None])
    assert {name: found[name] for name in expected.numbers()} == pytest.approx(expected.numbers())


def test_doctor(command, monkeypatch):
    monkeypatch.setattr(doctor, "matmul_gflops", lambda device: device_gflops(device))
    finished = command("doctor").works()
    for word in ("sindiff", "torch", "GFLOP/s", "matplotlib", "AlexNet"):
        assert word in finished.out


def device_gflops(where):
    speed = device.matmul_gflops(where, size=64)
    assert speed > 0
    return speed


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "-h"], ["sample", "-h"], []])
def test_help(command, arguments):
    finished = command(*arguments).works()
    assert finished.err == ""
    assert "sindiff" in finished.out


@pytest.mark.parametrize("group", [[], ["weights"], ["data"]])
def test_the_list_of_commands_cuts_no_sentence_off(command, group):
    assert "..." not in command(*group, "--help").out.partition("Commands:")[2]


@pytest.mark.parametrize("name", cli.commands)
def test_help_is_written_for_people(command, name):
    out = command(name, "--help").out
    assert f"sindiff {name}" in out
    assert not [word for word in ("None", "HXW", "<lambda>", "partial(") if word in out]


def test_a_command_has_options_only_for_what_it_takes(command):
    """--long-side is of the given picture: where none is given it would do nothing.  --axes says what --wrap would."""
    for name, row in APPLICATIONS.items():
        takes_picture, out = any("PICTURE" in each for each in row.inputs), command(name, "--help").out
        assert ("--long-side" in out) == takes_picture, name
        assert ("--wrap" in out) != ("--axes" in out), name


@pytest.mark.parametrize(
    "name", [".000-a1b2c3d4.png", ".000_2x2-a1b2c3d4.png", ".sheet-a1b2c3d4.png", ".settings-a1b2c3d4.json"]
)
def test_what_a_killed_write_left_is_removed(command, run_folder, tmp_path, name):
    out, own = tmp_path / "new", tmp_path / "new" / ".holidays.png"
    out.mkdir()
    (out / name).write_bytes(b"torn")
    own.write_bytes(b"somebody's")
    command("sample", run_folder, "--n", 1, "--steps", 1, "--detail", "none", "--device", "cpu", "--out", out).works()
    assert {file.name for file in out.iterdir()} == {"000.png", "sheet.png", "settings.json", own.name}
