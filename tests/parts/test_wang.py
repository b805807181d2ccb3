"""Wang tiles: every tile fits every other whose edge has its colour, and no tile is another."""

import json
from itertools import combinations, product

import pytest
import torch
from PIL import Image

from sindiff.applications.draw import Draw
from sindiff.applications.wang import all_edges, floor, from_a_sheet, on_a_sheet, wang_tiles
from sindiff.cli.tiles import laid, wang_id
from sindiff.metrics import seam_energy
from sindiff.model import untrained
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture, save_picture

SIDE, REACH = 48, 6
EDGES = all_edges(2)


@pytest.fixture(scope="module")
def stones():
    return load_picture(find_picture("stones")[0], 128)


@pytest.fixture(scope="module")
def tiles(stones):
    return wang_tiles(untrained(stones, 48), stones, 2, SIDE, 0.12, Draw(1, steps=5), 1)[0]


def test_all_tiles_are_there_and_none_twice(tiles):
    assert len(EDGES) == len(set(EDGES)) == 16
    assert tiles.shape == (16, 3, SIDE, SIDE)
    inside = tiles[..., REACH:-REACH, REACH:-REACH]
    assert all((a - b).abs().mean() > 0.05 for a, b in combinations(inside, 2))


def test_every_pair_with_one_colour_fits(tiles):
    """What two tiles show on both sides of an edge is the same wherever that colour is, bit for bit, and joins."""
    across, down = {}, {}
    for (a, one), (b, other) in product(zip(EDGES, tiles, strict=True), repeat=2):
        if a.right == b.left:
            across.setdefault(a.right, []).append(torch.cat([one[..., -REACH:], other[..., :REACH]], 2))
        if a.bottom == b.top:
            down.setdefault(a.bottom, []).append(torch.cat([one[:, -REACH:], other[:, :REACH]], 1))
    for strips in (across, down):
        assert sorted(strips) == [0, 1]
        assert all(len(each) == 64 for each in strips.values())
        assert all(torch.equal(each[0], strip) for each in strips.values() for strip in each)
        assert not torch.equal(strips[0][0], strips[1][0])
    pairs = [torch.cat([one, other], 2) for (a, one), (b, other) in product(zip(EDGES, tiles, strict=True), repeat=2)
             if a.right == b.left]  # fmt: skip
    wrong = [torch.cat([one, other], 2) for (a, one), (b, other) in product(zip(EDGES, tiles, strict=True), repeat=2)
             if a.right != b.left]  # fmt: skip
    fitting, broken = (seam_energy(torch.stack(each), [SIDE]).mean().item() for each in (pairs, wrong))
    print(f"difference across an edge over the usual: {fitting:.2f}, of other colours {broken:.2f}")
    assert fitting < 1.4
    assert broken > 1.5 * fitting


def test_a_set_depends_on_its_own_seed_alone(stones):
    source = untrained(stones, 32)
    two = wang_tiles(source, stones, 1, SIDE, 0.12, Draw(2, steps=2, seed=4), 1)
    alone = wang_tiles(source, stones, 1, SIDE, 0.12, Draw(1, steps=2, seed=5), 1)
    assert two.shape == (2, 1, 3, SIDE, SIDE)
    torch.testing.assert_close(alone[0], two[1], rtol=0, atol=2 / 255)
    assert not torch.equal(two[0], two[1])


def test_one_colour_is_a_tile(stones):
    (tile,) = wang_tiles(untrained(stones, 32), stones, 1, SIDE, 0.12, Draw(1, steps=3), 1)[0]
    assert seam_energy(tile.repeat(1, 1, 2)[None], [SIDE]).item() < 1.6


@pytest.mark.parametrize("colours", [1, 2, 3])
def test_a_floor_fits(colours):
    edges, laid_out = all_edges(colours), floor(colours, 5, 7, seed=3)
    assert [len(row) for row in laid_out] == [7] * 5
    for y, x in product(range(5), range(7)):
        here = edges[laid_out[y][x]]
        assert not y or edges[laid_out[y - 1][x]].bottom == here.top
        assert not x or edges[laid_out[y][x - 1]].right == here.left
    assert colours == 1 or len({number for row in laid_out for number in row}) > 5
    assert floor(colours, 5, 7, seed=3) == laid_out


def test_sheets_by_hand():
    tiles = torch.arange(16.0).reshape(16, 1, 1, 1).expand(16, 3, 2, 2)
    sheet = on_a_sheet(tiles)
    assert sheet[0, ::2, ::2].tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11], [12, 13, 14, 15]]
    assert torch.equal(from_a_sheet(sheet, 2), tiles)
    assert laid(tiles, [[3, 0], [1, 2]])[0, ::2, ::2].tolist() == [[3, 0], [1, 2]]


def test_edges_as_tiled_numbers_them():
    """Tiled: clockwise from the top, the corners among them; 0 is none."""
    assert wang_id(EDGES[0b1001]) == [2, 0, 1, 0, 1, 0, 2, 0]


def test_the_command_writes_a_set(command, stones, tmp_path):
    photo, out = tmp_path / "photo.png", tmp_path / "new"
    save_picture(stones, photo)
    quick = ("--n", 1, "--steps", 2, "--passes", 1, "--layout", 32, "--device", "cpu")
    finished = command("tile", photo, photo, "--out", out, "--set", 2, "--side", 40, *quick)
    assert finished.code == 0, finished.err
    names = {"000.png", "000.json", "000.tsj", "000_8x8.png", "sheet.png", "settings.json"}
    assert {file.name for file in out.iterdir()} == names
    assert Image.open(out / "000.png").size == (160, 160)
    assert Image.open(out / "000_8x8.png").size == (320, 320)
    about, tiled = (json.loads((out / name).read_text()) for name in ("000.json", "000.tsj"))
    assert (about["tile_size"], about["columns"], about["edges"][9]) == (40, 4, EDGES[9]._asdict())
    assert (tiled["tilecount"], tiled["columns"], tiled["imagewidth"], tiled["image"]) == (16, 4, 160, "000.png")
    (wang,) = tiled["wangsets"]
    assert [tile["tileid"] for tile in wang["wangtiles"]] == list(range(16))
    assert {number for tile in wang["wangtiles"] for number in tile["wangid"]} == {0, 1, 2}


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--set", 4), 2, "--set"),
        (("--set", 2, "--side", 200), 1, "fit into 96 px, not 200"),
        (("--set", 2, "--band", "20%"), 1, "at most 17% of a side, not 20%"),
        (("--set", 2, "--axes", "x"), 1, "leave out --axes"),
        (("--side", 40), 1, "give --set too"),
    ],
)
def test_mistakes(command, stones, tmp_path, options, code, message):
    photo = tmp_path / "photo.png"
    save_picture(stones, photo)
    command("tile", photo, photo, "--out", tmp_path / "new", *options).fails(message, code)
    assert not (tmp_path / "new").exists()
