"""What is measured on a GPU, on a CPU: each part at a tiny size, the plan, and its targets."""

import importlib
import json
import sys
from pathlib import Path

import pytest
import torch

from sindiff.training.loop import TrainState
from sindiff.training.presets import get_preset

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))
gpu, gpu_run, step, time_to_quality = (
    importlib.import_module(name) for name in ("gpu", "gpu_run", "step", "time_to_quality")
)

CPU = torch.device("cpu")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """run(benchmark, options) -> the rows of its file, a.json."""

    def go(benchmark, options):
        file = tmp_path / "a.json"
        monkeypatch.setattr("sys.argv", ["benchmark", *options.split(), "--device", "cpu", "--json", str(file)])
        benchmark.main()
        return json.loads(file.read_text())["rows"]

    return go


def test_ways_of_a_step_differ_in_how_they_compute_alone(run, monkeypatch):
    asked = []
    monkeypatch.setattr(torch, "compile", lambda call, **options: asked.append(options) or call)
    rows = run(step, f"--ways {' '.join(step.WAYS)} --autocast float32 {gpu.TINY['step']}")
    found = {row["way"]: row for row in rows}
    assert [*found] == [*step.WAYS]
    for row in rows:
        assert min(row[name] for name in ("ms", "pictures_per_second", "gflops", "product_gflops", "memory_mb")) > 0
        assert row["share"] == pytest.approx(row["gflops"] / row["product_gflops"], rel=1e-3)
        assert (row["compile_seconds"] is not None) == bool(step.WAYS[row["way"]][1])
    assert found["ours"]["loss"] == found["ours-compiled"]["loss"] == found["ours-graphs"]["loss"]
    assert found["plain"]["loss"] == pytest.approx(found["ours"]["loss"], rel=0.2)
    assert found["ours-any"]["loss"] != found["ours"]["loss"]
    assert asked[1] == {"mode": "reduce-overhead", "dynamic": False, "backend": "eager"}
    assert [options["dynamic"] for options in asked] == [False, False, True, False]


def test_a_plain_step_has_contiguous_tensors_and_a_plain_adam():
    state = TrainState(get_preset("smoke").train)
    step.make_plain(state, 0.1)
    assert all(weights.is_contiguous() for weights in state.network.parameters() if weights.ndim == 4)
    (optimizer,) = state.optimizers
    assert (optimizer.defaults["foreach"], optimizer.defaults["fused"]) == (False, None)
    taught = {id(weights) for group in optimizer.param_groups for weights in group["params"]}
    assert taught == {id(weights) for weights in state.network.parameters()}
    seen = []
    step.contiguous(lambda x, index: seen.append(x.is_contiguous()))(
        torch.zeros(2, 3, 4, 4).contiguous(memory_format=torch.channels_last), None
    )
    assert seen == [True]


def test_the_default_type_is_float32_again():
    with pytest.raises(RuntimeError):
        step.product_gflops(CPU, -1, "bfloat16")
    assert torch.get_default_dtype() == torch.float32


def test_a_run_is_measured_on_the_way_and_goes_on(run, monkeypatch, picture_file, tmp_path):
    stops, train = [], gpu_run.train
    monkeypatch.setattr(gpu_run, "train", lambda args, *until: stops.append(until) or train(args, *until))
    options = f"--picture {picture_file} --preset smoke --run {tmp_path / 'run'} --n 2 --draw dpmpp:2 ddpm:3"
    first = run(gpu_run, f"{options} --minutes 0.001")
    drawn = {(weights, draw) for weights in gpu_run.WEIGHTS for draw in (gpu_run.QUICK, "dpmpp:2", "ddpm:3")}
    assert len(first) == 6
    assert {(row["weights"], row["draw"]) for row in first} == drawn
    assert all({"swd", "diversity", "copied", "draw_seconds"} < set(row) for row in first)
    assert first[0]["swd"] != first[1]["swd"]
    rows = run(gpu_run, f"{options} --minutes 0.001 --steps 8 --size 24x100 --n 1 --draw dpmpp:2")
    assert rows[: len(first)] == first
    wide = [row for row in rows if row["size"] == [24, 100]]
    assert [(row["step"], row["weights"]) for row in wide] == [(8, "average"), (8, "last")]
    assert "copied" not in wide[0]
    assert stops == [("--minutes", "0.001"), ("--steps", "8")]
    assert len(list((tmp_path / "run").glob("run-8-*.png"))) == 4


