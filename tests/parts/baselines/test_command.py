"""`sindiff baseline`: every method at the smallest size, and mistakes, which give one line."""

import json

import pytest

from sindiff.baselines import multiscale, singan
from sindiff.cli.baseline import METHODS
from sindiff.machine.progress import locked
from sindiff.pictures.images import load_pictures


@pytest.fixture
def baseline(command, picture_file, tmp_path):
    def run(method, *options, image=picture_file):
        common = ("--out", tmp_path / method, "--preset", "smoke", "--device", "cpu")
        return command("baseline", method, image, *common, *options)

    return run


@pytest.mark.parametrize("method", METHODS)
def test_every_method(baseline, tmp_path, method):
    quick = ["--steps", 2] if METHODS[method].with_steps else []
    finished = baseline(method, "--n", 2, "--size", "24x40", "--seed", 5, *quick)
    assert finished.code == 0, finished.err
    assert finished.err.endswith(f"2 pictures of 24x40 px in {tmp_path / method}, on {tmp_path / method}/sheet.png\n")
    names = sorted(file.name for file in (tmp_path / method).iterdir())
    assert names == ["000.png", "001.png", "settings.json", "sheet.png"]
    assert load_pictures(tmp_path / method).shape == (2, 3, 24, 40)
    settings = json.loads((tmp_path / method / "settings.json").read_text())
    assert (settings["method"], settings["seed"], settings["trained_at"]) == (method, 5, [24, 32])
    assert settings["picture"]["name"] == "small"


def test_the_second_picture_is_the_first_of_the_next_seed(baseline, tmp_path):
    baseline("singan", "--n", 2).works()
    second = load_pictures(tmp_path / "singan")[1]
    baseline("gpnn", "--n", 2).works()
    patches = load_pictures(tmp_path / "gpnn")[1]
    baseline("gpnn", "--n", 1, "--seed", 1).works()
    assert (load_pictures(tmp_path / "gpnn")[0] == patches).all()
    baseline("singan", "--n", 2).works()
    assert (load_pictures(tmp_path / "singan")[1] == second).all()


def test_steps_are_taken_at_each_scale(baseline, tmp_path):
    finished = baseline("singan", "--steps", 3)
    assert "6/6" in finished.err
    assert json.loads((tmp_path / "singan/settings.json").read_text())["config"]["steps"] == 3


@pytest.mark.parametrize(("module", "method"), [(singan, "consingan"), (multiscale, "multiscale")])
def test_ctrl_c_says_that_nothing_is_kept(baseline, monkeypatch, tmp_path, module, method):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setitem(METHODS, method, METHODS[method]._replace(fit=interrupted))
    finished = baseline(method)
    assert finished.code == 130
    assert finished.err.splitlines()[-1] == (
        "sindiff: error: interrupted; a baseline's training is not kept, so the same command begins anew"
    )
    assert list((tmp_path / method).iterdir()) == []


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_trained_where_another_is_at_work(baseline, monkeypatch, tmp_path, method):
    def fit(*arguments):
        raise AssertionError

    monkeypatch.setitem(METHODS, method, METHODS[method]._replace(fit=fit))
    (tmp_path / method).mkdir()
    with locked(tmp_path / method):
        baseline(method).fails("another run is at work there", only=False)


@pytest.mark.parametrize(
    ("method", "options", "code", "message"),
    [
        ("gan", [], 2, "'gan' is not one of 'gpnn', 'posterior', 'singan', 'consingan', 'multiscale'"),
        ("gpnn", ["--steps", 5], 2, "--steps does not go with gpnn"),
        ("singan", ["--exact"], 2, "--exact goes with gpnn only"),
        ("gpnn", ["--size", "4x4"], 1, "the canvas must have at least"),
        ("multiscale", ["--size", "4x4"], 1, "the canvas must have at least"),
        ("gpnn", ["--size", "wide"], 2, "is no size"),
        ("singan", ["--preset", "huge"], 2, "'huge' is not one of"),
    ],
)
def test_mistakes(baseline, method, options, code, message):
    finished = baseline(method, *options)
    assert finished.code == code
    lines = finished.err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("sindiff: error: ")
    assert message in lines[0]


def test_what_is_no_picture(baseline, tmp_path):
    assert "no such file, and no bundled picture" in baseline("gpnn", image="nowhere.png").err
    (tmp_path / "text.png").write_text("words")
    assert "is not a picture that can be read" in baseline("singan", image=tmp_path / "text.png").err
