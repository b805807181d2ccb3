"""The best linear denoiser equals least squares, has the error that theory gives, and no other filter has less."""

import pytest
import torch
import torch.nn.functional as F

from sindiff.diffusion import q_sample
from sindiff.oracle.theory import pixel_denoiser
from sindiff.oracle.wiener import covariance, linear_denoiser, spectrum, wiener_denoiser
from sindiff.schedule import Schedule

COSINE = Schedule("cosine", 1000)
LINEAR = Schedule("linear", 1000)


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def smooth(height, width, seed=0):
    """A picture whose neighbouring pixels, and whose colours, hang together."""
    field = F.avg_pool2d(normal(1, 3, height + 4, width + 2, seed=seed), (5, 3), 1)[0]
    return torch.einsum("cd,dhw->chw", normal(3, 3, seed=9), field) + torch.tensor([0.3, -0.2, 0])[:, None, None]


def on_a_ring(covariances, height, width):
    """The covariance of all values of a joined canvas, pixel by pixel: (C H W, C H W)."""
    colours, reach = len(covariances), covariances.shape[-1] // 2
    matrix = torch.zeros(colours, height, width, colours, height, width, dtype=torch.float64)
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            for y in range(height):
                for x in range(width):
                    entry = matrix[:, (y + down) % height, (x + right) % width, :, y, x]
                    entry += covariances[:, :, reach + down, reach + right]
    return matrix.reshape(colours * height * width, -1)


def fields(covariances, n, height, width, seed=2):
    """Gaussian fields (n, C, H, W) of mean 0 with these covariances on a joined canvas."""
    values, vectors = torch.linalg.eigh(spectrum(covariances, (height, width)))
    root = vectors * values.clamp(min=0).sqrt()[..., None, :] @ vectors.mH
    white = torch.fft.fft2(normal(n, len(covariances), height, width, seed=seed))
    return torch.fft.ifft2(torch.einsum("yxcd,ndyx->ncyx", root, white)).real


def error(denoise, clean, t, seed=4):
    x = q_sample(COSINE, clean, t, normal(*clean.shape, seed=seed))
    return (denoise(x, t) - clean).square().mean().item()


@pytest.mark.parametrize("t", [50, 500, 950])
@pytest.mark.parametrize("canvas", [(4, 5), (7, 3)])
def test_equals_dense_least_squares(canvas, t):
    picture = smooth(6, 8)
    mean, ring = picture.mean((1, 2)), on_a_ring(covariance(picture, 3), *canvas)
    signal, sigma = (scale.item() for scale in COSINE.scales(t, picture))
    offset = mean.repeat_interleave(canvas[0] * canvas[1])
    x = normal(2, 3, *canvas)
    noisy = signal**2 * ring + sigma**2 * torch.eye(len(ring))
    answer = offset + (x.flatten(1) - signal * offset) @ torch.linalg.solve(noisy, signal * ring)
    torch.testing.assert_close(wiener_denoiser(picture, COSINE, 3)(x, t), answer.reshape(x.shape))


@pytest.mark.parametrize("size", [1, 3, 7])
def test_covariance_is_the_mean_over_all_crops(size):
    picture = smooth(5, 6)
    z = F.pad(picture - picture.mean((1, 2), keepdim=True), (size - 1,) * 4)
    crops = z.unfold(1, size, 1).unfold(2, size, 1).flatten(1, 2)
    expected = torch.zeros(3, 3, 2 * size - 1, 2 * size - 1, dtype=torch.float64)
    for down in range(1 - size, size):
        for right in range(1 - size, size):
            rows, columns = slice(max(0, down), size + min(0, down)), slice(max(0, right), size + min(0, right))
            back = slice(max(0, -down), size - max(0, down)), slice(max(0, -right), size - max(0, right))
            pairs = torch.einsum("cnyx,dnyx->cd", crops[:, :, rows, columns], crops[:, :, *back])
            expected[:, :, size - 1 + down, size - 1 + right] = pairs
    found = covariance(picture, size)
    up, left = found.shape[2] // 2, found.shape[3] // 2
    assert (up, left) == (min(size, 5) - 1, min(size, 6) - 1)
    torch.testing.assert_close(found[:, :, up, left], picture.flatten(1).cov(correction=0))
    found = F.pad(found, (size - 1 - left,) * 2 + (size - 1 - up,) * 2)
    torch.testing.assert_close(found, expected / (picture[0].numel() * size**2))


@pytest.mark.parametrize("canvas", [(1, 1), (5, 4), (12, 30)])
@pytest.mark.parametrize("size", [1, 5, 21])
def test_no_spectrum_is_negative(size, canvas):
    power = spectrum(covariance(smooth(9, 11), size), canvas)
    assert power.shape == (*canvas, 3, 3)
    torch.testing.assert_close(power, power.mH)
    assert torch.linalg.eigvalsh(power).min() > -1e-12