def test_our_recipe_is_a_run_for_each_number_of_steps(run, tmp_path):
    rows = run(time_to_quality, f"balloons --preset small {gpu.TINY['ours']} --sheets {tmp_path}")
    assert [(row["steps"], row["step"]) for row in rows] == [(2, 2), (3, 3)]
    assert (tmp_path / "small-2-balloons.png").is_file()
    assert time_to_quality.FOR_A_GPU["wide"].network.is_local


def full():
    return gpu.plan(gpu.FULL, ["balloons", "peaks"], [0, 1])


def test_the_plan_has_every_number_and_what_is_long_comes_last():
    names = list(full())
    assert names[: len(gpu.STEPS)] == [f"step-{way}" for way in gpu.STEPS]
    assert names[-1] == "paper-full"
    assert names.index("places") < names.index("paper") < names.index("hr")
    for seed in (0, 1):
        assert {f"{level}-peaks-{seed}" for level in gpu.FULL["levels"]} < {*names}
    assert full()["levels_1-peaks-1"].minutes < full()["levels_4-peaks-1"].minutes
    assert all("OUT/runs/paper " in f"{full()[name].options} " for name in ("paper", "paper-full"))


@pytest.mark.parametrize("scale", [gpu.FULL, gpu.TINY])
def test_every_job_has_options_that_its_script_takes(scale, monkeypatch):
    """Each script reads its options, and then finds no device."""
    for job in gpu.plan(scale, ["balloons"], [0]).values():
        script = importlib.import_module(job.script.removesuffix(".py"))
        monkeypatch.setattr("sys.argv", [job.script, *job.options.split(), "--device", "cpu"])
        monkeypatch.setattr(script, "load", lambda *arguments: pytest.skip("read"))
        with pytest.raises(pytest.skip.Exception):
            script.main()


def test_without_a_gpu_only_little_is_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["gpu.py", "--device", "cpu", "--out", str(tmp_path / "new")])
    with pytest.raises(SystemExit):
        gpu.main()
    assert "no CUDA device here" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def made():
    def one(way, gflops):
        return {"rows": [{"way": way, "gflops": gflops, "share": gflops / 1000}]}

    return {
        "step-plain-float32": one("plain", 100.0),
        "step-ours": one("ours", 290.0),
        "step-ours-graphs": one("ours-graphs", 400.0),
        "step-ours-any": one("ours-any", 900.0),
        "ours-small": {"rows": [{"seconds": 30.0, "swd": 0.021}, {"seconds": 50.0, "swd": 0.019}]},
        "paper": {"rows": [{"seconds": 60.0, "swd": 0.01}]},
    }


def test_targets_take_the_best_of_ours():
    times, share, seconds = (target.row() for target in gpu.targets(made()))
    assert (times["value"], times["wanted"]) == (4, "at least 3: met")
    assert (share["value"], share["wanted"]) == (0.4, "at least 0.35: met")
    assert (seconds["value"], seconds["wanted"]) == (50, "at most 120: met")


def test_targets_that_nothing_reaches_are_missed():
    found = {name: job for name, job in made().items() if name.startswith("step-ours")}
    found["ours-small"] = {"rows": [{"seconds": 9.0, "swd": 0.03}]}
    share, seconds = gpu.targets(found)
    assert share.quantity == "step-ours-graphs: share of the bfloat16 rate"
    assert (seconds.value, seconds.row()["wanted"]) == (None, "at most 120: missed")
    assert list(gpu.targets({})) == []
