"""The sampling loop, and its steps on Gaussian data, where the perfect denoiser and every answer are known."""

import math
from itertools import pairwise

import pytest
import torch

from sindiff.noise import seeded_noise
from sindiff.samplers import SOLVERS, ddim, ddpm, dpmpp_2m, sample
from sindiff.schedule import Schedule

SCHEDULE = Schedule("linear", 1000)
SPREAD = 0.3


def gaussian(schedule, spread=SPREAD):
    """The mean of x0 given x_t for pixels from N(0, spread^2)."""

    def denoise(x, t):
        alpha_bar = schedule.alpha_bar[t].item()
        return alpha_bar**0.5 * spread**2 / variance(schedule, t, spread) * x

    return denoise


def variance(schedule, t, spread=SPREAD):
    alpha_bar = schedule.alpha_bar[t].item()
    return alpha_bar * spread**2 + 1 - alpha_bar


def kept_spread(step, schedule, timesteps):
    """What a deterministic step makes of the spread of x_T: the map is linear, so one number tells all."""
    x = torch.full((1, 1, 1, 1), variance(schedule, timesteps[0]) ** 0.5, dtype=torch.float64)
    *_, last = sample(gaussian(schedule), step, x, timesteps)
    return last.x.item() / SPREAD


def start(schedule=SCHEDULE):
    like = torch.empty(2, 3, 6, 5, dtype=torch.float64)
    return seeded_noise([0, 1])(like, schedule.T)


def test_log_snr_grid_keeps_the_spread():
    assert kept_spread(dpmpp_2m(SCHEDULE), SCHEDULE, SCHEDULE.timesteps(20, "log_snr")) == pytest.approx(1.01, abs=0.01)
    assert kept_spread(dpmpp_2m(SCHEDULE), SCHEDULE, SCHEDULE.timesteps(20, "uniform")) == pytest.approx(0.86, abs=0.01)


def test_all_deterministic_steps_keep_the_spread():
    for step in (ddim(SCHEDULE), dpmpp_2m(SCHEDULE)):
        assert kept_spread(step, SCHEDULE, SCHEDULE.timesteps(1000)) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("kind", ["small", "large"])
def test_ddpm_keeps_the_spread(kind):
    """Its variance follows a recursion: the step is x -> gain x + sigma z."""
    grid = SCHEDULE.timesteps(1000)
    value = variance(SCHEDULE, SCHEDULE.T)
    one = torch.ones(1, 1, 1, 1, dtype=torch.float64)
    quiet, loud = ddpm(SCHEDULE, lambda x, t: 0 * x, kind), ddpm(SCHEDULE, lambda x, t: torch.ones_like(x), kind)
    for t, t_prev in pairwise(grid):
        x0 = gaussian(SCHEDULE)(one, t)
        gain = quiet(one, x0, t, t_prev, None)[0].item()
        sigma = loud(one, x0, t, t_prev, None)[0].item() - gain
        value = gain**2 * value + sigma**2
    assert value**0.5 / SPREAD == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("timesteps", [range(100, -1, -1), [100, 70, 69, 30, 2, 0], [100, 0]])
def test_ddim_with_eta_1_is_ddpm_with_the_small_variance(timesteps):
    schedule = Schedule("linear", 100)
    noise = seeded_noise([0, 1])
    paths = [
        [state.x for state in sample(gaussian(schedule), step, start(schedule), list(timesteps))]
        for step in (ddim(schedule, noise, eta=1), ddpm(schedule, noise, "small"))
    ]
    torch.testing.assert_close(*map(torch.stack, paths), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("make", "order"), [(ddim, 1), (dpmpp_2m, 2)])
def test_order_of_the_solvers(make, order):
    """The error against the exact flow falls with the number of steps to the power of the order."""
    schedule = Schedule("linear", 200_000)
    errors = []
    for n in (20, 40, 80):
        timesteps = schedule.timesteps(n, "log_snr")
        x = torch.full((1, 1, 1, 1), variance(schedule, schedule.T) ** 0.5, dtype=torch.float64)
        *_, before_last, _ = sample(gaussian(schedule), make(schedule), x, timesteps)
        exact = variance(schedule, before_last.t) ** 0.5
        errors.append(abs(before_last.x.item() - exact))
    orders = [math.log2(errors[i] / errors[i + 1]) for i in range(2)]
    assert orders == pytest.approx([order, order], abs=0.35)


@pytest.mark.parametrize("name", SOLVERS)
def test_a_known_picture_is_reached(name):
    """A denoiser that always names one picture ends there, whatever the noise."""
    picture = start() / 3
    solver = SOLVERS[name]
    step = solver.step(SCHEDULE, seeded_noise([0, 1]))
    *_, last = sample(lambda x, t: picture, step, start(), SCHEDULE.timesteps(10, solver.spacing))
    torch.testing.assert_close(last.x, picture, rtol=0, atol=1e-9)
    assert last.t == 0


def test_states_and_edits():
    seen = []

    def edit(x, t):
        seen.append(t)
        return x + 1

    def step(x, x0, t, t_prev, memory):
        assert memory == (None if t == 9 else t)
        return x0, t_prev

    states = list(sample(lambda x, t: 10 * x, step, torch.zeros(1), [9, 5, 2, 0], edits=(edit, edit)))
    assert [state.t for state in states] == [5, 2, 0]
    assert seen == [5, 5, 2, 2, 0, 0]
    assert [state.x.item() for state in states] == [2, 22, 222]
    assert [state.x0_hat.item() for state in states] == [0, 20, 220]


def test_edits_keep_what_is_known():
    """An edit that imposes a mask holds at the end."""
    known = torch.linspace(-1, 1, 30, dtype=torch.float64).reshape(1, 1, 6, 5).expand(2, 3, 6, 5)
    mask = torch.zeros(1, 1, 6, 5, dtype=torch.float64)
    mask[..., 2:] = 1
    step = ddpm(SCHEDULE, seeded_noise([0, 1]))
    keep = lambda x, t: x * mask + known * (1 - mask)  # noqa: E731
    *_, last = sample(gaussian(SCHEDULE), step, start(), SCHEDULE.timesteps(10), [keep])
    assert torch.equal(last.x[..., :2], known[..., :2])
    assert not torch.isclose(last.x[..., 2:], known[..., 2:]).any()


def test_the_loop_can_be_stopped():
    calls = []

    def denoise(x, t):
        calls.append(t)
        return x

    states = sample(denoise, ddim(SCHEDULE), start(), SCHEDULE.timesteps(50))
    assert next(states).t == 980
    assert next(states).t == 960
    states.close()
    assert calls == [1000, 980]


def test_no_gradients_and_none_left_off():
    weight = torch.ones((), requires_grad=True)
    for state in sample(lambda x, t: weight * x, ddim(SCHEDULE), start(), [1000, 500, 0]):
        assert not state.x.requires_grad
        assert torch.is_grad_enabled()


def test_mistakes_are_refused():
    with pytest.raises(ValueError, match="variance"):
        ddpm(SCHEDULE, seeded_noise([0]), "medium")
    with pytest.raises(ValueError, match="needs noise"):
        ddim(SCHEDULE, eta=0.5)
    for eta in (-0.1, 1.1):
        with pytest.raises(ValueError, match="eta must lie"):
            ddim(SCHEDULE, seeded_noise([0]), eta)