def test_white_noise_shrinks_each_pixel_by_itself():
    """Colours alone are shrunk as by pixel_denoiser, which knows no more of a picture that has one colour."""
    picture, x = smooth(8, 9)[:1], normal(2, 1, 6, 7)
    for t in (10, 500, 990):
        torch.testing.assert_close(wiener_denoiser(picture, COSINE, 1)(x, t), pixel_denoiser(picture, COSINE)(x, t))
    white = torch.zeros(3, 3, 9, 9, dtype=torch.float64)
    white[:, :, 4, 4] = 0.25 * torch.eye(3)
    answer = linear_denoiser(torch.zeros(3), white, COSINE)(normal(1, 3, 5, 5), 500)
    signal, sigma = (scale.item() for scale in COSINE.scales(500, answer))
    torch.testing.assert_close(answer, normal(1, 3, 5, 5) * signal * 0.25 / (signal**2 * 0.25 + sigma**2))


def test_without_noise_x_t_and_in_noise_alone_the_mean_colour():
    picture = smooth(12, 10)
    sharp = picture[None] + 0.3 * normal(1, 3, 12, 10)
    denoise = wiener_denoiser(sharp[0], COSINE, 5)
    assert (denoise(COSINE.alpha_bar[1].sqrt() * sharp, 1) - sharp).abs().max() < 0.005
    answer = wiener_denoiser(picture, LINEAR, 5)(normal(2, 3, 12, 10), 1000)
    assert (answer - picture.mean((1, 2))[:, None, None]).abs().max() < 0.05
    flat = torch.full((3, 6, 6), 0.5)
    torch.testing.assert_close(wiener_denoiser(flat, COSINE, 3)(torch.randn(1, 3, 4, 4), 300), flat[None, :, :4, :4])


@pytest.mark.parametrize("t", [200, 500, 800])
def test_the_error_is_that_of_theory_and_no_other_filter_has_less(t):
    known = covariance(smooth(24, 24), 5)
    clean, zero = fields(known, 60, 16, 20), torch.zeros(3, dtype=torch.float64)
    signal, sigma = (scale.item() for scale in COSINE.scales(t, clean))
    power = torch.linalg.eigvalsh(spectrum(known, (16, 20)))
    theory = (sigma**2 * power / (signal**2 * power + sigma**2)).mean().item()
    least = error(linear_denoiser(zero, known, COSINE), clean, t)
    assert least == pytest.approx(theory, rel=0.03)
    best = linear_denoiser(zero, known, COSINE)
    others = {
        "half the covariance": linear_denoiser(zero, known / 2, COSINE),
        "no colours": linear_denoiser(zero, known * torch.eye(3)[:, :, None, None], COSINE),
        "no neighbours": linear_denoiser(zero, known[:, :, 4:5, 4:5], COSINE),
        "nearer neighbours": linear_denoiser(zero, covariance(smooth(24, 24), 3), COSINE),
        "rows for columns": linear_denoiser(zero, known.mT, COSINE),
        "another mean": linear_denoiser(zero + 0.2, known, COSINE),
        "another step": lambda x, t: best(x, t + 60),
        "without the signal's scale": lambda x, t: signal * best(x, t),
        "a blur": lambda x, t: F.avg_pool2d(F.pad(x, (1,) * 4, mode="circular"), 3, 1) * signal,
        "x_t": lambda x, t: x / signal,
    }
    for name, other in others.items():
        assert error(other, clean, t) > 1.0005 * least, name


def test_rolls_with_the_canvas_and_takes_any_size():
    denoise = wiener_denoiser(smooth(8, 10), COSINE, 5)
    x = normal(2, 3, 7, 20)
    torch.testing.assert_close(denoise(x.roll((3, -4), (2, 3)), 400), denoise(x, 400).roll((3, -4), (2, 3)))
    for size in ((1, 1), (2, 30), (8, 10)):
        assert denoise(normal(1, 3, *size), 700).shape == (1, 3, *size)
    single = denoise(x.float(), 30)
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), denoise(x, 30), rtol=0, atol=1e-5)
    with pytest.raises(ValueError, match="odd"):
        wiener_denoiser(smooth(8, 10), COSINE, 4)(x, 400)


def test_crops_much_larger_than_the_picture_fit_no_other():
    field = covariance(smooth(24, 24), 5)
    own, other = fields(field, 2, 24, 24)
    narrow, wide = (wiener_denoiser(own, COSINE, size) for size in (5, 999))
    assert error(wide, own[None], 500) < error(narrow, own[None], 500)
    assert error(wide, other[None], 500) > error(narrow, other[None], 500)
