"""The steps agree with the schedulers of diffusers, step by step, with the same network and the same noise."""

from itertools import pairwise

import pytest
import torch

from sindiff.conditioning import clamped
from sindiff.diffusion import denoiser
from sindiff.samplers import ddim, ddpm, dpmpp_2m, sample
from sindiff.schedule import Schedule

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:diffusers")
diffusers = pytest.importorskip("diffusers")

SCHEDULE = Schedule("linear", 1000)
LINEAR = {"num_train_timesteps": 1000, "beta_start": 1e-4, "beta_end": 0.02, "beta_schedule": "linear"}
SHAPE = (2, 3, 4, 5)


def network(x, index):
    """Some smooth answer that depends on everything."""
    return 0.8 * x + 0.3 * torch.sin(3 * x + index.reshape(-1, 1, 1, 1) / 100)


def draw(t):
    return torch.randn(SHAPE, generator=torch.Generator().manual_seed(t))


def ours(step, prediction, timesteps, clip=True):
    denoise = denoiser(network, SCHEDULE, prediction)
    states = sample(clamped(denoise) if clip else denoise, step, draw(0), timesteps)
    return [state.x for state in states]


def theirs(scheduler, timesteps, step):
    """`step(scheduler, output, index, x, t_prev)` is their call; timesteps are ours, one above theirs."""
    x, path = draw(0), []
    assert [int(index) + 1 for index in scheduler.timesteps] == timesteps[:-1]
    for t, t_prev in pairwise(timesteps):
        x = step(scheduler, network(x, torch.full((2,), t - 1)), t - 1, x, t_prev).prev_sample
        path.append(x)
    return path


def assert_same_path(path, expected):
    assert len(path) == len(expected)
    for x, wanted in zip(path, expected, strict=True):
        torch.testing.assert_close(x, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("n", [1000, 20, 4, 2])
@pytest.mark.parametrize("variance", ["small", "large"])
def test_ddpm(variance, n):
    scheduler = diffusers.DDPMScheduler(
        **LINEAR, variance_type=f"fixed_{variance}", clip_sample=True, timestep_spacing="trailing"
    )
    scheduler.set_timesteps(n)
    timesteps = SCHEDULE.timesteps(n)

    def step(scheduler, output, index, x, t_prev):
        return scheduler.step(output, index, x, generator=torch.Generator().manual_seed(t_prev))

    path = ours(ddpm(SCHEDULE, lambda like, t: draw(t), variance), "eps", timesteps)
    expected = theirs(scheduler, timesteps, step)
    if variance == "large":  # theirs adds noise at the last step too, if that is a long one
        path, expected = path[:-1], expected[:-1]
    assert_same_path(path, expected)


@pytest.mark.parametrize("n", [1000, 20, 4, 1])
@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_ddim(eta, n):
    scheduler = diffusers.DDIMScheduler(**LINEAR, clip_sample=True, set_alpha_to_one=True, timestep_spacing="trailing")
    scheduler.set_timesteps(n)
    timesteps = SCHEDULE.timesteps(n)

    def step(scheduler, output, index, x, t_prev):
        noise = draw(t_prev) if eta else None
        return scheduler.step(output, index, x, eta=eta, use_clipped_model_output=True, variance_noise=noise)

    path = ours(ddim(SCHEDULE, lambda like, t: draw(t), eta), "eps", timesteps)
    assert_same_path(path, theirs(scheduler, timesteps, step))


@pytest.mark.parametrize("n", [20, 10, 3, 2])
@pytest.mark.parametrize("spacing", ["uniform", "log_snr"])
def test_dpmpp_2m(spacing, n):
    scheduler = diffusers.DPMSolverMultistepScheduler(
        **LINEAR,
        algorithm_type="dpmsolver++",
        solver_order=2,
        solver_type="midpoint",
        prediction_type="v_prediction",
        final_sigmas_type="zero",
    )
    timesteps = SCHEDULE.timesteps(n, spacing)
    scheduler.set_timesteps(timesteps=[t - 1 for t in timesteps[:-1]])

    def step(scheduler, output, index, x, t_prev):
        return scheduler.step(output, index, x)

    path = ours(dpmpp_2m(SCHEDULE), "v", timesteps, clip=False)
    assert_same_path(path, theirs(scheduler, timesteps, step))
