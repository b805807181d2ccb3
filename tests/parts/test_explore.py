"""Sliders and pointing: what a pixel sees, counted, by gradients and in patches; the last choice wins."""

import importlib
import re
import sys
import threading
import time
from dataclasses import replace

import pytest
import torch
from PIL import Image

from sindiff.lab import explore, field_view, plots, point_at
from sindiff.lab.draw import Sketch
from sindiff.lab.explorer import Explorer
from sindiff.network.receptive_field import rf_size
from sindiff.oracle.exact import patch_denoiser
from sindiff.schedule import Schedule

MODULES = [importlib.import_module(f"sindiff.lab.{name}") for name in ("display", "explore")]


@pytest.fixture
def displayed(monkeypatch):
    """What a page would show, in order."""
    shown = []
    for module in MODULES:
        monkeypatch.setattr(module, "display", shown.append)
    return shown


# ---- what a pixel depends on


@pytest.mark.parametrize("pixel", [(0, 0), (10, 17), (23, 31), (11, 16)])
def test_the_counted_box_holds_all_gradients(model, picture, pixel):
    rows, columns = field_view.counted_box(model.network.config, picture.shape[1:], pixel)
    assert (rows.start, columns.start) >= (0, 0)
    assert rows.start <= pixel[0] < rows.stop <= 24
    heat = field_view.probe(lambda x: model.denoiser()(x, 500), picture.shape, pixel).heat
    outside = heat.clone()
    outside[rows, columns] = 0
    assert outside.max() == 0
    assert heat[rows, columns][0].any()
    assert heat[rows, columns][:, -1].any()


def test_the_box_has_the_size_of_the_field_away_from_borders(model):
    config = model.network.config
    sides = [part.stop - part.start for part in field_view.counted_box(config, (200, 200), (100, 101))]
    assert abs(sum(sides) / 2 - rf_size(config)) <= config.multiple
    whole = field_view.counted_box(config, (5, 5), (2, 2))
    assert whole == (slice(0, 5), slice(0, 5))


def test_an_outline_is_one_pixel_wide(picture):
    marked = field_view.outlined(picture, (slice(2, 8), slice(3, 12)))
    changed = (marked != picture).any(0)
    assert changed.sum() == 2 * (6 + 9) - 4
    assert not changed[3:7, 4:11].any()


def test_a_heat_map_is_logarithmic():
    heat = torch.tensor([[1.0, 1e-3], [1e-6, 0.0]])
    torch.testing.assert_close(field_view.heat_map(heat)[0], torch.tensor([[1.0, 0.0], [-1.0, -1.0]]))


def test_views_of_networks_tell_of_leaks(model, make_network, picture):
    within = {}
    for norm in ("local", "group"):
        shots = field_view.field_view(replace(model, network=make_network(norm=norm)), picture, picture, 300, (-5, 99))
        assert len(shots) == 3
        assert "row 0, column 31" in shots[0].caption  # beyond the border: moved inside
        within[norm] = int(shots[1].caption.split(": ")[1].split("%")[0])
    assert within["group"] < within["local"] == 100


@pytest.mark.parametrize("size", [3, 7])
@pytest.mark.parametrize("t", [1, 300, 1000])
def test_patches_in_mind_give_the_exact_denoisers_answer(picture, size, t):
    schedule, pixel = Schedule(), (9, 14)
    weights = field_view.patches_in_mind(picture, schedule, size, t, pixel)
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    x = field_view.q_sample(schedule, picture[None], t, field_view.seeded_noise([0])(picture[None], t))
    answer = patch_denoiser(picture, schedule, size)(x, t)[0][:, pixel[0], pixel[1]]
    torch.testing.assert_close((weights * picture).sum((1, 2)), answer, atol=1e-4, rtol=0)


def test_views_of_patches_stay_inside(picture):
    shots = field_view.patch_view(picture, picture, Schedule(), 7, 400, (0, 99))
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
    pointing = Explorer(draw, CONTROLS, Sketch(picture, "point"), background=False)
    assert pointing.sketch.pointed == (4, 5)
    assert (pointing.image.layout.display, pointing.image.value) == ("none", b"")
    assert "sindiff-picture" not in pointing.image._dom_classes  # its style enlarges pixel by pixel
    seen = set()
    for change in (lambda: setattr(pointing.sketch, "pointed", (9, 5)), lambda: choose(pointing, 0.0)):
        change()
        seen.add(pointing.image.value)
        assert (pointing.image.layout.display, words(pointing)) == ("", "")
    assert len(seen) == 2
    choose(pointing, 2.0)
    assert words(pointing) == "too bright"
    assert pointing.image.value in seen


