"""What a training step is shown: timesteps that cover the schedule evenly, pictures at random sizes."""

from dataclasses import replace

import pytest
import torch

from sindiff.training.loop import Canvases, step_seed
from sindiff.training.presets import get_preset

RECIPE = get_preset("laptop").train


def drawn(steps, seed=0, **changes):
    picture = torch.rand(3, 16, 20, generator=torch.Generator().manual_seed(0)) * 2 - 1
    canvases = Canvases(picture, replace(RECIPE, **changes))
    return [canvases.draw(torch.Generator().manual_seed(step_seed(seed, step)), step) for step in steps]


def timesteps(steps, **changes):
    return torch.cat([t for _, t, _ in drawn(steps, **changes)])


@pytest.mark.parametrize("batch_size", [1, 4])
@pytest.mark.parametrize("first", [0, 37, 400_000])
def test_stratified_timesteps_of_any_stretch_of_steps_cover_the_schedule_evenly(batch_size, first):
    t = timesteps(range(first, first + 100 // batch_size), stratified=True, batch_size=batch_size)
    gaps = torch.cat([torch.tensor([0]), t.sort().values, torch.tensor([1000])]).diff()
    assert t.min() >= 1
    assert t.max() <= 1000
    assert gaps.max() <= 30  # 99 of 100 independent draws leave a wider gap
    alone = timesteps(range(first, first + 100 // batch_size), stratified=False, batch_size=batch_size)
    assert torch.cat([torch.tensor([0]), alone.sort().values, torch.tensor([1000])]).diff().max() > gaps.max()


def test_stratified_timesteps_do_not_depend_on_the_batch_size_and_the_noise_does_on_the_seed():
    assert torch.equal(timesteps(range(8), batch_size=1), timesteps(range(2), batch_size=4))
    (_, t, eps), (_, other_t, other_eps) = (drawn([5], seed=seed)[0] for seed in (0, 1))
    assert torch.equal(t, other_t)
    assert eps.shape[0] == 4
    assert eps.shape != other_eps.shape or not torch.equal(eps, other_eps)


def test_a_step_is_drawn_the_same_again():
    for one, again in zip(*(drawn(range(3)) for _ in range(2)), strict=True):
        assert all(torch.equal(a, b) for a, b in zip(one, again, strict=True))
