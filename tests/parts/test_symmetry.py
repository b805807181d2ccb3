"""Pictures that mirror themselves: exactly, along each axis, and with things that grow across it."""

from dataclasses import replace

import pytest
import torch

from sindiff.applications.draw import Draw
from sindiff.applications.sampling import generate
from sindiff.applications.symmetry import reflected, symmetric
from sindiff.model import untrained

DIMENSIONS = {"x": (-1,), "y": (-2,), "xy": (-1, -2)}
PHOTO = torch.rand(3, 48, 64, generator=torch.Generator().manual_seed(0)) * 1.6 - 0.8
PHOTO = torch.nn.functional.avg_pool2d(PHOTO, 3, 1, 1)
DRAW = Draw(2, steps=3)


@pytest.mark.parametrize("axes", DIMENSIONS)
@pytest.mark.parametrize("size", [(48, 64), (49, 63)])
def test_each_picture_is_its_own_mirror_image(axes, size):
    pictures = symmetric(untrained(PHOTO, 24), axes, size, DRAW)
    assert pictures.shape == (2, 3, *size)
    for dimension in (-1, -2):
        assert torch.equal(pictures, pictures.flip(dimension)) == (dimension in DIMENSIONS[axes])
    assert not torch.equal(*pictures)


def test_a_model_s_pictures_too(model):
    trained = replace(model, size=(24, 32), photo=PHOTO)
    for source in (trained, trained.joined("x"), model, model.joined("xy")):
        pictures = symmetric(source, "x", (48, 64), DRAW)
        assert torch.equal(pictures, pictures.flip(-1))


def test_things_grow_across_the_axis(model):
    """The canvas is symmetric at every step: its half is not that of a picture that knows of no axis."""
    one = symmetric(model, "x", (16, 24), Draw(1, steps=4))
    plain = generate(model, 1, (16, 24), steps=4)
    assert (one - plain)[..., :12].abs().max() > 0.01
    twice = symmetric(model, "x", (16, 24), Draw(2, steps=4))
    torch.testing.assert_close(twice[:1], one, rtol=0, atol=1e-5)


def test_an_odd_side_has_its_middle_once():
    row = torch.arange(5.0).expand(1, 1, 5)
    assert reflected(row, "x", (1, 5)).flatten().tolist() == [0, 1, 2, 1, 0]
    assert reflected(row[..., :2], "x", (1, 4)).flatten().tolist() == [0, 1, 1, 0]
    assert torch.equal(reflected(row, "", (1, 5)), row)


def test_small_and_unknown_axes(model):
    small = untrained(PHOTO, 24)
    assert symmetric(small, "xy", (43, 45), Draw(1, steps=2)).shape == (1, 3, 43, 45)
    with pytest.raises(ValueError, match="half of 12x40 px is laid out at 4x8, and 8 px a side are needed"):
        symmetric(small, "xy", (12, 40))
    for axes, message in (("z", "unknown axes 'z'"), ("", "nothing is mirrored")):
        with pytest.raises(ValueError, match=message):
            symmetric(model, axes)


def test_the_other_edges_stay_joined():
    """The two ends of the axis that is not mirrored differ less where they meet than where they are free."""
    source = untrained(PHOTO, 24)
    for axes, other in (("x", "y"), ("y", "x")):
        dimension = -2 if other == "y" else -1
        joined, free = (symmetric(one, axes, (48, 64), Draw(4, steps=4)) for one in (source.joined(other), source))
        ends = [picture.select(dimension, 0) - picture.select(dimension, -1) for picture in (joined, free)]
        assert ends[0].abs().mean() < 0.7 * ends[1].abs().mean()
