"""Incoherence and what is missing: closed forms, another search, and faults that patch SWD does not see."""

import sys
from statistics import fmean

import pytest
import torch
import torch.nn.functional as F

from sindiff.metrics import coherence, copied_share, incoherence, missing, patch_swd, patches
from sindiff.metrics.nearest import spread

MEASURES = pytest.mark.parametrize("measure", [incoherence, missing])
SCALES = pytest.mark.parametrize("scale", [1, 2])


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def photo(picture):
    """The picture at twice its size with grain, so that it has patches at a quarter of it."""
    large = F.interpolate(picture[None], scale_factor=2, mode="bicubic")[0]
    return large + 0.05 * noise(*large.shape)


@MEASURES
@pytest.mark.parametrize("scale", [1, 2, 4])
def test_a_picture_is_all_of_itself_and_no_more(photo, measure, scale):
    assert measure(photo, torch.stack([photo, photo]), scale) == 0
    assert measure(photo, photo[None], scale, most=30) == 0


def test_a_part_shows_nothing_new_and_leaves_out_the_rest(photo):
    shifted = photo[None, :, 8:40, 12:52]
    found = coherence(photo, shifted)
    assert (found.incoherence, found.copied) == (0, 1)
    assert found.missing > 0.05
    assert coherence(photo[:, 8:40, 12:52], photo[None])[:2] == (found.missing * photo.std() / shifted.std(), 0)


@MEASURES
def test_flat_pictures_by_hand(measure):
    """All patches of a flat sample are as far from the picture's only patch as its pixels are, root mean square."""
    picture = noise(3, 7, 7)
    expected = (picture - 0.3).square().mean().sqrt() / picture.std()
    assert measure(picture, torch.full((2, 3, 9, 8), 0.3)) == pytest.approx(expected.item(), rel=1e-5)


@MEASURES
def test_the_unit_of_brightness_does_not_matter(photo, measure):
    sample = photo.flip(-1)[None]
    assert measure(3 * photo + 1, 3 * sample + 1) == pytest.approx(measure(photo, sample), rel=1e-4)


@SCALES
def test_it_is_what_scipy_finds(scale):
    spatial = pytest.importorskip("scipy.spatial")
    picture, samples = noise(3, 20, 24), 0.5 * noise(2, 3, 22, 18, seed=1)
    small, reduced = F.avg_pool2d(picture, scale), F.avg_pool2d(samples, scale)

    def expected(one, other):
        tree = spatial.cKDTree(patches(other[None])[0].flatten(0, 1).numpy())
        apart, _ = tree.query(patches(one[None])[0].flatten(0, 1).numpy())
        return ((apart**2).mean() / 147) ** 0.5 / small.std().item()

    there = fmean(expected(sample, small) for sample in reduced)
    back = fmean(expected(small, sample) for sample in reduced)
    assert incoherence(picture, samples, scale) == pytest.approx(there, rel=1e-5)
    assert missing(picture, samples, scale) == pytest.approx(back, rel=1e-5)


@SCALES
def test_one_search_finds_what_each_alone_does(photo, scale):
    samples = torch.stack([photo.flip(-1), photo + 0.1 * noise(*photo.shape, seed=1)])
    small, reduced = F.avg_pool2d(photo, scale), F.avg_pool2d(samples, scale)
    alone = (incoherence(photo, samples, scale), missing(photo, samples, scale), copied_share(small, reduced))
    assert coherence(photo, samples, scale) == pytest.approx(alone)


def test_some_patches_stand_for_all(photo):
    """A third of them, within a few percent; the half that is a copy is seen as such."""
    sample = torch.cat([photo[..., :32], photo.flip(-1)[..., 32:]], dim=-1)[None]
    whole, some = coherence(photo, sample, most=None), coherence(photo, sample, most=800)
    assert some != whole
    assert some == pytest.approx(whole, rel=0.1)


