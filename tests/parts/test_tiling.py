"""A picture that tiles: its edges meet as neighbours inside do, and only the band is new."""

import math
from dataclasses import replace

import pytest
import torch
from PIL import Image

from sindiff.applications.draw import Draw
from sindiff.applications.tiling import edge_band, tile
from sindiff.metrics import repetition, seam_figure
from sindiff.model import untrained
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture, save_picture

QUICK = Draw(1, steps=6)


@pytest.fixture(scope="module")
def stones():
    return load_picture(find_picture("stones")[0], 96)


@pytest.mark.parametrize("name", ["stones", "gravel", "brick", "grass"])
def test_edges_meet_as_neighbours_inside_do(name):
    photo = load_picture(find_picture(name)[0], 112)
    (made,) = tile(untrained(photo, 32), photo, draw=QUICK, passes=2)
    before, after = ([seam_figure(each[None], axis) for axis in "xy"] for each in (photo, made))
    print(f"{name}: photo {before[0]:.1f}, {before[1]:.1f}, tile {after[0]:.1f}, {after[1]:.1f}")
    assert max(before) > 3
    assert max(after) < 2


@pytest.mark.parametrize(("axes", "rows", "columns"), [("x", 0, 12), ("y", 9, 0), ("xy", 9, 12)])
def test_what_lies_inside_stays_bit_for_bit(stones, axes, rows, columns):
    (made,) = tile(untrained(stones, 24), stones, 0.125, axes, QUICK, passes=1)
    inside = slice(rows, 72 - rows), slice(columns, 96 - columns)
    assert torch.equal(made[:, *inside], stones[:, *inside])
    changed = (made != stones).any(0)
    changed[inside] = True
    assert changed.float().mean() > 0.9


@pytest.mark.parametrize("size", [(71, 97), (64, 65), (40, 128)])
def test_photos_of_any_shape(model, size):
    photo = torch.rand(3, *size, generator=torch.Generator().manual_seed(0)) * 2 - 1
    for source in (untrained(photo, 24), replace(model, size=(17, 25), photo=photo)):
        (made,) = tile(source, photo, draw=Draw(1, steps=2), passes=1)
        assert made.shape == photo.shape
        kept = edge_band(size, 0.12, "xy")[0] == 0
        assert torch.equal(made[:, kept], photo[:, kept])


def test_a_band_by_hand():
    mask = edge_band((10, 20), 0.2, "xy")[0]
    assert mask.sum() == 200 - 6 * 12
    assert not mask[2:8, 4:16].any()
    assert edge_band((10, 20), 0.01, "x")[0].sum(1).unique().tolist() == [2]


@pytest.mark.parametrize("band", [0, -0.1, 0.5, math.nan])
def test_bands_that_leave_nothing(band):
    with pytest.raises(ValueError, match="at most 45%"):
        edge_band((10, 20), band, "xy")


def test_a_tile_says_itself_which_edges_meet(stones):
    with pytest.raises(ValueError, match="leave wrap"):
        tile(untrained(stones, 24).joined("x"), stones)


def test_a_seam_by_hand():
    noise = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert abs(seam_figure(noise)) < 3
    stepped = noise.clone()
    stepped[..., 32:] += 2
    assert seam_figure(stepped) > 3
    assert abs(seam_figure(stepped, "y")) < 3
    assert seam_figure(stepped.mT, "y") == pytest.approx(seam_figure(stepped), rel=1e-4)


def test_repetition_by_hand():
    stripes = torch.sin(torch.arange(128) * 2 * torch.pi / 16).expand(3, 128, 128)
    assert repetition(stripes) == pytest.approx(0, abs=0.01)
    once = torch.sin(torch.arange(128) * 2 * torch.pi / 128).expand(3, 128, 128)
    assert repetition(once) == pytest.approx(1 - math.cos(math.pi / 4), abs=0.02)
    spot = torch.zeros(3, 128, 128)
    spot[:, 60:68, 60:68] = 1
    assert repetition(spot) > 0.9
    noise = torch.rand(3, 128, 128, generator=torch.Generator().manual_seed(0))
    assert repetition(noise) < 0.2
    assert repetition(torch.zeros(3, 64, 64)) == 0


def test_the_command_writes_tiles_and_two_by_two(command, stones, tmp_path):
    photo = tmp_path / "photo.png"
    save_picture(stones, photo)
    arguments = ("--out", tmp_path / "new", "--n", 2, "--steps", 2, "--passes", 1, "--layout", 24, "--band", "12.5%")
    finished = command("tile", photo, photo, *arguments, "--axes", "x", "--device", "cpu").works()
    assert "000.png: seam " in finished.err
    assert Image.open(tmp_path / "new/001_2x2.png").size == (192, 72)
    assert torch.equal(load_picture(tmp_path / "new/000.png")[..., 12:84], stones[..., 12:84])


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--band", "0.1"), 2, "'0.1' is no share: write a number of per cent, for example 12%"),
        (("--band", "60%"), 1, "the band must be above 0 and at most 45% of a side, not 60%"),
        (("--axes", "z"), 2, "choose x, y, xy"),
        (("--wrap", "x"), 2, "No such option"),
    ],
)
def test_mistakes(command, stones, tmp_path, options, code, message):
    photo = tmp_path / "photo.png"
    save_picture(stones, photo)
    command("tile", photo, photo, "--out", tmp_path / "new", *options).fails(message, code)
    assert not (tmp_path / "new").exists()
