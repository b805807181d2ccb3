"""Guidance: its answers where they are known, and that it composes."""

import pytest
import torch

from sindiff.conditioning import clamped, padded, tiled, wrapped
from sindiff.diffusion import q_posterior
from sindiff.guidance import (
    at_x0_hat,
    at_x_t,
    distance,
    exact_weight,
    guided,
    mean_weight,
    normalised,
    through_network,
    within,
)
from sindiff.noise import seeded_noise
from sindiff.oracle.exact import patch_denoiser
from sindiff.samplers import SOLVERS, ddim, sample
from sindiff.schedule import Schedule

SCHEDULE = Schedule("linear", 1000)
SPREAD, DOUBT, SEEN = 0.5, 0.4, 0.6
READINGS = [through_network, at_x0_hat, at_x_t]


def gaussian(x, t):
    """The mean of x0 given x_t for pixels from N(0, SPREAD^2)."""
    alpha_bar = SCHEDULE.alpha_bar[t].item()
    return alpha_bar**0.5 * SPREAD**2 / (alpha_bar * SPREAD**2 + 1 - alpha_bar) * x


def left(t):
    """The variance of x0 given x_t."""
    alpha_bar = SCHEDULE.alpha_bar[t].item()
    return SPREAD**2 * (1 - alpha_bar) / (alpha_bar * SPREAD**2 + 1 - alpha_bar)


def seen(x0_hat, t):
    """log p(SEEN | x_t) of an observation with deviation DOUBT of every pixel."""
    return -(x0_hat - SEEN).square().flatten(1).sum(1) / (2 * (DOUBT**2 + left(t)))


