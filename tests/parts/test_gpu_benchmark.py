"""The GPU's benchmark, on a CPU: each part at a tiny size, and a run of all that fails, stops and goes on."""

import importlib
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import torch

from sindiff.training.loop import TrainState
from sindiff.training.presets import get_preset

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "benchmarks"))
gpu, gpu_ours, gpu_plan, gpu_run, gpu_step, gpu_table = (
    importlib.import_module(name) for name in ("gpu", "gpu_ours", "gpu_plan", "gpu_run", "gpu_step", "gpu_table")
)

CPU = torch.device("cpu")
ABOUT = {"device": "cpu", "torch": "2", "commit": "a", "date": "today"}
STEP = [*gpu_plan.TINY.step.split(), "--device", "cpu"]


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """Each way's row, and what was asked of the compiler."""
    asked, found = {}, {}
    file = tmp_path_factory.mktemp("steps") / "row.json"
    for way in gpu_step.WAYS:

        def compiler(network, way=way, **options):
            asked[way] = options
            return network

        gpu_step.main([way, *STEP, "--json", str(file)], compiler)
        found[way] = json.loads(file.read_text())
    return found, asked


def test_each_way_takes_steps(rows):
    found, _ = rows
    for row in found.values():
        assert min(row[name] for name in ("ms", "pictures_per_second", "gflops", "bfloat16_gflops", "memory_mb")) > 0
        assert row["share"] == pytest.approx(row["gflops"] / row["bfloat16_gflops"])
        assert row["pictures_per_second"] == pytest.approx(1000 * row["batch_size"] / row["ms"])


def test_ways_differ_in_how_they_compute_alone(rows):
    found, _ = rows
    assert found["ours"]["loss"] == found["ours-compiled"]["loss"] == found["ours-graphs"]["loss"]
    assert found["plain-float32"]["loss"] == pytest.approx(found["ours"]["loss"], rel=0.2)
    assert found["ours-any"]["loss"] != found["ours"]["loss"]


def test_only_compiled_ways_compile_and_graphs_know_their_shapes(rows):
    found, asked = rows
    assert set(asked) == {way for way, row in found.items() if row["compile_seconds"] is not None}
    assert asked["ours-graphs"] == {"mode": "reduce-overhead", "dynamic": False, "backend": "eager"}
    assert asked["ours-graphs-four"]["dynamic"] is False
    assert asked["ours-compiled-any"] == {"dynamic": True, "backend": "eager"}


def test_a_plain_step_has_contiguous_tensors_and_a_plain_adam():
    state = TrainState(get_preset("smoke").train)
    gpu_step.make_plain(state, 0.1)
    kernels = [weights for weights in state.network.parameters() if weights.ndim == 4]
    assert all(weights.is_contiguous() for weights in kernels)
    (optimizer,) = state.optimizers
    assert (optimizer.defaults["foreach"], optimizer.defaults["fused"]) == (False, None)
    assert {id(p) for group in optimizer.param_groups for p in group["params"]} == set(
        map(id, state.network.parameters())
    )
    seen = []
    call = gpu_step.contiguous(lambda x, index: seen.append(x.is_contiguous()))
    call(torch.zeros(2, 3, 4, 4).contiguous(memory_format=torch.channels_last), None)
    assert seen == [True]


def test_the_default_type_is_float32_again():
    with pytest.raises(RuntimeError):
        gpu_step.bfloat16_gflops(CPU, -1)
    assert torch.get_default_dtype() == torch.float32


@pytest.fixture
def trainings(monkeypatch):
    """The stops that were trained to."""
    stops, train = [], gpu_run.Run.train
    monkeypatch.setattr(gpu_run.Run, "train", lambda run, *until: (stops.append(until), train(run, *until)))
    return stops


def test_a_run_is_measured_on_the_way_and_goes_on(tmp_path, trainings, picture_file):
    def run(*options):
        places = [
            "--run",
            str(tmp_path / "run"),
            "--sheets",
            str(tmp_path / "sheets"),
            "--json",
            str(tmp_path / "a.json"),
        ]
        gpu_run.main(["--picture", str(picture_file), "--preset", "smoke", "--device", "cpu", *places, *options])
        return json.loads((tmp_path / "a.json").read_text())

    made = run("--minutes", "0.001", "--n", "2", "--draw", "dpmpp:2", "ddpm:3")
    assert [draw["sampler"] for draw in made["draws"]] == ["dpmpp", "ddpm"] * 2
    assert all({"swd", "diversity", "copied", "seconds"} < set(draw) for draw in made["draws"])
    assert all((tmp_path / "sheets" / draw["sheet"]).is_file() for draw in made["draws"])
    (first,) = made["curve"]
    assert first["average"]["swd"] != first["last"]["swd"]
    made = run("--minutes", "0.001", "--steps", "8", "--n", "1", "--size", "24x100", "--draw", "dpmpp:2")
    assert trainings == [("--minutes", "0.001"), ("--steps", "8")]
    assert made["curve"][0] == first
    assert made["curve"][1]["step"] == 8
    assert made["draws"][0]["size"] == [24, 100]
    assert "copied" not in made["draws"][0]


