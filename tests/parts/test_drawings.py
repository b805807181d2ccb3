"""The notebooks' drawings: each shows what it is made from."""

import pytest
import torch

from sindiff.lab import drawings
from sindiff.lab.anatomy import outline
from sindiff.training.presets import get_preset


def words(axes):
    return [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("preset", ["laptop", "paper", "paper_hr"])
def test_a_unet_has_a_box_for_each_stage_and_a_line_for_each_skip(preset):
    config = get_preset(preset).train.network
    parts = outline(config, 48, 64)
    (axes,) = drawings.unet(config, 48, 64).axes
    assert len(axes.patches) == len(parts)
    assert (
        len(axes.get_lines()) == sum(part.name.startswith("input") for part in parts) - 1
    )  # the deepest goes on alone
    for part in parts:
        maps, rows, columns = part.answer.shape[1:]
        assert f"{maps} maps\n{rows}x{columns}" in words(axes)
    lefts = [box.get_x() for box in axes.patches]
    rights = [box.get_x() + box.get_width() for box in axes.patches]
    assert all(right < left for right, left in zip(rights, lefts[1:], strict=False))


def test_arrows_begin_where_they_are_told_and_walks_come_last():
    points, where = torch.zeros(3, 2), torch.rand(5, 2)
    figure = drawings.arrows(points, where, {"near": where, "far": -where}, torch.rand(2, 4, 2))
    *fields, last = figure.axes
    assert [axes.get_title() for axes in figure.axes] == ["near", "far", "walks from noise"]
    for axes, sign in zip(fields, (1, -1), strict=True):
        (quiver,) = axes.collections
        assert torch.allclose(torch.tensor(quiver.get_offsets()).float(), where)
        assert torch.allclose(torch.tensor(quiver.U).float(), sign * where[:, 0])
    assert len(last.get_lines()) == 2 + 1  # the walks and the points


def test_singan_grows_and_diffusion_keeps_its_size():
    (axes,) = drawings.scales_and_steps().axes
    sizes = [box.get_height() for box in axes.patches]
    assert sizes[:4] == sorted(sizes[:4])
    assert len(set(sizes[4:])) == 1
    assert {"$G_3$", "$G_0$", "$x_T$", "$x_0$"} <= set(words(axes))
