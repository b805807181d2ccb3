"""What only saves time changes no result: the same numbers as the plain way, and the same training run."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from sindiff import device
from sindiff.device import arithmetic
from sindiff.optim import Muon, orthogonalized
from sindiff.presets import get_preset
from sindiff.train import TrainState, train
from sindiff.unet import Upsample

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


def plain_orthogonalized(matrix):
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.mT if tall else matrix
    x = x / x.norm()
    for _ in range(5):
        gram = x @ x.mT
        x = 3.4445 * x - 4.7750 * gram @ x + 2.0315 * gram @ gram @ x
    return x.mT if tall else x


SHAPES = [(6, 20), (4, 9), (20, 6), (6, 6), (6, 31), (1, 5), (4, 4)]


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-10), (torch.float32, 1e-4)])
def test_matrices_of_all_shapes_are_orthogonalized_together_as_each_alone(dtype, tolerance):
    torch.manual_seed(0)
    matrices = [torch.randn(shape, dtype=torch.float64) for shape in SHAPES]
    for found, matrix in zip(orthogonalized([m.to(dtype) for m in matrices]), matrices, strict=True):
        plain = plain_orthogonalized(matrix)
        assert found.shape == matrix.shape
        assert (found - plain).norm() < tolerance * plain.norm()
        assert torch.linalg.svdvals(plain).max() < 1.3


def test_a_zero_matrix_stays_zero_among_others():
    zero, other = orthogonalized([torch.zeros(4, 9), torch.randn(4, 9)])
    assert zero.abs().max() == 0
    assert other.isfinite().all()


def test_a_step_of_muon_is_that_of_each_weight_alone():
    torch.manual_seed(0)
    weights = [torch.nn.Parameter(torch.randn(shape)) for shape in [(8, 4, 3, 3), (8, 16, 1, 1), (16, 8, 1, 1)]]
    idle = torch.nn.Parameter(torch.randn(4, 4))
    optimizer, expected, averages = Muon([*weights, idle], lr=0.1), [], [torch.zeros_like(w) for w in weights]
    expected = [w.detach().clone() for w in weights]
    for _ in range(3):
        for i, w in enumerate(weights):
            w.grad = torch.randn(w.shape)
            averages[i] = 0.95 * averages[i] + 0.05 * w.grad
            direction = (0.05 * w.grad + 0.95 * averages[i]).flatten(1)
            scale = max(1, direction.shape[0] / direction.shape[1]) ** 0.5
            expected[i] -= 0.1 * scale * plain_orthogonalized(direction).view_as(w)
        before = idle.detach().clone()
        optimizer.step()
        assert torch.equal(idle, before)
    for w, wanted in zip(weights, expected, strict=True):
        torch.testing.assert_close(w.detach(), wanted, rtol=1e-4, atol=1e-4)


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


def test_training_multiplies_in_the_chosen_arithmetic(monkeypatch):
    seen = []
    monkeypatch.setattr(device, "cpu_has_fast_bfloat16", lambda: True)
    monkeypatch.setattr(Upsample, "forward", lambda self, x: seen.append(x.dtype) or plain_upsample(self, x))
    config = replace(get_preset("smoke").train, steps=1)
    for autocast in ("float32", "bfloat16"):
        list(train(picture(), replace(config, autocast=autocast), TrainState(config)))
    assert seen == [torch.float32, torch.bfloat16]
