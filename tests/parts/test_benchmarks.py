"""The benchmarks' harness and runner of jobs: rows stay, failures are named, and the rest goes on."""

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results"
sys.path.append(str(ROOT / "benchmarks"))
NAMES = ("all", "bench", "borders", "jobs", "measuring")
ALL, bench, borders, jobs, measuring = (importlib.import_module(name) for name in NAMES)


@pytest.fixture
def table(tmp_path):
    """table(n=8, summary) -> a Table of the file a.json."""
    args = bench.arguments("").parse_args(["--device", "cpu", "--json", str(tmp_path / "a.json")])
    return lambda n=8, summary=None: bench.Table(args, {"n": n}, summary)


def written(folder):
    return json.loads((folder / "a.json").read_text())


def test_the_file_is_whole_after_every_row(table, tmp_path):
    made = table(summary=lambda rows: {"total": sum(row["x"] for row in rows)})
    assert not (tmp_path / "a.json").exists()
    for number in (1, 2):
        made.add({"name": "a", "size": (2, 3), "x": number / 3, "by": {7: None}})
        found = written(tmp_path)
        assert found["rows"][-1] == {"name": "a", "size": [2, 3], "x": round(number / 3, 5), "by": {"7": None}}
        assert (found["about"]["n"], len(found["rows"])) == (8, number)
        assert found["total"] == pytest.approx(sum(range(number + 1)) / 3, abs=1e-4)
        assert {"device", "machine", "torch", "commit", "date"} < set(found["about"])


def test_what_is_there_is_not_done_again(table):
    axes = {"picture": ["a", "b"], "size": [(1, 2), (3, 4)]}
    first = table()
    keys = list(first.todo(**axes))
    assert keys == [{"picture": picture, "size": size} for picture in "ab" for size in axes["size"]]
    first.add(keys[0] | {"x": 1.0})
    first.add(keys[3] | {"x": 1.0}, keys[3] | {"x": 2.0})
    assert list(table().todo(**axes)) == keys[1:3]


def test_all_commits_that_measured_are_named(tmp_path):
    file = tmp_path / "a.json"
    for commit, expected in (("a", "a"), ("a+", "a, a+"), ("a", "a, a+"), ("b", "a, a+, b")):
        about, rows = bench.resume(file, {"n": 8, "commit": commit, "date": commit})
        assert about["commit"] == expected
        file.write_text(json.dumps({"about": about, "rows": [*rows, {}]}))
    assert len(bench.resume(file, {"n": 8, "commit": "b", "date": ""})[1]) == 4


@pytest.mark.parametrize(("change", "told"), [({"n": 2}, "has n 2, not 8"), ({"machine": "m"}, "has machine m, not")])
def test_rows_of_other_settings_and_machines_are_left_alone(table, tmp_path, change, told):
    table().add({"x": 1})
    made = written(tmp_path)
    (tmp_path / "a.json").write_text(json.dumps({**made, "about": made["about"] | change}))
    with pytest.raises(SystemExit, match=told):
        table()
    assert written(tmp_path)["about"].items() >= change.items()


def test_a_default_tells_an_option_s_type():
    parser = bench.arguments("", ["a"], n=8, scales=(0.1, 0.2), quick=False, batch_size=int)
    args = parser.parse_args(["--device", "cpu"])
    assert (args.pictures, args.n, args.scales, args.quick, args.batch_size) == (["a"], 8, (0.1, 0.2), False, None)
    args = parser.parse_args(["b", "c", "--n", "2", "--scales", "1", "--quick", "--batch-size", "4"])
    assert (args.pictures, args.n, args.scales, args.quick, args.batch_size) == (["b", "c"], 2, [1.0], True, 4)


def test_an_unknown_device_is_told_in_its_own_words(capsys):
    with pytest.raises(SystemExit):
        bench.arguments("").parse_args(["--device", "abacus"])
    assert "abacus" in capsys.readouterr().err


def test_means_are_of_what_all_rows_of_a_group_have():
    rows = [{"kind": kind, "seed": seed, "x": x, **more} for kind, seed, x, more in (
        ("a", 0, 1.0, {"y": 3}), ("a", 1, 2.0, {"y": None}), ("b", 0, 4.0, {"name": "n"}))]  # fmt: skip
    assert measuring.means(rows, "kind") == [{"kind": "a", "runs": 2, "x": 1.5}, {"kind": "b", "runs": 1, "x": 4.0}]


