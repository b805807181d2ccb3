"""A network taken apart: nothing is lost, nothing is counted twice."""

import pytest
import torch

from sindiff.lab.anatomy import outline, take_apart
from sindiff.presets import PRESETS
from sindiff.receptive_field import parameters, revived
from sindiff.unet import PatchUNet, UNetConfig, time_embedding

SMALL = UNetConfig(channels=32, mult=(1, 2), norm="local")


def test_answers_are_the_networks():
    network, x, index = revived(PatchUNet(SMALL)), torch.randn(2, 3, 8, 12), torch.tensor([3, 70])
    parts = take_apart(network, x, index)
    torch.testing.assert_close(parts[-1].answer, network(x, index), rtol=0, atol=0)
    time = network.time_embed(time_embedding(index, 32))
    torch.testing.assert_close(parts[4].answer, network.output_blocks[0](parts[3].answer, time), rtol=0, atol=0)
    assert [tuple(part.answer.shape[1:]) for part in parts] == [
        (32, 8, 12),
        (32, 8, 12),
        (32, 4, 6),
        (64, 4, 6),
        (64, 4, 6),
        (64, 8, 12),
        (32, 8, 12),
        (32, 8, 12),
        (3, 8, 12),
    ]


def test_no_hook_stays():
    network = PatchUNet(SMALL)
    take_apart(network, torch.randn(1, 3, 4, 4), torch.zeros(1))
    assert not any(module._forward_hooks for module in network.modules())
    with pytest.raises(ValueError, match="multiples"):
        take_apart(network, torch.randn(1, 3, 5, 4), torch.zeros(1))
    assert not any(module._forward_hooks for module in network.modules())


@pytest.mark.parametrize("name", PRESETS)
def test_parameters_add_up(name):
    config = PRESETS[name].train.network
    time = 4 * config.channels
    embedding = (config.channels + 1) * time + (time + 1) * time
    assert sum(part.parameters for part in outline(config, 32, 32)) + embedding == parameters(config)


def test_products_by_hand():
    """One level, one channel of colour: each convolution is pixels x inputs x outputs x 9, each block has a linear."""
    config = UNetConfig(channels=4, mult=(1,), norm="none", image_channels=1)
    first, block, *decoder, out = outline(config, 6, 10)
    assert first.products == 60 * 1 * 4 * 9
    assert block.products == 2 * 60 * 4 * 4 * 9 + 16 * 8
    assert [part.products for part in decoder] == [block.products, block.products + 60 * (4 * 4 * 9 + 8 * 4)]
    assert out.products == 60 * 4 * 1 * 9


def test_words():
    assert [part.layers for part in outline(UNetConfig(mult=(1, 2)), 4, 4)] == [
        "convolution",
        "block",
        "halve",
        "block",
        "block",
        "block, double",
        "block",
        "block",
        "convolution",
    ]
