"""Maps of the photo follow its pictures: what is copied is copied, what is kept is kept, normals stay normals."""

import json
import struct
import zlib
from itertools import product

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from sindiff.applications.draw import Draw
from sindiff.applications.outpainting import outpaint
from sindiff.applications.sampling import new_pictures
from sindiff.applications.tiling import edge_band, tile
from sindiff.cli.alpha import transparent
from sindiff.detail import Origin, apply_field, mapped, mapped_normals
from sindiff.model import untrained
from sindiff.pictures.images import load_picture, to_tensor
from sindiff.pictures.maps import Map, load_map, save_map

ROWS, COLUMNS = np.mgrid[:48, :64]
PIXELS = np.stack([ROWS * 4, COLUMNS * 3, 120 + 80 * np.sin(COLUMNS / 4) * np.cos(ROWS / 5)], -1)
PIXELS = (PIXELS + np.random.default_rng(0).integers(0, 30, (48, 64, 1))).astype(np.uint8)
PHOTO = to_tensor(Image.fromarray(PIXELS))
VALUES = torch.from_numpy(PIXELS.astype(np.int32)).permute(2, 0, 1)
SOURCE = untrained(PHOTO, 24)


def heights(values):
    """A map that a function of each pixel makes of the photo, rising, 16 bits."""
    return values.sum(0, keepdim=True).square() // 10


def traced(make, *arguments):
    origins = []
    return make(*arguments, draw=Draw(2, steps=3, traced=origins.append)), origins


def whole(pictures):
    return ((pictures + 1) * 127.5).round().int()


@pytest.fixture(scope="module")
def tiled():
    return traced(tile, SOURCE, PHOTO, 0.2, "xy")


def test_what_one_patch_copies_its_map_copies():
    """With a window of 1 the map of the picture is the picture's map, whatever the function."""
    _, origins = traced(new_pictures, SOURCE, (40, 90))
    assert len(origins) == 2
    for origin in origins:
        picture = mapped(origin, VALUES, window=1)
        assert torch.equal(mapped(origin, heights(VALUES), window=1), heights(picture))


def claims(field, other):
    """What the nine patches around each inner pixel say of it, (9, H - 2, W - 2); -1 where that is beyond the photo."""
    width = other.shape[1]
    around = F.pad(other, (1, 1, 1, 1), value=-1)
    rows, columns = field // width, field % width
    said = []
    for dy, dx in product((0, 1, 2), repeat=2):
        inner = slice(dy, field.shape[0] - 2 + dy), slice(dx, field.shape[1] - 2 + dx)
        said.append(around[rows[inner] + 2 - dy, columns[inner] + 2 - dx])
    return torch.stack(said)


def test_where_patches_are_averaged_a_map_stays_between_theirs():
    pictures, origins = traced(new_pictures, SOURCE, (40, 90))
    for picture, origin in zip(whole(pictures), origins, strict=True):
        assert torch.equal(mapped(origin, VALUES), picture)
        said, theirs = mapped(origin, heights(VALUES))[0, 1:-1, 1:-1], claims(origin.field, heights(VALUES)[0])
        assert (said <= theirs.amax(0)).all()
        assert (said >= torch.where(theirs < 0, 10**6, theirs).amin(0)).all()
        assert (said != theirs[4]).float().mean() > 0.05


def test_what_is_kept_of_a_map_is_bit_for_bit(tiled):
    _, origins = tiled
    kept, other = edge_band((48, 64), 0.2, "xy")[0] == 0, heights(VALUES)
    for origin in origins:
        assert torch.equal(mapped(origin, other)[:, kept], other[:, kept])
        assert not torch.equal(apply_field(origin.field[None], other, 3, "xy")[0][:, kept], other[:, kept])
        assert not torch.equal(mapped(origin, other)[:, ~kept], other[:, ~kept])


def test_what_is_kept_in_an_outpainted_map_lies_where_the_photo_lies():
    origins = []
    outpaint(SOURCE, PHOTO, left=20, up=7, draw=Draw(1, steps=2, traced=origins.append), passes=1)
    assert torch.equal(mapped(origins[0], VALUES)[:, 7:, 20:], VALUES)


