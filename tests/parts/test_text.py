"""Text guidance with a tiny CLIP of random weights, written as open_clip's own folders are."""

import json
import subprocess
import sys

import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from sindiff.applications.clip import augmented, load_clip, look, text_score
from sindiff.applications.draw import Draw
from sindiff.applications.sampling import generate
from sindiff.applications.text import in_colours_of, text_guided
from sindiff.machine.vision import prepare_torchvision

PICTURES = torch.rand(2, 3, 16, 24, generator=torch.Generator().manual_seed(1)) * 2 - 1
MEAN, STD = [0.4, 0.5, 0.6], [0.2, 0.25, 0.3]
NO_NETWORK = """
import socket
def fail(*arguments, **options): raise OSError("unreachable")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = fail
from sindiff.applications.clip import load_clip
print(load_clip("tiny").size)
try:
    load_clip("ViT-B-32")
except ValueError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory):
    """A CLIP of open_clip's own classes and tokenizer in a folder."""
    prepare_torchvision()
    from open_clip import CLIP
    from safetensors.torch import save_file

    config = {
        "embed_dim": 16,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 8},
        "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
    }
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = CLIP(**config)
    folder = tmp_path_factory.mktemp("clip")
    save_file(network.state_dict(), folder / "open_clip_model.safetensors")
    about = {"model_cfg": config, "preprocess_cfg": {"mean": MEAN, "std": STD}}
    (folder / "open_clip_config.json").write_text(json.dumps(about))
    return folder


@pytest.fixture(scope="module")
def clip(clip_folder):
    return load_clip(str(clip_folder))


def test_a_torchvision_that_works_is_left_alone(monkeypatch):
    import sindiff.machine.vision

    prepare_torchvision()
    before = len(sindiff.machine.vision._defined)
    prepare_torchvision()
    assert len(sindiff.machine.vision._defined) == before <= 1


def test_clip_is_what_the_folder_says(clip):
    assert clip.size == (32, 32)
    torch.testing.assert_close(clip.mean.flatten(), torch.tensor(MEAN))
    torch.testing.assert_close(clip.std.flatten(), torch.tensor(STD))
    assert not any(weights.requires_grad for weights in clip.network.parameters())


def test_at_its_own_size_clip_sees_what_open_clip_prepares(clip):
    from open_clip.transform import PreprocessCfg, image_transform_v2

    pixels = (PICTURES.new_empty(3, 32, 32).uniform_(0, 1) * 255).byte()
    prepare = image_transform_v2(PreprocessCfg(size=32, mean=tuple(MEAN), std=tuple(STD)), is_train=False)
    wanted = clip.network.encode_image(prepare(Image.fromarray(pixels.permute(1, 2, 0).numpy()))[None], normalize=True)
    torch.testing.assert_close(look(clip, pixels[None] / 127.5 - 1), wanted, rtol=0, atol=1e-5)


def test_the_score_of_one_view_is_clips_logit(clip):
    text = clip.network.encode_text(clip.tokenize(["a red sunset"]), normalize=True)
    wanted = 0.5 * clip.network.logit_scale.exp() * (look(clip, PICTURES) @ text[0])
    torch.testing.assert_close(text_score(clip, "a red sunset", 0.5, views=1)(PICTURES, 7), wanted)


def test_gradient_is_the_slope_of_the_score(clip):
    score = text_score(clip, "snow", views=3)
    picture = PICTURES.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(score(picture, 5).sum(), picture)
    step = 1e-2 * gradient / gradient.norm()
    slope = (score(PICTURES + step, 5) - score(PICTURES - step, 5)).sum() / (2 * step.norm())
    torch.testing.assert_close(slope, gradient.norm(), rtol=0.02, atol=0)


