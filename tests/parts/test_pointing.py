"""Pointing at a pixel: what it sees, counted, by gradients and in patches; the last wish wins."""

import importlib
import threading
import time
from dataclasses import replace

import pytest
import torch

from sindiff.lab import plots, sight
from sindiff.lab.pointing import Pointing, point_at
from sindiff.network.receptive_field import rf_size
from sindiff.oracle.exact import patch_denoiser
from sindiff.schedule import Schedule

POINTING = importlib.import_module("sindiff.lab.pointing")


# ---- what a pixel depends on


@pytest.mark.parametrize("pixel", [(0, 0), (10, 17), (23, 31), (11, 16)])
def test_the_counted_box_holds_all_gradients(model, picture, pixel):
    rows, columns = sight.counted_box(model.network.config, picture.shape[1:], pixel)
    assert (rows.start, columns.start) >= (0, 0)
    assert rows.start <= pixel[0] < rows.stop <= 24
    heat = sight.probe(lambda x: model.denoiser()(x, 500), picture.shape, pixel).heat
    outside = heat.clone()
    outside[rows, columns] = 0
    assert outside.max() == 0
    assert heat[rows, columns][0].any()
    assert heat[rows, columns][:, -1].any()


def test_the_box_has_the_size_of_the_field_away_from_borders(model):
    config = model.network.config
    sides = [part.stop - part.start for part in sight.counted_box(config, (200, 200), (100, 101))]
    assert abs(sum(sides) / 2 - rf_size(config)) <= config.multiple
    whole = sight.counted_box(config, (5, 5), (2, 2))
    assert whole == (slice(0, 5), slice(0, 5))


def test_an_outline_is_one_pixel_wide(picture):
    marked = sight.outlined(picture, (slice(2, 8), slice(3, 12)))
    changed = (marked != picture).any(0)
    assert changed.sum() == 2 * (6 + 9) - 4
    assert not changed[3:7, 4:11].any()


def test_a_heat_map_is_logarithmic():
    heat = torch.tensor([[1.0, 1e-3], [1e-6, 0.0]])
    torch.testing.assert_close(sight.heat_map(heat)[0], torch.tensor([[1.0, 0.0], [-1.0, -1.0]]))


def test_views_of_networks_tell_of_leaks(model, make_network, picture):
    within = {}
    for norm in ("local", "group"):
        shots = sight.field_view(replace(model, network=make_network(norm=norm)), picture, picture, 300, (-5, 99))
        assert len(shots) == 3
        assert "row 0, column 31" in shots[0].caption  # beyond the border: moved inside
        within[norm] = int(shots[1].caption.split(": ")[1].split("%")[0])
    assert within["group"] < within["local"] == 100


@pytest.mark.parametrize("size", [3, 7])
@pytest.mark.parametrize("t", [1, 300, 1000])
def test_patches_in_mind_give_the_exact_denoisers_answer(picture, size, t):
    schedule, pixel = Schedule(), (9, 14)
    weights = sight.patches_in_mind(picture, schedule, size, t, pixel)
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    x = sight.q_sample(schedule, picture[None], t, sight.seeded_noise([0])(picture[None], t))
    answer = patch_denoiser(picture, schedule, size)(x, t)[0][:, pixel[0], pixel[1]]
    torch.testing.assert_close((weights * picture).sum((1, 2)), answer, atol=1e-4, rtol=0)


def test_views_of_patches_stay_inside(picture):
    shots = sight.patch_view(picture, picture, Schedule(), 7, 400, (0, 99))
    outlined = (shots[0].picture != picture).any(0).nonzero()
    assert outlined.min(0).values.tolist() == [0, 25]
    assert outlined.max(0).values.tolist() == [6, 31]


# ---- pointing


def draw(row=4, column=5, shade=0.5):
    if shade > 1:
        raise ValueError("too bright")
    return plots.row([torch.full((3, 8 + row, 8 + column), shade)])


CONTROLS = {"shade": [0.0, 0.5, 2.0]}


def test_moving_the_point_or_a_control_draws_anew(picture):
    pointing = Pointing(draw, picture, CONTROLS, background=False)
    assert pointing.sketch.pointed == (4, 5)
    assert (pointing.image.layout.display, pointing.image.value) == ("none", b"")
    seen = set()
    for change in (lambda: setattr(pointing.sketch, "pointed", (9, 5)), lambda: choose(pointing, 0.0)):
        change()
        seen.add(pointing.image.value)
        assert (pointing.image.layout.display, pointing.line.value) == ("", "")
    assert len(seen) == 2
    choose(pointing, 2.0)
    assert pointing.line.value == "too bright"
    assert pointing.image.value in seen


def choose(pointing, shade):
    pointing.controls["shade"].value = shade


def test_while_it_draws_only_the_last_wish_waits(picture):
    drawn, all_wished = [], threading.Event()

    def slow(row=0, column=0):
        drawn.append((row, column))
        assert all_wished.wait(20)
        return draw()

    pointing = Pointing(slow, picture, {}, background=True)
    for column in range(1, 30):
        pointing.sketch.pointed = (3, column)
        while not drawn:
            time.sleep(0.001)
    all_wished.set()
    pointing.runner.wait(20)
    assert drawn == [(3, 1), (3, 29)]
    assert pointing.image.value


def test_the_plain_picture_comes_first(picture, tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(POINTING, "display", shown.append)
    point_at(draw, picture, tmp_path / "a.png", **CONTROLS)
    assert (tmp_path / "a.png").stat().st_size > 0
    assert [type(item).__name__ for item in shown] == ["Image", "Pointing"]
    shown.clear()
    monkeypatch.setenv("SINDIFF_UI", "off")
    point_at(draw, picture, **CONTROLS)
    assert [type(item).__name__ for item in shown] == ["Image"]
    with pytest.raises(ValueError, match=r"draw starts with shade = 0\.5, which is not among"):
        point_at(draw, picture, shade=[1.0])
