"""The quick patch denoiser against the exact one, and each of its three economies alone."""

import pytest
import torch

from sindiff.oracle import means, quick
from sindiff.oracle.exact import border_patch_denoiser
from sindiff.oracle.quick import quick_patch_denoiser
from sindiff.schedule import Schedule

SCHEDULE = Schedule("linear", 1000)


def picture(height=12, width=15, seed=0):
    return torch.rand(3, height, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 2 - 1


def noisy(height, width, n=2):
    return torch.randn(n, 3, height, width, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def brute_force(known, canvas, sigma, values, reach):
    """The posterior mean of `values` at each place of one canvas, among the windows that the border cuts alike."""
    (height, width), (own_height, own_width) = canvas.shape[-2:], known.shape[-2:]

    def cut(place, side):
        return min(place, reach), min(side - 1 - place, reach)

    answer = torch.empty(values.shape[0], height, width, dtype=known.dtype)
    for y in range(height):
        for x in range(width):
            (up, down), (left, right) = cut(y, height), cut(x, width)
            window = canvas[:, y - up : y + down + 1, x - left : x + right + 1]
            logits, middles = [], []
            for v in range(own_height):
                for u in range(own_width):
                    if cut(v, own_height) == (up, down) and cut(u, own_width) == (left, right):
                        own = known[:, v - up : v + down + 1, u - left : u + right + 1]
                        logits.append(-(window - own).square().sum() / (2 * sigma**2))
                        middles.append(values[:, v, u])
            answer[:, y, x] = torch.stack(logits).softmax(0) @ torch.stack(middles)
    return answer


@pytest.mark.parametrize("t", [1, 100, 400, 1000])
@pytest.mark.parametrize("size", [1, 3, 7, 11])
@pytest.mark.parametrize("canvas", [(12, 15), (13, 20), (30, 9)])
def test_equals_the_exact_denoiser_where_all_pairs_are_compared(canvas, size, t):
    x = noisy(*canvas)
    quick, exact = (make(picture(), SCHEDULE, size)(x, t) for make in (quick_patch_denoiser, border_patch_denoiser))
    torch.testing.assert_close(quick, exact, rtol=0, atol=1e-8)


def test_windows_as_wide_as_the_picture_return_it():
    answer = quick_patch_denoiser(picture(), SCHEDULE, 31)(noisy(12, 15), 1000)
    torch.testing.assert_close(answer, picture().expand(2, -1, -1, -1), rtol=0, atol=1e-5)


@pytest.mark.parametrize("sides", [(24, 30), (23, 29)])
def test_pooled_windows_average_whole_blocks(monkeypatch, sides):
    monkeypatch.setattr(quick, "MOST_PRODUCTS", 0)
    monkeypatch.setattr(quick, "SMALLEST_POOLED", 3)
    t, known, x = 600, picture(*sides), noisy(*sides)
    answer = quick_patch_denoiser(known, SCHEDULE, 5)(x, t)
    signal, sigma = (scale.item() for scale in SCHEDULE.scales(t, x))

    def padded(canvas):
        return torch.nn.functional.pad(canvas, (0, sides[1] % 2, 0, sides[0] % 2), mode="replicate")

    def pooled(canvas):
        return torch.nn.functional.avg_pool2d(padded(canvas), 2)

    blocks = torch.nn.functional.pixel_unshuffle(padded(known[None]), 2)[0]
    means = brute_force(pooled(known[None])[0], pooled(x / signal)[0], sigma / signal / 2, blocks, reach=1)
    expected = torch.nn.functional.pixel_shuffle(means, 2)[:, : sides[0], : sides[1]]
    torch.testing.assert_close(answer[0], expected, rtol=0, atol=1e-4)


def test_pools_no_more_than_windows_allow(monkeypatch):
    monkeypatch.setattr(quick, "MOST_PRODUCTS", 0)
    sides = torch.Size([3, 64, 64])
    assert [quick._resolution(size // 2, sides, sides)[0] for size in (3, 7, 9, 15, 17, 33)] == [
        1,
        1,
        2,
        2,
        4,
        8,
    ]


def searching(monkeypatch, candidates, visited):
    pytest.importorskip("faiss")
    monkeypatch.setattr(quick, "MOST_PAIRS", 0)
    monkeypatch.setattr(quick, "CANDIDATES", candidates)
    monkeypatch.setattr(quick, "VISITED", visited)


@pytest.mark.parametrize("t", [20, 400, 1000])
def test_searching_all_lists_for_all_keys_is_exact(monkeypatch, t):
    exact = border_patch_denoiser(picture(), SCHEDULE, 5)(noisy(12, 15), t)
    searching(monkeypatch, candidates=200, visited=200)
    torch.testing.assert_close(quick_patch_denoiser(picture(), SCHEDULE, 5)(noisy(12, 15), t), exact, rtol=0, atol=2e-4)


def test_a_search_finds_nearly_all_of_the_picture_under_little_noise(monkeypatch):
    searching(monkeypatch, candidates=4, visited=2)
    known = picture(40, 50)
    signal, sigma = (scale.item() for scale in SCHEDULE.scales(20, known))
    answer = quick_patch_denoiser(known, SCHEDULE, 5)(signal * known[None] + sigma * noisy(40, 50, 1), 20)
    assert ((answer[0] - known).abs() < 1e-3).double().mean() > 0.99


def test_without_faiss_all_pairs_are_compared(monkeypatch):
    monkeypatch.setattr(quick, "MOST_PAIRS", 0)
    monkeypatch.setattr(means, "has_faiss", lambda: False)
    x = noisy(12, 15)
    exact = border_patch_denoiser(picture(), SCHEDULE, 5)(x, 300)
    torch.testing.assert_close(quick_patch_denoiser(picture(), SCHEDULE, 5)(x, 300), exact, rtol=0, atol=1e-8)


@pytest.mark.parametrize("size", [0, 4, -3])
def test_even_sizes_are_refused(size):
    with pytest.raises(ValueError, match="odd and positive"):
        quick_patch_denoiser(picture(), SCHEDULE, size)(noisy(12, 15), 10)
