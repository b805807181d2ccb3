"""The workflow from pictures to a table: complete, killed and started again, with a picture that is none, and planned.

The engine has an environment of its own: `make engine`.
"""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sindiff.checkpoint import load_tensors

ROOT = Path(__file__).parents[3]
SNAKEMAKE = ROOT / ".venv-workflow" / "bin" / "snakemake"
PICTURE = "balloons"
STEPS = 60
CONFIG = {
    "preset": "smoke",
    "device": "cpu",
    "threads": 1,
    "samples": 2,
    "steps": STEPS,
    "save_every": 0.1,
    "notebooks": False,
}

pytestmark = pytest.mark.skipif(not SNAKEMAKE.exists(), reason="no workflow engine here: make engine")


def command(folder, pictures=(PICTURE,), options=(), **config):
    folder.mkdir(exist_ok=True)
    config = {**CONFIG, "python": sys.executable, "methods": "[detail,gpnn]", "seeds": "[0,1]", **config}
    config["pictures"] = f"[{','.join(map(str, pictures))}]"
    where = ("--snakefile", ROOT / "workflow" / "Snakefile", "--directory", folder)
    how = ("--profile", ROOT / "workflow" / "profiles" / "local", "--cores", 2, *options)
    settings = [f"{name}={value}" for name, value in config.items()]
    return [*map(str, (SNAKEMAKE, *where, *how)), "--config", *settings]


def run(folder, *arguments, **config):
    return subprocess.run(command(folder, *arguments, **config), capture_output=True, text=True, check=False)