def test_our_recipe_is_a_run_for_each_number_of_steps(tmp_path):
    options = ["--networks", "small", *gpu_plan.TINY.ours.split(), "--device", "cpu", "--sheets", str(tmp_path)]
    gpu_ours.main([*options, "--json", str(tmp_path / "a.json")])
    made = json.loads((tmp_path / "a.json").read_text())
    assert [(record["network"], record["step"]) for record in made["records"]] == [("small", 2), ("small", 3)]
    assert (tmp_path / "small-2" / "balloons.png").is_file()
    assert gpu_ours.recipe("wide", 9, 4, 250).train.network.is_local


WORKS = """
import json, sys
open("{log}", "a").write("{name} ")
json.dump({{"pictures_per_second": 800.0, "options": sys.argv[1:]}}, open(sys.argv[-1], "w"))
"""
PROGRAMS = {
    "first": (WORKS, 1),
    "broken": ("raise ValueError('no such thing')", 1),
    "huge": (WORKS, 1000),
    "step-ours": (WORKS, 1),
    "later": (WORKS, None),
}


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """bring(minutes) -> gpu.json, of the programs above; `later` fits into 100 minutes at the measured rate only."""
    monkeypatch.setattr(gpu, "HERE", tmp_path)
    monkeypatch.setattr(gpu, "markdown", lambda found: "")
    monkeypatch.setattr(gpu, "chart", lambda parts: None)
    for name, (program, _) in PROGRAMS.items():
        (tmp_path / f"{name}.py").write_text(
            program.format(log=tmp_path / "ran", name=name) if program == WORKS else program
        )

    def parts_at(rate, option="a"):
        return {
            name: gpu_plan.Part(f"{name}.py", [option], minutes or 60_000 / rate)
            for name, (_, minutes) in PROGRAMS.items()
        }

    def run(minutes, about=ABOUT, option="a"):
        parts = partial(parts_at, option=option)
        there = gpu.kept(tmp_path / "gpu.json", parts(1), about)
        found = {"about": about, "parts": there, "failed": {}, "left_out": {}}
        gpu.bring(parts, found, minutes, "cpu", tmp_path)
        return json.loads((tmp_path / "gpu.json").read_text())

    return run


def ran(folder):
    names = (folder / "ran").read_text().split()
    (folder / "ran").unlink()
    return names


def test_parts_fail_alone_are_left_out_by_name_and_are_kept(bring, tmp_path):
    made = bring(100)
    assert ran(tmp_path) == ["first", "step-ours", "later"]
    assert made["failed"] == {"broken": "ValueError: no such thing"}
    assert made["left_out"] == {"huge": "takes about 1000 minutes, and 100 were left"}
    assert "Traceback" in (tmp_path / "broken.log").read_text()
    assert made["parts"]["first"] | ABOUT | {"options": ["a"]} == made["parts"]["first"]

    again = bring(3000)
    assert ran(tmp_path) == ["huge"]
    assert set(again["parts"]) == {*made["parts"], "huge"}
    assert set(again["failed"]) == {"broken"}
    assert again["left_out"] == {}


def test_other_settings_and_commits_are_measured_anew(bring, tmp_path):
    bring(100)
    ran(tmp_path)
    bring(100, {**ABOUT, "date": "tomorrow"})
    assert not (tmp_path / "ran").exists()
    bring(100, option="b")
    assert ran(tmp_path) == ["first", "step-ours", "later"]
    bring(100, {**ABOUT, "commit": "b"}, "b")
    assert ran(tmp_path) == ["first", "step-ours", "later"]


def test_a_part_that_hangs_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(gpu, "HERE", tmp_path)
    (tmp_path / "slow.py").write_text("import time; time.sleep(60)")
    with pytest.raises(gpu.Failed, match="stopped after 0 minutes"):
        gpu.run("slow", gpu_plan.Part("slow.py", [], 1), "cpu", tmp_path, 1)