def test_copies_are_sought_at_the_smaller_size(picture):
    samples = torch.stack([picture, picture.flip(-1)])
    whole, small = measuring.measures(picture, samples), measuring.measures(picture, samples, max(picture.shape) // 2)
    assert whole["copied"] != small["copied"]
    assert {**whole, "copied": 0, "nnf_diversity": 0} == {**small, "copied": 0, "nnf_diversity": 0}


def test_every_result_has_the_form_and_says_where_it_comes_from():
    for file in RESULTS.glob("*.json"):
        made = json.loads(file.read_text(encoding="utf-8"))
        assert made.get("rows") or made.get("numbers") or made.get("tables"), file
        assert made["about"].keys() & {"commit", "torch"}, file


def test_what_the_page_of_results_links_is_there():
    page = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", page)
    assert [link for link in links if not (ROOT / "benchmarks" / link).exists()] == []
    named = {file.name for file in RESULTS.iterdir()}
    assert {link.removeprefix("results/") for link in links if link.startswith("results/")} == named


WORKS = """
import json, sys
print("at work")
json.dump({"rows": [{"options": len(sys.argv) - 2}]}, open(sys.argv[-1], "w"))
"""
FAILS = {
    "raise ValueError('no such thing')": "ValueError: no such thing",
    "print('1/9\\r2/9\\nusage: a\\na: error: no device')\nexit(2)": "a: error: no device",
    "print('a.b.OutOfMemoryError: full\\nSet X=1')\nexit(1)": "a.b.OutOfMemoryError: full",
    "import sys\nsys.exit(3)": "exit code 3",
    "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)": "exit code -9",
    "": "its results cannot be read: FileNotFoundError",
    "import sys\nopen(sys.argv[-1], 'w').write('{')": "its results cannot be read: JSONDecodeError",
}


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """bring(programs, *options) -> exit code and found.json of jobs of a minute; "huge" takes a thousand."""
    monkeypatch.setattr(jobs, "HERE", tmp_path)

    def run(programs, *options):
        for name, program in programs.items():
            (tmp_path / f"{name}.py").write_text(program)
        plan = {name: jobs.Job(f"{name}.py", "--run OUT/runs", 1000 if name == "huge" else 1) for name in programs}
        args = jobs.arguments("", 60.0).parse_args(["--device", "cpu", "--out", str(tmp_path / "out"), *options])
        with pytest.raises(SystemExit) as stop:
            jobs.main(args, plan, lambda made: [jobs.Target("jobs done", len(made), least=2)])
        return stop.value.code, json.loads((tmp_path / "out" / "found.json").read_text())

    return run


@pytest.mark.parametrize("program", FAILS)
def test_a_failing_job_is_named_and_stops_no_other(bring, program, tmp_path):
    code, found = bring({"before": WORKS, "broken": program, "huge": WORKS, "after": WORKS})
    assert code == 1
    assert [job["made"]["rows"] for job in found["done"].values()] == [[{"options": 5}]] * 2
    assert list(found["failed"]) == ["broken"]
    assert found["failed"]["broken"].startswith(FAILS[program])
    assert found["left_out"] == {"huge": "takes about 1000 minutes, and 60 were left"}
    page, told = (tmp_path / "out" / "found.md").read_text(), found["failed"]["broken"]
    for line in ("| jobs done | 2 |  | at least 2: met |", "| after | 5 |", f"| broken | {told} |"):
        assert line in page.splitlines()


def test_a_second_call_does_what_is_left(bring, tmp_path):
    programs = {"good": WORKS, "broken": "raise ValueError", "huge": WORKS}
    _, first = bring(programs)
    (tmp_path / "out" / "good.log").unlink()
    code, second = bring({**programs, "broken": WORKS}, "--minutes", "3000")
    assert code == 0
    assert not (tmp_path / "out" / "good.log").exists()
    assert second["done"]["good"] == first["done"]["good"]
    assert set(second["done"]) == set(programs)
    code, third = bring(programs, "--quick")
    assert "has another quick: name another folder" in code
    assert third == second


def test_a_job_that_hangs_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "HERE", tmp_path)
    (tmp_path / "slow.py").write_text("import time; time.sleep(60)")
    with pytest.raises(jobs.Failed, match="stopped after 0 minutes"):
        jobs.run("slow", jobs.Job("slow.py", "", 1), "cpu", tmp_path, 1)