def kill_when(folder, moment, seconds=1200):
    """Start the workflow, and kill it with all its jobs once `moment` is true."""
    process = subprocess.Popen(
        command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + seconds
    try:
        while not moment():
            assert process.poll() is None, "the workflow ended before it could be killed"
            assert time.monotonic() < deadline, "the moment to kill it did not come"
            time.sleep(0.02)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def finished(folder):
    """The outputs of finished jobs, and when they were written."""
    unsure = {base64.b64decode(file.name).decode() for file in (folder / ".snakemake" / "incomplete").glob("*")}
    kinds = ("models/*/*/model.safetensors", "samples/*/*/*/sheet.png", "measures/*/*/*.json")
    files = [str(file.relative_to(folder)) for kind in kinds for file in folder.glob(kind)]
    return {name: (folder / name).stat().st_mtime_ns for name in files if name not in unsure}


def count(folder, pattern):
    return len(list(folder.glob(pattern)))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An undisturbed run: four cells, the table and the notebook that discusses it."""
    folder = tmp_path_factory.mktemp("workflow") / "whole"
    ended = run(folder, notebooks=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder, ended


def test_from_a_picture_to_a_table_and_its_notebook(whole):
    folder, ended = whole
    table = json.loads((folder / "tables" / "table1.json").read_text())
    assert [row["method"] for row in table["rows"]] == ["gpnn", "detail"]
    for row in table["rows"]:
        assert list(row["pictures"]) == [PICTURE]
        assert row["missing"] == []
        for name in ("swd", "incoherence", "copied", "diversity"):
            assert row["means"][name] == row["pictures"][PICTURE][name]
            assert row["over_seeds"][name] is not None
    assert "|  | GPNN | SinDiffusion |" in ended.stdout
    assert "Missing" not in ended.stdout
    assert count(folder, "measures/*/*/*.json") == 4
    assert count(folder, "logs/*/**/*.log") == 10 + 1
    assert (folder / "report.md").read_text().startswith("table1, preset smoke, 2 samples a picture, seeds 0, 1")
    page = json.loads((folder / "notebooks" / "12_compare.ipynb").read_text())
    assert all(cell["execution_count"] for cell in page["cells"] if cell["cell_type"] == "code")


def test_nothing_is_done_twice(whole):
    folder, _ = whole
    before = finished(folder)
    again = run(folder, notebooks=True)
    assert again.returncode == 0, again.stderr
    assert "Nothing to be done" in again.stdout + again.stderr
    assert finished(folder) == before


def test_killed_at_three_places(whole, tmp_path):
    """In mid-training, with samples half made, and with half of the measures: each time it goes on where it was.

    One of the two trainings and all of the measures are still to be made.
    """
    folder = tmp_path / "killed"
    shutil.copytree(whole[0], folder)
    name = f"{PICTURE}-1"
    model, samples = folder / "models" / "smoke" / name, folder / "samples" / "detail" / "smoke" / name
    for rest in (model, samples, folder / "measures", folder / "tables"):
        shutil.rmtree(rest)
    log, state = model / "metrics.jsonl", model / "train_state.pt"

    def in_training():
        return state.exists() and load_tensors(state)["step"] > 0

    def in_sampling():
        return (samples / "000.png").exists()

    def in_measuring():
        return count(folder, "measures/*/*/*.json") >= 2

    for moment in (in_training, in_sampling, in_measuring):
        before = finished(folder)
        kill_when(folder, moment)
        assert before.items() <= finished(folder).items()
        if moment is in_training:
            saved = load_tensors(state)["step"]
            assert saved < STEPS
            begun = "".join(log.read_text().splitlines(keepends=True)[:saved])
    before = finished(folder)
    assert count(folder, "measures/*/*/*.json") < 4
    ended = run(folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert before.items() <= finished(folder).items()
    assert [json.loads(line)["step"] for line in log.open()] == list(range(1, STEPS + 1))
    assert log.read_text().startswith(begun)
    for table in ("table1.json", "table1.md"):
        assert (folder / "tables" / table).read_bytes() == (whole[0] / "tables" / table).read_bytes()


def test_a_broken_picture_costs_only_its_own_rows(whole, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(whole[0], folder)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes((ROOT / "data" / "balloons.jpg").read_bytes()[:300])
    ended = run(folder, (PICTURE, broken), methods="[gpnn]")
    assert ended.returncode != 0
    table = json.loads((folder / "partial" / "table1.json").read_text())
    undisturbed = json.loads((whole[0] / "tables" / "table1.json").read_text())
    (row,) = table["rows"]
    assert row["pictures"] == undisturbed["rows"][0]["pictures"]
    assert row["missing"] == ["gpnn/smoke/broken-0", "gpnn/smoke/broken-1"]
    report = (folder / "report.md").read_text()
    assert "Missing: 2 cells, of broken" in report
    assert report.count("broken.jpg: damaged picture") == 2
    shutil.copy(ROOT / "data" / "brick.jpg", broken)
    assert run(folder, (PICTURE, broken), methods="[gpnn]").returncode == 0
    table = json.loads((folder / "tables" / "table1.json").read_text())
    assert [len(row["pictures"]) for row in table["rows"]] == [2]
    assert not (folder / "partial").exists()


def test_a_dry_run_of_the_papers_tables(tmp_path):
    """Tables 1, 3 and 4 share their runs of the paper's network only where these are the same."""
    folder = tmp_path / "paper"
    places = tmp_path / "places50"
    places.mkdir()
    (places / "7.jpg").touch()
    ask = {"table": "all", "preset": "paper", "methods": "[]", "seeds": "[]", "samples": 0, "places50": places}
    planned = run(folder, ("7.jpg",), ["--dry-run"], **{**ask, "steps": 0})
    said = planned.stdout + planned.stderr
    assert planned.returncode == 0, said
    jobs = {name: int(number) for name, number in re.findall(r"^(\w+) +(\d+)$", said, re.M)}
    methods = {*re.findall(r"^ +1 (?:baseline/)?(\w+)/paper(?:_places)?:", said, re.M)} - {"sample"}
    assert methods == {"singan", "consingan", "gpnn", "multiscale", "train"}
    assert jobs["baseline"] == 4
    assert jobs["train"] == jobs["sample"] == 5
    assert jobs["measure"] == jobs["train"] + jobs["baseline"]
    assert jobs["table"] == 3
    assert float(re.search(r"About ([\d,.]+) GPU hours", said)[1].replace(",", "")) > 5.4
    assert not (folder / "models").exists()


def test_a_mistake_is_answered_in_a_line(tmp_path):
    ended = run(tmp_path / "x", options=["--dry-run"], table="table9")
    assert ended.returncode != 0
    assert "unknown table 'table9'" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
