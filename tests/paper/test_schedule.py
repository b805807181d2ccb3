"""The noise schedule: what must hold for any length, and the grids of steps."""

import math
from itertools import pairwise

import pytest
import torch

from sindiff.schedule import SPACINGS, Schedule

SCHEDULES = [("linear", 1000), ("linear", 21), ("linear", 250), ("cosine", 1000), ("cosine", 1), ("cosine", 50)]


@pytest.mark.parametrize(("name", "T"), SCHEDULES)
def test_alpha_bar_falls_from_one(name, T):
    alpha_bar = Schedule(name, T).alpha_bar
    assert alpha_bar.dtype == torch.float64
    assert alpha_bar.shape == (T + 1,)
    assert alpha_bar[0] == 1
    assert (alpha_bar[1:] < alpha_bar[:-1]).all()
    assert (alpha_bar > 0).all()


@pytest.mark.parametrize("name", ["linear", "cosine"])
@pytest.mark.parametrize("T", [100, 1000, 4000])
def test_last_step_is_nearly_noise(name, T):
    assert Schedule(name, T).alpha_bar[-1] < 1e-4


def test_linear_has_the_release_s_ends():
    alpha_bar = Schedule("linear", 1000).alpha_bar
    assert alpha_bar[1].item() == pytest.approx(1 - 1e-4, abs=1e-15)
    assert (alpha_bar[1000] / alpha_bar[999]).item() == pytest.approx(0.98, abs=1e-12)


def test_cosine_is_a_squared_cosine():
    alpha_bar = Schedule("cosine", 1000).alpha_bar
    signal = [math.cos((t / 1000 + 0.008) / 1.008 * math.pi / 2) ** 2 for t in (0, 500)]
    assert alpha_bar[500].item() == pytest.approx(signal[1] / signal[0], rel=1e-9)


def test_log_snr():
    schedule = Schedule("linear", 1000)
    assert schedule.half_log_snr[0] == math.inf
    alpha_bar = schedule.alpha_bar[300].item()
    assert schedule.half_log_snr[300].item() == pytest.approx(math.log(math.sqrt(alpha_bar / (1 - alpha_bar))))


def test_scales_are_a_unit_vector():
    schedule = Schedule("linear", 1000)
    signal, sigma = schedule.scales(torch.tensor([0, 1, 500, 1000]), torch.zeros(1, dtype=torch.float64))
    assert signal.shape == sigma.shape == (4, 1, 1, 1)
    torch.testing.assert_close(signal**2 + sigma**2, torch.ones_like(signal))
    assert signal[0] == 1
    assert sigma[0] == 0


@pytest.mark.parametrize(("name", "T"), SCHEDULES)
@pytest.mark.parametrize("spacing", SPACINGS)
def test_timesteps_fall_strictly(name, T, spacing):
    schedule = Schedule(name, T)
    for start in {T, max(1, T // 3)}:
        for n in {1, 2, 3, 5, 10, 19, 20, 37, 50, start // 2, start - 1, start}:
            if 1 <= n <= start:
                grid = schedule.timesteps(n, spacing, start)
                assert len(grid) == n + 1
                assert grid[0] == start or n == 1
                assert grid[-1] == 0
                assert all(a > b for a, b in pairwise(grid))


@pytest.mark.parametrize("spacing", SPACINGS)
def test_timesteps_start_where_asked(spacing):
    schedule = Schedule("linear", 1000)
    assert schedule.timesteps(1, spacing) == [1000, 0]
    assert schedule.timesteps(7, spacing, 400)[0] == 400
    assert schedule.timesteps(1000, spacing) == list(range(1000, -1, -1))


def test_log_snr_grid_is_even():
    schedule = Schedule("linear", 100_000)
    lambdas = schedule.half_log_snr[schedule.timesteps(11, "log_snr")[:-1]]
    steps = lambdas.diff()
    torch.testing.assert_close(steps, steps.mean().expand_as(steps), rtol=0.02, atol=0)
    assert schedule.timesteps(11, "log_snr")[-2] == 1


def test_flow_grid_is_even_in_the_share_of_noise():
    schedule = Schedule("linear", 100_000)
    signal, sigma = schedule.scales(torch.tensor(schedule.timesteps(11, "flow")[:-1]), torch.zeros(1).double())
    share = (sigma / (signal + sigma)).flatten()
    torch.testing.assert_close(share, torch.linspace(share[0], share[-1], 11).double(), rtol=0, atol=1e-4)
    assert share[0] > 0.99
    assert share[-1] < 0.01


@pytest.mark.parametrize("n", [0, -1, 1001])
def test_number_of_steps_is_checked(n):
    with pytest.raises(ValueError, match="number of steps"):
        Schedule("linear", 1000).timesteps(n)


@pytest.mark.parametrize("arguments", [("sigmoid", 1000), ("linear", 0), ("linear", 20), ("cosine", 0), ("cosine", -5)])
def test_bad_schedules_are_refused(arguments):
    with pytest.raises(ValueError, match="schedule"):
        Schedule(*arguments)


def test_other_mistakes_are_refused():
    schedule = Schedule("linear", 1000)
    with pytest.raises(ValueError, match="spacing"):
        schedule.timesteps(10, "karras")
    with pytest.raises(ValueError, match="first step"):
        schedule.timesteps(10, start=1001)
    with pytest.raises(TypeError):
        Schedule("linear", 1000.0)
