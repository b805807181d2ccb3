"""Seeded noise: windows of one endless canvas, the same in any batch."""

import pytest
import torch

from sindiff.noise import BLOCK, noise_window, revisited, seeded_noise


@pytest.mark.parametrize(
    ("top", "left", "height", "width"), [(0, 0, 5, 7), (3, 60, 10, 10), (BLOCK, BLOCK, 1, 1), (63, 0, 70, 130)]
)
def test_windows_are_cut_from_one_canvas(top, left, height, width):
    canvas = noise_window(3, 17, 0, 0, 200, 200)
    window = noise_window(3, 17, top, left, height, width)
    assert window.shape == (3, height, width)
    assert torch.equal(window, canvas[:, top : top + height, left : left + width])


def test_a_larger_canvas_extends_a_smaller():
    assert torch.equal(noise_window(0, 5, 0, 0, 20, 90), noise_window(0, 5, 0, 0, 300, 301)[:, :20, :90])


def test_seed_step_and_place_all_matter():
    draws = [noise_window(seed, t, top, 0, 64, 64) for seed in (0, 1) for t in (0, 1, 2) for top in (0, 64, 128)]
    stacked = torch.stack(draws).flatten(1)
    correlation = torch.corrcoef(stacked) - torch.eye(len(draws))
    assert correlation.abs().max() < 5 / stacked.shape[1] ** 0.5


def test_it_is_standard_normal():
    values = noise_window(11, 500, 0, 0, 512, 512).flatten().double()
    error = 1 / len(values) ** 0.5
    assert abs(values.mean()) < 5 * error
    assert abs(values.var() - 1) < 5 * error * 2**0.5
    assert abs((values**4).mean() - 3) < 5 * error * 96**0.5
    assert (values < 1).double().mean().item() == pytest.approx(0.841345, abs=5 * error)


def test_channels_and_extreme_seeds():
    assert noise_window(2**64 - 1, 1000, 0, 0, 4, 4, channels=1).shape == (1, 4, 4)
    assert not torch.equal(noise_window(2**64 - 1, 1, 0, 0, 4, 4), noise_window(2**63 - 1, 1, 0, 0, 4, 4))


def test_the_batch_changes_no_bit():
    like = torch.empty(4, 3, 20, 70)
    together = seeded_noise([5, 6, 7, 8])(like, 3)
    alone = [seeded_noise([seed])(like[:1], 3) for seed in (5, 6, 7, 8)]
    assert torch.equal(together, torch.cat(alone))


def test_it_takes_the_type_of_its_model():
    assert seeded_noise([0])(torch.empty(1, 3, 2, 2, dtype=torch.float64), 1).dtype == torch.float64


def test_global_random_state_is_left_alone():
    before = torch.random.get_rng_state()
    seeded_noise([0, 1])(torch.empty(2, 3, 4, 4), 1)
    assert torch.equal(before, torch.random.get_rng_state())


def test_windows_of_seeded_noise_agree():
    whole, part = torch.empty(2, 3, 80, 90), torch.empty(2, 3, 20, 30)
    assert torch.equal(seeded_noise([5, 6], 50, 60)(part, 3), seeded_noise([5, 6])(whole, 3)[..., 50:70, 60:])


def test_every_visit_is_fresh_and_repeatable():
    like = torch.empty(1, 3, 64, 64)
    noise = seeded_noise([1])
    assert torch.equal(revisited(noise, 0)(like, 7), noise(like, 7))
    draws = [revisited(noise, visit)(like, t) for visit in range(4) for t in (7, 8, 1000)]
    correlation = torch.corrcoef(torch.stack(draws).flatten(1)) - torch.eye(len(draws))
    assert correlation.abs().max() < 5 / like.numel() ** 0.5
    assert torch.equal(draws[-1], revisited(noise, 3)(like, 1000))