def test_views_depend_on_seed_and_step_alone(clip):
    score = text_score(clip, "snow", views=3)
    torch.testing.assert_close(score(PICTURES, 5)[1:], score(PICTURES[1:], 5))
    assert torch.equal(score(PICTURES, 5), score(PICTURES, 5))
    assert not torch.equal(score(PICTURES, 5), score(PICTURES, 6))
    assert not torch.equal(score(PICTURES, 5), text_score(clip, "snow", views=3, seed=1)(PICTURES, 5))


@pytest.mark.parametrize("size", [(1, 1), (3, 50), (64, 20)])
def test_augmentation_crops_and_keeps_values(size):
    picture = torch.full((2, 3, *size), 0.3)
    for seed in range(8):
        view = augmented(picture, torch.Generator().manual_seed(seed))
        assert all(round(0.7 * whole) <= part <= whole for part, whole in zip(view.shape[-2:], size, strict=True))
        torch.testing.assert_close(view, torch.full_like(view, 0.3))


def test_gradients_flow_through_a_models_denoiser(model):
    x = PICTURES.clone().requires_grad_()
    model.denoiser()(x, 500).sum().backward()
    assert x.grad.abs().min() > 0


def test_scale_nought_is_generate_and_the_score_rises(model, clip):
    score = text_score(clip, "a red sunset")
    plain = generate(model, 2, steps=4, seed=3)
    assert torch.equal(text_guided(model, [score], 0, draw=Draw(2, steps=4, seed=3)), plain)
    up, down = (text_guided(model, [score], scale, draw=Draw(2, steps=4, seed=3)) for scale in (0.3, -0.3))
    judge = text_score(clip, "a red sunset", views=1)
    assert (judge(up, 0) > judge(plain, 0)).all()
    assert (judge(plain, 0) > judge(down, 0)).all()


def test_neither_number_nor_batch_changes_a_picture(model, clip):
    scores = [text_score(clip, "snow", views=2), text_score(clip, "night", -0.5, views=2)]
    many = text_guided(model, scores, size=(13, 18), draw=Draw(3, steps=3, batch_size=2))
    alone = text_guided(model, scores, size=(13, 18), draw=Draw(1, steps=3, seed=2))
    torch.testing.assert_close(many[2], alone[0], rtol=0, atol=1e-4)


def test_two_texts_are_the_sum_of_their_scores(model, clip):
    twice = [text_score(clip, "snow", 0.5, views=2)] * 2
    once = [text_score(clip, "snow", views=2)]
    a, b = (text_guided(model, scores, draw=Draw(1, steps=2)) for scores in (twice, once))
    torch.testing.assert_close(a, b, rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"guidance_scale": float("nan")}, "scale must be a finite"),
        ({"mask": torch.ones(1, 16, 25)}, "16x24 px like the canvas, not 16x25"),
        ({"mask": torch.zeros(1, 16, 24)}, "the mask is black all over"),
        ({"scores": []}, "at least one prompt"),
    ],
)
def test_what_makes_no_sense_is_refused(model, clip, arguments, says):
    with pytest.raises(ValueError, match=says):
        text_guided(model, **{"scores": [text_score(clip, "snow")], **arguments})


@pytest.mark.parametrize(
    ("prompt", "says"), [("", "empty"), (" \n", "empty"), ("a " * 5000, "10,000 characters"), ("x" * 10_000, "10,000")]
)
def test_prompts_that_make_no_sense_are_refused(clip, prompt, says):
    with pytest.raises(ValueError, match=says) as caught:
        text_score(clip, prompt)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("weight", [float("nan"), float("inf")])
def test_weights_that_make_no_sense_are_refused(clip, weight):
    with pytest.raises(ValueError, match="finite"):
        text_score(clip, "snow", weight)


def test_clips_that_cannot_be_had_are_refused(tmp_path, monkeypatch, clip_folder):
    (tmp_path / "open_clip_config.json").write_bytes((clip_folder / "open_clip_config.json").read_bytes())
    cases = {str(tmp_path): "put both there", "ViT-B-33": "no CLIP with weights", "ViT-B-32:none": "choose from"}
    for name, says in cases.items():
        with pytest.raises(ValueError, match=says):
            load_clip(name)
    (tmp_path / "open_clip_model.safetensors").write_bytes(b"broken")
    with pytest.raises(ValueError, match="not a CLIP that open_clip can read"):
        load_clip(str(tmp_path))


