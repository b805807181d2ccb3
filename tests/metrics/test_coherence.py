"""Incoherence and what is missing: closed forms, another search, and faults that patch SWD does not see."""

import pytest
import torch
import torch.nn.functional as F

from sindiff.metrics import incoherence, missing, patches


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("measure", [incoherence, missing])
@pytest.mark.parametrize("scale", [1, 2])
def test_a_picture_is_all_of_itself_and_no_more(picture, measure, scale):
    assert measure(picture, torch.stack([picture, picture]), scale) == 0


def test_a_cut_shows_nothing_new_and_leaves_out_the_rest(picture):
    cut = picture[None, :, 4:20, 6:26]
    assert incoherence(picture, cut) == 0
    assert missing(picture, cut) > 0.05


@pytest.mark.parametrize("scale", [1, 2])
def test_it_is_what_scipy_finds(scale):
    spatial = pytest.importorskip("scipy.spatial")
    picture, samples = noise(3, 20, 24), 0.5 * noise(2, 3, 22, 18, seed=1)
    small, reduced = F.avg_pool2d(picture, scale), F.avg_pool2d(samples, scale)
    theirs = spatial.cKDTree(patches(small[None])[0].flatten(0, 1).numpy())
    apart = [theirs.query(patches(sample[None])[0].flatten(0, 1).numpy())[0] for sample in reduced]
    expected = [((torch.as_tensor(each) ** 2).mean() / 147).sqrt() / small.std() for each in apart]
    assert incoherence(picture, samples, scale) == pytest.approx(sum(expected).item() / 2, rel=1e-5)
