"""The notebooks' helpers: set-up, live training, numbers."""

import importlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sindiff.lab import LabError, compare_numbers, setup, watch
from sindiff.lab.notebook import LESSON_IN_TILES
from sindiff.pictures.bundled import bundled_pictures
from sindiff.pictures.images import to_image
from sindiff.training.loop import TrainState, train
from sindiff.training.presets import get_preset

LIVE, NOTEBOOK = (importlib.import_module(f"sindiff.lab.{name}") for name in ("live", "notebook"))


@pytest.fixture
def lab(tmp_path):
    return setup("00_start", "smoke", seed=3, out_dir=tmp_path)


@pytest.fixture
def displayed(monkeypatch):
    """What a page would show, in order."""
    shown = []
    monkeypatch.setattr(LIVE, "display", lambda content, **options: shown.append(content))
    return shown


# ---- setup


@pytest.mark.parametrize(
    ("value", "environment", "expected"),
    [
        (None, None, "laptop"),
        (None, "", "laptop"),
        (None, "smoke", "smoke"),
        ("smoke", None, "smoke"),
        ("smoke", "laptop", "smoke"),
        ("laptop", "smoke", "laptop"),
        ("smoke", "nonsense", "smoke"),
    ],
)
def test_value_wins_over_environment_over_default(tmp_path, monkeypatch, value, environment, expected):
    if environment is None:
        monkeypatch.delenv("SINDIFF_PRESET", raising=False)
    else:
        monkeypatch.setenv("SINDIFF_PRESET", environment)
    assert setup("x", value, out_dir=tmp_path).preset.name == expected


def test_setup_writes_and_prints_what_a_run_is_made_of(lab, capsys):
    manifest = json.loads((lab.out_dir / "manifest.json").read_text())
    assert (manifest["notebook"], manifest["preset"], manifest["seed"], manifest["device"]) == (
        "00_start", "smoke", 3, str(lab.device)
    )  # fmt: skip
    assert manifest["picture"]["name"] == next(iter(bundled_pictures()))
    assert manifest["picture"]["size"] == list(lab.size)
    assert manifest["versions"]["torch"] == torch.__version__
    setup("00_start", "smoke", out_dir=lab.out_dir)
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) <= 5
    for word in ("smoke", "seed 0", lab.about["licence"], torch.__version__):
        assert word in printed


