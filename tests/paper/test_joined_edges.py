"""Canvases whose opposite edges meet: rolling them rolls the answer, and samples have no seam."""

from dataclasses import replace

import pytest
import torch
from canvases import EXACT, canvas, difference

from sindiff.applications.sampling import generate
from sindiff.conditioning import wrapped
from sindiff.metrics import seam_error
from sindiff.network.receptive_field import rf_reach
from sindiff.noise import seeded_noise
from sindiff.oracle.exact import patch_denoiser
from sindiff.samplers import SOLVERS, sample
from sindiff.schedule import Schedule
from sindiff.training.loop import TrainState, train
from sindiff.training.presets import get_preset
from sindiff.training.runs import as_model

SCHEDULE = Schedule("cosine", 1000)


@pytest.mark.parametrize(("axes", "dims"), [("x", [-1]), ("y", [-2]), ("xy", [-2, -1])])
def test_rolling_the_canvas_rolls_the_answer(models, axes, dims):
    model, x = models["2"], canvas(20, 32)
    shifts = [6, -10][: len(dims)]

    def error(denoise):
        return difference(denoise(x.roll(shifts, dims), 500), denoise(x, 500).roll(shifts, dims))

    reach = max(rf_reach(model.network.config))
    assert error(wrapped(model.denoiser(), axes, reach, 2)) <= EXACT
    assert error(wrapped(model.denoiser(), axes, reach - 8, 2)) > EXACT
    assert error(model.denoiser()) > 1000 * EXACT


def test_rolling_with_group_norm_is_off_by_its_statistics(models):
    model, x = models["group"], canvas(20, 32)
    denoise = wrapped(model.denoiser(), "x", 24, 2)
    assert difference(denoise(x.roll(6, -1), 500), denoise(x, 500).roll(6, -1)) > EXACT


def test_joined_sides_must_be_multiples(models):
    with pytest.raises(ValueError, match="must be a multiple of 2 px, not 33"):
        generate(models["2"].joined("x"), 1, (24, 33), steps=1)
    assert generate(models["2"].joined("x"), 1, (33, 24), steps=1).shape == (1, 3, 33, 24)
    for axes in ("z", "yx", "xx"):
        with pytest.raises(ValueError, match="choose x, y, xy"):
            wrapped(models["2"].denoiser(), axes, 24, 2)


def test_seam_error_by_hand():
    ramp = torch.arange(5.0).expand(1, 3, 4, 5)
    assert seam_error(ramp) == pytest.approx(4 - 1)
    assert seam_error(ramp.mT, "y") == pytest.approx(4 - 1)
    assert seam_error(ramp.mT) == 0
    wave = torch.sin(torch.arange(64) * 2 * torch.pi / 64).expand(2, 3, 8, 64)
    assert abs(seam_error(wave)) < 0.05


@pytest.mark.parametrize(("wrap", "open_axis", "size"), [("x", "y", (24, 30)), ("y", "x", (26, 32))])
def test_wrapped_samples_have_no_seam(picture, wrap, open_axis, size):
    """The patches of a picture, drawn anew: where they are joined, they differ as neighbours inside do."""
    exact = patch_denoiser(picture, SCHEDULE, 7)
    noise = seeded_noise(range(4))
    x = noise(torch.empty(4, 3, *size), 1000)
    step, timesteps = SOLVERS["dpmpp"].step(SCHEDULE, noise), SCHEDULE.timesteps(10, "log_snr")
    plain, joined = (list(sample(d, step, x, timesteps))[-1].x for d in (exact, wrapped(exact, wrap, 3, 1)))
    columns = joined if wrap == "x" else joined.mT
    inside = columns.diff(dim=-1).abs().mean(dim=(0, 1, 2))
    spread = inside.std().item()
    errors = [seam_error(pictures, wrap) for pictures in (plain, joined)]
    print(f"seam error along {wrap}: plain {errors[0]:.3f}, joined {errors[1]:.3f}, spread inside {spread:.3f}")
    assert abs(errors[1]) < 2 * spread
    assert errors[0] > 4 * spread
    assert seam_error(joined, open_axis) > 4 * spread


def test_a_trained_network_draws_no_seam_where_edges_join(picture):
    preset = get_preset("smoke")
    config = replace(preset.train, steps=30)
    state = TrainState(config)
    for _ in train(picture, config, state):
        pass
    model = as_model(state, config, picture)
    plain = generate(model, 8, steps=5)
    for wrap, axes in {"x": "x", "xy": "xy"}.items():
        joined = generate(model.joined(wrap), 8, steps=5)
        for axis in axes:
            inside = (joined if axis == "x" else joined.mT).diff(dim=-1).abs().mean(dim=(0, 1, 2))
            most, least = (inside - inside.median()).max().item(), (inside - inside.median()).min().item()
            errors = [seam_error(pictures, axis) for pictures in (plain, joined)]
            print(
                f"along {axis} of {wrap}: plain {errors[0]:.3f}, joined {errors[1]:.3f}, inside {least:.3f}..{most:.3f}"
            )
            assert least <= errors[1] <= most
            assert errors[0] > most
