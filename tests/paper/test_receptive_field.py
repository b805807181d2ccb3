"""The receptive field that is counted is the one that gradients find, and the networks asked for are there."""

import pytest
import torch

from sindiff.network.receptive_field import (
    Reach,
    config_for,
    parameters,
    probe,
    reaches,
    revived,
    rf_reach,
    rf_size,
)
from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.oracle.exact import patch_denoiser
from sindiff.schedule import Schedule

TABLE_4 = {(1,): (17, 17), (1, 2): (45, 41), (1, 2, 4): (101, 89), (1, 2, 4, 8): (213, 185)}


def seeing(config):
    torch.manual_seed(0)
    network = revived(PatchUNet(config))
    return lambda x: network(x, torch.full((len(x),), 500))


@pytest.mark.parametrize("mult", TABLE_4)
def test_sizes_with_and_without_the_resampling_convolutions(mult):
    config = UNetConfig(mult=mult)
    assert (rf_size(config), rf_size(config, resampling=False)) == TABLE_4[mult]


def test_blocks_widen_the_field():
    assert [rf_size(UNetConfig(mult=(1, 2, 4)[:levels], blocks=2)) for levels in (1, 2, 3)] == [25, 69, 157]
    assert {reach.size for reach in reaches(UNetConfig(mult=(1, 2, 4, 8), blocks=2))} == {329, 337}


def test_reach_is_one_sided():
    assert rf_reach(UNetConfig()) == (53, 50)
    assert rf_reach(UNetConfig(mult=(1, 2, 4, 8))) == (113, 106)


@pytest.mark.parametrize(
    "config",
    [
        UNetConfig(32, (1,), 1, "local"),
        UNetConfig(32, (1, 2), 1, "local"),
        UNetConfig(32, (1, 2), 2, "local"),
        UNetConfig(32, (1, 2, 4), 1, "local"),
        UNetConfig(4, (1, 2, 4, 8), 1, "local"),
        UNetConfig(4, (1, 2, 4, 8), 2, "local"),
        UNetConfig(32, (1, 2), 1, "none"),
        UNetConfig(8, (1,), 2, "none", kernels=(1, 1)),
        UNetConfig(8, (1, 2), 2, "none", kernels=(3, 1)),
        UNetConfig(4, (1, 1, 2), 1, "none", kernels=(1, 3)),
    ],
)
def test_probe_finds_what_is_counted_at_every_phase(config):
    long, short = rf_size(config) // 8 * 8 + 24, 8
    middle = long // 2 // config.multiple * config.multiple
    pixels = [(middle + phase, phase) for phase in range(config.multiple)]
    found = [probe(seeing(config), (3, long, short), pixel) for pixel in pixels]
    assert [each.rows for each in found] == reaches(config)
    found = [probe(seeing(config), (3, short, long), pixel[::-1]) for pixel in pixels]
    assert [each.columns for each in found] == reaches(config)


def test_group_norm_sees_the_whole_canvas():
    config = UNetConfig(channels=32, mult=(1,), norm="group")
    found = probe(seeing(config), (3, 40, 32), (20, 16))
    assert (found.rows, found.columns) == ((20, 19), (16, 15))
    assert found.heat.shape == (40, 32)
    assert (found.heat > 0).all()


def test_probe_tells_above_from_below():
    found = probe(lambda x: x.roll((2, -3), (2, 3)) * 2, (1, 16, 16), (8, 8))
    assert (found.rows, found.columns) == (Reach(2, -2), Reach(-3, 3))
    assert found.rows.size == found.columns.size == 1
    assert found.heat.nonzero().tolist() == [[6, 11]]


def test_probe_of_a_patch_denoiser_is_the_patch():
    picture = torch.rand(3, 16, 16) * 2 - 1
    denoise = patch_denoiser(picture, Schedule(), 5)
    found = probe(lambda x: denoise(x, 600), (3, 20, 20), (10, 9), floor=1e-5)
    assert (found.rows, found.columns) == ((2, 2), (2, 2))


def test_new_networks_need_reviving():
    network = PatchUNet(UNetConfig(channels=32, mult=(1,)))
    with pytest.raises(ValueError, match="revived"):
        probe(lambda x: network(x, torch.zeros(len(x))), (3, 8, 8), (4, 4))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    copy = revived(network)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert all(parameter.any() for parameter in copy.parameters())
    assert torch.equal(copy.time_embed[0].weight, network.time_embed[0].weight)


@pytest.mark.parametrize(
    "config",
    [
        UNetConfig(),
        UNetConfig(32, (1, 1), 2, "local"),
        UNetConfig(32, (1, 3), 2, "none"),
        UNetConfig(64, (1,), 3, "none", 1),
        UNetConfig(20, (1, 2), 2, "local", kernels=(3, 1)),
        UNetConfig(12, (1,), 1, "none", kernels=(1, 1)),
    ],
)
def test_parameters_are_those_of_the_network(config):
    with torch.device("meta"):
        network = PatchUNet(config)
    assert parameters(config) == sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize("size", [17, 45, 101, 213])
def test_config_for_the_fields_of_table_4_at_one_parameter_count(size):
    config = config_for(size, 1_840_643)
    assert rf_size(config) == size
    assert parameters(config) == pytest.approx(1_840_643, rel=0.05)


def test_config_for_recovers_the_paper_and_takes_the_nearest():
    assert config_for(101, 6_992_899, norm="group") == UNetConfig()
    assert config_for(45, 462_595) == UNetConfig(32, (1, 2), 1, "local")
    assert rf_size(config_for(100, 10**6)) == 101
    assert config_for(17, 1) == UNetConfig(4, (1,), norm="local")
    assert config_for(17, 1, norm="group") == UNetConfig(32, (1,))


@pytest.mark.parametrize(("size", "kernels"), [(5, (1, 1)), (11, (3, 1)), (17, (3, 3)), (23, (3, 1)), (45, (3, 3))])
def test_config_for_takes_small_kernels_only_where_they_come_nearer(size, kernels):
    config = config_for(size, 230_000, "none")
    assert (rf_size(config), config.kernels) == (size, kernels)
    assert parameters(config) == pytest.approx(230_000, rel=0.1)
