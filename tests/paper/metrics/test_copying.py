"""Where patches have their nearest ones, and how much is copied, on cases whose answers are known without them."""

import sys

import pytest
import torch

from sindiff.metrics import copied_share, copying, nearest, nearest_patches, nnf_diversity, patches


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_nearest_patches_are_the_nearest():
    picture, sample = noise(2, 7, 9), noise(2, 6, 8, seed=1)
    field = nearest_patches(picture, sample, size=3)
    reference, wanted = patches(picture[None], 3)[0], patches(sample[None], 3)[0]
    distances = (wanted[:, :, None, None] - reference).square().sum(-1)
    for y in range(4):
        for x in range(6):
            row, column = field[y, x].tolist()
            assert distances[y, x, row, column] == distances[y, x].min()


def test_copied_is_one_for_the_picture_itself(picture):
    assert copied_share(picture, picture[None]) == 1
    assert copied_share(picture, picture[None, :, 3:20, 5:30]) == 1


def test_copied_is_low_for_noise(picture):
    """Near zero for single pixels; patches that overlap tend to find neighbours even so."""
    assert copied_share(picture, noise(2, *picture.shape, seed=3), size=1) < 0.05
    assert copied_share(picture, noise(2, *picture.shape, seed=3)) == pytest.approx(0.25, abs=0.1)


@pytest.mark.parametrize("roll", [1, 5])
def test_copied_by_hand(roll):
    """Columns rolled round: of 1 x 1 patches only the pairs across the seam are no neighbours."""
    H, W = 6, 9
    picture = torch.randperm(H * W, generator=torch.Generator().manual_seed(0)).reshape(1, H, W).float()
    rolled = picture.roll(roll, dims=2)[None]
    pairs, seam = (H - 1) * W + H * (W - 1), H
    assert copied_share(picture, rolled, size=1) == pytest.approx((pairs - seam) / pairs)


def test_copied_by_hand_once():
    test_copied_by_hand(5)


def test_a_mirrored_picture_is_copied_downwards_only():
    """Of 1 x 1 patches of noise: all pairs down, none sideways."""
    H, W = 10, 12
    picture = noise(3, H, W)
    down, right = (H - 1) * W, H * (W - 1)
    assert copied_share(picture, picture.flip(-1)[None], size=1) == pytest.approx(down / (down + right))


def test_nnf_diversity_of_a_copy_is_small_and_of_chance_one():
    """One offset compresses to nearly nothing; patches from anywhere do not compress."""
    picture = noise(3, 60, 80)
    assert nnf_diversity(picture, picture[None], size=1) < 0.02
    assert nnf_diversity(picture, picture[None, :, 10:, 20:], size=1) < 0.02
    order = torch.randperm(60 * 80, generator=torch.Generator().manual_seed(1))
    shuffled = picture.flatten(1)[:, order].reshape(1, 3, 60, 80)
    assert nnf_diversity(picture, shuffled, size=1) == pytest.approx(1, abs=0.02)


def test_nnf_diversity_of_a_half_copy():
    """A picture that is a copy above and chance below lies half-way."""
    picture = noise(3, 60, 80)
    order = torch.randperm(60 * 80, generator=torch.Generator().manual_seed(1))
    half = picture.flatten(1)[:, order].reshape(1, 3, 60, 80)
    half[0, :, :30] = picture[:, :30]
    assert nnf_diversity(picture, half, size=1) == pytest.approx(0.5, abs=0.06)


def test_copying_is_both(picture):
    samples = torch.stack([picture, noise(*picture.shape)])
    assert copying(picture, samples) == (copied_share(picture, samples), nnf_diversity(picture, samples))


def test_bands_of_a_picture_make_no_difference(monkeypatch):
    """Searched row by row, three patches at a time, and all at once."""
    sample = noise(2, 9, 8, seed=1)
    pictures = [noise(2, 9, 40), noise(2, 30, 7)]
    whole = [nearest_patches(picture, sample, size=3) for picture in pictures]
    monkeypatch.setattr(nearest, "REFERENCES", 1)
    monkeypatch.setattr(nearest, "QUERIES", 3)
    for picture, field in zip(pictures, whole, strict=True):
        assert torch.equal(nearest_patches(picture, sample, size=3), field)


NEAREST, NNF = [test_nearest_patches_are_the_nearest], [test_nnf_diversity_of_a_copy_is_small_and_of_chance_one]
BANDS, HAND = [test_bands_of_a_picture_make_no_difference], [test_copied_by_hand_once]


@pytest.mark.parametrize(
    ("name", "right", "wrong", "checks"),
    [
        ("nearest", "addmm(norms, part", "addmm(0 * norms, part", NEAREST),
        ("nearest", "alpha=-2", "alpha=-1", NEAREST),
        ("nearest", "top * width + place", "place", BANDS),
        ("nearest", "nearer = distance < low", "nearer = distance < torch.inf", BANDS),
        ("copying", "numbers // width, numbers % width", "numbers % width, numbers // width", NEAREST),
        ("copying", "(1, 0), (0, 1)", "(1, 0), (0, 2)", HAND),
        ("copying", "& (numbers % width + right < width)", "", HAND),
        ("copying", "(field.cpu() - here)", "field.cpu()", NNF),
        ("copying", "torch.randint(sides,", "torch.randint(4,", NNF),
    ],
)
def test_planted_faults_are_caught(catches, name, right, wrong, checks):
    assert catches(sys.modules[f"sindiff.metrics.{name}"], right, wrong, checks)
