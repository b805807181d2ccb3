"""The posterior over patches against brute force, in its limits, and from scale to scale."""

import pytest
import torch

from sindiff.baselines import posterior
from sindiff.baselines.posterior import SCHEDULE, PosteriorConfig, fit, held_to, overlapping_patch_denoiser, sample
from sindiff.edits import lowpass
from sindiff.pictures.images import resize
from sindiff.samplers import ddim

SMALL = PosteriorConfig(patch=3, coarsest=8, steps=4)


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def brute_force(picture, canvas, t, middle, share=lambda distances, sigma: (-distances / (2 * sigma**2)).softmax(0)):
    """x0_hat of one canvas with 3 x 3 patches, a patch at a time; middle: a patch's weights, (3, 3)."""
    signal, sigma = (scale.item() for scale in SCHEDULE.scales(t, canvas))
    corners = [(y, x) for y in range(picture.shape[1] - 2) for x in range(picture.shape[2] - 2)]
    known = torch.stack([picture[:, y : y + 3, x : x + 3] for y, x in corners])
    total, weights = torch.zeros_like(canvas), torch.zeros_like(canvas)
    for y in range(canvas.shape[1] - 2):
        for x in range(canvas.shape[2] - 2):
            distances = (canvas[:, y : y + 3, x : x + 3] - signal * known).square().sum((1, 2, 3))
            mean = torch.einsum("k,kcyx->cyx", share(distances, sigma), known)
            total[:, y : y + 3, x : x + 3] += middle * mean
            weights[:, y : y + 3, x : x + 3] += middle
    return total / weights


def bell(spread):
    x = torch.tensor([-1.0, 0.0, 1.0], dtype=torch.float64)
    return torch.exp(-(x[:, None] ** 2 + x**2) / (2 * spread**2))


@pytest.mark.parametrize("t", [1, 200, 600, 1000])
@pytest.mark.parametrize("spread", [0.5, 100.0])
def test_is_the_posterior_mean_of_every_patch(t, spread):
    picture, x = noise(3, 8, 9).tanh(), noise(2, 3, 7, 11, seed=1)
    config = PosteriorConfig(patch=3, coarsest=8, spread=spread)
    answer = overlapping_patch_denoiser(picture, SCHEDULE, config)(x, t)
    expected = torch.stack([brute_force(picture, canvas, t, bell(spread)) for canvas in x])
    torch.testing.assert_close(answer, expected, rtol=0, atol=1e-8)


def test_brute_force_tells_faults_apart():
    """A softmax of the distances alone, of twice sigma^2 left out, the nearest patch, middles that count no more."""
    picture, x, t = noise(3, 8, 9).tanh(), noise(1, 3, 7, 11, seed=1), 500
    answer = overlapping_patch_denoiser(picture, SCHEDULE, PosteriorConfig(patch=3, coarsest=8, spread=0.5))(x, t)[0]
    faults = [
        lambda distances, sigma: (-distances).softmax(0),
        lambda distances, sigma: (-distances / sigma**2).softmax(0),
        lambda distances, sigma: (distances == distances.min()).double(),
    ]
    others = [brute_force(picture, x[0], t, bell(0.5), fault) for fault in faults]
    others.append(brute_force(picture, x[0], t, torch.ones(3, 3, dtype=torch.float64)))
    assert min((answer - other).abs().max() for other in others) > 0.01


def test_one_patch_is_the_answer_whatever_it_is_asked():
    patch = noise(3, 3, 3).tanh()
    denoise = overlapping_patch_denoiser(patch, SCHEDULE, SMALL)
    for t in (1, 400, 1000):
        torch.testing.assert_close(denoise(noise(1, 3, 3, 3, seed=t), t)[0], patch)


def test_noise_alone_gives_the_mean_of_all_patches():
    """With patches of one pixel, the picture's mean colour; nothing else is left where the signal is gone."""
    picture = noise(3, 6, 7).tanh()
    denoise = overlapping_patch_denoiser(picture, SCHEDULE, PosteriorConfig(patch=1, coarsest=8))
    mean = picture.mean((1, 2), keepdim=True).expand(3, 5, 5)
    torch.testing.assert_close(denoise(noise(1, 3, 5, 5), 1000)[0], mean, rtol=0, atol=0.05)


def test_without_noise_every_patch_becomes_its_nearest():
    """Two tones and a canvas near to one on the left, to the other on the right: a mean only where patches overlap."""
    picture = torch.cat([-torch.ones(3, 6, 6), torch.ones(3, 6, 6)], dim=2).double()
    canvas = torch.cat([-0.6 * torch.ones(3, 6, 9), 0.7 * torch.ones(3, 6, 9)], dim=2).double()
    answer = overlapping_patch_denoiser(picture, SCHEDULE, SMALL)(canvas[None], 1)[0]
    torch.testing.assert_close(answer, canvas.sign(), rtol=0, atol=1e-6)


def test_a_picture_of_its_own_patches_stays():
    picture = noise(3, 9, 12).tanh()
    answer = overlapping_patch_denoiser(picture, SCHEDULE, SMALL)(picture[None], 1)[0]
    torch.testing.assert_close(answer, picture, rtol=0, atol=1e-6)


