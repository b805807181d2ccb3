"""Everything goes with everything: applications with tiles, joined edges, each solver, and the oracle as network."""

from itertools import combinations

import pytest
import torch

from sindiff.applications.animation import animate
from sindiff.applications.draw import Draw, Start, invent
from sindiff.applications.inpainting import inpaint
from sindiff.applications.outpainting import outpaint
from sindiff.applications.reference import EDIT, edit, harmonize, paint, retarget, style, super_resolve, translate
from sindiff.applications.region import Box, roi
from sindiff.applications.symmetry import symmetric
from sindiff.applications.text import text_guided
from sindiff.applications.tiling import tile
from sindiff.conditioning import clamped, tiled, wrapped
from sindiff.edits import during, keep_known, lowpass, match_lowpass
from sindiff.guidance import distance, exact_weight, guided
from sindiff.model import Patches
from sindiff.noise import seeded_noise
from sindiff.oracle.exact import border_patch_denoiser
from sindiff.samplers import SOLVERS
from sindiff.schedule import Schedule

SCHEDULE = Schedule()
PICTURE = torch.rand(3, 24, 32, generator=torch.Generator().manual_seed(0)) * 1.6 - 0.8
HOLE = torch.zeros(1, 24, 32)
HOLE[:, 6:15, 2:20] = 1
OTHER = PICTURE.flip(-1)
GREY = distance(torch.zeros(3, 1, 1))

APPLICATIONS = {
    "text": lambda model, draw: text_guided(model, [GREY], 0.1, (24, 32), draw),
    "inpaint": lambda model, draw: inpaint(model, OTHER, HOLE, draw, passes=2),
    "tile": lambda model, draw: tile(model, OTHER, 0.2, "x", draw, passes=2),
    "paint": lambda model, draw: paint(model, OTHER, draw=draw),
    "translate": lambda model, draw: translate(model, OTHER, draw=draw),
    "retarget": lambda model, draw: retarget(model, OTHER[:, :, :20], (24, 32), draw=draw),
    "symmetric": lambda model, draw: symmetric(model, "x", (24, 32), draw),
    "super-resolve": lambda model, draw: super_resolve(model, OTHER[:, :12, :16], draw=draw),
    "animate": lambda model, draw: animate(model, size=(24, 32), draw=draw),
    "roi": lambda model, draw: roi(model, OTHER, Box(2, 3, 8, 9), [(4, 16)], draw=draw, passes=2),
    "outpaint": lambda model, draw: outpaint(model, OTHER[:, :, :20], right=12, draw=draw, passes=2),
    "style": lambda model, draw: style(model, OTHER, draw=draw),
    "edit": lambda model, draw: edit(model, OTHER, HOLE, EDIT._replace(start=0.6), draw),
    "harmonize": lambda model, draw: harmonize(model, OTHER, HOLE, EDIT._replace(start=0.6), draw),
}


WALKS = [(name, sampler) for name in APPLICATIONS for sampler in SOLVERS if (name, sampler) != ("animate", "ddpm")]


@pytest.mark.parametrize(("name", "sampler"), WALKS)
def test_tiles_change_nothing(models, name, sampler):
    model = models["1"]
    whole, in_tiles = (APPLICATIONS[name](source, Draw(2, sampler, 3)) for source in (model, model.in_tiles(8)))
    torch.testing.assert_close(in_tiles, whole, rtol=0, atol=1e-4)


