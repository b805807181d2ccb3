"""SinGAN and ConSinGAN at the smallest size: losses in closed form, what is trained when, what a seed decides."""

from dataclasses import replace

import pytest
import torch

from sindiff.baselines.adversarial import (
    Generator,
    convolutions,
    critic_loss,
    descend,
    generator_loss,
    gradient_penalty,
)
from sindiff.baselines.pyramid import pyramid
from sindiff.baselines.singan import SinGANConfig, consingan, fit, reconstruct, sample
from sindiff.pictures.images import resize

TINY = SinGANConfig(ratio=1.5, coarsest=16, channels=6, layers=3, steps=3, updates=1)


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def fitted(picture):
    return fit(picture, TINY, seed=3)


def rmse(a, b):
    return (a - b).square().mean().sqrt()


@pytest.mark.parametrize("size", [(5, 7), (20, 3)])
def test_penalty_of_a_linear_critic(size):
    """Its gradient is its weights, wherever it is taken and however large the picture is."""
    weights = torch.tensor([1.0, -2.0, 2.0]).view(1, 3, 1, 1)
    real, fake = noise(1, 3, *size), noise(1, 3, *size, seed=1)
    for scale, expected in ((1 / 3, 0.0), (1.0, 4.0), (0.0, 1.0)):
        penalty = gradient_penalty(lambda x, s=scale: (s * weights * x).sum(1), real, fake, 0.3)
        torch.testing.assert_close(penalty, torch.tensor(expected), rtol=1e-5, atol=1e-6)


def test_penalty_is_taken_between_real_and_fake():
    """The critic |x|^2 / 2 has the picture itself for a gradient: at u = 1 the real one, at u = 0 the fake."""
    real, fake = noise(2, 3, 4, 5), noise(2, 3, 4, 5, seed=1)
    for u in (0.0, 0.25, 1.0):
        expected = ((u * real + (1 - u) * fake).norm(dim=1) - 1).square().mean()
        torch.testing.assert_close(gradient_penalty(lambda x: x.square() / 2, real, fake, u), expected)


def test_penalty_tells_faults_apart():
    real, fake = noise(1, 3, 4, 5), noise(1, 3, 4, 5, seed=1)
    right = gradient_penalty(lambda x: x.square() / 2, real, fake, 0.25)
    mixed = 0.25 * real + 0.75 * fake
    faults = {
        "over the whole picture": (mixed.norm() - 1).square(),
        "no root": (mixed.square().sum(1) - 1).square().mean(),
        "ends exchanged": ((0.75 * real + 0.25 * fake).norm(dim=1) - 1).square().mean(),
        "one-sided": (mixed.norm(dim=1) - 1).clamp(min=0).square().mean(),
        "mean of scores": ((mixed / mixed.numel()).norm(dim=1) - 1).square().mean(),
    }
    for value in faults.values():
        assert not torch.isclose(value, right, rtol=1e-2)


def test_penalty_trains_the_critic():
    """Its gradient reaches the weights: the penalty alone brings a linear critic to slope 1."""
    critic = torch.nn.Conv2d(3, 1, 1)
    optimizer = torch.optim.Adam(critic.parameters(), 0.05)
    for _ in range(100):
        descend(optimizer, gradient_penalty(critic, noise(1, 3, 4, 4), noise(1, 3, 4, 4), 0.5))
    torch.testing.assert_close(critic.weight.norm(), torch.tensor(1.0), atol=0.02, rtol=0)


