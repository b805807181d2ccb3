"""The commands that start from a picture, and the masks that they read."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from sindiff.pictures.images import load_picture
from sindiff.pictures.masks import load_mask

QUICK = ("--n", 2, "--steps", 3, "--device", "cpu")
COMMANDS = {
    "outpaint": ["--right", "9"],
    "inpaint": ["MASK"],
    "paint": [],
    "translate": [],
    "retarget": ["--size", "24x50"],
    "style": [],
    "super-resolve": [],
    "roi": ["--box", "2,3,8,9", "--at", "4,5"],
    "edit": ["MASK"],
    "harmonize": ["MASK"],
}
HOLE = np.zeros((24, 32), np.uint8)
HOLE[8:14, 10:20] = 255


@pytest.fixture(scope="module")
def mask_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("masks") / "mask.png"
    Image.fromarray(HOLE).save(path)
    return path


def run(command, name, run_folder, picture_file, mask_file, out, *more):
    extra = [mask_file if argument == "MASK" else argument for argument in COMMANDS[name]]
    return command(name, run_folder, picture_file, *extra, "--out", out, *QUICK, *more)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_writes_pictures_sheet_and_settings(command, run_folder, picture_file, mask_file, tmp_path, name):
    run(command, name, run_folder, picture_file, mask_file, tmp_path / "a", "--seed", 3).works()
    names = sorted(file.name for file in (tmp_path / "a").iterdir())
    assert names == ["000.png", "001.png", "settings.json", "sheet.png"]
    settings = json.loads((tmp_path / "a/settings.json").read_text())
    assert {"command": name, "n": 2, "steps": 3, "seed": 3}.items() <= settings.items()
    pictures = [load_picture(tmp_path / f"a/{i:03d}.png") for i in range(2)]
    sizes = {"outpaint": (24, 41), "retarget": (24, 50), "super-resolve": (48, 64)}
    assert pictures[0].shape == (3, *sizes.get(name, (24, 32))) == (3, *settings["size"])
    assert not torch.equal(*pictures)
    if "MASK" in COMMANDS[name]:
        kept = torch.from_numpy(HOLE == 0)
        assert torch.equal(pictures[0][:, kept], load_picture(picture_file)[:, kept])
    if name == "outpaint":
        assert torch.equal(pictures[0][..., :32], load_picture(picture_file))
    assert Image.open(tmp_path / "a/sheet.png").width >= 64
    run(command, name, run_folder, picture_file, mask_file, tmp_path / "b", "--seed", 4, "--n", 1).works()
    torch.testing.assert_close(load_picture(tmp_path / "b/000.png"), pictures[1], rtol=0, atol=1.01 * 2 / 255)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_examples(command, name):
    out = command(name, "--help").out
    assert out.count(f"sindiff {name} runs/photo") + out.count(f"sindiff {name} photo.jpg") >= 2
    assert "--seed" in out


def test_outpaint_grows_sideways_by_itself(command, run_folder, picture_file, tmp_path):
    command("outpaint", run_folder, picture_file, "--out", tmp_path / "a", *QUICK).works()
    assert load_picture(tmp_path / "a/000.png").shape == (3, 24, 64)


def test_a_large_picture_and_its_mask_are_reduced_together(command, run_folder, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (96, 128, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "large.png")
    Image.fromarray(HOLE.repeat(4, 0).repeat(4, 1)).save(tmp_path / "mask.png")
    arguments = (tmp_path / "large.png", tmp_path / "mask.png", "--out", tmp_path / "a", *QUICK)
    command("inpaint", run_folder, *arguments).works()
    kept = torch.from_numpy(HOLE == 0)
    expected = load_picture(tmp_path / "large.png", 32)
    assert torch.equal(load_picture(tmp_path / "a/000.png")[:, kept], expected[:, kept])


def save(path, drawn):
    Image.fromarray(np.asarray(drawn, np.uint8)).save(path)
    return path


def test_gray_and_alpha_masks_mean_the_same(picture_file, tmp_path):
    half = np.where(HOLE, 200, 90)
    rgba = np.dstack([HOLE * 0 + 7, HOLE * 0 + 99, HOLE, HOLE])
    opaque = np.dstack([HOLE, HOLE, HOLE, HOLE * 0 + 255])
    wanted = torch.from_numpy(HOLE == 255).float()[None]
    for pixels in (HOLE, half, rgba, opaque, np.dstack([HOLE] * 3)):
        mask = load_mask(save(tmp_path / "mask.png", pixels), picture_file, (24, 32))
        assert torch.equal(mask, wanted)


def test_a_reduced_mask_covers_every_touched_pixel(picture_file, tmp_path):
    dot = np.zeros((24, 32))
    dot[11, 17] = 255
    mask = load_mask(save(tmp_path / "dot.png", dot), picture_file, (12, 16))
    assert mask.nonzero().tolist() == [[0, 5, 8]]


@pytest.mark.parametrize(
    ("drawn", "message"),
    [
        (np.zeros((4, 4)), "the mask is 4x4 px, but"),
        (HOLE * 0, "black all over"),
        (HOLE * 0 + 255, "white all over"),
        (np.dstack([HOLE, HOLE * 0, HOLE * 0]), "coloured"),
    ],
)
def test_bad_masks_give_one_line(command, run_folder, picture_file, tmp_path, drawn, message):
    mask = save(tmp_path / "mask.png", drawn)
    for name in ("inpaint", "edit", "harmonize"):
        command(name, run_folder, picture_file, mask, "--out", tmp_path / "out", *QUICK).fails(message)
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["inpaint", "RUN", "PICTURE", "nowhere.png"], "nowhere.png: no such file"),
        (["outpaint", "RUN", "nowhere.png"], "nowhere.png: no such file"),
        (["outpaint", "nowhere", "PICTURE"], "no such folder"),
        (["outpaint", "RUN", "PICTURE", "--right", "-3"], "--right"),
        (["outpaint", "RUN", "PICTURE", "--right", "1000000", "--down", "1000000"], "100,000,000 pixels"),
        (["paint", "RUN", "PICTURE", "--start", "nan"], "--start"),
        (["paint", "RUN", "PICTURE", "--start", "0.01", "--steps", "30"], "number of steps"),
        (["paint", "RUN", "PICTURE", "--factor", "0"], "--factor"),
        (["harmonize", "RUN", "PICTURE"], "MASK"),
    ],
)
def test_bad_input_gives_one_line(command, run_folder, picture_file, tmp_path, arguments, message):
    names = {"RUN": run_folder, "PICTURE": picture_file}
    finished = command(*(names.get(word, word) for word in arguments), "--out", tmp_path / "out", "--device", "cpu")
    assert finished.code in (1, 2)
    assert message in finished.err.splitlines()[-1]
    assert "Traceback" not in finished.err
