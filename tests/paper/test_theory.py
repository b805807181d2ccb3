"""A network held against a theory: closed forms, and a theory that finds itself."""

from dataclasses import replace

import pytest
import torch

from sindiff.diffusion import q_sample
from sindiff.oracle.exact import border_patch_denoiser, patch_denoiser
from sindiff.oracle.theory import Fit, best, explain, in_sizes, pixel_denoiser
from sindiff.schedule import Schedule
from sindiff.training.loop import Canvases
from sindiff.training.presets import get_preset

COSINE = Schedule("cosine", 1000)


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def noisy(picture, t, seed=1):
    return q_sample(COSINE, picture[None], t, normal(2, *picture.shape, seed=seed))


@pytest.mark.parametrize("share", [0, 0.25, 1, 4])
def test_what_is_left_is_the_share_of_the_squares(share):
    answers = normal(2, 3, 16, 20) + torch.tensor([5.0, -2, 0])[:, None, None]
    mean = answers.mean((0, 2, 3), keepdim=True)
    off = normal(2, 3, 16, 20, seed=1)
    off *= (share * (answers - mean).square().sum() / off.square().sum()) ** 0.5
    fit = explain(answers, {"off": answers + off}, mean.expand_as(answers))["off"]
    assert fit == pytest.approx((1 - share, 1 - share))


def test_halving_leaves_a_quarter_and_the_plain_guess_gains_nothing():
    answers = normal(2, 3, 8, 8)
    answers -= answers.mean((0, 2, 3), keepdim=True)
    plain = 0.8 * answers
    fits = explain(answers, {"half": answers / 2, "plain": plain, "mean": 0 * answers}, plain)
    assert fits["half"] == pytest.approx((0.75, 1 - 0.25 / 0.04))
    assert fits["plain"] == pytest.approx((0.96, 0))
    assert fits["mean"] == pytest.approx((0, 1 - 1 / 0.04))


def test_noise_is_explained_by_nothing():
    answers = normal(4, 3, 32, 32)
    small = explain(answers, {"other noise": 0.01 * normal(4, 3, 32, 32, seed=1)}, torch.zeros_like(answers))
    assert small["other noise"] == pytest.approx((0, 0), abs=1e-3)
    equal = explain(answers, {"other noise": normal(4, 3, 32, 32, seed=1)}, torch.zeros_like(answers))
    assert equal["other noise"].r2 == pytest.approx(-1, abs=0.05)


@pytest.mark.parametrize("t", [500, 800])
@pytest.mark.parametrize("own", [3, 7])
def test_the_oracle_finds_its_own_patch_size(own, t):
    picture = normal(3, 16, 18).clamp(-1, 1)
    x = noisy(picture, t)
    theories = {size: patch_denoiser(picture, COSINE, size)(x, t) for size in (1, 3, 5, 7, 9)}
    fits = explain(theories[own], theories, pixel_denoiser(picture, COSINE)(x, t))
    assert best(fits) == own
    assert fits[own] == Fit(1, 1)
    assert all(fit.gain < 1 for size, fit in fits.items() if size != own)


def test_seeing_the_border_can_be_told_from_not_seeing_it():
    picture = torch.linspace(-1, 1, 16, dtype=torch.float64)[:, None].expand(3, 16, 16) + 0.1 * normal(3, 16, 16)
    x, t = noisy(picture, 900), 900
    sees, blind = (make(picture, COSINE, 9)(x, t) for make in (border_patch_denoiser, patch_denoiser))
    fits = explain(sees, {"sees": sees, "blind": blind}, pixel_denoiser(picture, COSINE)(x, t))
    assert best(fits) == "sees"
    assert fits["blind"].gain < 0.9


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r"wide: answers of \(1, 3, 4, 5\)"):
        explain(normal(1, 3, 4, 4), {"wide": normal(1, 3, 4, 5)}, normal(1, 3, 4, 4))


@pytest.mark.parametrize("t", [1, 400, 1000])
def test_pixel_denoiser_is_the_best_linear_guess(t):
    """Its answers leave errors that neither a shift nor a scale of the noisy pixels would lessen."""
    picture = (
        normal(3, 64, 64) * torch.tensor([0.2, 0.5, 1.0])[:, None, None] + torch.tensor([0.3, 0, -0.7])[:, None, None]
    )
    eps = normal(200, 3, 64, 64, seed=2)
    x = q_sample(COSINE, picture[None], t, eps)
    error = pixel_denoiser(picture, COSINE)(x, t) - picture
    deviation = error.square().mean((0, 2, 3)).sqrt()
    for guess in (torch.ones_like(x), x - x.mean((0, 2, 3), keepdim=True)):
        correlation = (error * guess).mean((0, 2, 3)) / (deviation * guess.square().mean((0, 2, 3)).sqrt())
        assert correlation.abs().max() < 0.01
    expected = picture.var((1, 2), correction=0) * (1 - COSINE.alpha_bar[t])
    expected /= COSINE.alpha_bar[t] * picture.var((1, 2), correction=0) + 1 - COSINE.alpha_bar[t]
    torch.testing.assert_close(deviation, expected.sqrt(), rtol=0.02, atol=0)


def test_pixel_denoiser_runs_from_the_canvas_to_the_mean():
    picture, x = normal(3, 8, 8), normal(2, 3, 5, 9, seed=3)
    denoise = pixel_denoiser(picture, Schedule("linear", 1000))
    assert (denoise(x, 1) - x).abs().max() < 1e-2
    assert (denoise(x, 1000) - picture.mean((1, 2), keepdim=True)).abs().max() < 0.05
    torch.testing.assert_close(denoise(x.float(), 500).double(), denoise(x, 500), rtol=0, atol=1e-5)


def test_sizes_are_those_of_training():
    picture = normal(3, 20, 30).float()
    config = replace(get_preset("laptop").train, resize=(0.8, 1.2), sizes=3)
    canvases, generator = Canvases(picture, config), torch.Generator().manual_seed(0)
    shown = {canvas.shape: canvas for canvas in (canvases.draw(generator, step)[0][0] for step in range(200))}
    made = {canvas.shape: canvas for canvas in in_sizes(picture, (0.8, 1, 1.2), config.network.multiple)}
    assert made.keys() == shown.keys()
    assert len(made) == 9
    for shape, canvas in made.items():
        torch.testing.assert_close(canvas, shown[shape])
