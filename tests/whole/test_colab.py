"""The widgets with the older ipywidgets and ipykernel that Colab has, in an environment of their own."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-colab" / "bin" / "python"

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="needs Colab's versions: make test-colab installs them")


def run(*arguments):
    """Run that environment's Python in the checkout; returns what it printed."""
    env = {**os.environ, "SINDIFF_PRESET": "smoke", "OMP_NUM_THREADS": "1"}
    finished = subprocess.run([PYTHON, *arguments], cwd=ROOT, env=env, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout[-3000:] + finished.stderr[-1000:]
    return finished.stdout


def test_the_versions_are_colabs():
    code = "import IPython, anywidget, ipykernel, ipywidgets as w; print(w.__version__, ipykernel.__version__)"
    assert run("-c", f"{code}; print(IPython.__version__, anywidget.__version__)").split() == [
        "7.7.1", "6.17.1", "7.34.0", "0.9.21"
    ]  # fmt: skip


def test_widgets_work_there():
    tests = [f"tests/parts/{name}" for name in ("test_draw.py", "test_runner.py", "test_explore.py", "studio")]
    assert "failed" not in run("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)


def test_the_studios_page_runs_there():
    assert "1 passed" in run("-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbmake", "notebooks/13_studio.ipynb")
