"""The multi-scale diffusion baseline at the smallest size."""

from dataclasses import replace

import pytest
import torch

from sindiff.baselines import multiscale
from sindiff.baselines.multiscale import MultiscaleConfig, fit, laptop, sample
from sindiff.pictures.images import resize
from sindiff.training.presets import get_preset


def tiny(steps=2, **changes):
    preset = get_preset("smoke")
    return replace(MultiscaleConfig(replace(preset, train=replace(preset.train, steps=steps)), coarsest=12), **changes)


@pytest.fixture(scope="module")
def fitted(picture):
    return fit(picture, tiny(5), seed=3)


def test_a_network_for_each_scale(fitted, picture):
    assert fitted.sizes == ((14, 18), (18, 24), (24, 32))
    first, *rest = [network.input_blocks[0][0].weight for network in fitted.networks]
    assert all(not torch.equal(first, weight) for weight in rest)
    seen = []
    fit(picture, tiny(), progress=lambda state: seen.append(state.step))
    assert seen == [1, 2, 1, 2, 1, 2]


def test_training_depends_on_the_seed_alone(fitted, picture):
    torch.manual_seed(9)
    again = fit(picture, tiny(5), seed=3)
    other = fit(picture, tiny(5), seed=4)
    assert torch.equal(sample(again, 1), sample(fitted, 1))
    assert not torch.equal(sample(other, 1), sample(fitted, 1))


def test_samples_depend_on_their_seed_alone(fitted):
    two = sample(fitted, 2, seed=7)
    torch.testing.assert_close(two[1:], sample(fitted, 1, seed=8), rtol=0, atol=1e-5)
    assert not torch.equal(two[0], two[1])
    assert two.abs().max() <= 1


@pytest.mark.parametrize("size", [(24, 80), (49, 21)])
def test_any_size(fitted, size):
    assert sample(fitted, 1, size).shape == (1, 3, *size)


def test_little_noise_keeps_what_the_scale_below_made(fitted):
    """Reduced again, a sample is the nearer to that of one scale less, the less noise it got on the way."""
    below = sample(replace(fitted, networks=fitted.networks[:1], sizes=fitted.sizes[:1]), 1)
    two = replace(fitted, networks=fitted.networks[:2], sizes=fitted.sizes[:2])
    changes = [
        (resize(sample(replace(two, config=replace(two.config, start=start)), 1), 14, 18) - below).abs().mean()
        for start in (0.001, 0.1, 0.9)
    ]
    assert changes == sorted(changes)
    assert changes[0] < 0.5 * changes[-1]


def test_every_scale_draws_noise_of_its_own(fitted, monkeypatch):
    """Were it the same, a network that answers with its input would show the same noise twice."""
    drawn = []
    original = multiscale.revisited

    def recorded(noise, visit):
        drawn.append(visit)
        return original(noise, visit)

    monkeypatch.setattr(multiscale, "revisited", recorded)
    sample(fitted, 1)
    assert drawn == [0, 1, 2]


def test_laptop_is_small():
    config = laptop()
    assert config.preset.train.network.mult == (1,)
    assert config.coarsest == 12


@pytest.mark.parametrize("changes", [{"ratio": 1.0}, {"coarsest": 4}, {"start": 0.0}, {"start": 1.5}])
def test_settings_out_of_bounds(changes):
    with pytest.raises(ValueError, match=f"{next(iter(changes))} must be"):
        tiny(**changes)


def test_bad_input_is_one_line(fitted, picture):
    with pytest.raises(ValueError, match="short side needs at least 12 px, not 9"):
        fit(picture[:, :9], tiny())
    with pytest.raises(ValueError, match="no finite numbers"):
        fit(picture * float("inf"), tiny())
    with pytest.raises(ValueError, match="canvas must have at least"):
        sample(fitted, 1, (10, 32))
    with pytest.raises(ValueError, match="number of pictures must be at least 1"):
        sample(fitted, 0)
