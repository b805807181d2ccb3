"""Pictures after a reference: what is matched, what is kept, and where a walk begins."""

import pytest
import torch

from sindiff.applications.draw import Draw, Start, invent
from sindiff.applications.reference import (
    EDIT,
    HARMONIZE,
    PAINT,
    RETARGET,
    TRANSLATE,
    Recipe,
    edit,
    harmonize,
    paint,
    retarget,
    style,
    super_resolve,
    translate,
)
from sindiff.applications.sampling import generate
from sindiff.edits import lowpass, match_lowpass
from sindiff.noise import seeded_noise
from sindiff.pictures.images import recoloured, resize
from sindiff.samplers import SOLVERS
from sindiff.schedule import Schedule

SCHEDULE = Schedule()
REFERENCE = torch.rand(3, 13, 18, generator=torch.Generator().manual_seed(0)) * 1.2 - 0.6
MASK = torch.zeros(1, 13, 18)
MASK[:, 4:9, 5:12] = 1


@pytest.mark.parametrize("sampler", SOLVERS)
def test_invent_takes_a_start_and_edits(sampler):
    """A network that always answers a texture: what comes out is its details on the reference's coarse parts."""
    texture = 0.3 * torch.sin(torch.arange(18.0) * 2).expand(3, 13, 18)
    seen = []

    def denoise(x, t):
        seen.append((t, x))
        return texture.expand_as(x)

    def edits(noise):
        return [match_lowpass(SCHEDULE, REFERENCE[None], 4, noise)]

    start = Start(REFERENCE, 40)
    pictures = invent(denoise, SCHEDULE, (3, 13, 18), Draw(2, sampler, 4), start=start, edits=edits)
    assert seen[0][0] == 40
    signal, sigma = SCHEDULE.scales(40, REFERENCE)
    eps = seeded_noise([0, 1])(pictures, 40)
    torch.testing.assert_close(seen[0][1], signal * REFERENCE + sigma * eps)
    expected = texture - lowpass(texture[None], 4) + lowpass(REFERENCE[None], 4)
    torch.testing.assert_close(pictures, expected.expand_as(pictures), atol=1e-4, rtol=0)


def test_factor_one_to_the_end_is_the_reference(model):
    pictures = paint(model, REFERENCE, Recipe(0.5, 1, 0), Draw(2, steps=3))
    torch.testing.assert_close(pictures, REFERENCE.expand(2, -1, -1, -1), atol=1e-6, rtol=0)


def test_a_later_start_stays_nearer(model):
    """Less noise, less change; and seeds differ."""
    distances = [
        (paint(model, REFERENCE, Recipe(start, 8, 1), Draw(2, steps=4)) - REFERENCE).square().mean()
        for start in (0.02, 0.2, 1)
    ]
    assert distances[0] < distances[1] < distances[2]
    one, two = paint(model, REFERENCE, draw=Draw(2, steps=4))
    assert (one - two).abs().mean() > 0.01


def test_matching_longer_stays_nearer(model):
    far, near = (
        lowpass(paint(model, REFERENCE, Recipe(0.9, 4, until), Draw(2, steps=8)) - REFERENCE, 4).square().mean()
        for until in (1, 0)
    )
    assert near < far


@pytest.mark.parametrize("sampler", ["dpmpp", "ddim", "ddpm"])
def test_what_is_masked_black_stays_bit_for_bit(model, sampler):
    kept = MASK.expand(2, 3, 13, 18) == 0
    for change in (edit, harmonize):
        pictures = change(model, REFERENCE, MASK, draw=Draw(2, sampler, 4))
        assert torch.equal(pictures[kept], REFERENCE.expand(2, -1, -1, -1)[kept])
        assert (pictures - REFERENCE)[:, :, 4:9, 5:12].abs().mean() > 0.01


def test_without_a_mask_all_may_change(model):
    assert (edit(model, REFERENCE, draw=Draw(1, steps=4))[0] != REFERENCE).float().mean() > 0.9


def test_the_names_are_settings_of_one_thing(model):
    for change, recipe in ((paint, PAINT), (translate, TRANSLATE), (edit, EDIT)):
        expected = paint(model, REFERENCE, recipe, Draw(1, steps=3))
        assert torch.equal(change(model, REFERENCE, draw=Draw(1, steps=3)), expected)
    expected = edit(model, REFERENCE, MASK, HARMONIZE, Draw(1, steps=3))
    assert torch.equal(harmonize(model, REFERENCE, MASK, draw=Draw(1, steps=3)), expected)


def test_style_follows_the_content_in_the_model_s_colours(model):
    recipe, draw = Recipe(0.5, 4, 0), Draw(1, steps=3)
    target = recoloured(REFERENCE, generate(model, 2, (13, 18)))
    assert torch.equal(style(model, REFERENCE, recipe, draw), paint(model, target, recipe, draw))


def test_a_picture_in_another_shape_follows_itself_stretched(model):
    draw = Draw(2, steps=3)
    expected = paint(model, resize(REFERENCE, 13, 40), RETARGET, draw)
    assert torch.equal(retarget(model, REFERENCE, (13, 40), draw=draw), expected)
    with pytest.raises(ValueError, match="100,000,000 pixels"):
        retarget(model, REFERENCE, (20_000, 20_000))
    with pytest.raises(ValueError, match="the height must be at least 1, not 0"):
        retarget(model, REFERENCE, (0, 30))


def test_an_enlarged_picture_keeps_its_coarse_parts(model):
    """It follows the picture, enlarged without invention, to the very end; what that gives is tested above."""
    draw = Draw(2, steps=3)
    expected = paint(model, resize(REFERENCE, 26, 36), Recipe(0.5, 2, 0), draw)
    assert expected.shape == (2, 3, 26, 36)
    assert torch.equal(super_resolve(model, REFERENCE, 2, draw), expected)
    with pytest.raises(ValueError, match="2 times or more"):
        super_resolve(model, REFERENCE, 1)


def test_neither_number_nor_batch_changes_a_picture(model):
    many = harmonize(model, REFERENCE, MASK, draw=Draw(3, steps=3, batch_size=2))
    alone = harmonize(model, REFERENCE, MASK, draw=Draw(1, steps=3, seed=2))
    torch.testing.assert_close(many[2], alone[0], rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (Recipe(0, 8, 0), "start must lie"),
        (Recipe(1.1, 8, 0), "start must lie"),
        (Recipe(float("nan"), 8, 0), "start must lie"),
        (Recipe(0.5, 8, -0.1), "until in 0..1"),
        (Recipe(0.5, 0, 1), "1 or more"),
        (Recipe(0.01, 8, 1), "number of steps must lie in 1..10"),
    ],
)
def test_recipes_that_make_no_sense(model, recipe, message):
    with pytest.raises(ValueError, match=message):
        paint(model, REFERENCE, recipe=recipe)


@pytest.mark.parametrize(
    ("mask", "message"),
    [(torch.ones(1, 4, 4), "they must agree"), (0 * MASK, "black all over"), (0 * MASK + 1, "white all over")],
)
def test_masks_that_ask_for_nothing(model, mask, message):
    for change in (edit, harmonize):
        with pytest.raises(ValueError, match=message):
            change(model, REFERENCE, mask)
