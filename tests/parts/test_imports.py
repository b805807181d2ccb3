"""Imports run one way (import-linter reads them by the layers in pyproject.toml), and importing sindiff stays light."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    *("lpips", "open_clip", "torchvision", "diffusers", "scipy", "faiss", "pooch", "numba"),
    *("matplotlib", "ipywidgets", "IPython", "pandas", "transformers", "skimage"),
)


def lint_imports(folder):
    linter = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", linter, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_imports_run_one_way():
    finished = lint_imports(ROOT)
    assert finished.returncode == 0, finished.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("samplers.py", "from sindiff.network.unet import PatchUNet"),
        ("oracle/exact.py", "from sindiff.pictures import images"),
        ("training/runs.py", "from sindiff.applications.draw import generate"),
        ("metrics/pixels.py", "import matplotlib"),
    ],
)
def test_a_forbidden_import_is_caught(tmp_path, file, line):
    shutil.copytree(ROOT / "sindiff", tmp_path / "sindiff", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    target = tmp_path / "sindiff" / file
    target.write_text(f"{target.read_text()}\n{line}\n")
    finished = lint_imports(tmp_path)
    assert finished.returncode == 1, finished.stdout
    assert file.removesuffix(".py").replace("/", ".") in finished.stdout


def test_importing_sindiff_is_light():
    code = f"import sys, json, sindiff, sindiff.cli; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    finished = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(finished.stdout) == []


def test_names_that_sindiff_offers():
    import sindiff

    assert sorted(sindiff.__all__, key=str.lower) == sorted(set(sindiff.__all__), key=str.lower)
    for name in sindiff.__all__:
        assert getattr(sindiff, name).__doc__ or isinstance(getattr(sindiff, name), dict)
