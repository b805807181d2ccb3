"""Sensitivity maps of filters that are known, and how far they reach."""

import pytest
import torch
import torch.nn.functional as F

from sindiff.network.sensitivity import radius, sensitivity
from sindiff.oracle.exact import patch_denoiser
from sindiff.oracle.theory import pixel_denoiser
from sindiff.oracle.wiener import wiener_denoiser
from sindiff.schedule import Schedule

COSINE = Schedule("cosine", 1000)


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def smooth(side):
    return F.avg_pool2d(normal(1, 3, side + 6, side + 6), 7, 1)[0] * 3


def test_of_a_convolution_is_its_kernel():
    kernel = normal(2, 3, 3, 5)
    heat = sensitivity(lambda x: F.conv2d(x, kernel, padding=(1, 2)), normal(4, 3, 9, 12), (4, 6))
    expected = torch.zeros(9, 12, dtype=torch.float64)
    expected[3:6, 4:9] = kernel.square().sum((0, 1)).sqrt()
    torch.testing.assert_close(heat, expected)


def test_is_the_root_mean_square_over_pictures():
    x = normal(3, 1, 4, 4)
    heat = sensitivity(lambda x: x**2, x, (1, 2))
    assert heat[1, 2] == pytest.approx((2 * x[:, 0, 1, 2]).square().mean().sqrt().item())
    assert heat.count_nonzero() == 1


def test_is_taken_where_no_gradients_are_wanted_and_leaves_x_alone():
    x = normal(1, 3, 5, 5)
    with torch.no_grad():
        assert sensitivity(lambda x: 2 * x, x, (2, 2))[2, 2] == pytest.approx(2 * 3**0.5)
    assert not x.requires_grad


def test_radius_of_a_disc_and_of_a_far_pixel():
    y, x = torch.meshgrid(torch.arange(81) - 40, torch.arange(81) - 40, indexing="ij")
    disc = (torch.hypot(y.double(), x.double()) <= 30).double()
    assert radius(disc, (40, 40), 0.9) == pytest.approx(30 * 0.9**0.5, abs=0.3)
    assert radius(disc, (40, 40), 1) == 30
    heat = torch.zeros(9, 9)
    heat[4, 4], heat[1, 8] = 3, 1.001
    assert radius(heat, (4, 4)) == 5
    heat[1, 8] = 0.999
    assert radius(heat, (4, 4)) == 0
    assert radius(heat * 1e-30, (4, 4)) == 0
    with pytest.raises(ValueError, match="nothing"):
        radius(torch.zeros(3, 3), (1, 1))


def test_patches_look_at_their_window_and_pixels_at_themselves():
    picture, x = smooth(16), normal(1, 3, 16, 16)
    heat = sensitivity(lambda x: patch_denoiser(picture, COSINE, 5)(x, 700), x, (8, 8))
    assert heat[6:11, 6:11].min() > 1e6 * (heat.sum() - heat[6:11, 6:11].sum())
    heat = sensitivity(lambda x: pixel_denoiser(picture, COSINE)(x, 700), x, (8, 8))
    assert radius(heat, (8, 8), 1) == 0


def test_the_best_linear_denoiser_looks_farther_the_more_noise_there_is():
    denoise, x = wiener_denoiser(smooth(40), COSINE, 21), normal(1, 3, 40, 40)
    found = [radius(sensitivity(lambda x, t=t: denoise(x, t), x, (20, 20)), (20, 20)) for t in (20, 200, 500, 800)]
    assert found == sorted(found)
    assert found[-1] > found[0] + 3
