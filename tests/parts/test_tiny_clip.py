"""The CLIP that comes with sindiff: it loads offline, tells simple pictures apart, and guides."""

import pytest
import torch

from sindiff import generate, load_model, load_picture
from sindiff.applications.clip import load_clip, text_score
from sindiff.applications.draw import Draw
from sindiff.applications.text import text_guided
from sindiff.model import at_learned_size
from sindiff.pictures.bundled import data_folder, find_picture

FOLDER = data_folder() / "clip"


@pytest.fixture(scope="module")
def clip():
    return load_clip("tiny")


def flat(*colour):
    return torch.tensor(colour).reshape(3, 1, 1).expand(3, 48, 64) * 2 - 1


def over(above, below):
    """One picture above another."""
    return torch.cat([above[:, :24], below[:, 24:]], dim=1)


RED, GREEN, BLUE = flat(0.8, 0.1, 0.1), flat(0.2, 0.6, 0.2), flat(0.3, 0.5, 0.9)
WHITE, BLACK = flat(0.97, 0.97, 0.97), flat(0.04, 0.04, 0.06)
SIMPLE = {
    "a red picture": RED,
    "a blue picture": BLUE,
    "a white picture": WHITE,
    "a black picture": BLACK,
    "blue sky over green grass": over(BLUE, GREEN),
    "green and red stripes": torch.where((torch.arange(64) // 8 % 2).bool(), RED, GREEN),
}


def best(clip, pictures, prompts):
    scores = torch.stack([text_score(clip, prompt, views=1)(torch.stack(pictures), 0) for prompt in prompts])
    return [prompts[i] for i in scores.argmax(0)]


def test_it_is_small_and_in_half_precision():
    from safetensors import safe_open

    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= 5e6
    with safe_open(FOLDER / "open_clip_model.safetensors", "pt") as weights:
        assert {weights.get_tensor(name).dtype for name in weights.keys()} == {torch.float16}  # noqa: SIM118


def test_it_reads_what_a_simple_picture_shows(clip):
    assert best(clip, list(SIMPLE.values()), list(SIMPLE)) == list(SIMPLE)


def test_it_tells_a_darkened_picture_from_a_bleached_one(clip):
    pictures = [load_picture(find_picture(name)[0], 64) for name in ("balloons", "peaks", "stones")]
    prompts = ["a bright picture", "a dark night"]
    for picture in pictures:
        assert best(clip, [(picture + 2) / 3, (picture + 1) * 0.2 - 1], prompts) == prompts


def test_guided_pictures_please_it_more_and_are_darker(clip):
    model = at_learned_size(load_model(data_folder() / "models" / "balloons"))
    plain = generate(model, 3, steps=8)
    guided = text_guided(model, [text_score(clip, "a dark night", views=4)], draw=Draw(n=3, steps=8))
    judge = text_score(clip, "a dark night", views=1)
    assert (judge(guided, 0) > judge(plain, 0)).all()
    assert (guided.mean((1, 2, 3)) < plain.mean((1, 2, 3))).all()


@pytest.mark.parametrize(("prompt", "says"), [(" ", "empty"), ("red " * 40, "shorten it")])
def test_prompts_that_make_no_sense_are_refused(clip, prompt, says):
    with pytest.raises(ValueError, match=says) as caught:
        text_score(clip, prompt)
    assert "\n" not in str(caught.value)


def test_the_command_guides_without_a_network(command, tmp_path):
    out = tmp_path / "out"
    model = data_folder() / "models" / "stones"
    options = ("--n", 1, "--steps", 2, "--size", "16x24", "--detail", "none", "--device", "cpu")
    finished = command("text", model, "snow", "--clip", "tiny", "--out", out, *options).works()
    assert (out / "000.png").exists()
    assert "has not met" not in finished.err
    command("text", model, " ", "--clip", "tiny", "--out", tmp_path / "none", *options).fails("the prompt is empty")


def test_the_command_names_the_words_that_it_has_not_met(command, tmp_path):
    options = ("--n", 1, "--steps", 1, "--size", "16x24", "--detail", "none", "--device", "cpu")
    prompts = ("a red unicorn", "a unicorn::0.5", "snow and a yeti")
    finished = command("text", "gravel", *prompts, "--clip", "tiny", "--out", tmp_path, *options).works()
    assert "tiny: has not met unicorn, yeti, which will do little\n" in finished.err