def test_the_critic_learns_to_tell_and_the_generator_to_please():
    critic = torch.nn.Conv2d(3, 1, 1)
    real, fake = noise(1, 3, 8, 8) + 1, noise(1, 3, 8, 8) - 1
    optimizer = torch.optim.Adam(critic.parameters(), 0.05)
    for _ in range(100):
        descend(optimizer, critic_loss(critic, real, fake, torch.tensor(0.5), 0.1))
    assert critic(real).mean() > critic(fake).mean() + 1
    made = fake.clone().requires_grad_()
    for _ in range(50):
        descend(torch.optim.SGD([made], 1.0), generator_loss(critic, real, made, real, 10.0))
    assert critic(made).mean() > critic(fake).mean()
    loss = generator_loss(critic, real, fake, fake, 10.0) - generator_loss(critic, real, fake, real, 10.0)
    torch.testing.assert_close(loss, 10 * (fake - real).square().mean(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("layers", [2, 3, 5])
def test_networks_see_as_far_as_their_layers(layers):
    """A pixel changes what lies at most `layers` px away; the critic has a score for each whole field."""
    generator = Generator(4, layers).eval()
    for part in generator.body:
        if hasattr(part, "weight"):
            part.weight.data = 0.3 * noise(*part.weight.shape)
    before, z = noise(1, 3, 17, 19), noise(1, 3, 17, 19, seed=1)
    touched = z.clone()
    touched[..., 8, 9] += 1
    rows, columns = (generator(before, touched) != generator(before, z)).any(1)[0].nonzero().T
    assert (rows - 8).abs().max() == (columns - 9).abs().max() == layers
    assert convolutions(4, layers, 1)(before).shape == (1, 1, 17 - 2 * layers, 19 - 2 * layers)


def test_a_generator_adds_to_what_was_before():
    generator = Generator(4, 3).eval()
    torch.nn.init.zeros_(generator.body[-1].weight)
    torch.nn.init.zeros_(generator.body[-1].bias)
    before = noise(2, 3, 9, 9)
    assert torch.equal(generator(before, noise(2, 3, 9, 9)), before)
    torch.nn.init.constant_(generator.body[-1].bias, 50.0)
    assert torch.equal(generator(before, noise(2, 3, 9, 9)), before + 1)


def test_a_generator_s_noise_has_its_deviation():
    once, twice = Generator(4, 3), Generator(4, 3, 2.0)
    twice.body = once.body
    before, z = noise(2, 3, 9, 9), noise(2, 1, 9, 9, seed=1)
    torch.testing.assert_close(twice.eval()(before, z), once.eval()(before, 2 * z))
    assert not torch.equal(twice(before, z), once(before, z))


def test_scales_and_widths(picture):
    model = fit(picture, replace(TINY, doubling=1, steps=1))
    assert model.sizes == ((16, 21), (24, 32))
    assert [generator.body[0].out_channels for generator in model.generators] == [6, 12]
    assert model.z.shape == (1, 1, 16, 21)
    seen = []
    fit(picture, TINY, progress=lambda level, step: seen.append((level, step)))
    assert seen == [(level, step) for level in range(2) for step in range(1, 4)]


def test_noise_is_a_share_of_what_the_scale_below_gets_wrong(fitted, picture):
    below = replace(fitted, generators=fitted.generators[:1], sizes=fitted.sizes[:1])
    wrong = rmse(resize(reconstruct(below), 24, 32), picture)
    first, second = (generator.deviation for generator in fitted.generators)
    assert first == 1
    torch.testing.assert_close(second, 0.1 * wrong)


def test_a_scale_starts_as_a_copy_of_the_one_below(picture):
    """With hardly any learning both have the same weights; with twice the width they cannot."""
    same = fit(picture, replace(TINY, lr=1e-12))
    below, above = (generator.body[0].weight for generator in same.generators)
    torch.testing.assert_close(below, above)
    assert not torch.equal(fit(picture, TINY).generators[0].body[0].weight, below)


def test_the_picture_is_remembered_better_and_better(picture):
    config = replace(TINY, coarsest=24, lr=1e-2)

    def wrong(**changes):
        return rmse(reconstruct(fit(picture, replace(config, **changes))), picture)

    few, many, unasked = wrong(steps=2), wrong(steps=30), wrong(steps=30, reconstruction=0.0)
    assert many < 0.8 * few
    assert many < 0.6 * unasked


def test_what_goes_on_being_trained(picture):
    """Alone, a scale comes out as in SinGAN; concurrently it moves on, the further the higher its rate."""
    alone = fit(pyramid(picture, TINY.ratio, TINY.coarsest)[0], TINY).generators[0].body[0].weight

    def moved(**changes):
        return (fit(picture, replace(TINY, **changes)).generators[0].body[0].weight - alone).abs().mean()

    assert moved() == 0
    assert moved(concurrent=2, lr_scale=0.0) == 0
    assert 0 < moved(concurrent=2, lr_scale=0.1) < 0.5 * moved(concurrent=2, lr_scale=1.0)


def test_training_depends_on_the_seed_alone(fitted, picture):
    torch.manual_seed(9)
    before = torch.random.get_rng_state()
    again, other = (fit(picture, TINY, seed=seed) for seed in (3, 4))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(sample(again, 1), sample(fitted, 1))
    assert not torch.equal(sample(other, 1), sample(fitted, 1))


def test_samples_depend_on_their_seed_alone(fitted):
    two = sample(fitted, 2, seed=7)
    torch.testing.assert_close(two[1:], sample(fitted, 1, seed=8), rtol=0, atol=1e-5)
    assert not torch.equal(two[0], two[1])
    assert two.abs().max() <= 1


@pytest.mark.parametrize("size", [(24, 80), (49, 21), (3, 3)])
def test_any_size(fitted, size):
    samples = sample(fitted, 2, size)
    assert samples.shape == (2, 3, *size)
    assert samples.isfinite().all()


def test_consingan_has_six_scales():
    config = consingan()
    scales = pyramid(torch.zeros(3, 250, 250), config.ratio, config.coarsest)
    assert [scale.shape[1] for scale in scales] == [25, 40, 63, 100, 158, 250]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"channels": 0}, "channels must be at least 1, not 0"),
        ({"concurrent": 0}, "concurrent must be at least 1, not 0"),
        ({"layers": 1}, "layers must be at least 2, not 1"),
        ({"coarsest": 6}, "at least the networks' 7 px, not 6"),
        ({"ratio": 1.0}, "ratio must be above 1"),
        ({"lr": 0.0}, "lr must be above 0, not 0.0"),
        ({"noise": -0.1}, "noise must be at least 0, not -0.1"),
        ({"lr_scale": -1.0}, "lr_scale must be at least 0, not -1.0"),
    ],
)
def test_settings_out_of_bounds(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(TINY, **changes)


def test_bad_input_is_one_line(fitted, picture):
    with pytest.raises(ValueError, match="short side needs at least 16 px, not 9"):
        fit(picture[:, :9], TINY)
    with pytest.raises(ValueError, match="no finite numbers"):
        fit(picture * float("inf"), TINY)
    with pytest.raises(ArithmeticError, match="lower the learning rate"):
        fit(picture, replace(TINY, lr=1e30))
    with pytest.raises(ValueError, match="canvas must have at least"):
        sample(fitted, 1, (24, 0))
    with pytest.raises(ValueError, match="number of pictures must be at least 1"):
        sample(fitted, 0)
