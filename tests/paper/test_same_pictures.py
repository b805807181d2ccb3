"""Every sampler, application, oracle and a short training give the pictures that they gave before: a net for moves.

`python tests/paper/test_same_pictures.py` records tests/data/same_pictures.npz anew, after a change that is meant.
"""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from sindiff.applications.animation import animate
from sindiff.applications.draw import Draw
from sindiff.applications.inpainting import inpaint
from sindiff.applications.outpainting import outpaint
from sindiff.applications.reference import edit, harmonize, paint, style, super_resolve, translate
from sindiff.applications.region import Box, roi
from sindiff.applications.sampling import generate
from sindiff.applications.text import text_guided
from sindiff.guidance import distance
from sindiff.model import Model, Patches
from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.oracle.exact import border_patch_denoiser, patch_denoiser, placed_patch_denoiser
from sindiff.samplers import SOLVERS
from sindiff.schedule import Schedule
from sindiff.training.presets import get_preset
from sindiff.training.runs import learn

RECORDED = Path(__file__).parents[1] / "data" / "same_pictures.npz"
SCHEDULE = Schedule()
DRAW = Draw(1, steps=4, seed=5)


def _random(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0)) * 1.6 - 0.8


def _model():
    generator = torch.Generator().manual_seed(0)
    network = PatchUNet(UNetConfig(channels=32, mult=(1, 2), norm="local")).eval()
    for weights in network.parameters():
        weights.data = 0.1 * torch.randn(weights.shape, generator=generator)
    return Model(network.requires_grad_(False), SCHEDULE, "v", (16, 24))


PICTURE, MODEL = _random(3, 16, 24), _model()
HOLE = torch.zeros(1, 16, 24)
HOLE[:, 4:10, 6:14] = 1


def _learned():
    smoke = get_preset("smoke")
    config = smoke.train.__class__(**{**smoke.train.__dict__, "steps": 20})
    return generate(learn(PICTURE, config, seed=3), 1, steps=4)


def _denoised(make, *arguments):
    x = torch.randn(1, 3, 16, 24, generator=torch.Generator().manual_seed(1))
    return make(PICTURE, SCHEDULE, 5, *arguments)(x, 300)


PICTURES = {
    **{f"sample {name}": lambda name=name: generate(MODEL, 2, sampler=name, steps=6, seed=7) for name in SOLVERS},
    "any size": lambda: generate(MODEL, 1, (13, 30), steps=4),
    "tiles": lambda: generate(MODEL.in_tiles(8), 1, (16, 64), steps=4),
    "wrap": lambda: generate(MODEL.joined("x"), 1, (16, 32), steps=4),
    **{f"untrained {s}": lambda s=s: generate(Patches(PICTURE), 1, sampler=s, steps=6) for s in SOLVERS},
    "untrained wrap xy": lambda: generate(Patches(PICTURE).joined("xy"), 1, (20, 32), steps=4),
    "untrained wrap x": lambda: generate(Patches(PICTURE).joined("x"), 1, (20, 32), steps=4),
    "text": lambda: text_guided(MODEL, [distance(torch.zeros(3, 1, 1))], 0.1, draw=DRAW),
    "inpaint": lambda: inpaint(MODEL, PICTURE, HOLE, DRAW, passes=2),
    "outpaint": lambda: outpaint(MODEL, PICTURE, right=30, up=4, draw=DRAW, passes=2),
    "paint": lambda: paint(MODEL, PICTURE, draw=DRAW),
    "translate": lambda: translate(MODEL, PICTURE, draw=DRAW),
    "style": lambda: style(MODEL, PICTURE, draw=DRAW),
    "edit": lambda: edit(MODEL, PICTURE, draw=DRAW),
    "harmonize": lambda: harmonize(MODEL, PICTURE, HOLE, draw=DRAW),
    "super-resolve": lambda: super_resolve(MODEL, PICTURE, draw=DRAW),
    "roi": lambda: roi(MODEL, PICTURE, Box(2, 3, 6, 8), [(0, 0), (8, 14)], draw=DRAW, passes=2),
    "animate": lambda: animate(MODEL, draw=Draw(3, steps=4)),
    "patches": lambda: _denoised(patch_denoiser),
    "patches at the border": lambda: _denoised(border_patch_denoiser),
    "patches in their place": lambda: _denoised(placed_patch_denoiser, 0.25),
    "training": _learned,
}


@pytest.fixture(scope="module")
def recorded():
    with np.load(RECORDED) as file:
        return dict(file)


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_picture_as_before(name, recorded):
    made = PICTURES[name]().numpy()
    np.testing.assert_allclose(made, recorded[name], rtol=0, atol=2e-3, err_msg="planned? then record anew")


def test_another_seed_is_caught(recorded):
    other = generate(MODEL, 2, sampler="ddpm", steps=6, seed=8).numpy()
    assert np.abs(other - recorded["sample ddpm"]).mean() > 0.05


def test_all_that_was_recorded_is_made(recorded):
    assert set(recorded) == set(PICTURES)


if __name__ == "__main__":
    made = {name: make().numpy() for name, make in PICTURES.items()}
    if "--bits" in sys.argv:
        import hashlib

        for name, picture in made.items():
            print(hashlib.sha256(picture.tobytes()).hexdigest()[:16], name)
    else:
        np.savez_compressed(RECORDED, **made)
