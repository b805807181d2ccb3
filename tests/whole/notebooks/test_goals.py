"""The goals of make that run notebooks, and the runner's mistakes in one line."""

import os
import re
import shlex
import subprocess
import sys

import nbformat
import pytest
import torch
from nbformat.v4 import new_code_cell, new_notebook

from .books import PARAMETERS, ROOT, SETUP, run_notebooks


def make(goal, *values):
    env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    command = ["make", "--dry-run", "--no-print-directory", goal, *values]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout.splitlines()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU, so nothing is refused")
def test_cuda_kernel_says_in_one_line_that_there_is_no_gpu(tmp_path):
    install = next(line for line in make("kernel") if "ipykernel install" in line)
    install = re.sub(r"^\S+", sys.executable, install).replace("--sys-prefix", f"--prefix {tmp_path}")
    subprocess.run(shlex.split(install), check=True, capture_output=True)
    cells = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), new_code_cell(SETUP)]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), tmp_path / "a.ipynb")
    options = ["--kernel", "sindiff-cuda", "--preset", "smoke", "--out", "out"]
    run = run_notebooks("a.ipynb", *options, cwd=tmp_path, JUPYTER_PATH=f"{tmp_path}/share/jupyter")
    (line,) = run.stderr.splitlines()
    assert re.search(r"a: failed: cell \d \(In \[\d\]\): LabError: no cuda device here: ", line)


def test_make_figures_runs_every_notebook():
    (line,) = [line for line in make("figures", "PRESET=paper", "KERNEL=sindiff-cuda") if "run_notebooks" in line]
    assert line.endswith("scripts/run_notebooks.py notebooks/*.ipynb --preset paper --kernel sindiff-cuda")


def test_usage_mistakes_are_one_line(tmp_path):
    run = run_notebooks("gone.ipynb", cwd=tmp_path)
    assert run.returncode == 2
    assert "gone.ipynb: no such file" in run.stderr
    (tmp_path / "a.ipynb").write_text("{}")
    assert "--inplace" in run_notebooks("a.ipynb", "--inplace", "--seed", 1, cwd=tmp_path).stderr
    assert "Examples:" in run_notebooks("-h", cwd=tmp_path).stdout
