"""The forward process, its posterior, and the readings of a network's answer."""

import pytest
import torch

from sindiff.diffusion import PREDICTIONS, SIGMA_DATA, denoiser, eps_from_x0, q_posterior, q_sample, training_loss
from sindiff.schedule import Schedule

SCHEDULE = Schedule("linear", 1000)
close = {"rtol": 1e-9, "atol": 1e-9}


@pytest.fixture
def x0():
    return torch.rand(4, 3, 5, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 2 - 1


@pytest.fixture
def eps():
    return torch.randn(4, 3, 5, 6, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def test_step_zero_is_the_picture(x0, eps):
    assert torch.equal(q_sample(SCHEDULE, x0, 0, eps), x0)


def test_one_t_for_all_or_one_each(x0, eps):
    t = torch.tensor([1, 20, 300, 1000])
    batch = q_sample(SCHEDULE, x0, t, eps)
    for i in range(4):
        torch.testing.assert_close(batch[i : i + 1], q_sample(SCHEDULE, x0[i : i + 1], int(t[i]), eps[i : i + 1]))


@pytest.mark.parametrize("t", [1, 2, 50, 500, 1000])
@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_round_trip(x0, eps, prediction, t):
    x_t = q_sample(SCHEDULE, x0, t, eps)
    target = PREDICTIONS[prediction].target(SCHEDULE, x0, t, eps)
    torch.testing.assert_close(PREDICTIONS[prediction].to_x0(SCHEDULE, x_t, t, target), x0, **close)
    torch.testing.assert_close(eps_from_x0(SCHEDULE, x_t, t, x0), eps, **close)


def test_v_is_a_rotation_of_eps_and_x0(x0, eps):
    """x_t and v are (x0, eps) turned by one angle, so lengths are kept."""
    x_t, v = q_sample(SCHEDULE, x0, 400, eps), PREDICTIONS["v"].target(SCHEDULE, x0, 400, eps)
    torch.testing.assert_close(x_t**2 + v**2, x0**2 + eps**2, **close)


@pytest.mark.parametrize("t", [1, 30, 300, 1000])
def test_edm_has_unit_variance_and_no_linear_part(t):
    """Input and target for pixels that deviate as it assumes; what the input tells linearly is taken out."""
    generator = torch.Generator().manual_seed(2)
    x0, eps = torch.randn(2, 200_000, generator=generator, dtype=torch.float64)
    x0, eps = (values.reshape(1, 1, 1, -1) for values in (SIGMA_DATA * x0, eps))
    shown = PREDICTIONS["edm"].input(SCHEDULE, q_sample(SCHEDULE, x0, t, eps), t)
    target = PREDICTIONS["edm"].target(SCHEDULE, x0, t, eps)
    assert shown.var().item() == pytest.approx(1, abs=0.02)
    assert target.var().item() == pytest.approx(1, abs=0.02)
    assert (shown * target).mean().item() == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_training_and_sampling_show_the_network_the_same(x0, eps, prediction):
    seen = []

    def network(x, index):
        seen.append(x)
        return x

    training_loss(network, SCHEDULE, prediction, x0, torch.full((4,), 300), eps)
    denoiser(network, SCHEDULE, prediction)(q_sample(SCHEDULE, x0, 300, eps), 300)
    torch.testing.assert_close(*seen)


@pytest.mark.parametrize(("t", "t_prev"), [(2, 1), (500, 499), (1000, 999), (1000, 300), (50, 1)])
def test_posterior_is_bayes(x0, eps, t, t_prev):
    """x_prev and x_t are jointly Gaussian given x0: condition one on the other."""
    ab_t, ab_prev = SCHEDULE.alpha_bar[t].item(), SCHEDULE.alpha_bar[t_prev].item()
    x_t = q_sample(SCHEDULE, x0, t, eps)
    covariance = (ab_t / ab_prev) ** 0.5 * (1 - ab_prev)
    expected = ab_prev**0.5 * x0 + covariance / (1 - ab_t) * (x_t - ab_t**0.5 * x0)
    mean, variance = q_posterior(SCHEDULE, x0, x_t, t, t_prev)
    torch.testing.assert_close(mean, expected, **close)
    assert variance == pytest.approx(1 - ab_prev - covariance**2 / (1 - ab_t), rel=1e-6)


def test_posterior_at_the_end_is_the_picture(x0, eps):
    mean, variance = q_posterior(SCHEDULE, x0, q_sample(SCHEDULE, x0, 7, eps), 7, 0)
    torch.testing.assert_close(mean, x0, **close)
    assert variance == 0


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_loss(x0, eps, prediction):
    """A perfect network has loss 0, one that answers 0 has the target's mean square; it is given t - 1."""
    t = torch.tensor([1, 20, 300, 1000])
    target = PREDICTIONS[prediction].target(SCHEDULE, x0, t, eps)
    seen = []

    def network(x, index):
        seen.append(index)
        return target

    assert training_loss(network, SCHEDULE, prediction, x0, t, eps).abs().max() < 1e-9
    assert torch.equal(seen[0], t - 1)
    loss = training_loss(lambda x, index: torch.zeros_like(x), SCHEDULE, prediction, x0, t, eps)
    torch.testing.assert_close(loss.double(), target.square().mean((1, 2, 3)))


@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_denoiser_of_a_perfect_network(x0, eps, prediction):
    def network(x, index):
        assert index.tolist() == [299] * 4
        return PREDICTIONS[prediction].target(SCHEDULE, x0, 300, eps)

    x_t = q_sample(SCHEDULE, x0, 300, eps)
    torch.testing.assert_close(denoiser(network, SCHEDULE, prediction)(x_t, 300), x0, **close)
