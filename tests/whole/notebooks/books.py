"""Small notebooks, and what is done to them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "scripts"))

import check_notebooks  # noqa: E402
import outputs_of_notebooks  # noqa: E402, F401
import stamp_notebooks  # noqa: E402
import student_notebooks  # noqa: E402, F401

ADDRESS = "https://github.com/someone/sindiff"
PARAMETERS = "preset = None\nimage = None\nseed = 0\nout_dir = None\ndevice = 'auto'\n"
ZEROMQ = (
    "Assertion failed: pfd.revents & POLLIN (src/signaler.cpp:"  # at times, while a kernel ends: libzmq, issue 1307
)
SETUP = "from sindiff.lab import setup\nlab = setup('x', preset, image, seed, out_dir or 'out', device)\n"


def markdown(source, *tags):
    return {"cell_type": "markdown", "id": f"m{hash(source)}", "metadata": {"tags": [*tags]}, "source": source}


def code(source, count=None, *tags):
    cell = {"cell_type": "code", "id": f"c{abs(hash(source)) % 10**9}", "metadata": {"tags": [*tags]}}
    return {**cell, "execution_count": count, "outputs": [], "source": source.splitlines(keepends=True)}


def notebook(*cells):
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {"cells": list(cells), "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def put(book, cell, **values):
    book["cells"][cell].update(values)


def out(kind, **values):
    return [{"output_type": kind, **values}]


def run_notebooks(*arguments, cwd, **environment):
    command = [sys.executable, ROOT / "scripts/run_notebooks.py", *map(str, arguments)]
    env = {**os.environ, "OMP_NUM_THREADS": "1", **environment}
    run = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)
    run.stderr = "".join(line for line in run.stderr.splitlines(keepends=True) if ZEROMQ not in line)
    return run


def problems(book, folder, repository=""):
    path = folder / "good.ipynb"
    stamp_notebooks.write(path, book)
    return [": ".join(filter(None, pair)) for pair in check_notebooks.check(path, repository, "main")]
