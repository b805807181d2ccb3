"""Measures on cases whose answers are known without them."""

import math
import sys

import numpy as np
import pytest
import torch

from sindiff.metrics import (
    copied_share,
    multiscale_swd,
    nnf_diversity,
    patch_swd,
    patch_swd_draws,
    patches,
    pixel_diversity,
)


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_patches_are_windows():
    pictures = noise(2, 3, 8, 10)
    windows = patches(pictures, 3)
    assert windows.shape == (2, 6, 8, 27)
    assert torch.equal(windows[1, 4, 5].reshape(3, 3, 3), pictures[1, :, 4:7, 5:8])
    with pytest.raises(ValueError, match="at least 7x7"):
        patches(torch.zeros(1, 3, 6, 20))


def test_swd_of_a_picture_with_itself_is_zero(picture):
    assert patch_swd(picture, torch.stack([picture, picture])) == 0


def test_swd_ignores_where_patches_are():
    """Pixels in another order are the same 1 x 1 patches."""
    picture = noise(3, 12, 14)
    order = torch.randperm(12 * 14, generator=torch.Generator().manual_seed(1))
    shuffled = picture.flatten(1)[:, order].reshape(1, 3, 12, 14)
    assert patch_swd(picture, shuffled, size=1) == pytest.approx(0, abs=1e-7)
    assert patch_swd(picture, shuffled, size=3) > 0.01


@pytest.mark.parametrize("shift", [0.3, -1.2])
def test_swd_of_a_shift_in_one_dimension_is_the_shift(shift):
    picture = noise(1, 12, 14)
    assert patch_swd(picture, (picture + shift)[None], size=1) == pytest.approx(abs(shift), rel=1e-5)


def test_swd_of_a_shift_in_many_dimensions():
    """Along a unit vector u the patches move by c times the sum of u: on average c sqrt(D) E|u_1|."""
    picture, c, D = noise(3, 12, 14), 0.25, 27
    mean = math.gamma(D / 2) / (math.sqrt(math.pi) * math.gamma((D + 1) / 2))
    swd = patch_swd(picture, (picture + c)[None], size=3, bases=300)
    assert swd == pytest.approx(c * math.sqrt(D) * mean, rel=0.01)


def test_bases_are_orthonormal():
    """Of a shift, a vector of fixed length, D orthonormal directions see mean|u| with variance (pi / 2 - 3 / 2) / D.

    Independent unit vectors would deviate by (pi / 2 - 1) / D, nearly three times as far.
    """
    picture = noise(3, 12, 14)
    draws = torch.tensor(patch_swd_draws(picture, (picture + 0.25)[None], bases=100))
    assert draws.std() / draws.mean() == pytest.approx(math.sqrt((math.pi - 3) / 2 / 147), rel=0.25)
    assert patch_swd(picture, (picture + 0.25)[None], bases=100) == pytest.approx(draws.mean().item())


def test_swd_by_hand():
    """Values 0, 1, 2, 3 against 0, 0, 0, 8: sorted differences 0, 1, 2, 5."""
    picture = torch.tensor([[[3.0, 1.0], [0.0, 2.0]]])
    sample = torch.tensor([[[[0.0, 8.0], [0.0, 0.0]]]])
    assert patch_swd(picture, sample, size=1) == pytest.approx(2)


def test_swd_is_an_average_over_samples():
    picture = noise(3, 12, 14)
    samples = torch.stack([picture, picture + 0.5])
    assert patch_swd(picture, samples) == pytest.approx(patch_swd(picture, samples[1:]) / 2)


@pytest.mark.parametrize(("height", "tolerance"), [(12, 1e-6), (31, 0.03), (5, 0.06)])
def test_swd_in_one_dimension_is_scipy_s(height, tolerance):
    """Exact for equal sizes; for others the quantiles are interpolated."""
    stats = pytest.importorskip("scipy.stats")
    a, b = noise(1, 12, 40), 0.7 * noise(1, height, 40, seed=1) ** 3 + 0.2
    expected = stats.wasserstein_distance(a.flatten().numpy(), b.flatten().numpy())
    assert patch_swd(a, b[None], size=1) == pytest.approx(expected, rel=tolerance)


def test_swd_grows_with_the_difference(picture):
    values = [patch_swd(picture, (picture + s * noise(*picture.shape))[None]) for s in (0.05, 0.2, 0.8)]
    assert values == sorted(values)
    assert values[0] > 0.001


def test_swd_does_not_depend_on_the_random_state(picture):
    sample = noise(1, *picture.shape)
    first = patch_swd(picture, sample)
    torch.rand(3)
    assert patch_swd(picture, sample) == first


