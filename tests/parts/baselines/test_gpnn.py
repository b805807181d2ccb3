"""GPNN against brute force, and on pictures whose answer is known."""

import pytest
import torch

from sindiff.baselines import nearest
from sindiff.baselines.gpnn import GPNNConfig, fit, patches_of, replaced, sample, vote
from sindiff.pictures.images import resize


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def scores(queries, keys, alpha):
    """S_ij pair by pair, in float64."""
    distances = (queries.double()[:, None] - keys.double()).square().mean(2)
    return distances / (alpha + distances.amin(0))


def shifted(*shape):
    """Queries and keys of which many keys lie near to no query."""
    queries, keys = noise(*shape), noise(*shape, seed=1)
    keys[: len(keys) // 2] += 1.5
    return queries, keys


@pytest.mark.parametrize("alpha", [0.001, 0.02, 10.0])
@pytest.mark.parametrize("offset", [0.0, 30.0])
def test_exact_is_brute_force(monkeypatch, alpha, offset):
    """In chunks too, and with a large common offset."""
    queries, keys = shifted(50, 12)
    monkeypatch.setattr(nearest, "MOST_DISTANCES", 7 * 50)
    best = nearest.exact(keys + offset, alpha)(queries + offset)
    wanted = scores(queries, keys, alpha)
    torch.testing.assert_close(wanted.gather(1, best[:, None])[:, 0], wanted.amin(1), rtol=1e-3, atol=0)


def test_large_alpha_is_the_nearest_neighbour_and_small_alpha_leaves_less_out():
    queries, keys = shifted(200, 12)
    plain = torch.cdist(queries, keys).argmin(1)
    assert torch.equal(nearest.exact(keys, 1e4)(queries), plain)
    used = [nearest.exact(keys, alpha)(queries).unique().numel() for alpha in (1e-3, 1e-1, 1e4)]
    assert used == sorted(used, reverse=True)
    assert used[0] > used[-1]


def test_brute_force_tells_faults_apart():
    """Without alpha's weights, with the minimum over the wrong side, or with the sum for the mean: other patches."""
    queries, keys = shifted(200, 12)
    best = scores(queries, keys, 0.02).argmin(1)
    distances = (queries[:, None] - keys).square().mean(2)
    over_keys = distances / (0.02 + distances.amin(1, keepdim=True))
    sums = 12 * distances / (0.02 + 12 * distances.amin(0))
    inverted = distances * (0.02 + distances.amin(0))
    transposed = scores(keys, queries, 0.02)
    for fault in (distances, over_keys, inverted, transposed):
        assert not torch.equal(fault.argmin(1), best)
    assert not torch.equal(sums, scores(queries, keys, 0.02).float())


def test_approximate_is_nearly_exact(picture):
    """With the patches of a picture, of which it visits a few; equal where it visits all."""
    pytest.importorskip("faiss")
    keys, queries = (patches_of(pixels, 7) for pixels in (picture, picture + 0.2 * noise(3, 24, 32)))
    wanted = scores(queries, keys, 0.02)
    found = wanted.gather(1, nearest.approximate(keys, 0.02)(queries)[:, None])
    assert found.mean() < 1.1 * wanted.amin(1).mean()
    assert found.mean() < 0.5 * wanted.mean()
    few = noise(10, 20)
    assert torch.equal(nearest.approximate(few, 0.02)(few), torch.arange(10))


def test_approximate_without_faiss_is_one_line(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "faiss", None)
    with pytest.raises(ValueError, match="pip install faiss-cpu"):
        nearest.approximate(noise(5, 4), 0.02)


def test_vote_of_a_picture_s_patches_is_the_picture():
    picture = noise(3, 9, 11)
    torch.testing.assert_close(vote(patches_of(picture, 4), (9, 11), 4), picture)


def test_vote_is_a_mean():
    """Patches of constants: at each pixel the mean of those that cover it."""
    patches = torch.tensor([[1.0], [2.0], [4.0]]).expand(3, 4)
    expected = torch.tensor([[1.0, 1.5, 3.0, 4.0]] * 2)
    torch.testing.assert_close(vote(patches, (2, 4), 2)[0], expected)


def test_keys_choose_and_values_are_written():
    keys, values = noise(3, 10, 12), noise(3, 10, 12, seed=1)
    find = nearest.exact(patches_of(keys, 3), 0.02)
    for guess, expected in ((keys, values), (keys[:, 2:8, 3:11], values[:, 2:8, 3:11])):
        torch.testing.assert_close(replaced(guess, find, patches_of(values, 3), 3), expected)


@pytest.mark.parametrize("search", nearest.SEARCHES)
def test_without_noise_a_picture_of_the_same_size_is_the_picture(search):
    if search == "approximate":
        pytest.importorskip("faiss")
    picture = noise(3, 26, 33).clamp(-1, 1)
    model = fit(picture, GPNNConfig(iterations=2, noise=0, search=search))
    torch.testing.assert_close(sample(model, 1, (26, 33))[0], picture, rtol=0, atol=1e-5)


def test_scales(picture):
    model = fit(picture, GPNNConfig(coarsest=10, ratio=4 / 3))
    assert [tuple(scale.shape[1:]) for scale in model.scales] == [(10, 14), (14, 18), (18, 24), (24, 32)]
    assert torch.equal(model.scales[-1], picture)
    torch.testing.assert_close(model.scales[0], resize(picture, 10, 14))
    assert len(fit(picture, GPNNConfig(coarsest=24)).scales) == 1


def test_samples_depend_on_their_seed_alone(picture):
    model = fit(picture, GPNNConfig(iterations=2, noise=3.0))
    two = sample(model, 2, seed=5)
    torch.rand(3)
    assert torch.equal(two[1:], sample(model, 1, seed=6))
    assert not torch.equal(two[0], two[1])
    assert two.shape == (2, 3, 24, 32)
    assert two.abs().max() <= 1


def test_noise_is_added_in_full(picture):
    """At one scale, with patches of one pixel, the guess itself chooses: its noise can be read off."""
    strong, weak = (fit(picture, GPNNConfig(patch=1, coarsest=24, noise=s, alpha=1e3)) for s in (2.0, 0.05))
    errors = [(sample(model, 1)[0] - picture).abs().mean() for model in (strong, weak)]
    assert errors[0] > 3 * errors[1]


@pytest.mark.parametrize("size", [(24, 64), (48, 20), (17, 23)])
def test_any_size(picture, size):
    model = fit(picture, GPNNConfig(iterations=1, coarsest=12))
    samples = sample(model, 1, size)
    assert samples.shape == (1, 3, *size)
    assert samples.isfinite().all()
    assert picture.min() - 1e-5 <= samples.min()
    assert samples.max() <= picture.max() + 1e-5


def test_every_patch_comes_from_the_picture_in_a_longer_one():
    """Two tones side by side, twice as wide: with a small alpha both keep about half."""
    picture = torch.cat([-torch.ones(3, 20, 20), torch.ones(3, 20, 20)], dim=2)
    wide = sample(fit(picture, GPNNConfig(iterations=2, noise=0)), 1, (20, 80))
    assert wide.mean().abs() < 0.1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"search": "fast"}, "unknown search 'fast': choose from exact, approximate"),
        ({"coarsest": 5}, "at least the patch's 7 px"),
        ({"patch": 0}, "^patch must be at least 1, not 0$"),
        ({"patch": 3.5}, "^patch must be a whole number, not 3.5$"),
        ({"ratio": 1.0}, "ratio must be above 1, not 1.0"),
        ({"alpha": 0.0}, "alpha must be above 0, not 0.0"),
        ({"iterations": 0}, "iterations must be at least 1, not 0"),
        ({"iterations": 1.5}, "^iterations must be a whole number, not 1.5$"),
        ({"noise": -1.0}, "noise must be at least 0, not -1.0"),
    ],
)
def test_settings_out_of_bounds(changes, message):
    with pytest.raises(ValueError, match=message):
        GPNNConfig(**changes)


def test_bad_input_is_one_line(picture):
    with pytest.raises(ValueError, match="short side needs at least 14 px, not 10"):
        fit(picture[:, :10])
    with pytest.raises(ValueError, match="no finite numbers"):
        fit(picture * float("nan"))
    model = fit(picture)
    with pytest.raises(ValueError, match="canvas must have at least 12x13 px, not 8x32"):
        sample(model, 1, (8, 32))
    with pytest.raises(ValueError, match="number of pictures must be at least 1"):
        sample(model, 0)
    with pytest.raises(ValueError, match="seed must lie in 0"):
        sample(model, 1, seed=-1)
