"""A network taken apart: nothing is lost, nothing is counted twice."""

import pytest
import torch

from sindiff.lab.anatomy import colours, greys, outline, take_apart
from sindiff.network.receptive_field import parameters, revived
from sindiff.network.unet import PatchUNet, UNetConfig, time_embedding
from sindiff.training.presets import PRESETS

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


def test_products_of_doubling_by_hand():
    """A pixel of the doubled map meets 2 x 2 of its input: each is 4 x 4 channels."""
    double = outline(UNetConfig(channels=4, mult=(1, 1), norm="none"), 8, 8)[-4]
    block = 16 * (8 * 4 * 9 + 4 * 4 * 9 + 8 * 4) + 16 * 8
    assert (double.layers, double.products) == ("block, double", block + 64 * 4 * 4 * 4)


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


def test_colours_are_the_main_directions():
    """Three patterns at right angles, spread over ten maps: each colour is one of them, the strongest first."""
    patterns = torch.linalg.qr(torch.randn(48, 4)).Q.T
    patterns = torch.linalg.qr((patterns - patterns.mean(1, keepdim=True)).T).Q.T[:3]
    features = torch.linalg.qr(torch.randn(10, 3)).Q @ (torch.tensor([9.0, 3.0, 1.0])[:, None] * patterns)
    found = colours(features.unflatten(1, (6, 8)) + 5).flatten(1)
    expected = (patterns / patterns.std(1, keepdim=True) / 2).clamp(-1, 1)
    alike = torch.nn.functional.cosine_similarity(found, expected)
    torch.testing.assert_close(alike.abs(), torch.ones(3), rtol=0, atol=2e-2)


def test_greys_keep_to_each_map():
    features = torch.randn(4, 6, 8)
    shown = greys(torch.tensor([1.0, 10.0, 0.1, 0.0])[:, None, None] * features + 7)
    torch.testing.assert_close(shown[:3], greys(features)[:3], rtol=0, atol=1e-3)
    assert not shown[3].any()
    assert shown.shape == (4, 3, 6, 8)
