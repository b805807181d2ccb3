"""Canvases of any size: how a side is cut and continued, and that tiles equal the whole."""

from dataclasses import asdict

import pytest
import torch
from canvases import EXACT, canvas, difference

from sindiff.applications.sampling import generate
from sindiff.conditioning import around, clamped, mirrored, spans, tiled, tiling_gap
from sindiff.model import Model
from sindiff.network.receptive_field import rf_reach
from sindiff.noise import seeded_noise
from sindiff.oracle.exact import patch_denoiser
from sindiff.samplers import SOLVERS, sample
from sindiff.schedule import Schedule
from sindiff.training.presets import get_preset

SCHEDULE = Schedule("cosine", 1000)


@pytest.mark.parametrize(
    ("length", "tile", "halo", "multiple"), [(64, 16, 8, 2), (70, 16, 7, 2), (12, 16, 56, 4), (9, 1, 0, 1)]
)
def test_spans_cover_a_side_once(length, tile, halo, multiple):
    found = spans(length, tile, halo, multiple)
    assert [i for span in found for i in range(*span.keep.indices(length))] == list(range(length))
    for span in found:
        assert 0 <= span.window.start <= span.keep.start < span.keep.stop <= span.window.stop <= length
        assert span.window.start % multiple == 0
        assert span.window.stop - span.window.start == found[0].window.stop
        assert span.window.start == 0 or span.keep.start - span.window.start >= halo
        assert span.window.stop == length or span.window.stop - span.keep.stop >= halo
        assert range(length)[span.window][span.inner] == range(length)[span.keep]


def test_sides_are_continued():
    assert mirrored(5, 4).tolist() == [0, 1, 2, 3, 4, 3, 2, 1]
    assert mirrored(2, 8).tolist() == [0, 1, 0, 1, 0, 1, 0, 1]
    assert mirrored(1, 4).tolist() == [0, 0, 0, 0]
    assert mirrored(8, 4).tolist() == list(range(8))
    assert around(4, 6, 2).tolist() == [2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1]


@pytest.mark.parametrize("size", [(96, 112), (66, 150), (120, 64)])
@pytest.mark.parametrize("batch_size", [1, 3])
def test_tiles_equal_the_whole(models, size, batch_size):
    model, x = models["2"], canvas(*size)
    reach = max(rf_reach(model.network.config))
    whole = model.denoiser()(x, 700)
    assert difference(tiled(model.denoiser(), 32, reach, 2, batch_size)(x, 700), whole) <= EXACT
    assert difference(tiled(model.denoiser(), 32, reach - 8, 2, batch_size)(x, 700), whole) > EXACT


def test_tiles_of_the_papers_shape(models):
    """53 px up and left, 50 down and right: so few paths lead there that 8 px less can hide, and 24 px less cannot."""
    model, x = models["3"], canvas(120, 124)
    assert rf_reach(model.network.config) == (53, 50)
    assert tiling_gap(model.denoiser(), x, 500, 16, 53, 4) <= EXACT
    assert tiling_gap(model.denoiser(), x, 500, 16, 29, 4) > EXACT


def test_group_norm_sees_more_than_its_tile(models, record_property):
    model, x = models["group"], canvas(96, 112)
    gap = tiling_gap(model.denoiser(), x, 500, 32, 24, 2)
    record_property("gap", gap)
    print(f"GroupNorm: tiles of 32 px differ from the whole by up to {gap:.3f}")
    assert gap > 1000 * EXACT
    with pytest.raises(ValueError, match="statistics over the whole canvas"):
        model.in_tiles(32)


@pytest.mark.parametrize(("tile", "size"), [(15, (64, 64)), (0, (64, 64)), (-2, (64, 64)), (16, (63, 64))])
def test_tiles_that_are_no_multiple(models, tile, size):
    with pytest.raises(ValueError, match="multiples of 2 px"):
        tiled(models["2"].denoiser(), tile, 24, 2)(canvas(*size), 1)


@pytest.fixture(scope="module")
def laptop(make_network):
    config = get_preset("laptop").train
    return Model(make_network(**asdict(config.network)), config.schedule, config.prediction, (16, 24))


@pytest.mark.parametrize(
    ("name", "tile", "size", "wrap"),
    [
        ("1", 16, (40, 48), ""),
        ("1", 16, (40, 48), "xy"),
        ("1", 16, (57, 33), "x"),
        ("1", 16, (24, 71), "y"),
        ("2", 16, (57, 65), ""),
        ("laptop", 8, (56, 60), ""),
    ],
)
@pytest.mark.parametrize("sampler", SOLVERS)
def test_a_whole_sample_in_tiles(models, laptop, sampler, name, tile, size, wrap):
    model = (models | {"laptop": laptop})[name].joined(wrap)
    arguments = {"n": 1, "size": size, "sampler": sampler, "steps": 4, "seed": 3}
    assert difference(generate(model.in_tiles(tile), **arguments), generate(model, **arguments)) <= EXACT


def test_a_whole_sample_with_a_halo_too_small(models):
    model = models["1"]
    noise = seeded_noise([3])
    x = noise(torch.empty(1, 3, 40, 48), 1000)

    def result(denoise):
        return list(sample(clamped(denoise), SOLVERS["dpmpp"].step(SCHEDULE, noise), x, SCHEDULE.timesteps(4)))[-1].x

    whole = result(model.denoiser())
    assert difference(result(tiled(model.denoiser(), 16, 8, 1)), whole) <= EXACT
    assert difference(result(tiled(model.denoiser(), 16, 0, 1)), whole) > EXACT


def test_things_keep_their_size_on_a_wider_canvas():
    """Stripes drawn anew from their patches, on twice the width: twice as many, one more or less where two runs of
    stripes meet; stretching would keep their number."""
    period, height, width = 6, 12, 36
    stripes = torch.sin(torch.arange(width) * 2 * torch.pi / period).expand(3, height, width)
    noise = seeded_noise([0])
    x = noise(torch.empty(1, 3, height, 2 * width), 1000)
    step, timesteps = SOLVERS["dpmpp"].step(SCHEDULE, noise), SCHEDULE.timesteps(10, "log_snr")
    *_, last = sample(patch_denoiser(stripes, SCHEDULE, 7), step, x, timesteps)

    def count(picture):
        return torch.fft.rfft(picture[0, height // 2]).abs()[1:].argmax().item() + 1

    assert count(stripes) == width // period
    assert abs(count(last.x[0]) - 2 * width // period) <= 1
    assert count(stripes.repeat_interleave(2, -1)) == width // period