def words(panel):
    """The line of a panel without its HTML."""
    return re.sub("<.*?>", "", panel.line.value)


def choose(pointing, shade):
    pointing.controls["shade"].value = shade


def test_while_it_draws_only_the_last_choice_waits(picture):
    drawn, all_chosen = [], threading.Event()

    def slow(row=0, column=0):
        drawn.append((row, column))
        assert all_chosen.wait(20)
        return draw()

    pointing = Explorer(slow, {}, Sketch(picture, "point"), background=True)
    for column in range(1, 30):
        pointing.sketch.pointed = (3, column)
        while not drawn:
            time.sleep(0.001)
    all_chosen.set()
    pointing.runner.wait(20)
    assert drawn == [(3, 1), (3, 29)]
    assert pointing.image.value


def test_the_plain_picture_comes_first(picture, displayed, tmp_path, monkeypatch):
    monkeypatch.delenv("SINDIFF_UI", raising=False)
    point_at(draw, picture, "a pixel", tmp_path / "a.png", **CONTROLS)
    assert (tmp_path / "a.png").stat().st_size > 0
    assert [type(item).__name__ for item in displayed] == ["Image", "Explorer"]
    displayed.clear()
    monkeypatch.setenv("SINDIFF_UI", "off")
    point_at(draw, picture, "a pixel", **CONTROLS)
    assert [type(item).__name__ for item in displayed] == ["Image"]
    with pytest.raises(ValueError, match=r"draw starts with shade = 0\.5, which is not among"):
        point_at(draw, picture, "a pixel", shade=[1.0])


# ---- sliders


def test_plain_picture_only_when_sliders_are_off(displayed, monkeypatch, tmp_path):
    calls = []

    def draw(width=3, style="plain"):
        calls.append((width, style))
        return Image.new("RGB", (width, 2))

    def run():
        explore(draw, "a stroke", tmp_path / "a.png", width=range(1, 9), style=["plain", "bold"])

    monkeypatch.setenv("SINDIFF_UI", "off")
    run()
    monkeypatch.delenv("SINDIFF_UI")
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    run()
    assert calls == [(3, "plain")] * 2
    assert [type(content).__name__ for content in displayed] == ["Image", "Image"]
    assert {content.metadata["alt"] for content in displayed} == {"a stroke"}
    assert (tmp_path / "a.png").is_file()


def test_sliders_draw_anew_and_survive_a_mistake(displayed, monkeypatch):
    monkeypatch.delenv("SINDIFF_UI", raising=False)
    calls = []

    def draw(width=3, share=0.5, style="plain"):
        calls.append((width, share, style))
        if style == "broken":
            raise ValueError("does not work")
        return Image.new("RGB", (width, 2))

    explore(draw, "a stroke", width=range(1, 10, 2), share=[0.25, 0.5], style=["plain", "broken"])
    panel = displayed[1]
    width, share, style = panel.controls.values()
    image = panel.image
    assert (width.value, share.value, style.value, image.layout.display) == (3, 0.5, "plain", "none")
    assert (width.continuous_update, share.continuous_update) == (False, False)
    width.value = 7
    assert calls[-1] == (7, 0.5, "plain")
    assert bytes(image.value).startswith(b"\x89PNG")
    assert (image.layout.display, image.layout.width, words(panel)) == ("", "7px", "")
    style.value = "broken"
    assert words(panel) == "does not work"
    style.value = "plain"
    share.value = 0.25
    assert calls[3:] == [(7, 0.5, "plain"), (7, 0.25, "plain")]
    assert words(panel) == ""


def test_a_mistake_in_the_plain_call_stops(displayed):
    def draw(width=0):
        return Image.new("RGB", (1, 1)) if 1 / width else None

    with pytest.raises(ZeroDivisionError):
        explore(draw, "a stroke", width=range(3))
    with pytest.raises(ValueError, match="starts with width = 0"):
        explore(draw, "a stroke", width=range(1, 3))
    assert displayed == []
