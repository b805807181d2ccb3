"""Pictures out: files, folders of samples, sheets."""

import numpy as np
import pytest
import torch
from PIL import Image

from sindiff.pictures.images import (
    contact_sheet,
    fingerprint,
    in_rows,
    load_picture,
    load_pictures,
    recoloured,
    resize,
    save_picture,
    to_image,
    to_tensor,
)


def test_round_trip_through_a_file(picture, tmp_path):
    save_picture(picture, tmp_path / "new folder" / "x.png")
    assert torch.equal(load_picture(tmp_path / "new folder" / "x.png"), to_tensor(to_image(picture)))
    torch.testing.assert_close(load_picture(tmp_path / "new folder" / "x.png"), picture, rtol=0, atol=1 / 255)
    assert [file.name for file in (tmp_path / "new folder").iterdir()] == ["x.png"]


def test_values_outside_are_clamped_not_wrapped():
    picture = torch.tensor([-1.5, -1, 1, 3]).reshape(1, 1, 4).expand(3, 1, 4)
    assert np.array(to_image(picture))[0, :, 0].tolist() == [0, 0, 255, 255]


def test_an_unknown_suffix_is_refused_and_leaves_nothing(picture, tmp_path):
    with pytest.raises(ValueError, match="unknown file extension"):
        save_picture(picture, tmp_path / "x.xyz")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_samples(picture, tmp_path):
    for i in (1, 0, 2):
        save_picture(picture.roll(i, -1), tmp_path / f"{i:03d}.png")
    save_picture(torch.zeros(3, 50, 50), tmp_path / "sheet.png")
    (tmp_path / "settings.json").write_text("{}")
    pictures = load_pictures(tmp_path)
    assert pictures.shape == (3, 3, 24, 32)
    torch.testing.assert_close(pictures[1], picture.roll(1, -1), rtol=0, atol=1 / 255)
    save_picture(torch.zeros(3, 24, 33), tmp_path / "003.png")
    with pytest.raises(ValueError, match=r"003\.png: is 24x33 px, but 000\.png is 24x32"):
        load_pictures(tmp_path)


def test_folders_without_samples_are_refused(tmp_path):
    with pytest.raises(ValueError, match="holds no pictures"):
        load_pictures(tmp_path)
    with pytest.raises(ValueError, match="no such folder"):
        load_pictures(tmp_path / "missing")


def test_resize(picture):
    assert resize(picture, 12, 50).shape == (3, 12, 50)
    assert resize(picture[None], 48, 64).shape == (1, 3, 48, 64)
    assert resize(picture, 12, 16).abs().max() <= 1
    flat = torch.full((3, 20, 20), 0.3)
    torch.testing.assert_close(resize(flat, 7, 33), torch.full((3, 7, 33), 0.3))


def test_rows_stand_on_their_lower_edges():
    low, high, wide = (
        Image.new("RGB", size, colour) for size, colour in (((3, 2), "red"), ((4, 5), "green"), ((9, 1), "blue"))
    )
    sheet = in_rows([[low, high], [wide]], gap=2, margin=1)
    assert sheet.size == (3 + 2 + 4 + 2, 5 + 2 + 1 + 2)
    expected = Image.new("RGB", sheet.size, "white")
    for image, place in ((low, (1, 4)), (high, (6, 1)), (wide, (1, 8))):
        expected.paste(image, place)
    assert sheet == expected


def test_cells_of_a_contact_sheet_are_as_large_as_its_largest_picture():
    small, large = torch.full((3, 2, 3), -1.0), torch.ones(3, 4, 5)
    sheet = contact_sheet([small, small, large], columns=2)
    assert sheet.size == (2 * 5 + 4, 2 * 4 + 4)
    black = (np.asarray(sheet) == 0).all(-1)
    assert black[:2, :3].all()
    assert black[:2, 9:12].all()
    assert black.sum() == 2 * 6


def test_contact_sheet(picture):
    sheet = contact_sheet([picture] * 5, columns=2)
    assert sheet.size == (2 * 32 + 4, 3 * 24 + 2 * 4)
    assert sheet.getpixel((33, 0)) == sheet.getpixel((67, 79)) == (255, 255, 255)
    assert sheet.crop((36, 28, 68, 52)).tobytes() == to_image(picture).tobytes()
    assert contact_sheet(picture[None], scale=3).size == (96, 72)


def test_fingerprint(picture):
    assert fingerprint(picture) == fingerprint(picture + 1e-4)
    assert fingerprint(picture) != fingerprint(picture.roll(1, -1))
    assert fingerprint(picture) != fingerprint(picture.reshape(3, 32, 24))


def test_recoloured_has_the_other_s_mean_and_covariance():
    generator = torch.Generator().manual_seed(0)
    mixing = torch.tensor([[0.2, 0.1, 0], [0.05, 0.15, 0.1], [0, 0.05, 0.1]])
    picture = 0.1 * torch.randn(3, 20, 30, generator=generator)
    like = (mixing @ torch.randn(3, 400, generator=generator)).reshape(3, 20, 20) * 0.5 + 0.1
    moved = recoloured(picture, like)
    torch.testing.assert_close(moved.mean((1, 2)), like.mean((1, 2)), atol=1e-3, rtol=0)
    torch.testing.assert_close(moved.flatten(1).cov(), like.flatten(1).cov(), atol=1e-3, rtol=0)
    torch.testing.assert_close(recoloured(picture, picture), picture, atol=1e-5, rtol=0)
    grey = torch.zeros(3, 5, 5)
    torch.testing.assert_close(recoloured(grey, like), like.mean((1, 2))[:, None, None].expand(3, 5, 5))
