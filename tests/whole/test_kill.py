"""A run that is killed, again and again, ends as if it had never stopped.  SINDIFF_KILLS=1000 kills more often."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = Path(__file__).parent / "kill_runs.py"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def report_of(*arguments):
    command = [sys.executable, DRIVER, *map(str, arguments)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def check(report, steps):
    assert report["half"] == []
    undisturbed = report["undisturbed"]
    assert [step for step, _ in undisturbed["log"]] == list(range(1, steps + 1))
    assert not any(Path(name).name.startswith(".") for name in undisturbed["files"])
    for result in report["results"]:
        assert result == undisturbed


def test_killed_when_a_file_changes_its_name(tmp_path):
    """State, picture, a state a step, preview, last state, weights, configuration: before each, and after each."""
    report = report_of("moments", tmp_path)
    assert report["kills"] == len(report["results"]) == 2 * 8
    check(report, steps=2)


def test_killed_at_random(tmp_path):
    kills = int(os.environ.get("SINDIFF_KILLS", 12))
    report = report_of("random", tmp_path, kills)
    assert report["kills"] == kills
    check(report, steps=12)
