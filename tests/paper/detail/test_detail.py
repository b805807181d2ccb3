"""detail: what it gives back, what it keeps, what it does not depend on, and what it refuses."""

import pytest
import torch

from sindiff.detail import DetailSettings, Known, apply_field, detail, field, plain, pyramid

from .pictures import reduced, scene

pytestmark = pytest.mark.usefixtures("each_plan")

QUICK = DetailSettings(rounds=2, matching=2)
PHOTO = scene(72, 96)
LAYOUTS = torch.stack([reduced(scene(72, 96, seed=n), 24, 32) for n in range(3)])
TRAINED = (24, 32)


def drawn(layouts=LAYOUTS, **other):
    return detail(layouts, PHOTO, TRAINED, settings=QUICK, **other)


def same(one, other):
    return torch.equal(one.pictures, other.pictures) and torch.equal(one.fields, other.fields)


@pytest.fixture(scope="module")
def result(each_plan):
    return drawn()


def test_sizes_and_places(result):
    assert result.pictures.shape == (3, 3, 72, 96)
    assert result.fields.shape == (3, 72, 96)
    assert result.fields.dtype == torch.int32
    assert result.fields.min() >= 0
    assert result.fields.max() < 72 * 96
    wide = drawn(LAYOUTS.repeat(1, 1, 1, 2))
    assert wide.pictures.shape == (3, 3, 72, 192)


def test_pictures_do_not_depend_on_the_batch_the_threads_or_the_strips(result, monkeypatch):
    assert same(drawn(LAYOUTS[1:2]), type(result)(result.pictures[1:2], result.fields[1:2]))
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert same(drawn(), result)
    finally:
        torch.set_num_threads(threads)
    monkeypatch.setattr(field, "STRIP", 500)
    assert same(drawn(), result)


def test_the_plain_loops_draw_the_same_pictures(result, monkeypatch):
    for module in (field, pyramid):
        monkeypatch.setattr(module, "loops", lambda device: plain)
    assert same(drawn(LAYOUTS[:1]), type(result)(result.pictures[:1], result.fields[:1]))


def test_seeds_differ_and_repeat(result):
    other = detail(LAYOUTS, PHOTO, TRAINED, settings=DetailSettings(seed=1, rounds=2, matching=2))
    assert not torch.equal(other.fields, result.fields)
    assert same(drawn(), result)


def test_known_pixels_stay_bit_for_bit_and_their_field_is_the_photo():
    pixels = torch.zeros(3, 72, 192)
    pixels[:, :, 40:136] = PHOTO
    mask = torch.ones(1, 72, 192)
    mask[:, :, 40:136] = 0
    layouts = LAYOUTS.repeat(1, 1, 1, 2)
    result = drawn(layouts, known=Known(pixels, mask, corner=(0, 40)))
    assert torch.equal(result.pictures[:, :, :, 40:136], PHOTO.expand(3, -1, -1, -1))
    assert torch.equal(result.fields[:, :, 40:136], torch.arange(72 * 96).reshape(72, 96).int().expand(3, -1, -1))
    assert not torch.equal(result.pictures[0, :, :, :40], result.pictures[1, :, :, :40])


def test_all_known_is_the_photo():
    result = drawn(known=Known(PHOTO, torch.zeros(1, 72, 96), (0, 0)))
    assert torch.equal(result.pictures[0], PHOTO)


def test_the_photo_s_own_layout_gives_nearly_the_photo():
    plainly = DetailSettings(matching=0, even_use=0)
    result = detail(reduced(PHOTO, *TRAINED)[None], PHOTO, TRAINED, settings=plainly)
    blurred = reduced(reduced(PHOTO, *TRAINED), 72, 96)
    error, of_blur = ((picture - PHOTO).square().mean().sqrt() for picture in (result.pictures[0], blurred))
    assert error < 0.5 * of_blur


def test_a_field_applies_to_other_maps(result):
    assert torch.equal(apply_field(result.fields, PHOTO)[0].mul(127.5).round(), result.pictures[0].mul(127.5).round())
    heights = torch.arange(72 * 96, dtype=torch.int32).reshape(1, 72, 96)
    assert torch.equal(apply_field(result.fields, heights, window=1)[:, 0], result.fields)


def test_films_start_from_the_frame_before(result):
    moved = (LAYOUTS + 0.01 * torch.randn(LAYOUTS.shape, generator=torch.Generator().manual_seed(0))).clamp(-1, 1)
    alone, after = drawn(moved), drawn(moved, start=result.fields)
    changes = [(each.pictures - result.pictures).abs().mean() for each in (alone, after)]
    assert changes[1] < changes[0]


@pytest.mark.parametrize(
    ("photo", "trained"),
    [((3, 16, 128), (8, 64)), ((3, 101, 97), (32, 31)), ((1, 40, 50), (20, 25)), ((4, 40, 50), (20, 25)),
     ((3, 24, 24), (24, 24))],
)  # fmt: skip
def test_any_shape(photo, trained):
    picture = scene(photo[1], photo[2], photo[0])
    result = detail(reduced(picture, *trained)[None], picture, trained, settings=QUICK)
    assert result.pictures.shape == (1, *photo)
    assert result.pictures.isfinite().all()


@pytest.mark.parametrize("wrap", ["x", "y", "xy"])
def test_wrapped_pictures_meet(wrap):
    """Across the joined border neighbours differ no more than elsewhere in the picture."""
    layouts = LAYOUTS[:1]
    picture = detail(layouts, PHOTO, TRAINED, settings=DetailSettings(wrap=wrap, rounds=2, matching=2)).pictures[0]
    for axis in wrap:
        dim = {"y": 1, "x": 2}[axis]
        steps = (picture - picture.roll(1, dim)).abs().mean([0, 3 - dim])
        assert steps[0] <= steps[1:].max()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"layouts": LAYOUTS[0]}, "layouts must be"),
        ({"layouts": LAYOUTS[:, :1]}, "layouts must be"),
        ({"layouts": LAYOUTS * torch.nan}, "finite"),
        ({"photo": PHOTO[None]}, "the photo must be"),
        ({"trained_size": (4, 5)}, "trained size"),
        ({"trained_size": (73, 96)}, "larger than the photo"),
        ({"size": (20, 96)}, "smaller than the layouts"),
        ({"settings": DetailSettings(wrap="z")}, "wrap"),
        ({"settings": DetailSettings(seed=-1)}, "seed"),
        ({"settings": DetailSettings(patch_size=4)}, "patch size"),
        ({"settings": DetailSettings(rounds=0)}, "round"),
        ({"settings": DetailSettings(even_use=-1)}, "even_use"),
        ({"known": Known(PHOTO, torch.zeros(1, 5, 5))}, "known pixels"),
        ({"known": Known(PHOTO, torch.full((1, 72, 96), 0.5))}, "mask"),
        ({"start": torch.zeros(1, 72, 96, dtype=torch.int32)}, "start fields"),
        ({"start": torch.full((3, 72, 96), -1)}, "places in the photo"),
    ],
)
def test_what_makes_no_sense_is_told_in_a_line(change, message):
    asked = {"layouts": LAYOUTS, "photo": PHOTO, "trained_size": TRAINED} | change
    with pytest.raises(ValueError, match=message) as raised:
        detail(**asked)
    assert "\n" not in str(raised.value)
