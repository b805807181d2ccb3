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

ROOT = Path(__file__).parents[3]
SNAKEMAKE = ROOT / ".venv-workflow" / "bin" / "snakemake"
PICTURES = ("balloons", "peaks", "stones")
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


def command(folder, pictures=PICTURES, options=(), **config):
    folder.mkdir(exist_ok=True)
    config = {**CONFIG, "python": sys.executable, "methods": "[sindiff,gpnn]", "seeds": "[0,1]", **config}
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
    kinds = ("models/*/*/model.safetensors", "samples/*/*/*/settings.json", "measures/*/*/*.json")
    files = [str(file.relative_to(folder)) for kind in kinds for file in folder.glob(kind)]
    return {name: (folder / name).stat().st_mtime_ns for name in files if name not in unsure}


def steps(folder, run_name):
    return [json.loads(line)["step"] for line in (folder / "models" / "smoke" / run_name / "metrics.jsonl").open()]


def count(folder, pattern):
    return len(list(folder.glob(pattern)))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An undisturbed run."""
    folder = tmp_path_factory.mktemp("workflow") / "whole"
    ended = run(folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder, ended


def test_from_pictures_to_a_table(whole):
    folder, ended = whole
    table = json.loads((folder / "tables" / "table1.json").read_text())
    assert [row["method"] for row in table["rows"]] == ["gpnn", "sindiff"]
    for row in table["rows"]:
        assert list(row["pictures"]) == sorted(PICTURES)
        assert row["missing"] == []
        for name in ("swd", "copied", "diversity"):
            values = [picture[name] for picture in row["pictures"].values()]
            assert row["means"][name] == pytest.approx(sum(values) / len(values), abs=2e-6)
            assert row["over_seeds"][name] is not None
    assert "| SinDiffusion | 3 |" in ended.stdout
    assert "Missing" not in ended.stdout
    assert count(folder, "measures/*/*/*.json") == 12
    assert count(folder, "logs/*/**/*.log") == 30
    assert (folder / "report.md").read_text().startswith("table1, preset smoke, 2 samples a picture, seeds 0, 1")


def test_nothing_is_done_twice(whole):
    folder, _ = whole
    before = finished(folder)
    again = run(folder)
    assert again.returncode == 0, again.stderr
    assert "Nothing to be done" in again.stdout + again.stderr
    assert finished(folder) == before


@pytest.mark.skipif(not (ROOT / "notebooks" / "12_compare.ipynb").exists(), reason="there is no notebook 12 yet")
def test_a_table_is_followed_by_its_notebook(whole, tmp_path):
    folder = tmp_path / "noted"
    shutil.copytree(whole[0], folder)
    ended = run(folder, notebooks=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    page = json.loads((folder / "notebooks" / "12_compare.ipynb").read_text())
    assert all(cell["execution_count"] for cell in page["cells"] if cell["cell_type"] == "code")


def test_killed_at_three_places(whole, tmp_path):
    """In mid-training, with samples half made, and with half of the measures: each time it goes on where it was."""
    folder = tmp_path / "killed"
    states = "models/smoke/*/metrics.jsonl"

    def in_training():
        logs = [file for file in folder.glob(states) if not (file.parent / "model.safetensors").exists()]
        return any(file.read_text().count("\n") > STEPS / 3 for file in logs)

    def in_sampling():
        return any(not (sheet.parent / "settings.json").exists() for sheet in folder.glob("samples/*/*/*/000.png"))

    def in_measuring():
        return count(folder, "measures/*/*/*.json") > 6

    for moment in (in_training, in_sampling, in_measuring):
        before = finished(folder)
        kill_when(folder, moment)
        assert before.items() <= finished(folder).items()
        if moment is in_training:
            logs = [file for file in folder.glob(states) if not (file.parent / "model.safetensors").exists()]
            log = max(logs, key=lambda file: file.stat().st_size)
            begun, name = log.read_text(), log.parent.name
    before = finished(folder)
    ended = run(folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert before.items() <= finished(folder).items()
    assert steps(folder, name) == list(range(1, STEPS + 1))
    kept = (folder / "models" / "smoke" / name / "metrics.jsonl").read_text()
    assert kept.startswith("\n".join(begun.splitlines()[: STEPS // 6]))
    for table in ("table1.json", "table1.md"):
        assert (folder / "tables" / table).read_bytes() == (whole[0] / "tables" / table).read_bytes()


def test_a_broken_picture_costs_only_its_own_rows(whole, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(whole[0], folder)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes((ROOT / "data" / "balloons.jpg").read_bytes()[:300])
    ended = run(folder, (*PICTURES, broken), methods="[gpnn]")
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
    assert run(folder, (*PICTURES, broken), methods="[gpnn]").returncode == 0
    table = json.loads((folder / "tables" / "table1.json").read_text())
    assert [len(row["pictures"]) for row in table["rows"]] == [4]
    assert not (folder / "partial").exists()


def test_a_dry_run_of_the_whole_paper(tmp_path):
    """50 pictures; tables 1, 3 and 4 share their runs of the paper's network only where these are the same."""
    folder = tmp_path / "paper"
    places = tmp_path / "places50"
    places.mkdir()
    for number in range(1, 51):
        (places / f"{number}.jpg").touch()
    ask = {"table": "all", "preset": "paper", "methods": "[]", "seeds": "[]", "samples": 0, "places50": places}
    planned = run(folder, (), ["--dry-run"], **{**ask, "steps": 0})
    said = planned.stdout + planned.stderr
    assert planned.returncode == 0, said
    jobs = {name: int(number) for name, number in re.findall(r"^(\w+) +(\d+)$", said, re.M)}
    methods = {*re.findall(r"^ +50 (?:baseline/)?(\w+)/paper(?:_places)?:", said, re.M)} - {"sample"}
    assert methods == {"singan", "consingan", "gpnn", "multiscale", "train"}
    assert jobs["baseline"] == 4 * 50
    assert jobs["train"] == jobs["sample"] == 5 * 50
    assert jobs["measure"] == jobs["train"] + jobs["baseline"]
    assert jobs["table"] == 3
    assert float(re.search(r"About ([\d,]+) GPU hours", said)[1].replace(",", "")) > 50 * 5.4
    assert not (folder / "models").exists()


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        ({"table": "table9"}, "unknown table 'table9'"),
        ({"preset": "huge"}, "unknown preset 'huge'"),
        ({"table": "table4"}, "table4 needs preset paper"),
        ({"methods": "[stylegan]"}, "table1 has no method 'stylegan'"),
        ({"pictures": ("a/x.png", "b/x.png")}, "two pictures have the same name"),
        ({"pictures": ("nowhere",)}, "nowhere: no bundled picture"),
    ],
)
def test_mistakes_are_answered_in_a_line(ask, answer, tmp_path):
    pictures = ask.get("pictures", PICTURES)
    ended = run(tmp_path / "x", pictures, ["--dry-run"], **{k: v for k, v in ask.items() if k != "pictures"})
    assert ended.returncode != 0
    assert answer in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
