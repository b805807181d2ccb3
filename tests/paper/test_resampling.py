"""Walks that climb: the grid, the noise level after a climb, and what resampling is for."""

from itertools import pairwise

import pytest
import torch

from sindiff.edits import keep_known
from sindiff.noise import seeded_noise
from sindiff.resampling import climb, legs, walk
from sindiff.samplers import SOLVERS, sample
from sindiff.schedule import Schedule

SCHEDULE = Schedule()
NOISE = seeded_noise([0])


def gaussian(x, t):
    """The exact denoiser of pixels with mean 0.3 and deviation 0.5."""
    signal, sigma = SCHEDULE.scales(t, x)
    return 0.3 + 0.25 * signal / (0.25 * signal**2 + sigma**2) * (x - 0.3 * signal)


def test_legs_on_a_small_grid():
    assert legs([9, 7, 4, 2, 0], 2, 1) == [[9, 7, 4, 2, 0]]
    assert legs([9, 7, 4, 2, 0], 2, 2) == [[9, 7, 4], [9, 7, 4, 2, 0], [4, 2, 0]]
    assert legs([9, 7, 4, 0], 2, 3) == [[9, 7, 4], [9, 7, 4], [9, 7, 4, 0]]
    assert legs([9, 0], 5, 4) == [[9, 0]]


@pytest.mark.parametrize(("steps", "jump", "times"), [(20, 5, 4), (20, 7, 3), (6, 1, 2), (3, 4, 9)])
def test_every_stretch_is_passed_as_often(steps, jump, times):
    grid = SCHEDULE.timesteps(steps)
    cut = legs(grid, jump, times)
    passed = [pair for leg in cut for pair in pairwise(leg)]
    whole = steps // jump * jump
    assert [passed.count(pair) for pair in pairwise(grid)] == [times] * whole + [1] * (steps - whole)
    assert (cut[0][0], cut[-1][-1]) == (grid[0], 0)


@pytest.mark.parametrize(("jump", "times"), [(0, 2), (2, 0)])
def test_legs_refuse_nonsense(jump, times):
    with pytest.raises(ValueError, match="1 or more"):
        legs([2, 1, 0], jump, times)


@pytest.mark.parametrize(("t", "t_next"), [(0, 50), (50, 300), (300, 1000)])
def test_a_climb_reaches_the_noise_of_its_step(t, t_next):
    """Two draws of variance alpha_bar and 1 - alpha_bar make the marginal q(x_t | x_0), mean and deviation."""
    like = torch.empty(1, 3, 128, 128)
    signal, sigma = SCHEDULE.scales(t, like)
    x = climb(SCHEDULE, 0.5 * signal + sigma * NOISE(like, 1), t, t_next, NOISE(like, 2))
    signal, sigma = (scale.item() for scale in SCHEDULE.scales(t_next, like))
    assert x.mean().item() == pytest.approx(0.5 * signal, abs=0.03)
    assert x.std().item() == pytest.approx(sigma, rel=0.03)


@pytest.mark.parametrize("sampler", SOLVERS)
def test_one_leg_is_plain_sampling(sampler):
    solver, grid = SOLVERS[sampler], SCHEDULE.timesteps(6)
    x = NOISE(torch.empty(1, 3, 8, 8), SCHEDULE.T)
    *_, plain = sample(gaussian, solver.step(SCHEDULE, NOISE), x, grid)
    *_, walked = walk(gaussian, SCHEDULE, solver, x, [grid], NOISE)
    assert torch.equal(walked.x, plain.x)


@pytest.mark.parametrize("sampler", ["dpmpp", "ddim"])
def test_climbing_keeps_the_distribution(sampler):
    """Where the denoiser is exact, falling again changes the picture and not its statistics."""
    solver = SOLVERS[sampler]
    grid = SCHEDULE.timesteps(40, solver.spacing)
    x = NOISE(torch.empty(1, 3, 64, 64), SCHEDULE.T)
    once, again = ([*walk(gaussian, SCHEDULE, solver, x, legs(grid, 10, n), NOISE)][-1].x for n in (1, 3))
    assert (once - again).abs().mean() > 0.2
    for result in (once, again):
        assert result.mean().item() == pytest.approx(0.3, abs=0.03)
        assert result.std().item() == pytest.approx(0.5, rel=0.08)


def test_the_solver_remembers_nothing_over_a_climb():
    """The first step of a leg is that of a fresh solver from the same place."""
    solver, grid = SOLVERS["dpmpp"], [900, 600, 300, 0]
    x = NOISE(torch.empty(1, 3, 8, 8), SCHEDULE.T)
    seen = []

    def denoise(x, t):
        seen.append((t, x))
        return gaussian(x, t)

    states = list(walk(denoise, SCHEDULE, solver, x, legs(grid, 2, 2), NOISE))
    assert [t for t, _ in seen] == [900, 600, 900, 600, 300]
    *_, alone = sample(gaussian, solver.step(SCHEDULE, NOISE), seen[2][1], [900, 600, 300, 0])
    assert torch.equal(states[-1].x, alone.x)


def test_resampling_makes_both_sides_agree():
    """Two pixels that are always equal, one of them known: the other comes nearer the more often it is passed."""
    pair = torch.tensor([-0.8, 0.8]).reshape(2, 1, 1, 1).expand(2, 1, 1, 2)

    def denoise(x, t):
        signal, sigma = SCHEDULE.scales(t, x)
        logits = -(x[:, None] - signal * pair).square().flatten(2).sum(2) / (2 * sigma.squeeze() ** 2)
        return (logits.softmax(1)[:, :, None, None, None] * pair).sum(1)

    known, mask = torch.full((1, 1, 1, 2), 0.8), torch.tensor([0.0, 1.0]).reshape(1, 1, 1, 2)
    solver, noise = SOLVERS["dpmpp"], seeded_noise(range(200))
    grid = SCHEDULE.timesteps(6, solver.spacing)
    x = noise(torch.empty(200, 1, 1, 2), SCHEDULE.T)
    shares = []

    def edits(noise):
        return [keep_known(SCHEDULE, known, mask, noise)]

    for times in (1, 4):
        *_, last = walk(denoise, SCHEDULE, solver, x, legs(grid, 2, times), noise, edits)
        assert (last.x[..., 0] == 0.8).all()
        shares.append((last.x[..., 1] > 0).float().mean().item())
    assert shares[1] > shares[0] + 0.05
