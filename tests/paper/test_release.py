"""Agreement with the authors' release: names, shapes, the network's answer, and each formula of the diffusion."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from sindiff.diffusion import denoiser, eps_from_x0, q_posterior, q_sample
from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.samplers import ddim, ddpm
from sindiff.schedule import Schedule
from sindiff.training.presets import get_preset

DATA = Path(__file__).parents[1] / "data"
SETTINGS = json.loads((DATA / "official_state_dicts.json").read_text())
SCHEDULE = Schedule("linear", 1000)
close = {"rtol": 0, "atol": 1e-5}


@pytest.fixture(scope="module")
def numbers():
    with np.load(DATA / "official_diffusion.npz") as file:
        return {name: torch.from_numpy(file[name]) for name in file.files}


@pytest.fixture(scope="module")
def x0_hat(numbers):
    """Our reading of the release's network output: eps to x0, clipped as the release does."""

    def read(i):
        denoise = denoiser(lambda x, index: numbers["eps"][i : i + 1], SCHEDULE, "eps")
        return denoise(numbers["x_t"][i : i + 1], int(numbers["t"][i]) + 1).clamp(-1, 1)

    return read


@pytest.mark.parametrize("name", SETTINGS)
def test_state_dict(name):
    with torch.device("meta"):
        network = PatchUNet(get_preset(name).train.network)
    assert {key: list(weights.shape) for key, weights in network.state_dict().items()} == SETTINGS[name]["state_dict"]
    assert sum(weights.numel() for weights in network.parameters()) == SETTINGS[name]["parameters"]
    assert f"{SETTINGS[name]['parameters']:,} parameters" in get_preset(name).expected


def test_network_output():
    tensors = load_file(DATA / "official_unet_forward.safetensors")
    prefix = "state_dict."
    network = PatchUNet(UNetConfig(channels=32, mult=(1, 2), blocks=1, norm="group")).eval()
    network.load_state_dict({key.removeprefix(prefix): w for key, w in tensors.items() if key.startswith(prefix)})
    with torch.no_grad():
        torch.testing.assert_close(network(tensors["input.x"], tensors["input.t"]), tensors["output"], **close)


def test_schedule(numbers):
    exact = {"rtol": 1e-12, "atol": 0}
    torch.testing.assert_close(SCHEDULE.alpha_bar[1:], numbers["alphas_cumprod"], **exact)
    alpha = SCHEDULE.alpha_bar[1:] / SCHEDULE.alpha_bar[:-1]
    torch.testing.assert_close(1 - alpha, numbers["betas"], rtol=1e-10, atol=1e-14)


def test_q_sample(numbers):
    x_t = q_sample(SCHEDULE, numbers["x0"], numbers["t"] + 1, numbers["eps"])
    torch.testing.assert_close(x_t, numbers["q_sample"], **close)


@pytest.mark.parametrize("i", range(5))
def test_clipped_x0(numbers, x0_hat, i):
    torch.testing.assert_close(x0_hat(i)[0], numbers["p_pred_xstart"][i], **close)


@pytest.mark.parametrize("i", range(5))
def test_posterior_mean(numbers, x0_hat, i):
    t = int(numbers["t"][i]) + 1
    mean, _ = q_posterior(SCHEDULE, x0_hat(i), numbers["x_t"][i : i + 1], t, t - 1)
    torch.testing.assert_close(mean[0], numbers["p_mean"][i], **close)


@pytest.mark.parametrize("i", range(5))
@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("p_sample_large", lambda noise: ddpm(SCHEDULE, noise, "large")),
        ("ddim_eta0", lambda noise: ddim(SCHEDULE)),
        ("ddim_eta1", lambda noise: ddim(SCHEDULE, noise, eta=1)),
    ],
)
def test_step(numbers, x0_hat, name, make, i):
    t = int(numbers["t"][i]) + 1
    step = make(lambda like, t_prev: numbers["noise"][i : i + 1])
    x_t = numbers["x_t"][i : i + 1]
    x_prev, _ = step(x_t, x0_hat(i), t, t - 1, None)
    atol = close["atol"]
    if name.startswith("ddim") and t > 1:
        atol += rounding_of_release(t - 1) * eps_from_x0(SCHEDULE, x_t, t, x0_hat(i)).abs().max().item()
    torch.testing.assert_close(x_prev[0], numbers[name][i], rtol=0, atol=atol)


def rounding_of_release(t):
    """Its DDIM works with alpha_bar in float32: near 1 that leaves few digits of sqrt(1 - alpha_bar - sigma^2)."""
    return 2**-24 / (1 - SCHEDULE.alpha_bar[t].item()) ** 0.5


@pytest.mark.parametrize("i", range(1, 5))
def test_large_variance_is_beta(numbers, i):
    """The release's variance is beta; at its index 0 it reports the next one's, but adds no noise there."""
    t = int(numbers["t"][i]) + 1
    zero = torch.zeros(1, 1, 1, 1)
    step = ddpm(SCHEDULE, lambda like, t_prev: torch.ones_like(like))
    sigma = step(zero, zero, t, t - 1, None)[0].item()
    assert sigma**2 == pytest.approx(numbers["p_variance"][i].flatten()[0].item(), rel=1e-5)
