"""A region placed anew."""

import pytest
import torch

from sindiff.applications.draw import Draw
from sindiff.applications.region import Box, placed, roi

PICTURE = torch.rand(3, 16, 24, generator=torch.Generator().manual_seed(0)) * 2 - 1
BOX = Box(2, 3, 6, 8)


def test_copies_lie_where_asked_and_stay_bit_for_bit(model):
    pictures = roi(model, PICTURE, BOX, [(0, 0), (9, 30)], (20, 40), Draw(2, steps=3), passes=1)
    assert pictures.shape == (2, 3, 20, 40)
    region = PICTURE[:, 2:8, 3:11]
    for picture in pictures:
        assert torch.equal(picture[:, :6, :8], region)
        assert torch.equal(picture[:, 9:15, 30:38], region)
    assert not torch.equal(*pictures)


def test_a_later_copy_covers_an_earlier_one():
    canvas, mask = placed(PICTURE, BOX, [(0, 0), (1, 1)], (16, 24))
    assert torch.equal(canvas[:, 1:7, 1:9], PICTURE[:, 2:8, 3:11])
    assert (mask == 0).sum() == 2 * 48 - 5 * 7


@pytest.mark.parametrize(
    ("box", "places", "size", "says"),
    [
        (Box(0, 0, 17, 4), [(0, 0)], (16, 24), "no part of a picture of 16x24"),
        (Box(0, 0, 0, 4), [(0, 0)], (16, 24), "no part of"),
        (BOX, [(11, 0)], (16, 24), "sticks out of a canvas of 16x24"),
        (BOX, [(0, -1)], (16, 24), "sticks out"),
        (BOX, [], (16, 24), "no place"),
        (BOX, [(0, 0)], (10**5, 10**5), "100,000,000 pixels"),
    ],
)
def test_what_does_not_fit_is_refused(box, places, size, says):
    with pytest.raises(ValueError, match=says):
        placed(PICTURE, box, places, size)
