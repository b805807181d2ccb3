"""Runs that cannot go on: what is kept, and what is said.  (Killed ones are in test_kill.py.)"""

import math
from itertools import count, islice
from types import SimpleNamespace

import pytest
import torch

import sindiff.training.loop
from sindiff.checkpoint import load_model, load_tensors
from sindiff.diffusion import training_loss
from sindiff.training.loop import TrainState
from sindiff.training.runs import Upkeep, restart, train_in

from .short_runs import assert_equal, finish, smoke, steps_logged

# Stopping early, and going on.


def test_a_half_precision_run_may_have_begun_where_gradients_need_no_scale(picture):
    """On a CPU the scaler is off and saves nothing, which one that is on would refuse."""
    config = smoke(autocast="float16").train
    saved = TrainState(config).state_dict()
    assert saved["scaler"] == {}
    state = TrainState(config)
    state.scaler = torch.amp.GradScaler("cpu", enabled=True)
    state.load_state_dict(saved)
    assert state.scaler.is_enabled()


@pytest.mark.parametrize("stops", [[1], [3, 6], [7], [8]])
def test_leaving_the_loop_saves(picture, undisturbed, tmp_path, stops):
    """Even where no state was due, as save_every is far off."""
    for stop in stops:
        states = train_in(tmp_path, picture, smoke(), upkeep=Upkeep(previews=0))
        state = next(state for state in states if state.step == stop)
        states.close()
        assert load_tensors(tmp_path / "train_state.pt")["step"] == state.step == stop
    assert_equal(finish(tmp_path, picture), undisturbed)
    assert steps_logged(tmp_path) == list(range(1, 9))


def test_previews_saves_and_the_random_state_change_no_weights(picture, undisturbed, tmp_path):
    torch.manual_seed(123)
    for _ in train_in(tmp_path, picture, smoke(), upkeep=Upkeep(previews=8, save_every=1000)):
        torch.rand(2)
    assert_equal(load_model(tmp_path).network.state_dict(), undisturbed)
    assert len(list((tmp_path / "previews").iterdir())) == 8


def test_a_run_goes_on_with_more_steps(picture, tmp_path):
    finish(tmp_path, picture, smoke(3))
    finish(tmp_path, picture, smoke(5))
    assert steps_logged(tmp_path) == [1, 2, 3, 4, 5]
    assert load_model(tmp_path).training["step"] == 5


def test_minutes_bound_the_training(picture, tmp_path, monkeypatch):
    """By a clock on which each step takes an eighth of a second."""
    clock = SimpleNamespace(perf_counter=count(0, 0.125).__next__)
    monkeypatch.setattr(sindiff.training.loop, "time", clock)
    *_, state = train_in(tmp_path, picture, smoke(), upkeep=Upkeep(minutes=0.5 / 60, previews=0))
    assert (state.step, state.seconds) == (4, 0.5)
    assert steps_logged(tmp_path) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"photo": -1}, "picture"),
        ({"preset": smoke(lr=0.01)}, "recipe"),
        ({"seed": 1}, "seed"),
        ({"seed": 1, "photo": -1}, "picture, seed"),
    ],
)
def test_another_run_is_not_mixed_in(picture, tmp_path, changes, named):
    for _ in islice(train_in(tmp_path, picture, smoke(), upkeep=Upkeep(previews=0)), 2):
        pass
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    arguments = {"preset": smoke(), "seed": 0, **changes, "photo": picture * changes.get("photo", 1)}
    with pytest.raises(ValueError, match=f"holds a run with another {named}; choose another folder"):
        next(train_in(tmp_path, **arguments))
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("content", [b"", b"half", "half", [1], {"identity": 3}, {"step": 1}])
def test_a_damaged_state_is_named(picture, tmp_path, content):
    file = tmp_path / "train_state.pt"
    for _ in islice(train_in(tmp_path, picture, smoke(), upkeep=Upkeep(previews=0)), 2):
        pass
    if content == "half":
        file.write_bytes(file.read_bytes()[:100_000])
    elif isinstance(content, bytes):
        file.write_bytes(content)
    else:
        torch.save(content, file)
    with pytest.raises(ValueError, match=f"{file}.*start over with --restart"):
        next(train_in(tmp_path, picture, smoke()))
    restart(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_half_line_in_the_log_is_dropped(picture, undisturbed, tmp_path):
    for _ in islice(train_in(tmp_path, picture, smoke(), upkeep=Upkeep(previews=0)), 3):
        pass
    log = tmp_path / "metrics.jsonl"
    log.write_text(log.read_text() + '{"step": 4, "lo')
    assert_equal(finish(tmp_path, picture), undisturbed)
    assert steps_logged(tmp_path) == list(range(1, 9))


# Losses that are not finite.


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_keeps_the_last_good_state(picture, undisturbed, tmp_path, monkeypatch, bad):
    calls = []

    def fail_at_the_fifth(*arguments):
        calls.append(1)
        return training_loss(*arguments) * (bad if len(calls) == 5 else 1)

    monkeypatch.setattr(sindiff.training.loop, "training_loss", fail_at_the_fifth)
    with pytest.raises(ArithmeticError, match="lower the learning rate"):
        finish(tmp_path, picture)
    saved = load_tensors(tmp_path / "train_state.pt")
    assert saved["step"] == 4
    assert all(weights.isfinite().all() for weights in saved["network"].values())
    assert not (tmp_path / "model.safetensors").exists()
    assert_equal(finish(tmp_path, picture), undisturbed)


@pytest.mark.parametrize("lr", [1e30, 1e38])
def test_a_rate_that_is_far_too_high(picture, tmp_path, lr):
    with pytest.raises(ArithmeticError, match="lower the learning rate"):
        finish(tmp_path, picture, smoke(optimizer="adam", lr=lr, warmup=0))
    saved = load_tensors(tmp_path / "train_state.pt")
    assert all(weights.isfinite().all() for weights in saved["network"].values())
    assert not (tmp_path / "model.safetensors").exists()


def test_the_command_says_it_in_one_line(command, picture_file, tmp_path, monkeypatch):
    monkeypatch.setattr(sindiff.training.loop, "training_loss", lambda *arguments: training_loss(*arguments) * math.nan)
    arguments = ("--out", tmp_path, "--preset", "smoke", "--device", "cpu")
    command("train", picture_file, *arguments).fails("the loss is nan at step 0: lower the learning rate", only=False)
