"""What only saves time changes no result: the same numbers as the plain way, and the same training run."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from sindiff.machine import device
from sindiff.machine.device import arithmetic
from sindiff.network import unet
from sindiff.network.unet import Upsample, by_channel
from sindiff.training.loop import TrainState, train
from sindiff.training.presets import get_preset

CPU = torch.device("cpu")


def plain_upsample(self, x):
    return self.conv(F.interpolate(x, scale_factor=2, mode="nearest"))


def picture():
    return torch.rand(3, 16, 20, generator=torch.Generator().manual_seed(0)) * 2 - 1


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (8, 6)])
def test_upsample_is_nearest_neighbour_and_a_convolution_with_its_gradients(size):
    torch.manual_seed(0)
    layer = Upsample(6).double()
    x = torch.randn(2, 6, *size, dtype=torch.float64, requires_grad=True)
    results = []
    for forward in (Upsample.forward, plain_upsample):
        y = forward(layer, x)
        results.append((y, *torch.autograd.grad(y.square().sum(), (x, layer.conv.weight, layer.conv.bias))))
    for quick, plain in zip(*results, strict=True):
        torch.testing.assert_close(quick, plain, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_group_norm_by_channel_is_torchs_in_the_layout_it_was_given_with_its_gradients(layout):
    torch.manual_seed(0)
    x = 2 * torch.randn(3, 12, 5, 7, dtype=torch.float64) + 5 * torch.randn(12, 1, 1, dtype=torch.float64)
    x = x.contiguous(memory_format=layout).requires_grad_()
    weight, bias = torch.randn(2, 12, dtype=torch.float64, requires_grad=True)
    results = []
    for norm in (by_channel, F.group_norm):
        y = norm(x, 4, weight, bias, 1e-5)
        results.append((y, *torch.autograd.grad((y * x.detach().sin()).sum(), (x, weight, bias))))
    assert results[0][0].is_contiguous(memory_format=layout)
    for quick, plain in zip(*results, strict=True):
        torch.testing.assert_close(quick, plain, rtol=1e-9, atol=1e-9)


def test_the_compiler_is_given_the_norm_by_channel_and_nobody_else(monkeypatch):
    monkeypatch.setattr(unet, "by_channel", lambda x, *rest: x + 7)
    norm, x = unet.GroupNorm32(32), torch.randn(1, 32, 4, 4)
    torch.testing.assert_close(norm(x), F.group_norm(x, 32))
    torch.testing.assert_close(torch.compile(norm, backend="eager")(x), x + 7)


def trained(steps=6):
    config = replace(get_preset("smoke").train, steps=steps, autocast="float32")
    state = TrainState(config)
    for _ in train(picture(), config, state):
        pass
    return torch.cat([p.detach().flatten() for p in state.network.parameters()])


def test_a_run_ends_with_the_weights_of_the_plain_network(monkeypatch):
    quick = trained()
    monkeypatch.setattr(Upsample, "forward", plain_upsample)
    plain = trained()
    assert (quick - plain).abs().max() < 1e-3 * (plain - trained(1)).abs().max()


@pytest.mark.parametrize(
    ("has", "expected"),
    [
        ({"cpu_name": "AMD EPYC", "avx512_bf16": True}, torch.bfloat16),
        ({"cpu_name": "Intel Xeon", "avx512_bf16": True}, torch.float32),
        ({"cpu_name": "Intel Xeon", "avx512_bf16": True, "amx_bf16": True}, torch.bfloat16),
        ({"cpu_name": "AMD EPYC", "avx512_bf16": False}, torch.float32),
        ({}, torch.float32),
    ],
)
def test_a_processor_multiplies_bfloat16_where_that_is_faster(monkeypatch, has, expected):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: has, raising=False)
    assert arithmetic("bfloat16", CPU) == expected


def test_half_precision_is_used_where_it_is_fast_alone(monkeypatch):
    monkeypatch.setattr(device, "cpu_has_fast_bfloat16", lambda: False)
    assert arithmetic("float16", CPU) == arithmetic("bfloat16", torch.device("mps")) == torch.float32
    assert arithmetic("float16", torch.device("cuda")) == torch.float16
    with pytest.raises(ValueError, match="unknown arithmetic 'int8': choose from float32, bfloat16, float16"):
        arithmetic("int8", CPU)


def test_a_gpu_that_only_emulates_bfloat16_multiplies_in_float32(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation)
    assert arithmetic("bfloat16", torch.device("cuda")) == torch.float32


def test_training_multiplies_in_the_chosen_arithmetic(monkeypatch):
    seen = []
    monkeypatch.setattr(device, "cpu_has_fast_bfloat16", lambda: True)
    monkeypatch.setattr(Upsample, "forward", lambda self, x: seen.append(x.dtype) or plain_upsample(self, x))
    config = replace(get_preset("smoke").train, steps=1)
    for autocast in ("float32", "bfloat16"):
        list(train(picture(), replace(config, autocast=autocast), TrainState(config)))
    assert seen == [torch.float32, torch.bfloat16]
