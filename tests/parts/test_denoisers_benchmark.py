"""The benchmark of denoisers: rows of what a denoiser does, maps with their circle, and charts of what there is."""

import importlib
import sys
from pathlib import Path

import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))
denoisers = importlib.import_module("denoisers")
CPU = torch.device("cpu")
KEY = {"picture": "peaks", "input": "picture", "sigma": 0.4}


@pytest.fixture(scope="module")
def found():
    """The row and the map of each denoiser that is quick, at one noise level."""
    quick = ("network", "small patches", "Wiener", "pixel alone")
    return {kind: denoisers.measure({**KEY, "denoiser": kind}, 1, 0, CPU) for kind in quick}


def test_all_denoise_and_who_knows_more_does_better(found):
    errors = {kind: row["mse"] for kind, (row, _) in found.items()}
    assert errors["network"] < errors["Wiener"] < errors["pixel alone"] < 0.4**2
    assert all(row.items() >= KEY.items() and row["t"] == 118 for row, _ in found.values())
    assert found["pixel alone"][0]["radius"] == 0 < found["network"][0]["radius"] < 22


def test_the_same_noise_for_all():
    x, t = denoisers.noisy(KEY, 2, 0, CPU)
    torch.testing.assert_close(denoisers.noisy(KEY, 2, 0, CPU)[0], x, rtol=0, atol=0)
    clean = denoisers.clean("peaks", "picture", 2, 0, CPU)
    signal, sigma = denoisers.shipped("peaks", CPU)[0].schedule.scales(t, clean)
    noise = (x - signal * clean) / sigma
    assert noise.std().item() == pytest.approx(1, abs=0.02)
    assert (sigma / signal).item() == pytest.approx(0.4, rel=0.02)


def test_a_map_has_its_circle_and_one_without_a_radius_is_black(found):
    row, heat = found["Wiener"]
    shot = denoisers.map_shot({**row, "radius": 6.0}, heat)
    red = (shot.picture == torch.tensor(denoisers.RED)[:, None, None]).all(0)
    assert red.sum() > 30
    assert red[24, 32 + 7]
    assert not red[24 - 5 : 24 + 6, 32 - 3 : 32 + 4].any()
    empty = denoisers.map_shot({**row, "radius": None}, heat)
    assert (empty.picture == -1).all()
    assert empty.caption == "Wiener: nothing"


def test_charts_leave_out_what_has_no_value():
    rows = [
        {"denoiser": kind, "input": of, "sigma": sigma, "mse": sigma, **({"radius": 1.0} if sigma > 1 else {})}
        for kind in denoisers.LOOKING for of in denoisers.INPUTS for sigma in (0.5, 2.0, 3.0)]  # fmt: skip
    lines = denoisers.chart(rows, "radius", "px", denoisers.LOOKING, "x").axes[0].get_lines()
    assert [line.get_xdata().tolist() for line in lines] == [[2.0, 3.0]] * 4
    assert len({line.get_linestyle() for line in lines}) == 4
