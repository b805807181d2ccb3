"""The exact denoisers equal their definition, reach their limits, and sample like any other denoiser."""

import pytest
import torch
import torch.nn.functional as F

from sindiff.conditioning import clamped
from sindiff.metrics import patches
from sindiff.noise import seeded_noise
from sindiff.oracle import exact as oracle
from sindiff.oracle.exact import (
    border_patch_denoiser,
    patch_denoiser,
    picture_denoiser,
    placed_patch_denoiser,
    shrinking_patches,
    tileable_patch_denoiser,
)
from sindiff.samplers import SOLVERS, sample
from sindiff.schedule import Schedule

COSINE = Schedule("cosine", 1000)


def random_picture(height, width, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(3, height, width, generator=generator, dtype=dtype) * 2 - 1


def random_canvas(height, width, seed=1, batch=2, dtype=torch.float64):
    return torch.randn(batch, 3, height, width, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def windows(image, size):
    """All size x size windows, (H W, C size size); NaN where they leave the picture."""
    half = size // 2
    return F.unfold(F.pad(image[None], (half,) * 4, value=torch.nan), size)[0].T


def by_hand(known, x, t, size, allowed):
    """The posterior mean pixel by pixel; allowed(window, patches, i) says which patches may be compared."""
    signal, sigma = COSINE.alpha_bar[t].sqrt(), (1 - COSINE.alpha_bar[t]).sqrt()
    known_windows, centres = windows(known, size), known.flatten(1).T
    answer = []
    for i, window in enumerate(windows(x, size)):
        visible = ~window.isnan()
        distance = (window - signal * known_windows)[:, visible].square().sum(1)
        logits = -distance / (2 * sigma**2)
        logits[~allowed(window, known_windows, i)] = -torch.inf
        answer.append(logits.softmax(0) @ centres)
    return torch.stack(answer, 1).reshape(x.shape)


def fits(window, patches, i):
    return ~patches[:, ~window.isnan()].isnan().any(1)


def same_border(window, patches, i):
    return (patches.isnan() == window.isnan()).all(1)


KINDS = {"blind": (patch_denoiser, fits), "border": (border_patch_denoiser, same_border)}


@pytest.mark.parametrize("t", [30, 500, 900])
@pytest.mark.parametrize("size", [(8, 8), (6, 9)])
@pytest.mark.parametrize("kind", KINDS)
def test_equals_the_definition(kind, size, t):
    factory, allowed = KINDS[kind]
    known, x = random_picture(8, 8), random_canvas(*size) * 0.7
    expected = torch.stack([by_hand(known, each, t, 3, allowed) for each in x])
    torch.testing.assert_close(factory(known, COSINE, 3)(x, t), expected, rtol=0, atol=1e-6)


def test_tileable_equals_the_definition():
    known, x, t = random_picture(8, 8), random_canvas(7, 9, batch=1), 400
    inside = F.pad(x, (1, 1, 1, 1), mode="circular")[0]
    whole = by_hand(known, inside, t, 3, lambda window, patches, i: ~patches.isnan().any(1))
    denoise = tileable_patch_denoiser(known, COSINE, 3)
    torch.testing.assert_close(denoise(x, t)[0], whole[:, 1:-1, 1:-1], rtol=0, atol=1e-6)
    rolled = denoise(x.roll((3, -2), (2, 3)), t)
    torch.testing.assert_close(rolled, denoise(x, t).roll((3, -2), (2, 3)))


def test_placed_equals_the_definition():
    known, x, t = random_picture(8, 8), random_canvas(8, 8, batch=1), 600
    row, column = torch.meshgrid(torch.arange(8), torch.arange(8), indexing="ij")
    place = torch.stack([row.flatten(), column.flatten()], 1)

    def near(window, patches, i):
        return fits(window, patches, i) & ((place - place[i]).abs() <= 2).all(1)

    expected = by_hand(known, x[0], t, 3, near)
    torch.testing.assert_close(placed_patch_denoiser(known, COSINE, 3, 0.25)(x, t)[0], expected, rtol=0, atol=1e-6)


def test_patches_of_several_pictures_are_one_set():
    """Two pictures one below the other, compared everywhere but across their seam."""
    first, second, x, t = random_picture(6, 9), random_picture(7, 9, seed=5), random_canvas(6, 9), 700
    both = torch.cat([first, second], 1)
    patches = torch.cat([windows(first, 3), windows(second, 3)])

    def by_hand_of_both(each):
        signal, sigma = COSINE.alpha_bar[t].sqrt(), (1 - COSINE.alpha_bar[t]).sqrt()
        answer = []
        for window in windows(each, 3):
            logits = -(window - signal * patches).nan_to_num(0).square().sum(1) / (2 * sigma**2)
            logits[~same_border(window, patches, None)] = -torch.inf
            answer.append(logits.softmax(0) @ both.flatten(1).T)
        return torch.stack(answer, 1).reshape(each.shape)

    denoise = border_patch_denoiser([first, second], COSINE, 3)
    torch.testing.assert_close(denoise(x, t), torch.stack([by_hand_of_both(each) for each in x]), rtol=0, atol=1e-6)
    twice = patch_denoiser([first, first], COSINE, 5)(x, t)
    torch.testing.assert_close(twice, patch_denoiser(first, COSINE, 5)(x, t))
    sizes = [random_picture(*size) for size in ((5, 9), (8, 6), (12, 12))]
    for factory in (patch_denoiser, border_patch_denoiser, tileable_patch_denoiser):
        assert factory(sizes, COSINE, 41)(random_canvas(8, 30), 700).isfinite().all()


def test_placed_runs_from_the_picture_to_the_blind_denoiser():
    known, x = random_picture(8, 10), random_canvas(8, 10)
    torch.testing.assert_close(placed_patch_denoiser(known, COSINE, 3, 0)(x, 800), known.expand_as(x))
    whole = placed_patch_denoiser(known, COSINE, 3, 1)(x, 500)
    torch.testing.assert_close(whole, patch_denoiser(known, COSINE, 3)(x, 500))
    half = placed_patch_denoiser(known, COSINE, 1, 0)(random_canvas(16, 20), 900)
    torch.testing.assert_close(half, known.repeat_interleave(2, 1).repeat_interleave(2, 2).expand(2, -1, -1, -1))


def test_no_noise_gives_the_nearest_patch():
    known, x = random_picture(12, 12), random_canvas(12, 12, batch=1)
    answer = patch_denoiser(known, COSINE, 3)(x, 1)[0, :, 1:-1, 1:-1]
    nearest = (
        torch.cdist(windows(x[0], 3), COSINE.alpha_bar[1].sqrt() * windows(known, 3)).nan_to_num(torch.inf).argmin(1)
    )
    expected = known.flatten(1)[:, nearest].reshape(known.shape)[:, 1:-1, 1:-1]
    torch.testing.assert_close(answer, expected, rtol=0, atol=1e-6)


def test_noise_alone_gives_the_mean():
    known, x = random_picture(12, 12), random_canvas(12, 12)
    inside = known[:, 1:-1, 1:-1].mean((1, 2))[:, None, None]
    answer = patch_denoiser(known, COSINE, 3)(x, 1000)[:, :, 1:-1, 1:-1]
    torch.testing.assert_close(answer, inside.expand_as(answer), rtol=0, atol=2e-3)


def test_patches_as_large_as_the_picture_return_it():
    known, x = random_picture(8, 10), random_canvas(8, 10)
    for factory in (patch_denoiser, border_patch_denoiser):
        torch.testing.assert_close(factory(known, COSINE, 21)(x, 900), known.expand_as(x))
    assert (patch_denoiser(known, COSINE, 3)(x, 900) - known).abs().max() > 0.1


def test_the_picture_alone_is_always_the_answer():
    known, x = random_picture(8, 10), random_canvas(8, 10)
    for t in (1, 500, 1000):
        torch.testing.assert_close(picture_denoiser(known, COSINE)(x, t), known.expand_as(x))
    with pytest.raises(ValueError, match="canvases must be"):
        picture_denoiser(known, COSINE)(random_canvas(9, 10), 5)


def test_several_pictures_are_weighted_by_their_posterior():
    known, x, t = torch.stack([random_picture(4, 5, seed) for seed in range(3)]), random_canvas(4, 5), 900
    alpha_bar = COSINE.alpha_bar[t]
    distance = (x[:, None] - alpha_bar.sqrt() * known).square().sum((2, 3, 4))
    expected = torch.einsum("bn,nchw->bchw", (-distance / (2 * (1 - alpha_bar))).softmax(1), known)
    torch.testing.assert_close(picture_denoiser(known, COSINE)(x, t), expected)


@pytest.mark.parametrize("t", [1, 5, 300])
def test_single_precision_is_enough(t):
    known = random_picture(24, 20)
    x = COSINE.alpha_bar[t].sqrt() * known.roll(5, 1)[None] + (1 - COSINE.alpha_bar[t]).sqrt() * random_canvas(24, 20)
    for size in (3, 15):
        denoise = patch_denoiser(known, COSINE, size)
        torch.testing.assert_close(denoise(x.float(), t).double(), denoise(x, t), rtol=0, atol=1e-3)


@pytest.mark.parametrize("size", [(5, 30), (30, 5), (8, 30), (1, 1)])
@pytest.mark.parametrize("factory", [patch_denoiser, border_patch_denoiser, tileable_patch_denoiser])
def test_canvases_of_any_size(factory, size):
    for patch_size in (1, 7, 41):
        answer = factory(random_picture(8, 12), COSINE, patch_size)(random_canvas(*size), 700)
        assert answer.shape == (2, 3, *size)
        assert answer.isfinite().all()
        assert answer.abs().max() <= 1


def test_strips_and_batches_change_nothing(monkeypatch):
    denoise = border_patch_denoiser(random_picture(10, 8), COSINE, 5)
    x = random_canvas(10, 8, batch=3)
    whole = denoise(x, 500)
    torch.testing.assert_close(torch.cat([denoise(each[None], 500) for each in x]), whole)
    monkeypatch.setattr(oracle, "MOST_LOGITS", 3 * 80)
    torch.testing.assert_close(denoise(x, 500), whole)


def test_gradients_are_exact():
    denoise = border_patch_denoiser(random_picture(5, 6), COSINE, 3)
    x = random_canvas(5, 6, batch=1).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: denoise(x, 600), x)


def test_patches_shrink_with_the_noise():
    size = shrinking_patches(COSINE, largest=15, smallest=3, slope=9)
    sizes = [size(t) for t in range(1, 1001)]
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[-1]) == (3, 15)
    assert all(size % 2 for size in sizes)
    assert size(500) == 9
    known, x = random_picture(16, 16), random_canvas(16, 16)
    changing = patch_denoiser(known, COSINE, size)
    for t in (1, 500, 1000):
        assert torch.equal(changing(x, t), patch_denoiser(known, COSINE, size(t))(x, t))


