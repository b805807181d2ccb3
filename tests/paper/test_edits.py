"""Edits: what stays, what follows the reference, with every solver and with the exact denoiser of patches."""

import pytest
import torch

from sindiff.conditioning import clamped, wrapped
from sindiff.edits import during, keep_known, lowpass, match_lowpass
from sindiff.noise import seeded_noise
from sindiff.oracle.exact import patch_denoiser
from sindiff.samplers import SOLVERS, sample
from sindiff.schedule import Schedule

SCHEDULE = Schedule()
NOISE = seeded_noise([0, 1])


def walk(denoise, sampler, reference, edits, steps=3):
    solver = SOLVERS[sampler]
    x = NOISE(torch.empty(2, *reference.shape[1:]), SCHEDULE.T)
    timesteps = SCHEDULE.timesteps(steps, solver.spacing)
    *_, last = sample(denoise, solver.step(SCHEDULE, NOISE), x, timesteps, edits)
    return last.x


def half_mask(picture):
    mask = torch.zeros(1, 1, *picture.shape[-2:])
    mask[..., 9:] = 1
    return mask


@pytest.fixture(scope="module")
def denoisers(picture):
    small = picture[:, ::2, ::2].contiguous()
    oracle = patch_denoiser(small, SCHEDULE, 5)
    return small[None], {"plain": clamped(oracle), "wrapped": clamped(wrapped(oracle, "x", 2, 1))}


@pytest.mark.parametrize("sampler", SOLVERS)
@pytest.mark.parametrize("wrapper", ["plain", "wrapped"])
def test_known_pixels_are_kept_exactly(denoisers, sampler, wrapper):
    known, denoise = denoisers
    mask = half_mask(known)
    result = walk(denoise[wrapper], sampler, known, [keep_known(SCHEDULE, known, mask, NOISE)])
    assert torch.equal(result[..., :9], known.expand_as(result)[..., :9])
    assert not torch.allclose(result[0, ..., 9:], result[1, ..., 9:])


@pytest.mark.parametrize("sampler", SOLVERS)
@pytest.mark.parametrize("factor", [1, 2, 4, 5])
def test_lowpass_is_the_references(denoisers, sampler, factor):
    reference, denoise = denoisers
    reference = reference.flip(-1)
    result = walk(denoise["plain"], sampler, reference, [match_lowpass(SCHEDULE, reference, factor, NOISE)])
    torch.testing.assert_close(lowpass(result, factor), lowpass(reference, factor).expand_as(result), atol=1e-4, rtol=0)
    if factor == 1:
        torch.testing.assert_close(result, reference.expand_as(result), atol=1e-6, rtol=0)
    else:
        assert (result - reference).abs().max() > 0.05


@pytest.mark.parametrize("factor", [2, 3, 7, 100])
def test_lowpass_is_an_orthogonal_projector(factor):
    x, y = torch.randn(2, 1, 3, 13, 22, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    low = lowpass(x, factor)
    torch.testing.assert_close(lowpass(low, factor), low)
    torch.testing.assert_close((low * y).sum(), (x * lowpass(y, factor)).sum())
    torch.testing.assert_close(lowpass(torch.ones_like(x), factor), torch.ones_like(x))
    assert low.norm() < x.norm()


def test_known_region_has_the_noise_of_its_step():
    known, mask = torch.full((1, 3, 64, 64), 0.5), torch.zeros(1, 1, 64, 64)
    for t in (10, 300, 900):
        x = keep_known(SCHEDULE, known, mask, NOISE)(torch.zeros(2, 3, 64, 64), t)
        alpha_bar = SCHEDULE.alpha_bar[t].item()
        assert x.mean().item() == pytest.approx(0.5 * alpha_bar**0.5, abs=0.03)
        assert x.std().item() == pytest.approx((1 - alpha_bar) ** 0.5, rel=0.03)


def test_edits_with_disjoint_masks_commute(picture):
    left = keep_known(SCHEDULE, picture[None], half_mask(picture), NOISE)
    right = keep_known(SCHEDULE, -picture[None], 1 - half_mask(picture), NOISE)
    x = torch.zeros(2, *picture.shape)
    assert torch.equal(left(right(x, 50), 50), right(left(x, 50), 50))


def test_during_includes_its_ends():
    edit = during(lambda x, t: x + 1, 10, 20)
    assert [edit(0, t) for t in (9, 10, 20, 21)] == [0, 1, 1, 0]


def test_bad_input_is_named(picture):
    with pytest.raises(ValueError, match="the mask is 4x4 px, but the picture 24x32"):
        keep_known(SCHEDULE, picture[None], torch.zeros(1, 1, 4, 4), NOISE)
    with pytest.raises(ValueError, match="nothing else"):
        keep_known(SCHEDULE, picture[None], half_mask(picture) / 2, NOISE)
    with pytest.raises(ValueError, match="1 or more"):
        lowpass(picture[None], 0)