def test_scales_of_a_shift():
    """A shift is the same at all scales; along a unit vector it is what patch_swd says."""
    picture = noise(3, 40, 48)
    samples = torch.stack([picture, picture + 0.3])
    assert multiscale_swd(picture, samples) == pytest.approx(patch_swd(picture, samples), rel=1e-5)


def test_scales_see_what_is_far_apart():
    """Pixels exchanged inside blocks of 2 x 2 leave the halved pictures as they are: one scale in three differs."""
    picture = noise(3, 40, 48)
    exchanged = picture.unflatten(1, (20, 2)).flip(2).flatten(1, 2)[None]
    assert multiscale_swd(picture, exchanged) == pytest.approx(patch_swd(picture, exchanged) / 3, rel=1e-3)


def test_scales_end_where_pictures_do():
    picture, sample = noise(3, 12, 20), noise(1, 3, 30, 12, seed=1)
    assert multiscale_swd(picture, sample) == patch_swd(picture, sample)
    with pytest.raises(ValueError, match="at least 7x7"):
        multiscale_swd(picture[:, :6], sample)


def test_diversity_of_one_picture_again_and_again_is_zero(picture):
    assert pixel_diversity(picture, torch.stack([picture] * 4)) == 0


def test_diversity_by_hand():
    """Two samples 2c apart deviate by sqrt(2) c at each pixel."""
    picture = noise(3, 10, 10)
    samples = torch.stack([picture, picture + 0.6])
    expected = math.sqrt(2) * 0.3 / np.std(picture.numpy(), ddof=1)
    assert pixel_diversity(picture, samples) == pytest.approx(expected, rel=1e-5)


def test_diversity_needs_two():
    with pytest.raises(ValueError, match="two samples"):
        pixel_diversity(torch.zeros(3, 8, 8), torch.zeros(1, 3, 8, 8))


@pytest.mark.parametrize("measure", [patch_swd, multiscale_swd, copied_share, nnf_diversity, pixel_diversity])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p, s: (p * math.nan, s), "the picture holds values that are not finite"),
        (lambda p, s: (p, torch.cat([s, s / 0, s * math.nan])), "not finite: 2, 3, 4, 5"),
        (lambda p, s: (p, s[:0]), "no samples"),
        (lambda p, s: (p, s[0]), r"samples are \(B, C, H, W\), not \(3, 24, 32\)"),
        (lambda p, s: (p[None], s), r"a picture is \(C, H, W\)"),
        (lambda p, s: (p, s[:, :1]), "the samples have 1 channels, the picture has 3"),
    ],
)
def test_pictures_that_cannot_be_measured(picture, measure, change, message):
    with pytest.raises(ValueError, match=message):
        measure(*change(picture, torch.stack([picture, picture])))


BASES = [test_bases_are_orthonormal]
ENDS, FAR = [test_scales_end_where_pictures_do], [test_scales_see_what_is_far_apart]
SWD = [test_swd_by_hand, test_swd_of_a_shift_in_many_dimensions, test_swd_is_an_average_over_samples]


@pytest.mark.parametrize(
    ("name", "right", "wrong", "checks"),
    [
        ("patches", "torch.linalg.qr(gaussian).Q", "gaussian / len(gaussian[0]) ** 0.5", BASES),
        ("patches", ".abs().mean(dim=1)", ".square().mean(dim=1)", SWD),
        ("patches", "np.sort(values.numpy(), axis=1)", "values.numpy()", SWD),
        ("patches", "/ len(basis) / len(samples)", "/ len(basis)", SWD),
        ("patches", "F.conv2d(sample[None], kernels)", "F.conv2d(sample[None] / 127.5, kernels)", SWD),
        ("patches", "for scale in fitting) / len(fitting)", "for scale in fitting) / scales", ENDS),
        ("patches", "F.avg_pool2d(samples, scale)", "samples[..., ::scale, ::scale]", FAR),
        ("pixels", "samples.std(dim=0)", "samples.std(dim=0, unbiased=False)", [test_diversity_by_hand]),
        ("pixels", "samples.std(dim=0)", "samples.std(dim=1)", [test_diversity_by_hand]),
        ("pixels", "/ deviation(picture)", "/ deviation(picture) ** 2", [test_diversity_by_hand]),
    ],
)
def test_planted_faults_are_caught(catches, name, right, wrong, checks):
    assert catches(sys.modules[f"sindiff.metrics.{name}"], right, wrong, checks)
