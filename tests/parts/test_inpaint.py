"""Inpainting and outpainting: what is known stays bit for bit, what is invented is new, windows cover the canvas."""

import numpy as np
import pytest
import torch
from PIL import Image

from sindiff.applications.draw import Draw
from sindiff.applications.inpainting import calls, inpaint, require_mask
from sindiff.applications.outpainting import moving_windows, outpaint
from sindiff.cli.returned import tell_returned
from sindiff.pictures.images import save_picture
from sindiff.samplers import SOLVERS

PICTURE = torch.rand(3, 10, 14, generator=torch.Generator().manual_seed(0)) * 2 - 1
HOLE = torch.zeros(1, 10, 14)
HOLE[:, 3:8, 4:9] = 1


@pytest.mark.parametrize("sampler", SOLVERS)
def test_the_known_stays_and_the_hole_differs(model, sampler):
    pictures = inpaint(model, PICTURE, HOLE, Draw(2, sampler, 6), passes=2)
    kept = HOLE.expand(2, 3, 10, 14) == 0
    assert torch.equal(pictures[kept], PICTURE.expand(2, -1, -1, -1)[kept])
    assert (pictures[0] - pictures[1])[:, 3:8, 4:9].abs().min(0).values.mean() > 0.01
    assert pictures.isfinite().all()


def test_neither_number_nor_batch_changes_a_picture(model):
    many = outpaint(model, PICTURE, right=20, draw=Draw(3, steps=3, batch_size=2))
    alone = outpaint(model, PICTURE, right=20, draw=Draw(1, steps=3, seed=2))
    torch.testing.assert_close(many[2], alone[0], rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    "sides", [(5, 0, 0, 0), (0, 3, 0, 0), (3, 5, 7, 2), (0, 30, 0, 0), (20, 3, 0, 0), (2, 0, 0, 22), (8, 8, 6, 6)]
)
def test_the_picture_stays_wherever_it_lies(model, sides):
    left, right, up, down = sides
    pictures = outpaint(model, PICTURE, left, right, up, down, Draw(2, steps=2))
    assert pictures.shape == (2, 3, 10 + up + down, 14 + left + right)
    inside = pictures[:, :, up : up + 10, left : left + 14]
    assert torch.equal(inside, PICTURE.expand(2, -1, -1, -1))
    around = torch.ones(pictures.shape[-2:], dtype=bool)
    around[up : up + 10, left : left + 14] = False
    assert (pictures[0] != pictures[1])[:, around].any(0).all()


@pytest.mark.parametrize("halo", [0, 4, 50])
@pytest.mark.parametrize(("size", "inside"), [((10, 90), (0, 0)), ((60, 14), (30, 0)), ((70, 100), (20, 85))])
def test_windows_finish_every_pixel_once_and_in_view(size, inside, halo):
    rows, columns = slice(inside[0], inside[0] + 10), slice(inside[1], inside[1] + 14)
    finished = torch.zeros(size)
    finished[rows, columns] = 1
    for view, done in moving_windows(size, (rows, columns), halo):
        assert finished[view].any() or halo == 0
        assert all(v.start <= d.start < d.stop <= v.stop <= side for v, d, side in zip(view, done, size, strict=True))
        for v, d, side in zip(view, done, size, strict=True):
            assert d.start - v.start >= halo or v.start == 0
            assert v.stop - d.stop >= halo or v.stop == side
        finished[done] += 1
    assert (finished == 1).all()


def test_a_strip_takes_windows_of_one_size():
    windows = moving_windows((10, 14 * 80), (slice(0, 10), slice(0, 14)), 8)
    assert len(windows) == 79
    assert {view[1].stop - view[1].start for view, _ in windows[:-1]} == {30}


def test_a_strip_does_not_repeat(model):
    strip = outpaint(model, PICTURE, right=42, draw=Draw(1, steps=2))[0]
    assert (strip[..., 14:28] - strip[..., 28:42]).abs().mean() > 0.05


def test_passing_more_often_takes_as_many_more_steps(model):
    seen = []
    for times in (1, 3):
        draw = Draw(1, steps=10, progress=lambda state: seen.append(state.t))
        inpaint(model, PICTURE, HOLE, draw, times)
    assert len(seen) == calls(10, 1) + calls(10, 3) == 10 + 30
    assert seen.count(0) == 1 + 3


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (torch.ones(1, 4, 4), "the mask is 4x4 px, but the picture 10x14"),
        (torch.zeros(1, 10, 14), "black all over"),
        (torch.ones(1, 10, 14), "white all over"),
    ],
)
def test_masks_that_ask_for_nothing(mask, message):
    with pytest.raises(ValueError, match=message):
        require_mask(mask, PICTURE)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "a side must grow"),
        ({"left": 9, "right": -1}, "none can shrink"),
        ({"right": 10**8}, "100,000,000 pixels"),
        ({"right": 1, "draw": Draw(0)}, "must be at least 1, not 0"),
        ({"right": 1, "passes": 0}, "1 or more"),
        ({"right": 1, "draw": Draw(sampler="euler")}, "unknown sampler"),
        ({"right": 1, "draw": Draw(seed=-1)}, "seed"),
    ],
)
def test_nonsense_is_refused(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        outpaint(model, PICTURE, **arguments)


def test_a_plain_ground_is_rightly_filled_with_the_same(tmp_path, capsys):
    """What stood on it has gone, or is still there."""
    picture, hole = torch.ones(3, 30, 40), torch.zeros(1, 30, 40)
    hole[:, 5:25, 10:30] = 1
    files = [tmp_path / name for name in ("gone.png", "there.png")]
    save_picture(picture, files[0])
    picture[:, 10:20, 15:25] = -1
    save_picture(picture, files[1])
    tell_returned(files[:1], picture, hole)
    assert capsys.readouterr().err == ""
    tell_returned(files, picture, hole)
    assert capsys.readouterr().err.startswith(f"{files[1]}: the hole holds what was there")


def test_an_outpainted_canvas_ends(model):
    with pytest.raises(ValueError, match="no edges can be joined"):
        outpaint(model.joined("x"), PICTURE, right=1)


def test_the_command_says_that_a_hole_holds_what_was_there(command, pixels, picture_file, tmp_path):
    hole = np.zeros((24, 32), np.uint8)
    hole[10:14, 20:25] = 255
    Image.fromarray(hole).save(tmp_path / "hole.png")
    Image.fromarray(pixels[:, :18]).save(tmp_path / "without.png")
    options = ("--out", tmp_path / "new", "--n", 1, "--steps", 4, "--device", "cpu")
    given = (picture_file, tmp_path / "hole.png", *options)
    same = command("inpaint", picture_file, *given)
    assert f"{tmp_path / 'new/000.png'}: the hole holds what was there" in same.err
    assert "give as SOURCE a part of the photo without it, and --long-side 32" in same.err
    other = command("inpaint", tmp_path / "without.png", *given, "--long-side", 32).works()
    assert "what was there" not in other.err
