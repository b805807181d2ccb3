"""The steps at a fine level, one by one."""

import torch

from sindiff.detail.settings import USUAL, Phase
from sindiff.detail.steps import State, after_round, after_vote, level_of
from sindiff.detail.synthesis import to_bytes

from .pictures import scene

SEAM = 20


def two_pieces():
    """A field (30, 40) of two pieces of a photo, side by side."""
    rows, columns = torch.arange(30)[:, None], torch.arange(40)
    row = rows + torch.where(columns < SEAM, 2, 15)
    return (row << 16 | columns + torch.where(columns < SEAM, 3, 20)).int()


def test_after_a_copy_a_round_moves_places_at_seams_alone():
    """Elsewhere the patch is the photo's own, and no nearer one can be."""
    pixels, photos, field = to_bytes(scene()), [(24, 32), (48, 64)], two_pieces()
    copied, searched = Phase(1, True, 0, 5, opens=True), Phase(1, True, 1, 3)
    level = level_of(pixels, photos, 0, copied, USUAL.patch_size)
    state = after_vote(State(to_bytes(scene(30, 40)), field, residual=1e8), level, USUAL)
    state = after_round(state, 0, level_of(pixels, photos, 1, searched, USUAL.patch_size, level), USUAL)
    moved = state.field != field
    reach = USUAL.patch_size // 2 + copied.window // 2
    assert moved[:, SEAM - 1 : SEAM + 1].any()
    inside = slice(reach, -reach)
    assert not moved[inside, reach : SEAM - reach].any()
    assert not moved[inside, SEAM + reach : -reach].any()