def test_what_one_part_compiled_no_other_finds():
    part = gpu_plan.Part("gpu_run.py", [], 1)
    with gpu.environment(part) as first, gpu.environment(part._replace(script="gpu_step.py")) as second:
        caches = [
            variables[name] for variables in (first, second) for name in ("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR")
        ]
        assert len(set(caches)) == 4
        assert Path(caches[0]).is_dir()
        assert first.items() >= gpu.ALLOCATOR.items()
    assert not Path(caches[0]).exists()


@pytest.mark.parametrize("content", ["", "{", None])
def test_a_part_without_results_has_failed(tmp_path, monkeypatch, content):
    monkeypatch.setattr(gpu, "HERE", tmp_path)
    (tmp_path / "part.json").write_text("{}")
    (tmp_path / "part.py").write_text(
        "" if content is None else f"import sys; open(sys.argv[-1], 'w').write({content!r})"
    )
    with pytest.raises(gpu.Failed, match="its results cannot be read"):
        gpu.run("part", gpu_plan.Part("part.py", [], 1), "cpu", tmp_path, 60)


def test_earlier_results_are_set_aside(tmp_path):
    file = tmp_path / "gpu.json"
    for text in "ab":
        file.write_text(text)
        gpu.set_aside(file)
    assert [(tmp_path / f"gpu.{number}.json").read_text() for number in (1, 2)] == ["a", "b"]
    file.write_text("{")
    assert gpu.parts_of(file) == {}


@pytest.mark.parametrize(
    ("log", "line"),
    [
        (
            "train: 1/9\rtrain: 2/9\nTraceback\ntorch.OutOfMemoryError: CUDA out of memory.\n",
            "torch.OutOfMemoryError: CUDA",
        ),
        (
            "torch._inductor.exc.InductorError: RuntimeError: no triton\n\nSet TORCHDYNAMO_VERBOSE=1\n",
            "torch._inductor.exc.",
        ),
        ("usage: a\na: error: no device\n", "a: error: no device"),
        ("", ""),
    ],
)
def test_a_log_gives_its_reason(log, line):
    assert gpu.reason(log).startswith(line)
    assert bool(gpu.reason(log)) == bool(line)


def full(rate=gpu_plan.GUESS):
    return gpu_plan.plan(gpu_plan.FULL, "balloons", ["balloons", "peaks"], [0, 1], "abc", rate)


def test_the_plan_has_every_number_and_what_is_long_comes_last():
    names = list(full())
    assert names[: len(gpu_step.WAYS)] == [f"step-{way}" for way in gpu_step.WAYS]
    assert names[-1] == "paper-full"
    assert names.index("places") < names.index("paper") < names.index("hr")
    assert {
        f"{level}-{name}-{seed}" for level in gpu_plan.FULL.levels for name in ("balloons", "peaks") for seed in (0, 1)
    } < {*names}
    assert full()["paper-full"].folders == full()["paper"].folders
    assert full()["paper-full"].options[:-2] == full()["paper"].options


def test_estimates_follow_the_measured_rate():
    assert full(800)["paper-full"].minutes == pytest.approx(50_000 * 128 / 800 / 60 + gpu_plan.FULL.slow)
    assert full(800)["paper"] == full(100)["paper"]
    assert full()["levels_1-peaks-1"].minutes < full()["levels_4-peaks-1"].minutes
    assert [part.options for part in full(1).values()] == [part.options for part in full(999).values()]


def test_a_dry_run_shows_the_plan_alone(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["gpu.py", "--dry", "--device", "cpu", "--out", str(tmp_path / "new")])
    gpu.main()
    printed = capsys.readouterr().out
    assert all(f" {name} " in printed for name in gpu_plan.plan(gpu_plan.FULL, "balloons", ["peaks"], [0], "", 1))
    assert "min to go" in printed
    assert not (tmp_path / "new").exists()