def test_some_patches_are_asked_with_both_neighbours():
    """Of single pixels of mirrored noise all pairs down are copied, none sideways."""
    picture = noise(3, 40, 48)
    assert coherence(picture, picture.flip(-1)[None], most=300, size=1).copied == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("n", [10, 99, 1000])
def test_numbers_are_spread_evenly(n):
    numbers = spread(n, 10)
    assert torch.equal(numbers * 10 // n, torch.arange(10))
    assert torch.equal(spread(n, None), torch.arange(n))


def blurred(picture):
    return F.avg_pool2d(F.pad(picture[None], (2, 2, 2, 2), mode="reflect"), 5, stride=1)


def mottled(picture):
    """Smooth noise of a fifth of the deviation: of patches that lie eight pixels apart and change in between."""
    height, width = picture.shape[-2:]
    spots = F.interpolate(noise(1, 3, height // 8, width // 8, seed=2), (height, width), mode="bicubic")
    return picture[None] + 0.2 * picture.std() / spots.std() * spots


def test_blur_and_mottle_are_incoherent(photo):
    """More so than a part of the picture in the place of the whole, whose statistics of patches are farther off."""
    for worse in (blurred(photo), mottled(photo)):
        assert incoherence(photo, worse) > 0.1
    part = photo[None, :, :24]
    assert incoherence(photo, part) == 0
    assert patch_swd(photo, mottled(photo)) < 0.5 * patch_swd(photo, part)


def test_the_more_is_left_out_the_more_is_missing(photo):
    found = [coherence(photo, photo[None, :, :rows]) for rows in (48, 40, 30, 20, 10)]
    assert [each.incoherence for each in found] == [0] * 5
    lacking = [each.missing for each in found]
    assert lacking == sorted(lacking)
    assert lacking[0] == 0 < lacking[1]


@MEASURES
@pytest.mark.parametrize(("height", "scale"), [(6, 1), (13, 2), (3, 4)])
def test_pictures_without_patches(measure, height, scale):
    large, small = torch.zeros(3, 40, 40), torch.zeros(3, height, 40)
    for picture, sample in ((large, small), (small, large)):
        with pytest.raises(ValueError, match=rf"at least {7 * scale}x{7 * scale} px, not {height}x40"):
            measure(picture, sample[None], scale)


BOTH = [test_some_patches_are_asked_with_both_neighbours]
PART, SCIPY = [test_a_part_shows_nothing_new_and_leaves_out_the_rest], [lambda: test_it_is_what_scipy_finds(2)]


@pytest.mark.parametrize(
    ("name", "right", "wrong", "checks"),
    [
        ("coherence", "squared.mean()", "squared.sqrt().mean().square()", SCIPY),
        ("coherence", "/ wanted.shape[1]", "", SCIPY),
        ("coherence", "fmean(shown), fmean(lacking)", "fmean(lacking), fmean(shown)", PART),
        ("coherence", "[1] / deviation(picture)", "[1] * deviation(picture)", SCIPY),
        ("coherence", "corners + 1, corners + columns]", "corners + 1]", BOTH),
        ("coherence", "corners + 1, corners + columns]", "corners + columns]", BOTH),
        ("coherence", "most, size)[0] for", "most, size)[1] for", SCIPY),
        ("nearest", "nearer = distance < low", "nearer = distance > low", SCIPY),
        ("nearest", "alpha=-2", "alpha=-1", SCIPY),
        ("nearest", "(wanted - patches_at(picture, numbers, size))", "wanted", PART),
        ("nearest", "torch.arange(most) + chance", "most * chance", [lambda: test_numbers_are_spread_evenly(99)]),
        ("patches", "F.avg_pool2d(samples, scale)", "samples[..., ::scale, ::scale]", SCIPY),
    ],
)
def test_planted_faults_are_caught(catches, name, right, wrong, checks):
    assert catches(sys.modules[f"sindiff.metrics.{name}"], right, wrong, checks)