def noise(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def redness(picture, t):
    return (picture[:, 0] - picture[:, 1:].mean(1)).mean((1, 2))


def constant(picture, t):
    return torch.zeros(len(picture)) + 3


@pytest.mark.parametrize("t", [1, 100, 500, 1000])
def test_one_step_is_the_posterior_mean(t):
    alpha_bar = SCHEDULE.alpha_bar[t].item()
    x = noise(2, 3, 4, 5)
    precision = 1 / SPREAD**2 + alpha_bar / (1 - alpha_bar) + 1 / DOUBT**2
    wanted = (alpha_bar**0.5 / (1 - alpha_bar) * x + SEEN / DOUBT**2) / precision
    torch.testing.assert_close(guided(gaussian, seen, 1, exact_weight(SCHEDULE))(x, t), wanted)


@pytest.mark.parametrize("name", SOLVERS)
def test_every_solver_reaches_the_posterior_mean(name):
    solver = SOLVERS[name]
    draw = seeded_noise(range(4))
    x = draw(torch.empty(4, 3, 32, 32, dtype=torch.float64), SCHEDULE.T)
    steps = SCHEDULE.timesteps(1000 if name == "ddpm" else 100, solver.spacing)
    *_, last = sample(guided(gaussian, seen, 1, exact_weight(SCHEDULE)), solver.step(SCHEDULE, draw), x, steps)
    mean = SEEN * SPREAD**2 / (SPREAD**2 + DOUBT**2)
    deviation = SPREAD * DOUBT / (SPREAD**2 + DOUBT**2) ** 0.5
    error = deviation / last.x.numel() ** 0.5
    assert last.x.mean().item() == pytest.approx(mean, abs=5 * error)
    assert last.x.std().item() == pytest.approx(deviation, rel=0.05)


@pytest.mark.parametrize("gradient", READINGS)
@pytest.mark.parametrize("weight", [exact_weight(SCHEDULE), mean_weight(SCHEDULE), normalised])
def test_a_constant_score_changes_nothing(gradient, weight):
    x = noise(2, 3, 4, 5)
    for score in (constant, lambda picture, t: 0 * picture.sum((1, 2, 3))):
        assert torch.equal(guided(gaussian, score, 7, weight, gradient)(x, 300), gaussian(x, 300))


def test_the_printed_weight_moves_the_mean_by_scale_times_gradient():
    x, t, scale = noise(2, 3, 4, 5), 400, 0.3
    plain, g = at_x_t(gaussian, seen, x, t)
    moved = guided(gaussian, seen, scale, mean_weight(SCHEDULE), at_x_t)(x, t)
    means = [q_posterior(SCHEDULE, x0, x, t, t - 1)[0] for x0 in (moved, plain)]
    torch.testing.assert_close(means[0] - means[1], scale * g)


def test_the_readings_differ_by_the_network():
    x, t = noise(1, 3, 4, 5), 400
    slope = gaussian(torch.ones(1), t).item()
    (a, through), (b, beside), (c, printed) = (gradient(gaussian, seen, x, t) for gradient in READINGS)
    torch.testing.assert_close(through, slope * beside)
    assert torch.equal(a, b)
    assert torch.equal(b, c)
    assert not torch.allclose(beside, printed)


@pytest.mark.parametrize("gradient", READINGS)
def test_normalised_steps_have_the_length_of_the_scale(gradient):
    x = noise(3, 3, 8, 8)
    plain = gaussian(x, 300)
    step = guided(gaussian, lambda p, t: 1e-6 * seen(p, t), 0.1, normalised, gradient)(x, 300) - plain
    torch.testing.assert_close(step.flatten(1).norm(dim=1), 0.1 * plain.flatten(1).norm(dim=1))


def test_redness_rises_with_the_scale():
    draw = seeded_noise(range(4))
    x = draw(torch.empty(4, 3, 8, 8), SCHEDULE.T)
    steps, red = SCHEDULE.timesteps(10, "log_snr"), []
    for scale in (0, 0.03, 0.1, 0.3):
        *_, last = sample(clamped(guided(gaussian, redness, scale, normalised)), ddim(SCHEDULE), x, steps)
        red.append(redness(last.x, 0).mean().item())
    assert red == sorted(red)
    assert red[0] < red[-1]


def test_within_moves_only_the_region():
    mask = torch.zeros(8, 8)
    mask[:, :3] = 1
    x = noise(1, 3, 8, 8)
    moved = guided(gaussian, within(seen, mask), 1, exact_weight(SCHEDULE))(x, 300) - gaussian(x, 300)
    assert moved[..., 3:].abs().max() == 0
    assert moved[..., :3].abs().min() > 0
    with pytest.raises(ValueError, match="8x8"):
        within(seen, torch.ones(8, 9))(x, 300)


@pytest.mark.parametrize("p", [1, 2, 3])
def test_distance_pulls_towards_the_reference(p):
    x0 = noise(2, 3, 4, 5).requires_grad_()
    reference = torch.full((3, 4, 5), 0.2)
    (gradient,) = torch.autograd.grad(distance(reference, p)(x0, 1).sum(), x0)
    gap = reference - x0
    torch.testing.assert_close(gradient, gap.sign() * gap.abs() ** (p - 1), check_dtype=False)


def test_composes_with_wrappers_and_the_oracle():
    picture = noise(3, 12, 12).float().clamp(-1, 1)
    oracle = patch_denoiser(picture, SCHEDULE, 3)
    for denoise in (padded(oracle, 4), wrapped(oracle, "xy", 4, 4), tiled(oracle, 8, 4, 4)):
        with torch.no_grad():
            x = noise(1, 3, 16, 16).float()
            moved = guided(denoise, redness, 0.1, normalised)(x, 500)
            step = moved - denoise(x, 500)
        assert redness(moved, 0) > redness(denoise(x, 500), 0)
        assert step.norm() == pytest.approx(0.1 * denoise(x, 500).norm().item(), rel=1e-4)
        assert not moved.requires_grad


@pytest.mark.parametrize("scale", [float("nan"), float("inf")])
def test_refuses_what_makes_no_sense(scale):
    with pytest.raises(ValueError, match="finite"):
        guided(gaussian, seen, scale, normalised)
    with pytest.raises(ValueError, match="at least 1"):
        distance(torch.zeros(3, 2, 2), scale)
    with pytest.raises(ValueError, match="at least 1"):
        distance(torch.zeros(3, 2, 2), 0.5)
