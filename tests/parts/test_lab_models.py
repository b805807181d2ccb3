"""Models for notebooks: the shipped one where it fits, otherwise one trained on the spot."""

import shutil
from dataclasses import replace

import pytest
import torch

from sindiff.lab import setup, shipped
from sindiff.pictures.bundled import data_folder, find_picture
from sindiff.pictures.images import load_picture
from sindiff.training import runs
from sindiff.training.presets import get_preset
from sindiff.training.runs import Upkeep, train_in


@pytest.fixture
def lab(tmp_path):
    """At preset laptop, with so few steps that a training shows."""
    lab = setup("x", "laptop", seed=3, out_dir=tmp_path / "out", device="cpu")
    preset = replace(lab.preset, long_side=16, train=replace(lab.preset.train, steps=2, batch_size=1))
    return replace(lab, preset=preset)


def trained(model):
    """Steps, seed and the picture's name: what tells a model of ours from a shipped one."""
    return model.training["step"], model.training["seed"], model.picture["name"]


def test_shipped_models_are_taken_at_preset_laptop(lab):
    assert shipped(lab).picture["sha256"] == shipped(lab, "balloons").picture["sha256"]
    assert shipped(lab).size == load_picture(lab.path, get_preset("laptop").long_side).shape[1:]
    assert shipped(lab, "stones").picture["name"] == "stones"
    assert not (lab.out_dir / "run").exists()


def test_what_is_not_shipped_is_trained(lab, tmp_path):
    shutil.copy(data_folder() / "balloons.jpg", tmp_path / "balloons.jpg")  # a file of the reader's
    path, about = find_picture(tmp_path / "balloons.jpg")
    assert trained(shipped(replace(lab, path=path, about=about))) == (2, 3, "balloons")
    assert trained(shipped(lab, "rocket")) == (2, 3, "rocket")
    smoke = replace(lab, preset=replace(lab.preset, name="smoke"))
    assert trained(shipped(smoke)) == (2, 3, "balloons")
    assert max(shipped(smoke).size) == 16
    with pytest.raises(ValueError, match=r"gone\.jpg: no such file"):
        shipped(lab, "gone.jpg")


def test_a_training_that_stopped_goes_on_and_one_that_ended_is_taken(lab, monkeypatch):
    run, seen = lab.out_dir / "run" / "rocket", []
    picture = load_picture(*find_picture("rocket")[:1], lab.preset.long_side)
    next(train_in(run, picture, lab.preset, lab.seed, lab.device, find_picture("rocket")[1], Upkeep(previews=0)))
    train = runs.train
    monkeypatch.setattr(runs, "train", lambda *rest: (seen.append(state.step) or state for state in train(*rest)))
    first, again = shipped(lab, "rocket"), shipped(lab, "rocket")
    assert seen == [2]
    for one, other in zip(first.network.parameters(), again.network.parameters(), strict=True):
        assert torch.equal(one, other)


def test_another_seed_starts_over_and_the_first_gives_the_same_again(lab):
    first, other, again = (shipped(replace(lab, seed=seed), "rocket") for seed in (3, 4, 3))
    weights = [torch.cat([w.flatten() for w in m.network.parameters()]) for m in (first, other, again)]
    assert torch.equal(weights[0], weights[2])
    assert not torch.equal(weights[0], weights[1])
