"""Sampling from a model: neither the batch nor the number changes a picture, and any canvas will do."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from sindiff.applications.sampling import generate
from sindiff.conditioning import clamped, padded
from sindiff.metrics import seam_error
from sindiff.model import Patches
from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.pictures.images import to_tensor
from sindiff.samplers import SOLVERS


@pytest.mark.parametrize("sampler", SOLVERS)
def test_the_batch_changes_no_picture(model, sampler):
    pictures = [generate(model, 8, sampler=sampler, steps=5, seed=3, batch_size=size) for size in (1, 3, 8)]
    assert pictures[0].shape == (8, 3, 16, 24)
    assert pictures[0].std(dim=0).mean() > 0.05
    for other in pictures[1:]:
        torch.testing.assert_close(pictures[0], other, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("n", "first"), [(2, 0), (1, 2)])
def test_picture_i_has_seed_plus_i(model, n, first):
    many, few = generate(model, 4, steps=4, seed=5), generate(model, n, steps=4, seed=5 + first)
    torch.testing.assert_close(few, many[first : first + n], rtol=0, atol=1e-5)


def test_the_same_call_gives_the_same_bits(model):
    before = torch.random.get_rng_state()
    first = generate(model, 2, sampler="ddpm", steps=6)
    torch.manual_seed(99)
    assert torch.equal(first, generate(model, 2, sampler="ddpm", steps=6))
    torch.random.set_rng_state(before)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (3, 64), (7, 5), (16, 24), (33, 50)])
def test_any_size(model, size):
    pictures = generate(model, 2, size, steps=3)
    assert pictures.shape == (2, 3, *size)
    assert pictures.abs().max() <= 1
    assert pictures.isfinite().all()


def test_groups_of_a_single_value_are_drawn_alone_as_in_a_batch(make_network, model):
    one_level = replace(model, network=make_network(mult=(1,), norm="group"))
    alone, together = (generate(one_level, n, (1, 1), steps=3) for n in (1, 2))
    torch.testing.assert_close(alone[0], together[0], rtol=0, atol=1e-5)


def test_progress_sees_every_step(model):
    seen = []
    generate(model, 3, steps=4, batch_size=2, progress=lambda state: seen.append((state.t, len(state.x))))
    assert [batch for _, batch in seen] == [2] * 4 + [1] * 4
    assert seen[3] == (0, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 0}, "must be at least 1, not 0"),
        ({"batch_size": 0}, "must be at least 1, not 0"),
        ({"size": (0, 5)}, "must be at least 1, not 0"),
        ({"size": (100_000, 100_000)}, "100,000,000 pixels"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**63}, "seed"),
        ({"sampler": "euler"}, "unknown sampler"),
        ({"steps": 1001}, "number of steps"),
        ({"steps": 0}, "number of steps"),
    ],
)
def test_mistakes_are_refused(model, picture, arguments, message):
    for source in (model, Patches(picture)):
        with pytest.raises(ValueError, match=message):
            generate(source, **arguments)


def test_a_model_without_size_asks_for_one(model):
    with pytest.raises(ValueError, match="give one"):
        generate(replace(model, size=None))


@pytest.mark.parametrize("multiple", [1, 2, 8])
def test_padded_takes_any_size(multiple):
    """The inner denoiser sees multiples, the outer caller its own size."""

    def denoise(x, t):
        assert x.shape[-2] % multiple == x.shape[-1] % multiple == 0
        return x + t

    for height in range(1, 18):
        x = torch.randn(2, 3, height, 19 - height)
        assert torch.equal(padded(denoise, multiple)(x, 7), x + 7)


def test_padded_mirrors_the_canvas():
    x = torch.randn(2, 3, 9, 13)
    seen = []
    padded(lambda x, t: seen.append(x) or x, 8)(x, 1)
    assert torch.equal(seen[0], F.pad(x, (0, 3, 0, 7), mode="reflect"))


def test_clamped():
    x = torch.tensor([-3.0, -0.5, 2.0])
    assert clamped(lambda x, t: x)(x, 1).tolist() == [-1, -0.5, 1]


def test_the_network_refuses_other_sizes():
    network = PatchUNet(UNetConfig(32, (1, 2, 2)))
    with pytest.raises(ValueError, match="multiples of 4, not 10x12"):
        network(torch.zeros(1, 3, 10, 12), torch.zeros(1))


@pytest.mark.parametrize("wrap", ["", "x", "y", "xy"])
def test_without_a_network_picture_i_has_seed_plus_i(pixels, wrap):
    picture = to_tensor(Image.fromarray(pixels))[:, :14, :18]
    many = generate(Patches(picture).joined(wrap), 3, (12, 22), steps=4, seed=5, batch_size=2)
    assert many.shape == (3, 3, 12, 22)
    assert many.abs().max() <= 1
    assert (many[0] - many[1]).abs().mean() > 0.05
    alone = generate(Patches(picture).joined(wrap), 1, (12, 22), steps=4, seed=7)
    torch.testing.assert_close(alone, many[2:], rtol=0, atol=1e-3)
    assert generate(Patches(picture), 1, steps=1).shape == (1, *picture.shape)


@pytest.mark.parametrize("wrap", ["x", "y", "xy"])
def test_without_a_network_edges_join_too(pixels, wrap):
    """A picture that is bright at one end and dark at the other has a seam, unless the ends are joined."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, 14), torch.linspace(-1, 1, 18), indexing="ij")
    picture = torch.stack([x, y, x * y])
    made = {w: generate(Patches(picture).joined(w), 2, steps=8) for w in ("", wrap)}
    for axis, channel in (("x", slice(0, 1)), ("y", slice(1, 2))):
        plain, joined = (seam_error(made[w][:, channel], axis) for w in ("", wrap))
        assert plain > 0.5
        assert (joined < plain / 3) == (axis in wrap)


def test_unknown_axes_are_refused(picture):
    with pytest.raises(ValueError, match="unknown axes 'z'"):
        Patches(picture).joined("z")