def test_without_network_one_line_says_where_weights_go(tmp_path, monkeypatch):
    """In a fresh Python where nothing tells the hub that it is offline; the CLIP that comes along loads."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", NO_NETWORK], capture_output=True, text=True, check=False)
    size, told = done.stdout.splitlines() or [done.stderr, ""]
    assert size == str(load_clip("tiny").size)
    assert "into a folder" in told
    assert "Retrying" not in done.stderr
    assert "Failed" not in done.stderr


def test_the_command_writes_pictures_sheet_and_settings(command, run_folder, clip_folder, tmp_path):
    mask = tmp_path / "mask.png"
    out = tmp_path / "out"
    options = ("--clip", clip_folder, "--n", 2, "--steps", 2, "--size", "16x24", "--device", "cpu")
    Image.new("L", (24, 16), 255).save(mask)
    command("text", run_folder, "snow", "night::0.5", "--out", out, "--mask", mask, *options).works()
    assert sorted(file.name for file in out.iterdir()) == ["000.png", "001.png", "settings.json", "sheet.png"]
    settings = json.loads((out / "settings.json").read_text())
    assert settings["prompts"] == [["snow", 1.0], ["night", 0.5]]
    assert settings["size"] == [16, 24]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("snow", "--scale", "nan"), "finite"),
        (("snow", "--clip", "nothing/here"), "no such folder"),
        (("snow", "--clip", "ViT-B-32"), "into a folder"),
        (("",), "empty"),
        (("x" * 10_000,), "characters"),
        (("snow::much",), "no weight"),
    ],
)
def test_the_command_refuses_in_one_line(command, run_folder, clip_folder, tmp_path, monkeypatch, arguments, says):
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    options = () if "--clip" in arguments else ("--clip", clip_folder)
    finished = command("text", run_folder, *arguments, *options, "--out", tmp_path / "out", "--size", "16x24")
    finished.fails(says, 2 if says in ("finite", "no weight") else 1)
    assert not (tmp_path / "out").exists()


def test_detail_keeps_the_colours_of_the_text():
    """What a layout is made of in the large is in its picture too; fine structure stays the picture's."""
    chance = torch.Generator().manual_seed(0)
    pictures = 0.2 * torch.rand(2, 3, 64, 80, generator=chance)
    layouts = F.adaptive_avg_pool2d(pictures, (16, 20))
    torch.testing.assert_close(in_colours_of(layouts, pictures), pictures)
    warmer = layouts + torch.tensor([0.3, 0.0, -0.3])[:, None, None]
    shifted = in_colours_of(warmer, pictures)
    torch.testing.assert_close(shifted - pictures, (warmer - layouts)[..., :1, :1].expand_as(pictures))


@pytest.mark.parametrize("wrap", ["x", "y", "xy"])
def test_edges_that_meet_still_do_in_the_colours_of_the_text(wrap):
    """A rolled layout and picture give the rolled result."""
    chance = torch.Generator().manual_seed(0)
    layouts, pictures = (0.4 * torch.rand(1, 3, *size, generator=chance) for size in ((12, 10), (48, 40)))
    by = [5 * (axis in wrap) for axis in "yx"]
    rolled = in_colours_of(layouts.roll(by, (2, 3)), pictures.roll([4 * n for n in by], (2, 3)), wrap)
    expected = in_colours_of(layouts, pictures, wrap).roll([4 * n for n in by], (2, 3))
    torch.testing.assert_close(rolled, expected)
    with pytest.raises(AssertionError):
        torch.testing.assert_close(in_colours_of(layouts, pictures), in_colours_of(layouts, pictures, wrap))
