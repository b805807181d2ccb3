"""All benchmarks in one table: what it reads from their results, and what failed named in it."""

import importlib.util
import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("benchmark_all", ROOT / "benchmarks" / "all.py")
ALL = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(ALL)

WORKS = """
import json, sys
print("at work")
json.dump({"options": sys.argv[1:-1]}, open(sys.argv[-1], "w"))
"""
FAILS = {
    "import sys\nprint('1/9\\r2/9', file=sys.stderr)\nraise ValueError('no such thing')": "ValueError: no such thing",
    "import sys\nprint('usage: a\\na: error: no device', file=sys.stderr)\nsys.exit(2)": "a: error: no device",
    "import sys\nsys.exit(3)": "exit code 3",
    "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)": "exit code -9",
    "": "its results cannot be read: FileNotFoundError",
    "import sys\nopen(sys.argv[-1], 'w').write('{')": "its results cannot be read: JSONDecodeError",
    "import sys\nopen(sys.argv[-1], 'w').write('{}')": "its results cannot be read: KeyError: 'options'",
}


@pytest.fixture
def part(tmp_path):
    """part(program): a benchmark of that program; its row's value is the number of its options."""

    def make(program):
        script = tmp_path / f"{len(list(tmp_path.iterdir()))}.py"
        script.write_text(program)
        return ALL.Part(script, "--full 1", "", lambda made: [ALL.Row("options", len(made["options"]))])

    return make


@pytest.mark.parametrize("program", FAILS)
def test_a_failing_part_is_named_and_stops_no_other(part, tmp_path, program):
    parts = {"before": part(WORKS), "broken": part(program), "after": part(WORKS)}
    rows, failed = ALL.run_all(parts, quick=False, device="cpu", folder=tmp_path)
    assert rows == [ALL.Row("options", 5), ALL.Row("options", 5)]
    assert list(failed) == ["broken"]
    assert failed["broken"].startswith(FAILS[program])
    assert ALL.table(rows, failed).splitlines()[-1] == f"broken failed: {failed['broken']}"


def test_results_of_an_earlier_run_do_not_hide_a_failure(part, tmp_path):
    (tmp_path / "broken.json").write_text('{"options": []}')
    rows, failed = ALL.run_all({"broken": part("")}, quick=True, device="cpu", folder=tmp_path)
    assert (rows, list(failed)) == ([], ["broken"])


@pytest.mark.parametrize(("program", "code"), [(WORKS, 0), ("raise ValueError('no')", 1)])
def test_one_json_has_the_rows_the_failures_and_where_they_come_from(
    part, tmp_path, monkeypatch, capsys, program, code
):
    monkeypatch.setattr(ALL, "PARTS", {"good": part(WORKS), "other": part(program)})
    monkeypatch.setattr("sys.argv", ["all.py", "--quick", "--device", "cpu", "--out", str(tmp_path / "new")])
    with pytest.raises(SystemExit) as stop:
        ALL.main()
    assert stop.value.code == code
    made = json.loads((tmp_path / "new" / "all.json").read_text())
    assert made["rows"][0] == {"quantity": "options", "value": 3, "unit": "", "most": None, "least": None}
    assert made["failed"] == ({"other": "ValueError: no"} if code else {})
    assert {"device", "machine", "torch", "commit", "date"} < set(made)
    printed = capsys.readouterr().out
    assert ("other failed: ValueError: no" in printed) == bool(code)
    assert made["commit"] in printed


RECORDS = {
    "step": {"rows": [{"autocast": "bfloat16", "ms": 86.8, "share": 0.806, "memory_mb": 687.7}]},
    "training": {
        "mean": {"seconds": 61.0, "tflop_equivalents": 8.69, "swd": 0.0217, "diversity": 0.58, "copied": 0.39}
    },
    "sampling": {
        "rows": [
            {"solver": "ddpm", "steps": 1000, "seconds": 7.0, "swd": 0.02, "ratio": 1},
            {"solver": "dpmpp", "steps": 10, "seconds": 0.07, "swd": 0.04, "ratio": 2},
            {"solver": "dpmpp", "steps": 20, "seconds": 0.14, "swd": 0.021, "ratio": 1.05},
        ]
    },
    "memory": {
        "records": [
            {"side": 512, "peak_rss_mb": 463.2, "device_mb": None, "seconds_per_megapixel_step": 5.4},
            {"side": 2048, "peak_rss_mb": 491.2, "device_mb": None, "seconds_per_megapixel_step": 4.08},
        ],
        "memory_growth": 1.06,
        "time_spread": 0.116,
        "wanted": {"memory_growth": 1.2, "time_spread": 0.15},
    },
    "oracle": {"records": [{"seconds": 0.4, "swd": 0.02}, {"seconds": 0.6, "swd": 0.03}]},
}
TABLE = """\
quantity                                                value  unit                    target
training step, bfloat16                                  86.8  ms
training step, of the rate of float32 matrix products    80.6  %                       at least 55: met
training step, most memory                                688  MB
training                                                   61  s a picture             at most 60: missed
training, on any machine                                 8.69  TFLOP-equivalents       at most 8: missed
training, swd                                          0.0217                          at most 0.025: met
training, diversity                                      0.58                          at least 0.3: met
training, copied                                         0.39
sampling, ddpm in 1000 steps                                7  s a picture
sampling, ddpm in 1000 steps, swd                        0.02
sampling, dpmpp in 20 steps                              0.14  s a picture             at most 0.3: met
sampling, dpmpp in 20 steps, swd                        0.021
sampling, swd over the reference's                       1.05                          at most 1.05: met
canvas 2048x2048                                         4.08  s a step and megapixel
canvas 2048x2048, most memory                             491  MB
canvas 2048x2048, memory over the smallest's             1.06                          at most 1.2: met
canvases, spread of a pixel's time                       11.6  %                       at most 15: met
patch oracle                                              0.5  s a picture             at most 0.5: met
patch oracle, swd                                       0.025"""


def test_the_table_of_small_records():
    assert set(RECORDS) == set(ALL.PARTS)
    rows = [row for name, part in ALL.PARTS.items() for row in part.rows(RECORDS[name])]
    assert ALL.table(rows, {}) == TABLE


def test_a_gpu_s_memory_counts_where_there_is_one():
    made = json.loads(json.dumps(RECORDS["memory"]))
    made["records"][-1]["device_mb"] = 1234.0
    assert ALL.Row("canvas 2048x2048, most memory", 1234.0, "MB") in list(ALL.memory(made))


@pytest.mark.parametrize(("name", "file"), [("step", "step"), ("training", "laptop"), ("oracle", "oracle_quick_64")])
def test_the_table_reads_what_is_measured(name, file):
    made = json.loads((ROOT / "benchmarks" / "results" / f"{file}.json").read_text(encoding="utf-8"))
    assert all(row.value > 0 for row in ALL.PARTS[name].rows(made))


def test_parts_know_their_options():
    for part in ALL.PARTS.values():
        text = part.script.read_text(encoding="utf-8")
        for option in ["--device", "--json", *part.full.split(), *part.quick.split()]:
            assert not option.startswith("--") or f'"{option}"' in text


def test_make_bench_runs_it():
    command = ["make", "--dry-run", "--no-print-directory", "bench", "ARGS=--quick"]
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert "benchmarks/all.py --quick" in made
