"""Two processes that share a batch train as one does with the whole; only the first of them writes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from sindiff.training.distributed import Workers

TESTS = Path(__file__).parent
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")

pytestmark = pytest.mark.skipif(not torch.distributed.is_gloo_available(), reason="this torch has no gloo")


def torchrun(*arguments):
    """Run with two processes; a run that hangs is ended."""
    command = [*TORCHRUN, *map(str, arguments)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment, check=False)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What each of two processes saw, and one alone."""
    folder = tmp_path_factory.mktemp("together")
    finished = torchrun(TESTS / "train_together.py", folder)
    assert finished.returncode == 0, finished.stderr
    return [torch.load(folder / f"{name}.pt", weights_only=True) for name in (0, 1, "alone")]


def test_gradients_are_those_of_the_whole_batch(seen):
    *both, alone = (process["gradient"] for process in seen)
    for gradient in both:
        assert gradient.dtype == torch.float64
        torch.testing.assert_close(gradient, alone, rtol=1e-6, atol=1e-9 * alone.abs().max().item())
    assert (seen[2]["half"] - alone).norm() > 0.05 * alone.norm()  # what a process sees that nobody averages with


def test_all_processes_hold_the_first_ones_weights(seen):
    """They begin with different seeds and end equal; up to rounding as one process with the first seed."""
    *both, alone = (process["weights"] for process in seen)
    assert torch.equal(*both)
    torch.testing.assert_close(both[0], alone, rtol=0, atol=1e-3)
    assert (seen[2]["other"] - alone).abs().max() > 0.1


def test_means_are_over_all(seen):
    assert [process["mean"] for process in seen[:2]] == [0.5, 0.5]


@pytest.fixture(scope="module")
def together(picture_file, tmp_path_factory):
    """A run of six steps by two processes, made by the command."""
    folder = tmp_path_factory.mktemp("runs") / "together"
    finished = torchrun("-m", "sindiff", "train", picture_file, "--out", folder, *RECIPE, "--steps", 6)
    assert finished.returncode == 0, finished.stderr
    return folder, finished.stderr


RECIPE = ("--preset", "smoke", "--device", "cpu")


def log(folder):
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def test_only_the_first_process_writes(together, run_folder):
    folder, said = together
    assert [line["step"] for line in log(folder)] == [1, 2, 3, 4, 5, 6]
    assert {file.name for file in folder.iterdir()} == {file.name for file in run_folder.iterdir()}
    assert said.count("Learning small") == said.count("Model in") == 1
    assert "in 2 processes" in said


def test_the_result_is_that_of_one_process(together, run_folder):
    alone, both = (load_file(folder / "model.safetensors") for folder in (run_folder, together[0]))
    assert alone.keys() == both.keys()
    for name, weights in alone.items():
        torch.testing.assert_close(both[name], weights, rtol=0, atol=1e-3)
    assert (together[0] / "config.json").read_text().count('"seed": 0') == 1


def test_one_process_goes_on_with_the_state_of_two(together, picture_file, command):
    folder, _ = together
    before = log(folder)
    finished = command("train", picture_file, "--out", folder, *RECIPE, "--steps", 8)
    assert finished.code == 0, finished.err
    assert log(folder)[:6] == before
    assert [line["step"] for line in log(folder)] == list(range(1, 9))


def test_a_batch_that_does_not_divide():
    with pytest.raises(ValueError, match="batch of 4 does not divide among 3"):
        Workers(0, 3).share(torch.zeros(4))


def test_shares_make_up_the_batch():
    batch = torch.arange(6)
    parts = [Workers(rank, 3).share(batch, -batch) for rank in range(3)]
    assert torch.equal(torch.cat([first for first, _ in parts]), batch)
    assert torch.equal(torch.cat([second for _, second in parts]), -batch)
