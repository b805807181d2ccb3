"""The sampling benchmark: rows paired with the reference, and a run that goes on where it stopped."""

import importlib
import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))
SAMPLING = importlib.import_module("sampling")


def record(solver, steps, seed, swd, seconds=1.0):
    return {
        "solver": solver, "steps": steps, "picture": "a", "seed": seed,
        "seconds": seconds, "swd": swd, "diversity": 0.5, "copied": 0.25,
    }  # fmt: skip


def test_rows_are_paired_with_the_reference():
    reference = [record("ddpm", 9, seed, swd) for seed, swd in enumerate((0.1, 0.2, 0.3))]
    ours = [
        record("ddim", 5, seed, swd, seconds) for seed, swd, seconds in ((2, 0.33, 9.0), (0, 0.11, 1), (1, 0.22, 2))
    ]
    first, second = SAMPLING.summary([*reference, *ours], ("ddpm", 9))["means"]
    assert (first["ratio"], first["difference"], first["error"]) == (1, 0, 0)
    assert (second["solver"], second["steps"], second["batches"], second["seconds"]) == ("ddim", 5, 3, 2)
    assert [second[name] for name in SAMPLING.MEASURES] == pytest.approx([0.22, 0.5, 0.25])
    assert second["ratio"] == pytest.approx(1.1)
    assert second["difference"] == pytest.approx(0.02)
    assert second["error"] == pytest.approx(0.01 / 3**0.5, abs=1e-5)


def test_an_unfinished_row_is_compared_on_what_it_has():
    reference = [record("ddpm", 9, seed, swd) for seed, swd in enumerate((0.1, 0.2, 0.3))]
    *_, row = SAMPLING.summary([*reference, record("ddim", 5, 2, 0.45)], ("ddpm", 9))["means"]
    assert (row["batches"], row["error"]) == (1, None)
    assert (row["ratio"], row["difference"]) == pytest.approx((1.5, 0.15))


@pytest.mark.parametrize("most", [1000, 50, 7])
def test_the_reference_is_first_and_once(most):
    rows = SAMPLING.order(most)
    assert rows[0] == ("ddpm", most)
    assert len(set(rows)) == len(rows)
    assert all(steps <= most for _, steps in rows)


def test_it_goes_on_where_it_stopped(tmp_path, monkeypatch):
    file, measured = tmp_path / "sampling.json", []
    monkeypatch.setattr(SAMPLING, "shipped", lambda name, device: (name, None))
    monkeypatch.setattr(SAMPLING, "generate", lambda *arguments, **options: None)

    def measure(name, picture, *key):
        measured.append((name, *key))
        if len(measured) == 4:
            raise KeyboardInterrupt
        return {"seconds": 1.0, "swd": 0.1, "diversity": 0.5, "copied": 0.25}

    def run(*options):
        monkeypatch.setattr(
            "sys.argv", ["sampling.py", "a", "b", "--seeds", "1", "--most", "5", "--json", str(file), *options]
        )
        SAMPLING.main()

    monkeypatch.setattr(SAMPLING, "measure", measure)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert len(json.loads(file.read_text())["rows"]) == 3
    run()
    assert len(measured) == 7
    assert len(set(measured)) == 6
    made = json.loads(file.read_text())
    assert [row["batches"] for row in made["means"]] == [2, 2, 2]
    with pytest.raises(SystemExit):
        run("--n", "3")
    assert json.loads(file.read_text()) == made


def test_a_batch_is_drawn_and_judged(model, picture):
    found = SAMPLING.measure(model, picture, "dpmpp", 2, n=2, seed=1)
    assert list(found) == ["seconds", *SAMPLING.MEASURES]
    assert all(value >= 0 for value in found.values())