def test_a_search_for_the_nearest_is_nearly_exact(monkeypatch, picture):
    pytest.importorskip("faiss")
    config, x = PosteriorConfig(patch=5, coarsest=8), picture[None] + 0.2 * noise(1, 3, 24, 32).float()
    exact = overlapping_patch_denoiser(picture, SCHEDULE, config)(x, 100)
    monkeypatch.setattr(posterior, "SEARCH", posterior.SEARCH._replace(most_pairs=0))
    found = overlapping_patch_denoiser(picture, SCHEDULE, config)(x, 100)
    assert not torch.equal(found, exact)
    assert (found - exact).square().mean() < 0.05 * (x - exact).square().mean()


def test_fewer_components_compare_nearly_as_all_do(picture):
    x = picture[None] + 0.2 * noise(1, 3, 24, 32).float()
    many, some, one = (
        overlapping_patch_denoiser(picture, SCHEDULE, PosteriorConfig(patch=5, coarsest=8, dimensions=d))(x, 100)
        for d in (75, 30, 1)
    )
    errors = [(few - many).square().mean() for few in (some, one)]
    assert errors[0] < 0.1 * errors[1]


def test_what_is_coarse_is_held_and_noise_and_detail_are_not():
    """The step to t_prev is that of x0_hat with other low frequencies and the same noise; the last is DDIM's own."""
    x, x0_hat, coarse = (noise(1, 3, 8, 12, seed=i) for i in range(3))
    step = held_to(coarse, 2, ddim(SCHEDULE), SCHEDULE)
    (signal, sigma), (signal_prev, sigma_prev) = (SCHEDULE.scales(t, x) for t in (700, 400))
    eps = (x - signal * x0_hat) / sigma
    joined = lowpass(coarse, 2) + x0_hat - lowpass(x0_hat, 2)
    torch.testing.assert_close(step(x, x0_hat, 700, 400, None)[0], signal_prev * joined + sigma_prev * eps)
    torch.testing.assert_close(step(x, x0_hat, 10, 0, None)[0], x0_hat)


def test_each_scale_follows_the_one_below(picture):
    """Reduced, a sample is nearer to its own smallest scale than to another seed's."""
    model = fit(picture, SMALL)
    small = posterior.Posterior(SMALL, model.scales[:1], model.denoisers[:1])
    made = resize(sample(model, 3), *model.scales[0].shape[1:])
    apart = torch.cdist(made.flatten(1), sample(small, 3).flatten(1))
    assert torch.equal(apart.argmin(1), torch.arange(3))


def test_samples_depend_on_their_seed_alone(picture):
    model = fit(picture, SMALL)
    two = sample(model, 2, seed=5)
    torch.rand(3)
    assert torch.equal(two[1:], sample(model, 1, seed=6))
    assert not torch.equal(two[0], two[1])
    assert two.shape == (2, 3, 24, 32)


@pytest.mark.parametrize("size", [(24, 64), (48, 20), (17, 23)])
def test_any_size(picture, size):
    samples = sample(fit(picture, SMALL), 1, size)
    assert samples.shape == (1, 3, *size)
    assert picture.min() - 1e-5 <= samples.min()
    assert samples.max() <= picture.max() + 1e-5


def test_the_least_spread_is_no_trouble_in_float32():
    """Corners weigh next to nothing, and yet the mean is that of float64."""
    picture, x = noise(3, 12, 13).tanh(), noise(1, 3, 11, 16, seed=1)
    config = PosteriorConfig(patch=5, coarsest=8, spread=posterior.LEAST_SPREAD)
    expected = overlapping_patch_denoiser(picture, SCHEDULE, config)(x, 500)
    answer = overlapping_patch_denoiser(picture.float(), SCHEDULE, config)(x.float(), 500)
    torch.testing.assert_close(answer, expected.float(), rtol=0, atol=1e-3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"coarsest": 5}, "at least the patch's 15 px"),
        ({"patch": 0}, "^patch must be at least 1, not 0$"),
        ({"patch": 7.5}, "^patch must be a whole number, not 7.5$"),
        ({"ratio": 1}, "ratio must be at least 2, not 1"),
        ({"ratio": 2.5}, "^ratio must be a whole number, not 2.5$"),
        ({"steps": 0}, "steps must be at least 1, not 0"),
        ({"steps": 1001}, "^steps must be at most 1000, not 1001$"),
        ({"dimensions": 0}, "dimensions must be at least 1, not 0"),
        ({"spread": 0.05, "patch": 5}, "^spread must be at least 0.12, not 0.05$"),
        ({"spread": float("nan")}, "spread must be at least 0.12, not nan"),
    ],
)
def test_settings_out_of_bounds(changes, message):
    with pytest.raises(ValueError, match=message):
        PosteriorConfig(**changes)


def test_bad_input_is_one_line(picture):
    with pytest.raises(ValueError, match="short side needs at least 20 px, not 10"):
        fit(picture[:, :10])
    with pytest.raises(ValueError, match="no finite numbers"):
        fit(picture * float("nan"))
    with pytest.raises(ValueError, match="canvas must have at least"):
        sample(fit(picture, SMALL), 1, (4, 32))
    with pytest.raises(ValueError, match="number of pictures must be at least 1"):
        sample(fit(picture, SMALL), 0)
