"""`sindiff sample` at other sizes: in tiles, with joined edges, batch by batch."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from sindiff.checkpoint import load_model, save_model
from sindiff.cli import applications
from sindiff.training.presets import PRESETS, get_preset


def run(command, source, out, *options):
    return command("sample", source, "--out", out, "--steps", 2, "--device", "cpu", *options)


def pixels(file):
    return np.asarray(Image.open(file)).astype(int)


def test_tiles_change_nothing(command, run_folder, tmp_path):
    for name, options in {"whole": (), "tiles": ("--tile", 8)}.items():
        run(command, run_folder, tmp_path / name, "--n", 2, "--size", "61x20", *options).works()
    for name in ("000.png", "001.png"):
        assert pixels(tmp_path / "whole" / name).shape == (61, 20, 3)
        assert abs(pixels(tmp_path / "whole" / name) - pixels(tmp_path / "tiles" / name)).max() <= 1


def test_joined_edges(command, models, tmp_path):
    save_model(tmp_path / "model", models["1"])
    for name, options in {"plain": [], "joined": ["--wrap", "x"], "tiles": ["--wrap", "x", "--tile", "8"]}.items():
        run(command, tmp_path / "model", tmp_path / name, "--n", 1, "--size", "20x32", *options).works()
    assert json.loads((tmp_path / "joined/settings.json").read_text())["wrap"] == "x"
    plain, joined, tiles = (pixels(tmp_path / name / "000.png") for name in ("plain", "joined", "tiles"))
    assert abs(plain - joined).max() > 10
    assert abs(joined - tiles).max() <= 1


def test_the_networks_of_high_resolution_from_picture_to_strip(command, picture_file, tmp_path, monkeypatch):
    """Trained, saved, and sampled four times as wide; tiles are refused in one line, and joined edges are not.

    At half the width and one picture a step, which a CPU can hold.
    """
    folder, paper_hr = tmp_path / "run", get_preset("paper_hr")
    network = replace(paper_hr.train.network, channels=32)
    train = replace(paper_hr.train, network=network, batch_size=1, autocast="float32")
    monkeypatch.setitem(PRESETS, "narrow", replace(paper_hr, name="narrow", train=train))
    recipe = ("--preset", "narrow", "--steps", 2, "--device", "cpu")
    command("train", picture_file, "--out", folder, *recipe).works()
    assert load_model(folder).network.config == network
    run(command, folder, tmp_path / "strip", "--n", 1, "--size", "24x101").works()
    assert Image.open(tmp_path / "strip/000.png").size == (101, 24)
    run(command, folder, tmp_path / "closed", "--n", 1, "--size", "24x96", "--wrap", "x").works()
    refused = run(command, folder, tmp_path / "tiles", "--n", 1, "--size", "24x101", "--tile", "16")
    refused.fails("GroupNorm takes statistics over the whole canvas")


def test_a_stopped_command_goes_on_batch_by_batch(command, run_folder, tmp_path, monkeypatch):
    options = ("--n", 5, "--batch", 2)
    run(command, run_folder, tmp_path / "whole", *options).works()
    calls, write_pictures = [], applications.write_pictures

    def interrupted(invent, *rest):
        def invent_but_once(n, seed, progress):
            calls.append(seed)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return invent(n, seed, progress)

        write_pictures(invent_but_once, *rest)

    monkeypatch.setattr(applications, "write_pictures", interrupted)
    assert run(command, run_folder, tmp_path / "new", *options).code == 130
    refused = run(command, run_folder, tmp_path / "new", *options, "--seed", 3)
    assert (refused.code, refused.err.count("another seed")) == (1, 1)
    run(command, run_folder, tmp_path / "new", *options).works()
    assert len(calls) == 4
    names = sorted(file.name for file in (tmp_path / "whole").iterdir())
    assert names == sorted(file.name for file in (tmp_path / "new").iterdir())
    for name in names:
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "new" / name).read_bytes()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--tile", "7"], "a multiple of 2 px, not 7"),
        (["--wrap", "x", "--size", "24x33"], "must be a multiple of 2 px, not 33"),
    ],
)
def test_what_is_no_multiple_is_refused(command, run_folder, tmp_path, options, message):
    run(command, run_folder, tmp_path, *options).fails(message, only=False)
    assert list(tmp_path.iterdir()) == []
