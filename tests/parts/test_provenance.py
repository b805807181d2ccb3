"""Where numbers come from: the commit and its changes, the machine, and the keys that readers of results rely on."""

import json
import platform
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import torch

from sindiff.machine.device import describe
from sindiff.machine.provenance import checkout, current_commit, processor, provenance

CPU = torch.device("cpu")


@pytest.fixture
def repository(tmp_path):
    """A checkout of one commit with sindiff/a.py in it."""

    def git(*command):
        subprocess.run(["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@b.c", *command], check=True)

    (tmp_path / "sindiff" / "lab").mkdir(parents=True)
    (tmp_path / "sindiff" / "a.py").write_text("a")
    (tmp_path / "pyproject.toml").write_text("")
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "a")
    return tmp_path


def test_no_commit_outside_git(tmp_path):
    assert current_commit(None) is None
    assert current_commit(tmp_path) is None
    (tmp_path / ".git").mkdir()
    assert current_commit(tmp_path) is None


def test_no_commit_where_git_is_missing(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert current_commit(repository) is None


def test_commit_tells_changes_of_the_package(repository):
    clean = current_commit(repository)
    assert re.fullmatch(r"[0-9a-f]{7,}", clean)
    (repository / "other").write_text("does not count")
    assert current_commit(repository) == clean
    (repository / "sindiff" / "a.py").write_text("b")
    assert current_commit(repository) == f"{clean}+"


def test_commit_tells_changes_of_the_benchmarks_and_not_of_their_results(repository):
    clean = current_commit(repository)
    (repository / "benchmarks" / "results").mkdir(parents=True)
    (repository / "benchmarks" / "results" / "a.json").write_text("{}")
    assert current_commit(repository) == clean
    (repository / "benchmarks" / "a.py").write_text("a")
    assert current_commit(repository) == f"{clean}+"


def test_checkout_is_the_package_s_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert checkout() == Path(__file__).resolve().parents[2]


def test_an_installed_package_finds_the_checkout_around(repository, tmp_path_factory, monkeypatch):
    module = sys.modules["sindiff.machine.provenance"]
    monkeypatch.setattr(module, "__file__", str(tmp_path_factory.mktemp("installed") / "sindiff/machine/provenance.py"))
    monkeypatch.chdir(repository / "sindiff")
    assert checkout() == repository
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert checkout() is None
    assert provenance(CPU)["commit"] == "unknown"


def test_provenance_is_text_ready_for_json():
    made = provenance(CPU)
    assert json.loads(json.dumps(made)) == made
    assert all(isinstance(value, str) and value for value in made.values())
    assert made["device"] == describe(CPU)
    assert made["torch"] == torch.__version__
    assert made["date"] == date.today().isoformat()
    assert re.search(r", \d+ cores, ", made["machine"])


def test_processor_has_a_name_everywhere(monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"cpu_name": "Some CPU"}, raising=False)
    assert processor() == "Some CPU"
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    assert processor() == platform.machine()
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    assert processor() == platform.machine()
