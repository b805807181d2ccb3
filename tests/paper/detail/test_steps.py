"""The steps at a fine level, one by one."""

import torch

from sindiff.detail.levels import Levels
from sindiff.detail.pixels import to_bytes
from sindiff.detail.settings import USUAL, Phase
from sindiff.detail.steps import State, after_round, after_vote

from .pictures import scene

SEAM = 20


def two_pieces():
    """A field (30, 40) of two pieces of a photo, side by side."""
    rows, columns = torch.arange(30)[:, None], torch.arange(40)
    row = rows + torch.where(columns < SEAM, 2, 15)
    return (row << 16 | columns + torch.where(columns < SEAM, 3, 20)).int()


def test_after_a_copy_a_round_moves_places_at_seams_alone():
    """Elsewhere the patch is the photo's own, and no nearer one can be."""
    levels, field = Levels(to_bytes(scene()), [(24, 32), (48, 64)], USUAL.patch_size), two_pieces()
    copied, searched = Phase(1, True, 0, 5, opens=True), Phase(1, True, 1, 3)
    state = after_vote(State(to_bytes(scene(30, 40)), field, residual=1e8), levels.at(0, copied), USUAL)
    state = after_round(state, 0, levels.at(1, searched), USUAL)
    moved = state.field != field
    reach = USUAL.patch_size // 2 + copied.window // 2
    assert moved[:, SEAM - 1 : SEAM + 1].any()
    inside = slice(reach, -reach)
    assert not moved[inside, reach : SEAM - reach].any()
    assert not moved[inside, SEAM + reach : -reach].any()