def test_maps_of_a_tile_have_no_seam(tiled):
    _, origins = tiled
    for origin in origins:
        said = mapped(origin, heights(VALUES)).float()
        inside = said.diff(dim=-1).abs().mean((0, 1))
        assert (said[..., 0] - said[..., -1]).abs().mean() < inside.mean() + 3 * inside.std()


@pytest.mark.parametrize("most", [255, 65535])
def test_normals_stay_of_unit_length_where_they_are_averaged(most):
    generator = torch.Generator().manual_seed(0)
    normals = F.normalize(torch.randn(3, 12, 12, generator=generator).double(), dim=0)
    written = ((normals + 1) * most / 2).round().int()
    field = torch.randint(0, 144, (20, 30), generator=generator, dtype=torch.int32)
    keep = torch.zeros(20, 30, dtype=torch.bool)
    keep[:5] = True
    plain, unit = (
        each(Origin(field, keep), written, *more) for each, more in ((mapped, ()), (mapped_normals, (most,)))
    )
    lengths = [(said.double() * 2 / most - 1).norm(dim=0) for said in (plain, unit)]
    assert (lengths[0][5:] - 1).abs().max() > 0.3
    assert (lengths[1][5:] - 1).abs().max() < 3 / most
    assert torch.equal(unit[:, :5], written.flatten(1)[:, field[:5].long()])


def test_one_patch_keeps_its_normals_as_they_are():
    """A normal that is not quite of unit length is nobody's mistake where nothing is averaged."""
    written = torch.randint(0, 256, (3, 12, 12), generator=torch.Generator().manual_seed(0), dtype=torch.int32)
    field = torch.arange(144, dtype=torch.int32).reshape(12, 12)
    assert torch.equal(mapped_normals(Origin(field, field < 0), written, 255), written)


@pytest.mark.parametrize(("channels", "most"), [(1, 255), (3, 255), (4, 255), (1, 65535)])
def test_maps_are_written_and_read_as_they_are(tmp_path, channels, most):
    values = torch.randint(0, most + 1, (channels, 9, 14), generator=torch.Generator().manual_seed(0)).int()
    save_map(Map(values, most), tmp_path / "map.png")
    assert torch.equal(load_map(tmp_path / "map.png").values, values)
    assert load_map(tmp_path / "map.png").most == most
    pixels = np.asarray(Image.open(tmp_path / "map.png")).reshape(9, 14, -1)
    assert np.array_equal(pixels, values.permute(1, 2, 0).numpy())