@pytest.mark.parametrize("patch_size", [0, -1, 4, lambda t: 2])
def test_patch_sizes_are_odd(patch_size):
    for factory in (patch_denoiser, tileable_patch_denoiser):
        with pytest.raises(ValueError, match="odd"):
            factory(random_picture(8, 8), COSINE, patch_size)(random_canvas(8, 8), 500)


@pytest.mark.parametrize("name", SOLVERS)
def test_samples_with_every_solver(name):
    schedule = Schedule("linear", 1000)
    known = F.interpolate(random_picture(4, 5, dtype=torch.float32)[None], (16, 20), mode="bicubic")[0].clamp(-1, 1)
    denoise = clamped(border_patch_denoiser(known, schedule, shrinking_patches(schedule, largest=9)))
    solver = SOLVERS[name]

    def draw(seeds):
        noise = seeded_noise(seeds)
        x = noise(torch.empty(len(seeds), 3, 20, 24), schedule.T)
        states = sample(denoise, solver.step(schedule, noise), x, schedule.timesteps(10, solver.spacing))
        return list(states)[-1].x, x

    def strangeness(pictures):
        return torch.cdist(patches(pictures, 3).flatten(0, 2), patches(known[None], 3).flatten(0, 2)).amin(1).mean()

    samples, noise = draw([7, 8])
    assert samples.isfinite().all()
    assert strangeness(samples) < strangeness(noise.clamp(-1, 1)) / 3
    assert (samples[0] - samples[1]).abs().mean() > 0.05
    assert torch.equal(draw([7, 8])[0], samples)
    assert (draw([8])[0][0] - samples[1]).abs().mean() < 1e-3
