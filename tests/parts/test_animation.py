"""Films: a closed, even walk whose every frame is an ordinary draw."""

import shutil

import pytest
import torch
from PIL import Image

from sindiff.applications.animation import animate, loop, save_film
from sindiff.applications.draw import Draw
from sindiff.applications.sampling import generate


def test_the_walk_is_closed_even_and_standard_normal():
    like = torch.empty(16, 3, 64, 64)
    noise = loop(5, 16, 0.4)(range(5, 21))(like, 1000)
    steps = (noise - noise.roll(1, 0)).flatten(1).norm(dim=1)
    assert steps.max() / steps.min() < 1.02
    torch.testing.assert_close(noise.flatten(1).std(1), torch.ones(16), atol=0.02, rtol=0)
    assert noise.flatten(1).mean(1).abs().max() < 0.03
    assert (noise[0] - noise[8]).norm() > 4 * steps.max()


def test_standing_still_is_the_ordinary_draw(model):
    frames = animate(model, amount=0, draw=Draw(3, steps=3, seed=7))
    expected = generate(model, 1, steps=3, seed=7)[0]
    for frame in frames:
        torch.testing.assert_close(frame, expected, rtol=0, atol=1e-5)


def test_batches_change_no_frame_and_a_wider_walk_moves_more(model):
    whole, parts = (animate(model, 0.3, draw=Draw(6, steps=3, batch_size=size)) for size in (6, 4))
    torch.testing.assert_close(whole, parts, rtol=0, atol=1e-5)
    little, much = (animate(model, amount, draw=Draw(6, steps=3)).diff(dim=0).abs().mean() for amount in (0.05, 0.8))
    assert 0 < little < much


def test_a_given_picture_moves_less_with_a_late_start(model):
    picture = torch.rand(3, 13, 18, generator=torch.Generator().manual_seed(0)) - 0.5
    late, early = (animate(model, 0.5, picture, start, draw=Draw(4, steps=3)) for start in (0.05, 0.8))
    assert late.shape == (4, 3, 13, 18)
    assert (late - picture).abs().mean() < (early - picture).abs().mean()


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".mp4"])
def test_films_have_all_their_frames(tmp_path, suffix):
    if suffix == ".mp4" and not shutil.which("ffmpeg"):
        pytest.skip("needs the program ffmpeg")
    frames = torch.linspace(-1, 1, 5).reshape(5, 1, 1, 1).expand(5, 3, 9, 15)
    save_film(frames, tmp_path / f"film{suffix}", fps=10)
    if suffix == ".mp4":
        assert (tmp_path / "film.mp4").read_bytes()[4:8] == b"ftyp"
        return
    with Image.open(tmp_path / f"film{suffix}") as film:
        assert (film.n_frames, film.size) == (5, (15, 9))
        film.seek(4)
        film.load()
        assert film.info["duration"] == 100
        assert film.info["loop"] == 0
        assert film.convert("RGB").getpixel((7, 4)) >= (250, 250, 250)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"amount": 1.1}, "amount must lie"),
        ({"amount": float("nan")}, "amount must lie"),
        ({"start": 0}, "start must lie"),
        ({"draw": Draw(2, "ddpm")}, "flicker"),
        ({"draw": Draw(0)}, "must be at least 1, not 0"),
    ],
)
def test_walks_that_make_no_sense(model, arguments, says):
    with pytest.raises(ValueError, match=says):
        animate(model, **arguments)


def test_films_that_cannot_be_written(tmp_path, monkeypatch):
    frames = torch.zeros(2, 3, 8, 8)
    monkeypatch.setenv("PATH", "")
    for name, fps, says in (("a.avi", 12, ".gif, .webp, .mp4"), ("a.gif", 0, "1 to 60"), ("a.mp4", 12, "ffmpeg")):
        with pytest.raises(ValueError, match=says):
            save_film(frames, tmp_path / name, fps)
    assert list(tmp_path.iterdir()) == []


def test_the_command(command, run_folder, picture_file, tmp_path):
    quick = ("--frames", 4, "--steps", 3, "--device", "cpu")
    for given in ((), (picture_file,)):
        command("animate", run_folder, *given, "--out", tmp_path / "film.gif", *quick).works()
        assert Image.open(tmp_path / "film.gif").n_frames == 4
    command("animate", run_folder, "--out", "film.avi", *quick).fails("written as")
    command("animate", run_folder, "--out", "film.gif", "--fps", "900", *quick).fails("frames a second")
