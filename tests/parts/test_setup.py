"""pyproject.toml, requirements.lock, environment.yml and the files around them tell one story."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
CONDA_NAMES = {"pytorch": "torch"}
# What Google Colab had installed on 2026-08-19; installing sindiff there must replace none of it.
COLAB = {
    "torch": "2.11.0", "torchvision": "0.26.0", "numpy": "2.1.3", "pillow": "11.3.0", "matplotlib": "3.10.0",
    "safetensors": "0.8.0", "huggingface-hub": "1.27.0", "diffusers": "0.39.0",
    "ipykernel": "6.17.1", "ipywidgets": "7.7.1", "anywidget": "0.9.21",
}  # fmt: skip

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
PYTHONS = [c.rpartition(" ")[2] for c in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", c)]
LOCK_LINES = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if not line.startswith("#")]


def parse(lines):
    requirements = [Requirement(line) for line in lines]
    return {canonicalize_name(r.name): r for r in requirements}


CORE = parse(PROJECT["dependencies"])
REQUIREMENTS = CORE | parse(r for extra in EXTRAS.values() for r in extra)
LOCK = {name: str(r.specifier).removeprefix("==") for name, r in parse(LOCK_LINES).items()}


@pytest.fixture(scope="module")
def environment():
    return yaml.safe_load((ROOT / "environment.yml").read_text())


@pytest.fixture(scope="module")
def conda(environment):
    entries = parse(re.sub(r"(?<![<>=!~])=(?!=)", "==", e) for e in environment["dependencies"] if isinstance(e, str))
    return {CONDA_NAMES.get(name, name): r for name, r in entries.items()}


def test_lock_is_exact_sorted_and_public():
    assert [line for line in LOCK_LINES if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", line)] == []
    assert sorted(LOCK_LINES, key=lambda line: line.partition("==")[0].lower()) == LOCK_LINES
    assert len(LOCK) == len(LOCK_LINES)
    assert [name for name in LOCK if name.startswith(("nvidia-", "cuda-", "triton", "sindiff"))] == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_locked_version_is_in_range(name):
    assert name in LOCK, "run `make lock`"
    assert LOCK[name] in REQUIREMENTS[name].specifier


@pytest.mark.parametrize("name", COLAB)
def test_range_admits_colab(name):
    assert COLAB[name] in REQUIREMENTS[name].specifier


def test_conda_has_the_core_and_the_notebook_extra(conda):
    assert set(CORE) | set(parse(EXTRAS["notebook"])) <= set(conda)


def test_conda_ranges_equal_those_of_pyproject(conda):
    ranges = {name: r.specifier for name, r in conda.items() if name not in ("python", "pip")}
    assert ranges == {name: REQUIREMENTS[name].specifier for name in ranges}


def test_conda_python_is_supported(conda):
    python = str(conda["python"].specifier).removeprefix("==")
    assert python in PYTHONS
    assert python in SpecifierSet(PROJECT["requires-python"])


def test_conda_asks_pip_for_sindiff_with_every_extra(environment):
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    (pip,) = [e["pip"] for e in environment["dependencies"] if isinstance(e, dict)]
    (extras,) = re.fullmatch(r"-e \.\[(.+)\]", *pip).groups()
    assert sorted(extras.split(",")) == sorted(EXTRAS)


def test_make_installs_from_the_lock():
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    command = ["make", "--dry-run", "--always-make", "--no-print-directory", "setup"]
    recipe = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout
    installs = [line.partition("pip install")[2] for line in recipe.splitlines() if "pip install" in line]
    assert any("-r requirements.lock" in line for line in installs)
    assert all("requirements.lock" in line or "--no-deps -e ." in line for line in installs)


def test_ci_covers_the_supported_pythons():
    job = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == PYTHONS
    assert Version(PYTHONS[0]) in SpecifierSet(PROJECT["requires-python"])


def test_citation_has_the_version():
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == PROJECT["version"]
