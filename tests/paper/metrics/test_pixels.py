"""Seams in pictures whose edges are known."""

import pytest
import torch

from sindiff.metrics import contrast_across, seam_energy


def ramp(width, step=0.01):
    """A picture that grows by one step from column to column."""
    return (step * torch.arange(width)).expand(1, 3, 5, width)


def test_an_even_picture_has_no_seam():
    torch.testing.assert_close(seam_energy(ramp(20), range(1, 20)), torch.ones(1, 19))


@pytest.mark.parametrize("edge", [1, 7, 19])
def test_a_planted_seam_is_found_at_its_place(edge):
    picture = ramp(20).clone()
    picture[..., edge:] += 0.04
    energies = seam_energy(picture, range(1, 20))[0]
    assert energies[edge - 1].item() == pytest.approx(5, rel=1e-4)
    assert (energies > 1.01).sum() == 1


def test_contrast_does_not_count():
    pictures = torch.rand(3, 3, 6, 12, generator=torch.Generator().manual_seed(0)) * 2 - 1
    energies = seam_energy(pictures, [4, 8])
    assert energies.shape == (3, 2)
    torch.testing.assert_close(seam_energy(0.1 * pictures + 0.3, [4, 8]), energies, rtol=1e-4, atol=0)
    torch.testing.assert_close(seam_energy(pictures[1:2], [8]), energies[1:2, 1:])


def test_a_flat_picture_has_none():
    assert seam_energy(torch.zeros(1, 3, 5, 8), [4]).item() == 0


@pytest.mark.parametrize("edge", [0, 8, -1])
def test_an_edge_has_two_sides(edge):
    with pytest.raises(ValueError, match="two of 8 columns"):
        seam_energy(torch.zeros(1, 3, 5, 8), [edge])


def test_contrast_across_a_border_is_that_of_the_planted_step():
    """In a checkerboard of one-pixel squares, which differ by 1, a patch raised by 3 has steps of 4 and 2 around it."""
    rows, columns = torch.arange(10)[:, None], torch.arange(12)
    board = ((rows + columns) % 2).float().expand(2, 3, 10, 12).clone()
    changed = torch.zeros(10, 12, dtype=torch.bool)
    changed[3:7, 4:10] = True
    assert contrast_across(board, changed) == pytest.approx(1)
    board[..., changed] += 3
    pairs, border = 9 * 12 + 10 * 11, 2 * (4 + 6)
    assert contrast_across(board, changed) == pytest.approx(3 / ((3 * border + pairs - border) / pairs))