def test_results_go_to_the_checkout_or_the_current_folder(tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for root, base in ((tmp_path, tmp_path), (None, elsewhere)):
        monkeypatch.setattr(NOTEBOOK, "checkout", lambda root=root: root)
        assert setup("x", "smoke").out_dir == base / "figures" / "x-smoke"
        assert setup("x", "laptop").out_dir == base / "figures" / "x"


def test_picture_may_be_named_from_the_checkout(tmp_path, monkeypatch):
    to_image(torch.zeros(3, 20, 30)).save(tmp_path / "gray.png")
    monkeypatch.setattr(NOTEBOOK, "checkout", lambda: tmp_path)
    lab = setup("x", "smoke", "gray.png", out_dir=tmp_path / "out")
    assert lab.about["name"] == "gray"
    assert lab.size == (20, 30)


BAD = {
    "unknown preset 'nope'": {"preset": "nope"},
    "no such file, and no bundled picture": {"image": "missing.jpg"},
    "seed must be a whole number": {"seed": -1},
    "not 'three'": {"seed": "three"},
    "not 1.5": {"seed": 1.5},
    "unknown device 'tpu'": {"device": "tpu"},
    "no cuda device here": {"device": "cuda"},
    "unknown device '0'": {"device": 0},
    "unknown device 'None'": {"device": None},
    "unknown preset '5'": {"preset": 5},
    "unknown preset \"['smoke']\"": {"preset": ["smoke"]},
    "12345: no such file": {"image": 12345},
}


@pytest.mark.parametrize("message", BAD)
def test_bad_parameter_gives_one_line(tmp_path, monkeypatch, message):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(LabError) as caught:
        setup("x", **{"preset": "smoke", "out_dir": tmp_path / "out", **BAD[message]})
    (line,) = caught.value._render_traceback_()
    assert message in line
    assert "\n" not in line
    assert not (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.parametrize(("out_dir", "name"), [(20261128, "20261128"), (1e3, "1000.0"), ("~/new", "home/new")])
def test_folders_may_look_like_numbers_or_lie_at_home(tmp_path, monkeypatch, out_dir, name):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert setup("x", "smoke", out_dir=out_dir).out_dir.absolute() == tmp_path / name
    assert (tmp_path / name / "manifest.json").is_file()


def test_the_kernel_may_choose_the_device(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setenv("SINDIFF_DEVICE", "cuda")
    with pytest.raises(LabError, match="no cuda device here"):
        setup("x", "smoke", out_dir=tmp_path)
    assert setup("x", "smoke", out_dir=tmp_path, device="cpu").device.type == "cpu"


def test_the_lesson_in_tiles_refuses_a_network_that_sees_the_whole_canvas(tmp_path):
    assert (Path(__file__).parents[2] / "notebooks" / f"{LESSON_IN_TILES}.ipynb").is_file()
    with pytest.raises(LabError, match="paper sees its whole canvas, and this notebook cuts it up"):
        setup(LESSON_IN_TILES, "paper", out_dir=tmp_path)


def test_unwritable_folder_gives_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError, match=r"file/out: Not a directory|file: "):
        setup("x", "smoke", out_dir=tmp_path / "file" / "out")


def test_ipython_shows_one_line_and_pyplot_stays_out(tmp_path):
    program = f"""
import sys, torch
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="nocolor")
shell.run_cell("from sindiff.lab import charts, plots, setup, show; import torch")
shell.run_cell("p = torch.zeros(3, 9, 9); show(plots.row([p]), 'a'); show(charts.curve([1, 2], [3, 4], 'x', 'y'), 'b')")
assert "matplotlib.pyplot" not in sys.modules
print("HERE")
result = shell.run_cell("setup('x', 'nope', out_dir={str(tmp_path)!r})")
assert type(result.error_in_exec).__name__ == "LabError"
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    (line,) = run.stdout.partition("HERE\n")[2].strip().splitlines()
    assert line.startswith("LabError: unknown preset 'nope'")


# ---- live training


def shortened(lab, steps):
    preset = replace(lab.preset, sample_steps=2, train=replace(lab.preset.train, steps=steps))
    return replace(lab, preset=preset)


def test_watch_trains_shows_and_returns_the_model(lab, displayed, tmp_path):
    lab = shortened(lab, 4)
    state = TrainState(lab.preset.train, lab.seed)
    model = watch(train(lab.picture, lab.preset.train, state), lab, tmp_path / "strip.png", frames=2)
    assert state.step == 4
    assert model.training["step"] == 4
    assert model.size == lab.size
    assert (tmp_path / "strip.png").stat().st_size > 1000
    assert len(displayed) == 2


def test_interrupting_keeps_the_model(lab, displayed):
    lab = shortened(lab, 50)
    ended = []

    def states():
        state = TrainState(lab.preset.train, lab.seed)
        try:
            for _ in train(lab.picture, lab.preset.train, state):
                yield state
                if state.step == 2:
                    raise KeyboardInterrupt
        finally:
            ended.append(state.step)

    assert watch(states(), lab).training["step"] == 2
    assert ended == [2]


def test_nothing_left_to_train_gives_one_line(lab, displayed):
    with pytest.raises(LabError, match="complete"):
        watch((state for state in ()), lab)


# ---- numbers


GOOD = {"swd": 0.03, "diversity": 0.5, "copied": 0.5}


def test_numbers_are_judged_where_they_were_measured(lab):
    bad = {**GOOD, "swd": 3.0}
    table = compare_numbers(lab, bad).data
    assert "**3.000**" in table
    assert "preset smoke, seed 3" in table
    laptop = replace(lab, preset=get_preset("laptop"))
    assert "**0.030**" in compare_numbers(laptop, GOOD).data
    with pytest.raises(AssertionError, match=r"swd = 3.000"):
        compare_numbers(laptop, bad)
    compare_numbers(replace(laptop, about={"name": "mine"}), bad)
