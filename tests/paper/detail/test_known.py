"""What is invented meets what is kept: the difference at the border is spread, evenly, and nowhere else."""

import pytest
import torch

from sindiff.detail import known
from sindiff.detail.known import Kept, Known

GRAY = torch.full((40, 60, 3), 100, dtype=torch.uint8)
PLACES = (torch.arange(40)[:, None] << 16 | torch.arange(60)).int()


def brighter(here, by=30):
    """Kept pixels that are brighter than the photo that all else is made of."""
    return Kept((GRAY + by).byte(), here, PLACES, torch.zeros_like(here))


def left_half():
    return (torch.arange(60) < 30).expand(40, 60)


@pytest.mark.parametrize("window", [3, 7])
def test_a_step_becomes_a_slope(window):
    made = brighter(left_half()).joined(GRAY, PLACES, GRAY, window, "")
    line = made[20, :, 0].int()
    assert line[:30].eq(130).all()
    assert 120 <= line[30] <= 130
    assert line[30:].diff().le(0).all()
    assert line[30:].diff().min() >= -7
    assert line[30 + known.MARGIN :].eq(100).all()
    assert made.eq(made[20]).all()


@pytest.mark.parametrize("window", [3, 7])
def test_a_step_that_varies_along_the_border_is_met(window):
    wave = (30 * torch.sin(torch.arange(40) * (2 * torch.pi / 16))).round()[:, None, None]
    made = brighter(left_half(), wave).joined(GRAY, PLACES, GRAY, window, "")
    assert made.float()[:, 30].sub(made[:, 29]).abs().mean() < 0.35 * wave.abs().mean()


def test_only_the_photo_itself_is_taken_for_the_photo():
    photo = torch.rand(3, 20, 30, generator=torch.Generator().manual_seed(0)) * 2 - 1
    canvas, mask = torch.zeros(3, 26, 44), torch.ones(1, 26, 44)
    canvas[:, 6:, 14:], mask[:, 6:, 14:] = photo, 0
    assert Known(canvas, mask, (6, 14)).shows(photo)
    assert not Known(canvas, mask).shows(photo)
    assert not Known(canvas, mask, (6, 13)).shows(photo)
    changed = canvas.clone()
    changed[0, 10, 20] += 0.1
    assert not Known(changed, mask, (6, 14)).shows(photo)
    mask[:, 10, 20] = 1
    assert Known(changed, mask, (6, 14)).shows(photo)
    assert Known(photo[:, :9], torch.zeros(1, 9, 30), (0, 0)).shows(photo)


def test_what_meets_stays_as_it_is():
    assert torch.equal(brighter(left_half(), 0).joined(GRAY, PLACES, GRAY, 7, ""), GRAY)


def test_a_place_that_says_nothing_moves_nothing():
    corner = torch.zeros_like(PLACES)
    here = left_half().flip(1)
    made = brighter(here).joined(GRAY, corner, GRAY[:1, :1], 3, "")
    assert torch.equal(made[..., 0], torch.where(here, 130, 100).byte())


def test_neither_blocks_nor_rolling_change_anything(monkeypatch):
    noise = torch.randint(256, (40, 60, 3), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    here = torch.zeros(40, 60, dtype=torch.bool)
    here[3:17, 22:50] = True
    kept = Kept(noise, here, PLACES, torch.zeros_like(here))
    whole = kept.joined(GRAY, PLACES, noise.roll(1, 0), 5, "xy")
    monkeypatch.setattr(known, "BLOCK", 7)
    assert torch.equal(kept.joined(GRAY, PLACES, noise.roll(1, 0), 5, "xy"), whole)
    rolled = Kept(*(each.roll((30, 25), (0, 1)) for each in (noise, here, PLACES, kept.pinned)))
    made = rolled.joined(GRAY, PLACES.roll((30, 25), (0, 1)), noise.roll(1, 0), 5, "xy")
    assert torch.equal(made, whole.roll((30, 25), (0, 1)))
