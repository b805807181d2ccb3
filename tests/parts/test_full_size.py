"""Every application gives pictures of the photo's own size, from a photo alone and from a model that kept it."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from sindiff.applications.draw import Draw
from sindiff.applications.full_size import (
    SHOWN,
    _work,
    full_size,
    known_to_layout,
    layout_size,
    most_reduced,
    reduced_size,
)
from sindiff.applications.inpainting import inpaint
from sindiff.applications.outpainting import outpaint
from sindiff.applications.region import Box
from sindiff.applications.sampling import generate
from sindiff.applications.table import APPLICATIONS, Given
from sindiff.checkpoint import load_model, save_model
from sindiff.model import at_learned_size, untrained
from sindiff.pictures.images import load_picture, reduced, to_tensor

ROWS, COLUMNS = np.mgrid[:48, :64]
PIXELS = np.stack([ROWS * 3, COLUMNS * 2, 120 + 80 * np.sin(COLUMNS / 5) * np.cos(ROWS / 7)], -1)
PHOTO = to_tensor(Image.fromarray((PIXELS + np.random.default_rng(0).integers(0, 30, (48, 64, 1))).astype(np.uint8)))
HOLE = torch.zeros(1, 48, 64)
HOLE[:, 12:30, 20:46] = 1
QUICK = Draw(1, steps=2)
GIVEN = {
    "sample": {"size": None},
    "text": {"size": None, "mask": None, "prompts": [("red", 1.0)], "scale": 0.02, "clip": "tiny"},
    "outpaint": {"left": 0, "right": 24, "up": 0, "down": 0, "passes": 1},
    "inpaint": {"mask": HOLE, "passes": 1},
    "tile": {"band": 0.2, "axes": "xy", "passes": 1},
    **{name: {"start": 0.5, "factor": 2, "until": 0.3} for name in ("paint", "translate", "style")},
    **{name: {"mask": HOLE, "start": 0.3, "factor": 2, "until": 1} for name in ("edit", "harmonize")},
    "roi": {"box": Box(4, 6, 14, 22), "at": [(26, 34)], "size": None, "passes": 1},
    "retarget": {"size": (48, 90), "start": 0.5, "factor": 2, "until": 0.3},
    "symmetric": {"axes": "x", "size": None},
    "super-resolve": {"times": 2},
    "animate": {"amount": 0.3, "start": 0.5, "size": (48, 64)},
}
SIZES = {"outpaint": (48, 88), "retarget": (48, 90), "super-resolve": (96, 128)}


@pytest.fixture
def trained(model):
    return replace(model, size=(24, 32), photo=PHOTO)


def test_the_table_is_whole():
    assert set(GIVEN) == set(APPLICATIONS)


@pytest.mark.parametrize("name", APPLICATIONS)
@pytest.mark.parametrize("source", ["photo", "model"])
def test_results_are_as_large_as_the_photo(trained, name, source):
    row, source = APPLICATIONS[name], trained if source == "model" else untrained(PHOTO, 24)
    picture = torch.where(HOLE == 1, 1.0, PHOTO) if "mask" in GIVEN[name] else PHOTO
    given = Given(**{"picture": None if name == "animate" else picture, "mask": None, **GIVEN[name]})
    row.prepare(source, given)
    made = row.make(source, given, QUICK)
    assert made.shape == (1, 3, *SIZES.get(name, (48, 64)))
    assert row.size(source, given) == tuple(made.shape[2:])
    assert made.min() >= -1
    assert made.max() <= 1
    if given.mask is not None:
        assert torch.equal(made[0][:, HOLE[0] == 0], PHOTO[:, HOLE[0] == 0])
        assert made[0][:, HOLE[0] == 1].mean() < 0.5


def test_an_outpainted_photo_stays_bit_for_bit(trained):
    made = outpaint(trained, PHOTO, left=30, up=11, draw=QUICK, passes=1)
    assert made.shape == (1, 3, 59, 94)
    assert torch.equal(made[0][:, 11:, 30:], PHOTO)


def test_neither_number_nor_batch_changes_a_picture():
    source = untrained(PHOTO, 32)
    three = generate(source, 3, (50, 70), steps=3, seed=5, batch_size=2)
    alone = generate(source, 1, (50, 70), steps=3, seed=7)
    torch.testing.assert_close(alone[0], three[2], rtol=0, atol=2 / 255)
    assert not torch.equal(three[0], three[1])


def test_without_its_photo_a_source_stays_at_the_size_it_has_learned(trained):
    plain = at_learned_size(trained)
    assert generate(plain, 1, steps=2).shape == (1, 3, 24, 32)
    assert layout_size(plain, (50, 70)) == (50, 70)
    assert full_size(plain) == (24, 32)


def test_joined_sides_of_a_layout_are_multiples(trained):
    joined = trained.joined("x")
    assert layout_size(joined, (48, 67))[1] % joined.multiple == 0
    assert generate(joined, 1, (48, 67), steps=2).shape == (1, 3, 48, 67)


@pytest.mark.parametrize("size", [(4, 6000), (6000, 1), (700, 800)])
def test_a_picture_of_any_shape_is_seen_to_form(size):
    seen = []
    work = _work(Draw(progress=seen.append), torch.zeros(3, 8, 8))
    work.phase([torch.zeros(*size, 3, dtype=torch.uint8)])
    (shape,) = {tuple(state.x0_hat.shape[2:]) for state in seen}
    assert max(shape) == SHOWN
    assert shape == tuple(max(1, round(side * SHOWN / max(size))) for side in size)


def test_a_small_layout_keeps_its_scale_where_detail_begins_coarser():
    """No side falls under 8 px, and all shrink alike, or things would change their size."""
    assert most_reduced((24, 32)) == 3
    assert most_reduced((6, 90)) == 1
    for size in [(24, 32), (9, 70), (8, 8)]:
        times = min(4.0, most_reduced(size))
        assert all(
            abs(side / times - small) <= 0.5 for side, small in zip(size, reduced_size(size, times), strict=True)
        )


def test_nothing_of_the_masked_part_reaches_the_known_part_of_a_layout(trained):
    """The same layout outside the hole, whatever lies in the hole."""
    other = torch.where(HOLE == 1, -PHOTO, PHOTO)
    (one, mask), (two, _) = (known_to_layout(trained, picture, HOLE) for picture in (PHOTO, other))
    assert torch.equal(one[:, mask[0] == 0], two[:, mask[0] == 0])
    assert not torch.equal(one[:, mask[0] == 1], two[:, mask[0] == 1])
    assert 0 < mask.mean() < 1


def test_a_hole_of_one_pixel_changes_that_pixel_alone(trained):
    mask = torch.zeros(1, 48, 64)
    mask[:, 23, 40] = 1
    made = inpaint(trained, PHOTO, mask, QUICK, passes=1)[0]
    assert torch.equal(made[:, mask[0] == 0], PHOTO[:, mask[0] == 0])


def test_a_model_s_folder_keeps_the_photo(trained, tmp_path):
    save_model(tmp_path, trained)
    kept = load_model(tmp_path).photo
    assert torch.equal(kept, PHOTO)
    (tmp_path / "photo.webp").unlink()
    assert load_model(tmp_path).photo is None


def test_the_command_trains_on_the_photo_and_gives_its_size(command, tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(((PHOTO + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()).save(path)
    mask = tmp_path / "mask.png"
    Image.fromarray((HOLE[0] * 255).byte().numpy()).save(mask)
    run, quick = tmp_path / "run", ("--n", 1, "--steps", 2, "--device", "cpu")
    command("train", path, "--out", run, "--preset", "smoke", "--steps", 2, "--device", "cpu").works()
    assert torch.equal(load_picture(run / "picture.png"), reduced(PHOTO, 32))
    command("sample", run, "--out", tmp_path / "new", *quick).works()
    assert load_picture(tmp_path / "new/000.png").shape == (3, 48, 64)
    command("sample", run, "--out", tmp_path / "small", "--detail", "none", *quick).works()
    assert load_picture(tmp_path / "small/000.png").shape == (3, 24, 32)
    for source in (run, path):
        out = tmp_path / f"filled-{source.name}"
        command("inpaint", source, path, mask, "--out", out, *quick, "--passes", 1).works()
        kept = HOLE[0] == 0
        assert torch.equal(load_picture(out / "000.png")[:, kept], PHOTO[:, kept])