def test_maps_of_pillow_are_read(tmp_path):
    deep = np.random.default_rng(0).integers(0, 65536, (9, 14)).astype(np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    assert np.array_equal(load_map(tmp_path / "deep.png").values[0].numpy(), deep)
    Image.fromarray(PIXELS).convert("P").save(tmp_path / "palette.png")
    assert load_map(tmp_path / "palette.png").values.shape == (3, 48, 64)
    Image.new("CMYK", (9, 9)).save(tmp_path / "print.jpg")
    with pytest.raises(ValueError, match=r"print\.jpg: a map is gray or RGB"):
        load_map(tmp_path / "print.jpg")
    Image.fromarray(np.full((9, 9), 70000, np.int32)).save(tmp_path / "wide.tif")
    with pytest.raises(ValueError, match=r"wide\.tif: a map has 8 or 16 bits"):
        load_map(tmp_path / "wide.tif")


def test_colours_of_16_bits_are_refused_and_not_halved(tmp_path):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head, rows = struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0), zlib.compress((b"\0" + bytes(48)) * 8)
    parts = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    (tmp_path / "deep.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts))
    with pytest.raises(ValueError, match=r"deep\.png: 16 bits are read of gray maps only"):
        load_map(tmp_path / "deep.png")


def test_transparency_by_hand():
    """A picture drawn over white, with half of its alpha: the colour is what gave it over white."""
    photo = torch.tensor([[[100]], [[200]], [[0]], [[128]]], dtype=torch.int32)
    over = (photo[:3] * 128 + 255 * 127) / 255 / 127.5 - 1
    origin = Origin(torch.zeros(1, 1, dtype=torch.int32), torch.zeros(1, 1, dtype=torch.bool))
    made = transparent(over, origin, photo)
    torch.testing.assert_close((made + 1) * 127.5, photo.float(), rtol=0, atol=1e-3)
    hidden = torch.tensor([[[7]], [[8]], [[9]], [[0]]], dtype=torch.int32)
    kept = Origin(origin.field, ~origin.keep)
    torch.testing.assert_close((transparent(torch.ones(3, 1, 1), kept, hidden) + 1) * 127.5, hidden.float())


@pytest.fixture
def files(tmp_path):
    Image.fromarray(PIXELS).save(tmp_path / "photo.png")
    save_map(Map(heights(VALUES), 65535), tmp_path / "height16.png")
    save_map(Map(VALUES, 255), tmp_path / "normal.png")
    return tmp_path


QUICK = ("--n", 2, "--steps", 2, "--layout", 24, "--device", "cpu")


def test_the_command_writes_maps(command, files):
    photo, out = files / "photo.png", files / "new"
    maps = ("--map", files / "height16.png", "--normal", files / "normal.png", "--map", photo)
    command("tile", photo, photo, "--out", out, *QUICK, "--passes", 1, *maps).works()
    kept = edge_band((48, 64), 0.12, "xy")[0] == 0
    for i in range(2):
        made = load_map(out / f"00{i}_height16.png")
        assert made.most == 65535
        assert torch.equal(made.values[:, kept], heights(VALUES)[:, kept])
        assert torch.equal(load_map(out / f"00{i}_photo.png").values[:, kept], VALUES[:, kept])
        assert load_map(out / f"00{i}_normal.png").values.shape == (3, 48, 64)
    assert len(json.loads((out / "settings.json").read_text())["map"]) == 2


def test_maps_do_not_depend_on_the_batch(command, files):
    for batch in (1, 2):
        arguments = ("--out", files / str(batch), *QUICK, "--batch", batch, "--map", files / "height16.png")
        command("sample", files / "photo.png", *arguments).works()
    for name in ("000_height16.png", "001_height16.png"):
        assert (files / "1" / name).read_bytes() == (files / "2" / name).read_bytes()
    assert (files / "1/000_height16.png").read_bytes() != (files / "1/001_height16.png").read_bytes()


@pytest.mark.parametrize("rows", [slice(0, 48), slice(0, 24)])
def test_a_transparent_photo_gives_transparent_pictures(command, tmp_path, rows):
    rgba = np.dstack([PIXELS, np.full((48, 64), 255, np.uint8)])
    rgba[rows, :32, 3] = 0
    rgba[rows, 32:, 3] = 90
    photo = tmp_path / "leaf.png"
    Image.fromarray(rgba).save(photo)
    command("sample", photo, "--out", tmp_path / "new", *QUICK).works()
    made = np.asarray(Image.open(tmp_path / "new/001.png"))
    assert made.shape == (48, 64, 4)
    assert made[..., 3].min() == 0
    command("tile", photo, photo, "--out", tmp_path / "tile", *QUICK, "--passes", 1).works()
    made = np.asarray(Image.open(tmp_path / "tile/000.png"))
    assert np.array_equal(made[6:-6, 8:-8], rgba[6:-6, 8:-8])
    assert load_picture(tmp_path / "tile/000.png").shape == PHOTO.shape


def test_mistakes(command, files):
    photo, out = files / "photo.png", files / "new"
    save_map(Map(VALUES[:, :40], 255), files / "short.png")
    (files / "deeper").mkdir()
    save_map(Map(VALUES, 255), files / "deeper/normal.png")
    Image.fromarray(PIXELS[::-1]).save(files / "other.png")
    for options, says in [
        (("--map", files / "short.png"), "short.png: the map is 40x64 px, but the photo 48x64; they must agree"),
        (("--map", files / "none.png"), "none.png: no such file"),
        (("--normal", files / "height16.png"), "height16.png: normals are RGB"),
        (("--map", files / "normal.png", "--normal", files / "deeper/normal.png"), "another map is called normal too"),
        (("--map", files / "normal.png", "--detail", "none"), "normal.png: a map follows the detail"),
        (("--map", files / "normal.png", "--size", "5000x5000"), "are kept up to 16,777,216 px"),
    ]:
        command("sample", photo, "--out", out, *QUICK, *options).fails(says)
    command("tile", photo, files / "other.png", "--out", out, "--layout", 24, "--map", files / "normal.png").fails(
        "PICTURE must be the photo itself"
    )
    assert not out.exists()