def test_without_a_gpu_only_little_is_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["gpu.py", "--device", "cpu", "--out", str(tmp_path / "new")])
    with pytest.raises(SystemExit):
        gpu.main()
    assert "no CUDA device here" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_one_json_and_one_page_have_everything(tmp_path, monkeypatch, capsys):
    """The whole path, with a part that works and one that is planted to fail; then only that one again."""
    monkeypatch.setattr(gpu, "HERE", tmp_path)
    record = fake_records()["ours-small"]
    (tmp_path / "good.py").write_text(f"import json, sys; json.dump({record!r}, open(sys.argv[-1], 'w'))")
    (tmp_path / "bad.py").write_text("raise ArithmeticError('the loss is nan')")
    parts = {"ours-small": gpu_plan.Part("good.py", [], 1), "hr": gpu_plan.Part("bad.py", [], 1)}
    monkeypatch.setattr(gpu, "plan", lambda *arguments: parts)
    monkeypatch.setattr("sys.argv", ["gpu.py", "--tiny", "--device", "cpu", "--out", str(tmp_path / "new")])
    for printed in ("ours-small: about", "ours-small: there"):
        with pytest.raises(SystemExit) as stop:
            gpu.main()
        assert stop.value.code == 1
        assert printed in capsys.readouterr().out
        made = json.loads((tmp_path / "new" / "gpu.json").read_text())
        assert made["failed"] == {"hr": "ArithmeticError: the loss is nan"}
        assert {"device", "machine", "torch", "commit", "date"} < set(made["about"])
        assert "| hr | ArithmeticError: the loss is nan |" in (tmp_path / "new" / "gpu.md").read_text()
        assert (tmp_path / "new" / "curve.png").is_file()
    parts["ours-small"] = parts["ours-small"]._replace(options=["other"])
    with pytest.raises(SystemExit):
        gpu.main()
    assert json.loads((tmp_path / "new" / "gpu.1.json").read_text()) == made


def fake_step(gflops, canvases="one"):
    numbers = {
        "ms": 10.0,
        "pictures_per_second": 1600.0,
        "memory_mb": 9000.0,
        "slowest_ms": 11.0,
        "compile_seconds": None,
    }
    return {"canvases": canvases, "gflops": gflops, "share": gflops / 1000, **numbers}


def fake_records():
    at = {"swd": 0.03, "diversity": 0.5}
    curve = [{"until": ["--minutes", "1"], "step": 9, "seconds": 60.0, "memory_mb": 1.0, "average": at, "last": at}]
    draw = {"weights": "last", "sampler": "ddpm", "steps": 1000, "n": 1, "size": [486, 2048], "seconds": 8.0}
    own = {"network": "small", "picture": "balloons", "diversity": 0.5, "copied": 0.4}
    return {
        "step-plain-float32": fake_step(100.0),
        "step-ours": fake_step(290.0),
        "step-ours-graphs": fake_step(400.0),
        "ours-small": {
            "records": [
                {**own, "step": 500, "seconds": 30.0, "swd": 0.021},
                {**own, "step": 900, "seconds": 50.0, "swd": 0.019},
            ]
        },
        "paper": {"picture": "balloons", "seed": 0, "curve": curve, "draws": [{**draw, "memory_mb": 2.0, "swd": 0.04}]},
    }


def test_targets_take_the_best_of_ours():
    times, share, seconds = gpu_table.targets(fake_records())
    assert (times.found, times.met) == (4, True)
    assert (share.found, share.met) == (0.4, True)
    assert (seconds.found, seconds.met, seconds.low) == (50, True, True)


def test_targets_that_nothing_reaches_are_missed():
    made = fake_records()
    del made["ours-small"], made["step-plain-float32"]
    share, seconds = gpu_table.targets(made)
    assert share.quantity == "step-ours-graphs: share of the bfloat16 rate"
    assert (seconds.found, seconds.met) == (None, False)
    assert gpu_table.targets({}) == []
    assert gpu_table.chart({}) is None


def test_the_page_has_all_tables_and_what_is_not_measured():
    parts = {name: {"made": made} for name, made in fake_records().items()}
    page = gpu_table.markdown(
        {"about": ABOUT, "parts": parts, "failed": {"hr": "no | memory"}, "left_out": {"x": "long"}}
    )
    for line in (
        "device cpu, torch 2, commit a, date today",
        "| step-ours-graphs: training steps, times the plain eager float32 | 4 | at least 3 | yes |",
        "| ours-graphs | one | 10 | 1,600 | 4 | 0.4 | 9,000 |  | 11 |",
        "| small | balloons | 900 | 50 | 0.019 | 0.5 | 0.4 |",
        "| paper | minutes 1 | 9 | 60 | 1 | 0.03 | 0.5 | 0.03 | 0.5 |",
        "| paper | balloons | 0 | last | ddpm 1000 | 1 | 486x2048 | 8 | 2 | 0.04 |  |  |",
        "| hr | no / memory |",
        "| x | long |",
    ):
        assert line in page.splitlines()
    assert gpu_table.markdown({"about": ABOUT, "parts": {}, "failed": {}, "left_out": {}}).count("##") == 0


def test_make_bench_gpu_runs_it():
    command = ["make", "--dry-run", "--no-print-directory", "bench-gpu", "ARGS=--dry"]
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert "benchmarks/gpu.py --dry" in made
