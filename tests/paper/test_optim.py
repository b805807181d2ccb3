"""The optimisers: Muon's matrices together as each alone, and who trains what at which rate."""

import pytest
import torch

from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.training.optim import Muon, adam, muon, orthogonalized


def network():
    return PatchUNet(UNetConfig(channels=4, mult=(1, 2), norm="none"))


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
    optimizer, averages = Muon([*weights, idle], lr=0.1), [torch.zeros_like(w) for w in weights]
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


def test_muon_trains_inner_convolutions_and_adam_the_rest_at_a_tenth_of_the_rate():
    net = network()
    matrices, rest = muon(net, 0.02)
    assert (matrices.param_groups[0]["lr"], rest.param_groups[0]["lr"]) == (0.02, 0.002)
    inner, others = ({id(p) for p in optimizer.param_groups[0]["params"]} for optimizer in (matrices, rest))
    assert inner.isdisjoint(others)
    assert inner | others == {id(p) for p in net.parameters()}
    assert {id(net.input_blocks[0][0].weight), id(net.out[-1].weight)} <= others
    assert all(p.ndim == 4 for p in matrices.param_groups[0]["params"])


def test_adam_has_one_rate():
    (optimizer,) = adam(network(), 1e-3)
    assert optimizer.param_groups[0]["lr"] == 1e-3
