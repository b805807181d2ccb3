"""Parts of the workflow that need no engine: one GPU a job, what a table says, and what is left to do."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

WORKFLOW = Path(__file__).parents[2] / "workflow"
sys.path.insert(0, str(WORKFLOW))

import estimate  # noqa: E402
import plan  # noqa: E402
import report  # noqa: E402

CONFIG = {
    "table": "table1",
    "preset": "smoke",
    "places50": "",
    "pictures": ["balloons", "peaks"],
    "methods": ["detail", "gpnn"],
    "seeds": [0, 1],
    "samples": 2,
}
WAIT_FOR_A_LINE = "import os; print(os.environ.get('CUDA_VISIBLE_DEVICES'), flush=True); input()"


@pytest.fixture
def gpus(tmp_path, monkeypatch):
    """A machine with two GPUs, and a folder of its own for locks."""
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'GPU 0: a (UUID: x)'\necho 'GPU 1: b (UUID: y)'\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def start():
    command = [sys.executable, WORKFLOW / "one_gpu.py", sys.executable, "-c", WAIT_FOR_A_LINE]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_each_job_has_a_gpu_to_itself(gpus):
    """The third of three jobs on two GPUs waits until one of them ends, and takes that one's; SIGKILL frees it too."""
    first, second = start(), start()
    taken = [first.stdout.readline().strip(), second.stdout.readline().strip()]
    assert sorted(taken) == ["0", "1"]
    third = start()
    with pytest.raises(subprocess.TimeoutExpired):
        third.wait(0.5)
    second.kill()
    assert third.stdout.readline().strip() == taken[1]
    for job in (first, third):
        job.communicate("\n")
        assert job.returncode == 0


def test_only_of_the_gpus_that_were_given(gpus, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "7")
    job = start()
    assert job.communicate("\n")[0].strip() == "7"


