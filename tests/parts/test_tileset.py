"""Sets of tiles: every tile fits every other whose edge has its colour, and its pixels come from the photo alone."""

import json
from itertools import permutations, product

import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from sindiff.applications.tileset import all_edges, cheapest_cuts, floor, on_a_sheet, tile_fields
from sindiff.cli.tiled import wang_id
from sindiff.detail import apply_field
from sindiff.metrics import seam_energy
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture, save_picture
from sindiff.pictures.maps import Map, load_map, save_map

SIDE = 48
EDGES = all_edges(2)


@pytest.fixture(scope="module")
def stones():
    return load_picture(find_picture("stones")[0], 160)


@pytest.fixture(scope="module")
def fields(stones):
    return tile_fields(stones, 2, SIDE, seed=3)


def test_a_cut_is_the_cheapest_of_all():
    """Every path through four rows, tried by hand."""
    apart = torch.rand(5, 4, 4, generator=torch.Generator().manual_seed(0))
    prices = apart + F.pad(apart[:, :, 1:], (0, 1))
    paths = [(0, a, b, 3) for a, b in product((0, 1, 2), (1, 2, 3)) if 0 <= b - a <= 2]
    cuts, costs = cheapest_cuts(apart)
    for cut, cost, price in zip(cuts, costs, prices, strict=True):
        sums = {path: sum(price[row, column].item() for row, column in enumerate(path)) for path in paths}
        assert tuple(cut.tolist()) == min(sums, key=sums.get)
        assert cost.item() == pytest.approx(min(sums.values()), rel=1e-6)


def test_a_cut_follows_what_does_not_differ():
    apart = torch.ones(1, 9, 9)
    bend = [0, 0, 1, 3, 5, 6, 6, 7, 8]
    for row, column in enumerate(bend):
        apart[0, row, column : column + 2] = 0
    assert cheapest_cuts(apart)[0][0].tolist() == bend


def test_tiles_show_one_line_of_the_photo_along_an_edge(fields, stones):
    """The same for all tiles with its colour, but for the pixels of the corners."""
    down = stones.shape[2]
    lines = {
        "top": (fields[:, 0, 1:-1], 1),
        "bottom": (fields[:, -1, 1:-1], 1),
        "left": (fields[:, 1:-1, 0], down),
        "right": (fields[:, 1:-1, -1], down),
    }
    for edge, (places, step) in lines.items():
        assert (places.diff(dim=1) == step).all()
        for colour in (0, 1):
            alike = [line for line, edges in zip(places, EDGES, strict=True) if getattr(edges, edge) == colour]
            assert len(alike) == 8
            assert all(torch.equal(alike[0], other) for other in alike)


def test_neighbours_go_on_where_a_tile_ends(fields, stones):
    """Across an edge of one colour places are neighbours in the photo too: no seam can be there."""
    for (a, one), (b, other) in product(zip(EDGES, fields, strict=True), repeat=2):
        if a.bottom == b.top:
            assert (other[0, 1:-1] - one[-1, 1:-1] == stones.shape[2]).all()
        if a.right == b.left:
            assert (other[1:-1, 0] - one[1:-1, -1] == 1).all()


def test_every_pair_fits_and_others_do_not(fields, stones):
    tiles = apply_field(fields, stones)
    pairs = {True: [], False: []}
    for (a, one), (b, other) in permutations(zip(EDGES, tiles, strict=True), 2):
        pairs[a.right == b.left].append(torch.cat([one, other], 2))
    fitting, others = (seam_energy(torch.stack(pairs[fits]), [SIDE]).mean().item() for fits in (True, False))
    assert fitting < 1.3
    assert others > 1.5 * fitting


def test_a_seed_gives_one_set(fields, stones):
    assert torch.equal(tile_fields(stones, 2, SIDE, seed=3), fields)
    assert not torch.equal(tile_fields(stones, 2, SIDE, seed=4), fields)
    assert len({tuple(tile.flatten().tolist()) for tile in fields}) == 16


@pytest.mark.parametrize("colours", [1, 2, 3])
def test_a_floor_fits(colours):
    edges, laid = all_edges(colours), floor(colours, 5, 7, seed=3)
    assert [len(row) for row in laid] == [7] * 5
    for y, x in product(range(5), range(7)):
        here = edges[laid[y][x]]
        assert not y or edges[laid[y - 1][x]].bottom == here.top
        assert not x or edges[laid[y][x - 1]].right == here.left
    assert colours == 1 or len({number for row in laid for number in row}) > 5
    assert floor(colours, 5, 7, seed=3) == laid


def test_sheets_by_hand():
    tiles = torch.arange(16.0).reshape(16, 1, 1, 1).expand(16, 3, 2, 2)
    sheet = on_a_sheet(tiles)
    assert sheet[0, ::2, ::2].tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11], [12, 13, 14, 15]]


def test_edges_as_tiled_numbers_them():
    """Tiled: clockwise from the top, the corners among them; 0 is none."""
    assert wang_id(EDGES[0b1001]) == [2, 0, 1, 0, 1, 0, 2, 0]


def test_the_command_writes_a_set_and_its_maps(command, stones, tmp_path):
    photo, height, out = tmp_path / "photo.png", tmp_path / "height.png", tmp_path / "new"
    save_picture(stones, photo)
    save_map(Map(reds(photo), 255), height)
    asked = ("tileset", photo, "--out", out, "--side", 40, "--map", height, "--seed", 2)
    command(*asked).works()
    names = {"000.png", "000.json", "000.tsj", "000_8x8.png", "000_height.png", "sheet.png", "settings.json"}
    assert {file.name for file in out.iterdir()} == names
    assert Image.open(out / "000_8x8.png").size == (320, 320)
    assert (load_map(out / "000_height.png").values - reds(out / "000.png")).abs().max() <= 1
    about, tiled = (json.loads((out / name).read_text()) for name in ("000.json", "000.tsj"))
    assert (about["tile_size"], about["columns"], about["edges"][9]) == (40, 4, EDGES[9]._asdict())
    assert (tiled["tilecount"], tiled["columns"], tiled["imagewidth"], tiled["image"]) == (16, 4, 160, "000.png")
    (wang,) = tiled["wangsets"]
    assert [tile["tileid"] for tile in wang["wangtiles"]] == list(range(16))
    assert {number for tile in wang["wangtiles"] for number in tile["wangid"]} == {0, 1, 2}
    command(*asked).works()


def test_a_photo_smaller_than_a_layout_has_maps_too(command, stones, tmp_path):
    photo, height, out = tmp_path / "photo.png", tmp_path / "height.png", tmp_path / "new"
    save_picture(stones[:, :24, :32], photo)
    save_map(Map(reds(photo), 255), height)
    command("tileset", photo, "--out", out, "--side", 16, "--map", height).works()
    assert (load_map(out / "000_height.png").values - reds(out / "000.png")).abs().max() <= 1


def reds(file):
    """The red of a picture, (1, H, W), 0..255."""
    return ((load_picture(file)[:1] + 1) * 127.5).round().int()


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--colours", 4), 2, "--colours"),
        (("--side", 200), 1, "an even side of 16 to 120 px, not 200"),
        (("--side", 41), 1, "not 41"),
        (("--map", "gone.png"), 1, "gone.png"),
    ],
)
def test_mistakes(command, stones, tmp_path, options, code, message):
    photo = tmp_path / "photo.png"
    save_picture(stones, photo)
    command("tileset", photo, "--out", tmp_path / "new", *options).fails(message, code)
    assert not (tmp_path / "new").exists()
