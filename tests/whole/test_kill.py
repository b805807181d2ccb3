"""A run that is killed, again and again, ends as if it had never stopped.  SINDIFF_KILLS=1000 kills more often."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def report_of(driver, *arguments):
    command = [sys.executable, HERE / driver, *map(str, arguments)]
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
    report = report_of("kill_runs.py", "moments", tmp_path)
    assert report["kills"] == len(report["results"]) == 2 * 8
    check(report, steps=2)


def test_killed_at_random(tmp_path):
    kills = int(os.environ.get("SINDIFF_KILLS", 12))
    report = report_of("kill_runs.py", "random", tmp_path, kills)
    assert report["kills"] == kills
    check(report, steps=12)


def test_commands_killed_at_random(tmp_path):
    """Pictures, some larger than memory, maps, a run that starts over.  benchmarks/kills.py kills more commands."""
    kills = int(os.environ.get("SINDIFF_KILLS", 12)) // 4
    jobs = ("sample", "large", "maps", "restart")
    reports = report_of("kill_commands.py", tmp_path, kills, 0, *jobs)
    assert [(report["job"], report["kills"]) for report in reports] == [(job, kills) for job in jobs]
    for report in reports:
        assert report["ends"] > 0
        assert report["wrong"] == report["half"] == []


def test_a_torn_file_is_found(tmp_path, monkeypatch):
    """A planted fault: files that are not whole under their final names."""
    monkeypatch.setenv("SINDIFF_TORN", "1")
    (report,) = report_of("kill_commands.py", tmp_path, 12, 0, "sample")
    assert report["half"]