@pytest.mark.parametrize(("name", "sampler"), WALKS)
def test_a_photo_alone_is_enough(name, sampler):
    """Every application without training; tiles change nothing there either."""
    photo = Patches(PICTURE)
    whole, in_tiles = (APPLICATIONS[name](source, Draw(2, sampler, 3)) for source in (photo, photo.in_tiles(24)))
    assert whole.shape[:2] == (2, 3)
    assert whole.std() > 0.05
    assert not torch.equal(whole[0], whole[1])
    torch.testing.assert_close(in_tiles, whole, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", [name for name in APPLICATIONS if name not in ("outpaint", "tile")])
def test_joined_edges_reach_every_application(name):
    """Forgetting the wrapper would give the picture whose edges are open."""
    photo, draw = Patches(PICTURE), Draw(1, steps=2)
    pictures = [APPLICATIONS[name](source, draw) for source in (photo, photo.joined("x"), photo.joined("xy"))]
    assert all((a - b).abs().max() > 1e-3 for a, b in combinations(pictures, 2))


def roll(x):
    return torch.roll(x, 8, dims=-1)


def rolled_noise(seeds):
    return lambda like, t: roll(seeded_noise(seeds)(like, t))


def masked(model, reference, mask, noises):
    start = Start(reference, 400)
    return invent(
        model.joined("x").denoiser(),
        SCHEDULE,
        (3, 24, 32),
        Draw(1, steps=4),
        start=start,
        edits=lambda noise: [keep_known(SCHEDULE, reference[None], mask[None], noise)],
        noises=noises,
    )


def pulled(model, reference, mask, noises):
    denoise = guided(model.joined("x").denoiser(), distance(reference), 0.1, exact_weight(SCHEDULE))
    return invent(clamped(denoise), SCHEDULE, (3, 24, 32), Draw(1, steps=4), noises=noises)


@pytest.mark.parametrize("untrained", [False, True])
@pytest.mark.parametrize("make", [masked, pulled])
def test_joined_edges_stay_joined(model, make, untrained):
    """Rolling the noise, the reference and the mask rolls the picture: no edge is left."""
    model = Patches(PICTURE) if untrained else model
    here = make(model, PICTURE, HOLE, seeded_noise)
    there = make(model, roll(PICTURE), roll(HOLE), rolled_noise)
    torch.testing.assert_close(there, roll(here), rtol=0, atol=1e-4)
    assert not torch.allclose(here, make(model, roll(PICTURE), roll(HOLE), seeded_noise), atol=1e-2)


@pytest.mark.parametrize("sampler", SOLVERS)
@pytest.mark.parametrize("around", [lambda d: d, lambda d: tiled(d, 24, 32, 1), lambda d: wrapped(d, "xy", 8, 1)])
def test_the_oracle_takes_the_place_of_the_network(sampler, around):
    """Guided, its low frequencies matched and its known pixels kept, all at once, with no training."""
    oracle = border_patch_denoiser(PICTURE, SCHEDULE, 5)
    wanted = PICTURE.flip(-1)

    def edits(noise):
        coarse = during(match_lowpass(SCHEDULE, wanted[None], 4, noise), 0, 999)
        return [coarse, keep_known(SCHEDULE, PICTURE[None], HOLE[None], noise)]

    denoise = clamped(guided(around(oracle), GREY, 0.01, exact_weight(SCHEDULE)))
    result = invent(denoise, SCHEDULE, (3, 24, 32), Draw(1, sampler, 3), edits=edits)
    assert torch.equal(result[0][:, HOLE[0] == 0], PICTURE[:, HOLE[0] == 0])
    free = invent(denoise, SCHEDULE, (3, 24, 32), Draw(1, sampler, 3), edits=lambda noise: edits(noise)[:1])
    torch.testing.assert_close(lowpass(free, 4), lowpass(wanted[None], 4), rtol=0, atol=2e-2)


def test_disjoint_masks_commute():
    other = HOLE.flip(-1) * (1 - HOLE)
    noise = seeded_noise([0])
    one, two = (
        keep_known(SCHEDULE, picture[None], 1 - mask[None], noise)
        for picture, mask in ((PICTURE, HOLE), (-PICTURE, other))
    )
    x = torch.zeros(1, 3, 24, 32)
    assert torch.equal(one(two(x, 30), 30), two(one(x, 30), 30))
    assert not torch.equal(one(x, 30), two(x, 30))
