"""Masks as editors and other programs write them: gray, alpha, erased parts, any resolution."""

import numpy as np
import pytest
import torch
from PIL import Image

from sindiff.pictures.images import load_picture
from sindiff.pictures.masks import erased, load_mask, read_mask

BOX = np.zeros((24, 32), np.uint8)
BOX[8:14, 10:20] = 255
WANTED = torch.from_numpy(BOX == 255).float()[None]
QUICK = ("--n", 1, "--steps", 2, "--device", "cpu", "--detail", "none")


def save(path, *channels):
    pixels = np.dstack([np.asarray(channel, np.uint8) for channel in channels])
    Image.fromarray(pixels[..., 0] if len(channels) == 1 else pixels).save(path)
    return path


def alpha_of(*transparent):
    alpha = np.full((24, 32), 255, np.uint8)
    for place, value in transparent:
        alpha[place] = value
    return alpha


@pytest.mark.parametrize(
    "transparent",
    [
        (((0, 0), 254),),
        (((0, 0), 0),),
        (((slice(0, 3), slice(0, 3)), 0), ((slice(21, 24), slice(29, 32)), 100)),
    ],
)
@pytest.mark.parametrize("hidden", [0, 255])
def test_alpha_does_not_count_where_colours_say_it(tmp_path, transparent, hidden):
    alpha = alpha_of(*transparent)
    gray = np.where(alpha == 0, hidden, BOX)
    assert torch.equal(read_mask(save(tmp_path / "m.png", gray, gray, gray, alpha), (24, 32)), WANTED)
    assert torch.equal(read_mask(save(tmp_path / "la.png", gray, alpha), (24, 32)), WANTED)


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (200, 30, 30)])
def test_what_is_painted_on_a_transparent_layer_counts(tmp_path, colour):
    painted = [np.where(BOX, value, 0) for value in colour]
    assert torch.equal(read_mask(save(tmp_path / "m.png", *painted, BOX), (24, 32)), WANTED)
    flat = [BOX * 0 + value for value in colour]
    assert torch.equal(read_mask(save(tmp_path / "m.png", *flat, BOX), (24, 32)), WANTED)


def test_what_was_erased_of_a_picture_counts(pixels, tmp_path):
    path = save(tmp_path / "erased.png", *pixels.transpose(2, 0, 1), 255 - BOX)
    copy = save(tmp_path / "copy.png", *pixels.transpose(2, 0, 1), 255 - BOX)
    for mask in (erased(path, (24, 32)), load_mask(path, path, (24, 32)), load_mask(copy, path, (24, 32))):
        assert torch.equal(mask, WANTED)
    gray = save(tmp_path / "gray.png", pixels[..., 0], 255 - BOX)
    assert torch.equal(load_mask(gray, tmp_path / "." / "gray.png", (24, 32)), WANTED)


@pytest.mark.parametrize("values", [(0, 1), (0, 255), (100, 140)])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_ones_are_white_where_nothing_is_brighter(tmp_path, values, kind):
    if kind is np.uint16 and values == (0, 1):
        values = (0, 65535)
    pixels = np.where(BOX, *values[::-1]) * (257 if kind is np.uint16 and values[0] else 1)
    Image.fromarray(pixels.astype(kind)).save(tmp_path / "m.png")
    assert torch.equal(read_mask(tmp_path / "m.png", (24, 32)), WANTED)


@pytest.mark.parametrize("factor", [1, 3, 12])
def test_a_mask_does_at_any_resolution(tmp_path, factor):
    path = save(tmp_path / "m.png", BOX.repeat(factor, 0).repeat(factor, 1))
    assert torch.equal(read_mask(path, (24, 32)), WANTED)
    large = read_mask(save(tmp_path / "s.png", BOX), (24 * factor, 32 * factor))
    assert torch.equal(large, WANTED.repeat_interleave(factor, 1).repeat_interleave(factor, 2))


@pytest.mark.parametrize(("found", "size"), [((200, 300), (21, 32)), ((67, 100), (201, 300)), ((47, 63), (94, 125))])
def test_rounded_sides_are_the_same_proportions(tmp_path, found, size):
    assert read_mask(save(tmp_path / "m.png", np.eye(*found) * 255), size).shape == (1, *size)