def test_without_a_gpu_the_command_runs(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    job = start()
    assert job.communicate("\n")[0].strip() == ""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with all cells measured: swd is 1, one more for gpnn, ten for seed 1, a hundred for peaks."""
    monkeypatch.chdir(tmp_path)
    plans = plan.planned(CONFIG)
    for cell in plans.cells:
        swd = 1.0 + (cell.method == "gpnn") + 10 * cell.seed + 100 * (cell.picture == "peaks")
        record = dict.fromkeys((*report.MEASURES, *plans.tables["table1"].metrics)) | {"swd": swd}
        for path, content in (
            (report.measures(cell), record),
            (Path("samples", cell.name, "settings.json"), {"sindiff": "1", "torch": "2", "device": "cpu"}),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content))
        Path("samples", cell.name, "sheet.png").touch()
    return plans


BUSY = "import time\ntime.sleep(0.5)\nwhile time.process_time() < 0.6: pass\nexit({code})"


@pytest.mark.parametrize("code", [0, 3])
def test_what_a_job_took_is_written_if_it_ends_well(tmp_path, code):
    file = tmp_path / "job.tsv"
    command = [sys.executable, WORKFLOW / "timed.py", file, sys.executable, "-c", BUSY.format(code=code)]
    assert subprocess.run(command, check=False).returncode == code
    assert file.exists() == (code == 0)
    if code == 0:
        names, values = file.read_text().splitlines()
        assert names == "s\tcpu_time"
        wall, cpu = map(float, values.split())
        assert wall > 1
        assert 0.6 <= cpu < wall


def test_a_job_that_is_interrupted_ends_as_it_wants_to(tmp_path):
    """Ctrl-C reaches both: the job has its time to save, and its own code."""
    work = "import signal, time\ntry:\n print('at work', flush=True); signal.pause()\n"
    work += "except KeyboardInterrupt:\n time.sleep(1); print('saved'); exit(130)"
    command = [sys.executable, WORKFLOW / "timed.py", tmp_path / "job.tsv", sys.executable, "-c", work]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as job:
        assert job.stdout.readline() == "at work\n"
        os.killpg(job.pid, signal.SIGINT)
        assert job.stdout.read() == "saved\n"
    assert job.returncode == 130
    assert list(tmp_path.iterdir()) == []


def test_means_with_their_intervals_and_spread_over_seeds(folder):
    rows = {row["method"]: row for row in report.table_of(folder, "table1", "smoke")["rows"]}
    assert rows["detail"]["means"]["swd"] == 1 + 5 + 50
    assert rows["gpnn"]["means"]["swd"] == 2 + 5 + 50
    assert rows["detail"]["over_seeds"]["swd"] == pytest.approx(10 / 2**0.5, abs=1e-6)
    assert rows["detail"]["over_pictures"]["swd"] == pytest.approx(12.706 * 50, rel=1e-4)
    assert rows["detail"]["over_pictures"]["lpips"] is None
    assert rows["detail"]["pictures"]["peaks"]["swd"] == 1 + 5 + 100
    assert rows["detail"]["means"]["lpips"] is None
    assert rows["gpnn"]["printed"] == {"sifid": 0.07, "lpips": 0.256}


def trained(folder):
    for name in {f"models/{c.preset}/{c.picture}-{c.seed}" for c in folder.cells}:
        Path(name).mkdir(parents=True)
        Path(name, "model.safetensors").touch()


def test_what_is_missing_is_named_with_its_reason(folder):
    cell = plan.Cell("gpnn", "smoke", "peaks", 1)
    report.measures(cell).unlink()
    Path("samples", cell.name, "sheet.png").unlink()
    log = Path("logs", "sample", f"{cell.name}.log")
    log.parent.mkdir(parents=True)
    log.write_text("step 1\rstep 2\nsindiff: error: the disk is full\n\n")
    trained(folder)
    (failure,) = report.failed(folder)
    assert (failure.cell, failure.stage, failure.reason) == (cell, "sample", "the disk is full")
    text = report.write_report(folder, "smoke", 1)
    assert "Missing: 1 cells, of peaks" in text
    assert "the disk is full" in Path("report.md").read_text()
    assert not Path("tables").exists()
    row = json.loads(Path("partial", "table1.json").read_text())["rows"][0]
    assert row["missing"] == [cell.name]
    (told,) = json.loads(Path("report.json").read_text())["failures"]
    assert told == {"job": f"sample {cell.name}", "reason": "the disk is full", "log": str(log)}
    assert row["means"]["swd"] == pytest.approx((2 + 12 + 102) / 3, abs=1e-6)


def test_a_training_that_failed_is_told_by_its_own_log(folder):
    cell = plan.Cell("detail", "smoke", "peaks", 1)
    report.measures(cell).unlink()
    trained(folder)
    Path("models", "smoke", "peaks-1", "model.safetensors").unlink()
    log = Path("logs", "train", "smoke", "peaks-1.log")
    log.parent.mkdir(parents=True)
    log.write_text("sindiff: error: peaks.jpg: is not a picture that can be read\n")
    (failure,) = report.failed(folder)
    assert failure == (cell, "train", "peaks.jpg: is not a picture that can be read", log)


def test_the_report_has_every_mean_and_what_jobs_took(folder):
    trained(folder)
    for name, cpu in (("balloons-0", 4.0), ("peaks-1", 6.0), ("of-another-plan-0", 99.0)):
        file = Path("seconds", "detail", "smoke", f"{name}.tsv")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"s\tcpu_time\n{cpu / 2}\t{cpu}\n")
    report.write_report(folder, "smoke", 3)
    made = json.loads(Path("report.json").read_text())
    assert made["costs"] == [{"job": "detail/smoke", "done": 2, "jobs": 4, "seconds": 2.5, "cpu_seconds": 5.0}]
    assert made["about"]["threads"] == 3
    assert made["failures"] == []
    assert made["tables"] == {"table1": json.loads(Path("tables", "table1.json").read_text())}
    assert "| detail/smoke | 2 of 4 | 2.5 | 5.0 |" in Path("report.md").read_text()


def test_what_a_log_tells(tmp_path):
    log = tmp_path / "a.log"
    assert report.reason(log) == "not started"
    log.write_text("train: 1%\rtrain: 2%")
    assert report.reason(log) == "stopped, after it said: train: 2%"
    log.write_text("")
    assert report.reason(log) == "stopped, after it said: nothing"


def test_time_left(folder):
    """Half of the jobs took 10 s each, one at a time: the others take as long."""
    done = {"train/smoke": 2, "detail/smoke": 2, "baseline/gpnn/smoke": 2, "measure": 4}
    assert folder.jobs == {kind: 2 * jobs for kind, jobs in done.items()}
    for job in [job for kind, jobs in done.items() for job in sorted(folder.work[kind])[:jobs]] + ["sample/x/of-0"]:
        file = Path("seconds", f"{job}.tsv")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("s\tcpu_time\n600.0\t500.0\n")
        os.utime(file, (2000, 2000))
    assert report.progress(folder, 1000, 1000 + 6000) == "10 of 20 jobs done; about 1.7 h left"
    assert report.progress(folder, 1000, 1000 + 3000) == "10 of 20 jobs done; about 50 min left"
    for file in Path("seconds", "measure").rglob("*.tsv"):
        file.unlink()
    assert report.progress(folder, 1000, 7000) == "6 of 20 jobs done; time left: not known yet"


def test_an_estimate_is_the_operations_over_the_speed():
    """One picture, one method, one seed: the hours that the recorded speed was taken from."""
    ask = {**CONFIG, "preset": "paper", "pictures": ["balloons"], "methods": ["sindiff"], "seeds": [0]}
    text = estimate.estimate(plan.planned(ask))
    assert "1 train/paper_places: about 5.4 GPU hours" in text
    assert "1 measure: about 0 CPU minutes" in text
    text = estimate.estimate(plan.planned({**CONFIG, "pictures": ["balloons"], "methods": ["gpnn"]}))
    assert "2 baseline/gpnn/smoke: no recorded speed" in text


def test_an_estimate_grows_with_the_samples():
    """Four samples are what the speed was measured with: ten take 2.5 times as long, and a training the same."""
    ask = {**CONFIG, "preset": "laptop", "pictures": [], "methods": ["detail", "gpnn"], "seeds": list(range(40))}
    four, ten = (estimate.estimate(plan.planned({**ask, "samples": samples})) for samples in (4, 10))
    for kind, times in (("baseline/gpnn/paper", 2.5), ("train/laptop", 1.0)):
        short, long = (float(re.search(rf"{kind}: about ([\d.]+) CPU hours", text)[1]) for text in (four, ten))
        assert long == pytest.approx(times * short, abs=0.2)


def test_tables_share_their_trainings():
    ask = {**CONFIG, "preset": "paper", "table": "all", "pictures": [], "methods": [], "seeds": [], "samples": 0}
    plans = plan.planned(ask)
    assert len(plans.pictures) == 50
    assert plans.jobs["train/paper_places"] == 50
    assert sum(len(plans.cells_of(table)) for table in plans.tables) == len(plans.cells) + 50


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        ({"table": "table9"}, "unknown table 'table9'"),
        ({"preset": "huge"}, "unknown preset 'huge'"),
        ({"table": "table4"}, "table4 needs preset paper"),
        ({"methods": ["stylegan"]}, "table1 has no method 'stylegan'"),
        ({"pictures": ["a/x.png", "b/x.png"]}, "two pictures have the same name"),
        ({"pictures": ["nowhere"]}, "nowhere: no bundled picture"),
    ],
)
def test_mistakes(ask, answer):
    with pytest.raises(ValueError, match=answer):
        plan.planned({**CONFIG, **ask})
