"""The guidance explorer without a page: its controls are moved by hand, and work runs here and now."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from sindiff.applications.clip import load_clip, text_score
from sindiff.applications.draw import Draw
from sindiff.applications.sampling import generate
from sindiff.applications.text import text_guided
from sindiff.lab.guidance_explorer import GuidanceExplorer, open_guidance_explorer
from sindiff.pictures.images import to_image

PROMPT, STEPS = "a red sunset", 4


@pytest.fixture(scope="module")
def clip():
    return load_clip("tiny")


@pytest.fixture
def explorer(model, clip, monkeypatch):
    monkeypatch.setattr("sindiff.lab.runner.PAUSE", 0)
    return GuidanceExplorer(model, clip, PROMPT, Draw(steps=STEPS), background=False)


def shown(image):
    return np.asarray(Image.open(io.BytesIO(image.value)))


def wanted(model, clip, prompt, scale, seed):
    return text_guided(model, [text_score(clip, prompt)], scale, draw=Draw(n=1, steps=STEPS, seed=seed))[0]


def test_each_control_draws_what_it_says(explorer, model, clip):
    expected = {"prompt": PROMPT, "scale": 0.1, "seed": 0}
    for control, value in {"scale": -0.2, "prompt": "snow", "seed": 5}.items():
        expected[control] = value
        getattr(explorer, control).value = value
        torch.testing.assert_close(explorer.result, wanted(model, clip, **expected))
        np.testing.assert_array_equal(shown(explorer.image), np.asarray(to_image(explorer.result)))
        plain = generate(model, 1, steps=STEPS, seed=expected["seed"])[0]
        np.testing.assert_array_equal(shown(explorer.plain), np.asarray(to_image(plain)))


def test_the_line_ends_with_both_scores(explorer, model, clip):
    explorer.run()
    judge = text_score(clip, PROMPT, views=1)
    for pictures in (generate(model, 1, steps=STEPS), explorer.result[None]):
        assert f"{judge(pictures, 0).item():.1f} with" in explorer.line.value
    assert explorer.bar.value == 1


def test_scale_zero_is_the_picture_with_no_text(explorer):
    explorer.scale.value = 0.0
    np.testing.assert_array_equal(shown(explorer.image), shown(explorer.plain))


def test_the_picture_forms_and_stopping_keeps_it(explorer):
    frames = []
    explorer.image.observe(lambda change: frames.append(change["new"]), "value")
    explorer.run()
    assert len(set(frames)) == len(frames) >= STEPS
    frames.clear()
    explorer.bar.observe(lambda change: explorer.stop_button.click() if 0.4 < change["new"] < 0.6 else None, "value")
    explorer.seed.value = 1
    assert len(frames) == 2
    assert "Stopped" in explorer.line.value
    assert explorer.image.value == frames[-1]


def test_what_is_wrong_is_said_in_a_line_and_the_next_text_works(explorer):
    for prompt, said in {" ": "the prompt is empty", "snow " * 500: "characters", "<b>" * 99: "characters"}.items():
        explorer.prompt.value = prompt
        assert said in explorer.line.value
        assert "sindiff-bad" in explorer.line.value
    explorer.prompt.value = "<b>snow"
    assert "sindiff-bad" not in explorer.line.value
    assert "<b>" not in explorer.line.value


def test_a_new_request_takes_the_place_of_the_old_one(model, clip):
    explorer = GuidanceExplorer(model, clip, PROMPT, Draw(steps=50), background=True)
    lines = []
    explorer.line.observe(lambda change: lines.append(change["new"]), "value")
    for scale in (*explorer.scale.options, 0.02):
        explorer.scale.value = scale[1] if isinstance(scale, tuple) else scale
    explorer.draw = Draw(steps=STEPS)
    explorer.prompt.value = "snow"
    explorer.runner.wait(60)
    assert not explorer.runner.busy
    assert lines
    assert not [line for line in lines if "Stopped" in line]  # nobody pressed Stop
    torch.testing.assert_close(explorer.result, wanted(model, clip, "snow", 0.02, 0))


def test_nothing_opens_without_widgets(model, clip, monkeypatch):
    monkeypatch.setenv("SINDIFF_UI", "off")
    assert open_guidance_explorer(model, clip, PROMPT) is None