def test_other_proportions_are_refused(tmp_path):
    for found in ((32, 24), (24, 24), (4, 4), (240, 340)):
        with pytest.raises(ValueError, match=rf"m\.png: the mask is {found[0]}x{found[1]} px, but .* 24x32; their"):
            read_mask(save(tmp_path / "m.png", np.eye(*found) * 255), (24, 32))


def test_black_and_white_change_places_before_a_mask_is_reduced(tmp_path):
    path = save(tmp_path / "m.png", 255 - BOX.repeat(4, 0).repeat(4, 1))
    assert torch.equal(read_mask(path, (24, 32), invert=True), WANTED)
    dot = np.full((24, 32), 255)
    dot[11, 17] = 0
    assert read_mask(save(tmp_path / "dot.png", dot), (12, 16), invert=True).nonzero().tolist() == [[0, 5, 8]]


# Commands.


@pytest.mark.parametrize("given", ["twice", "once"])
@pytest.mark.parametrize("name", ["inpaint", "edit", "harmonize"])
def test_commands_fill_what_was_erased(command, run_folder, pixels, tmp_path, name, given):
    path = save(tmp_path / "erased.png", *pixels.transpose(2, 0, 1), 255 - BOX)
    arguments = [path, path] if given == "twice" else [path]
    finished = command(name, run_folder, *arguments, "--out", tmp_path / "a", *QUICK).works()
    assert "laid over" not in finished.err
    made, before = load_picture(tmp_path / "a/000.png"), load_picture(path)
    assert torch.equal(made[:, BOX == 0], before[:, BOX == 0])
    assert (made != before)[:, BOX == 255].any(0).float().mean() > 0.9


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("inpaint", "nothing of PICTURE is transparent: erase what is to be invented, or give a MASK"),
        ("harmonize", "nothing tells what was pasted into PICTURE: give a MASK that is white there"),
    ],
)
def test_what_needs_a_mask_says_so(command, run_folder, picture_file, tmp_path, name, message):
    command(name, run_folder, picture_file, "--out", tmp_path / "a", *QUICK).fails(message)
    assert not (tmp_path / "a").exists()


def test_text_takes_the_mask_of_a_photo_larger_than_what_was_learned(command, run_folder, tmp_path):
    mask = save(tmp_path / "m.png", BOX.repeat(9, 0).repeat(9, 1))
    arguments = ("text", run_folder, "red", "--clip", "tiny", "--mask", mask, *QUICK)
    command(*arguments, "--out", tmp_path / "a").works()
    command(*arguments, "--invert", "--out", tmp_path / "b").works()
    command("sample", run_folder, "--out", tmp_path / "c", *QUICK).works()
    here, there, nowhere = (load_picture(tmp_path / name / "000.png") for name in "abc")
    assert (here - nowhere)[:, BOX == 255].abs().mean() > (here - nowhere)[:, :3].abs().mean()
    assert (there - nowhere)[:, :3].abs().mean() > 0
    command(*arguments, "--size", "40x40", "--out", tmp_path / "d").fails("the mask is 216x288 px, but")


def test_text_that_may_change_nothing(command, run_folder, tmp_path):
    arguments = ("text", run_folder, "red", "--clip", "tiny", *QUICK, "--out", tmp_path / "a")
    command(*arguments, "--mask", save(tmp_path / "m.png", 0 * BOX)).fails("the mask is black all over")
    command(*arguments, "--mask", "").fails("an empty name is neither a file nor a folder")


@pytest.mark.parametrize("name", ["inpaint", "edit", "harmonize"])
def test_inverted_masks_keep_what_is_white(command, run_folder, picture_file, tmp_path, name):
    mask = save(tmp_path / "m.png", 255 - BOX)
    command(name, run_folder, picture_file, mask, "--invert", "--out", tmp_path / "a", *QUICK).works()
    kept = BOX == 0
    assert torch.equal(load_picture(tmp_path / "a/000.png")[:, kept], load_picture(picture_file)[:, kept])


def test_an_erased_photo_is_no_source_of_what_was_erased(command, pixels, tmp_path):
    path = save(tmp_path / "erased.png", *pixels.transpose(2, 0, 1), 255 - BOX)
    command("inpaint", path, path, "--out", tmp_path / "out").fails("as SOURCE it has nothing where it was erased")
    command("edit", path, path, path, "--out", tmp_path / "out").fails("as SOURCE it has nothing where it was erased")