def test_what_one_job_compiled_no_other_finds(bring):
    tells = "json.dump({'rows': [{'cache': os.environ['TRITON_CACHE_DIR']}]}, open(sys.argv[-1], 'w'))"
    program = f"import json, os, sys\n{tells}"
    _, found = bring({"first": program, "second": program})
    caches = {job["made"]["rows"][0]["cache"] for job in found["done"].values()}
    assert len(caches) == 2
    assert not any(Path(cache).exists() for cache in caches)


def test_a_dry_run_shows_the_chosen_jobs_alone(tmp_path, capsys):
    options = ["--dry", "--device", "cpu", "--out", str(tmp_path / "new"), "--only", "st*"]
    jobs.main(jobs.arguments("", 60.0).parse_args(options), ALL.WHOLE, ALL.targets)
    printed = capsys.readouterr().out
    assert [line.split()[2] for line in printed.splitlines()] == ["step", "to"]
    assert not (tmp_path / "new").exists()


RECORDS = {
    "step": {"rows": [{"autocast": "bfloat16", "ms": 86.8, "share": 0.506, "memory_mb": 687.7}]},
    "training": {
        "means": [{"seconds": 61.0, "tflop_equivalents": 8.69, "swd": 0.0217, "diversity": 0.58, "copied": 0.39}]
    },
    "sampling": {
        "means": [
            {"solver": "ddpm", "steps": 1000, "seconds": 7.0, "swd": 0.02, "ratio": 1},
            {"solver": "dpmpp", "steps": 10, "seconds": 0.07, "swd": 0.04, "ratio": 2},
            {"solver": "dpmpp", "steps": 20, "seconds": 0.14, "swd": 0.021, "ratio": 1.05},
        ]
    },
    "oracle": {"rows": [{"seconds": 0.4, "swd": 0.02}, {"seconds": 0.6, "swd": 0.03}]},
}


def test_targets_are_read_and_judged():
    assert set(RECORDS) == set(ALL.WHOLE) == set(ALL.QUICK)
    rows = {row["quantity"]: row for row in (target.row() for target in ALL.targets(RECORDS))}
    for quantity, value, wanted in (
        ("training step, of the rate of float32 matrix products", 50.6, "at least 55: missed"),
        ("training", 61.0, "at most 60: missed"),
        ("training, diversity", 0.58, "at least 0.3: met"),
        ("training, copied", 0.39, ""),
        ("sampling, dpmpp in 20 steps", 0.14, "at most 0.3: met"),
        ("sampling, swd over the reference's", 1.05, "at most 1.05: met"),
        ("patch oracle", 0.5, "at most 0.5: met"),
    ):
        assert (rows[quantity]["value"], rows[quantity]["wanted"]) == (pytest.approx(value), wanted)
    assert jobs.Target("never", None, most=1).row()["wanted"] == "at most 1: missed"


READ = {"step": "step", "training": "laptop", "sampling": "sampling", "oracle": "oracle_quick_64"}


@pytest.mark.parametrize(("name", "file"), READ.items())
def test_the_table_reads_what_is_measured(name, file):
    made = json.loads((RESULTS / f"{file}.json").read_text(encoding="utf-8"))
    assert all(target.value > 0 for target in ALL.READ[name](made))


@pytest.mark.parametrize(("goal", "script"), [("bench", "all"), ("bench-gpu", "gpu")])
def test_make_runs_it(goal, script):
    command = ["make", "--dry-run", "--no-print-directory", goal, "ARGS=--dry"]
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert f"benchmarks/{script}.py --dry" in made


def test_edges_are_the_steepest_tenth_of_the_gradients():
    """Of 10 x 10 gradients the ten of a step of 0.3 in each channel, 0.3 sqrt(3) long; half as steep where blurred."""
    step = torch.zeros(1, 3, 11, 11)
    step[..., 6:] = 0.3
    assert borders.edges(step) == pytest.approx(0.3 * 3**0.5)
    soft = step.clone()
    soft[..., 5] = 0.15
    assert borders.edges(soft) == pytest.approx(0.15 * 3**0.5)
    assert borders.edges(torch.cat([step, soft])) == pytest.approx(0.225 * 3**0.5)
