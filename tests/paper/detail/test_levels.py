"""The levels of a photo: shared by the pictures made of it, made anew where it has changed, not kept where large."""

import gc

import pytest
import torch

from sindiff.detail import DetailSettings, detail, levels
from sindiff.detail.levels import levels_of

from .pictures import scene

TRAINED, SETTINGS = (12, 16), DetailSettings(rounds=2, matching=2)


def made_of(photo):
    return detail(scene(*TRAINED)[None], photo, TRAINED, settings=SETTINGS).pictures


@pytest.fixture
def counted(monkeypatch):
    """How often keys of a photo were made."""
    calls, index_of = [], levels.index_of
    monkeypatch.setattr(levels, "index_of", lambda *asked: calls.append(1) or index_of(*asked))
    return calls


def test_a_second_picture_makes_no_keys(counted):
    photo = scene()
    first = made_of(photo)
    assert counted
    counted.clear()
    assert torch.equal(made_of(photo), first)
    assert not counted


def test_other_settings_and_a_changed_photo_have_their_own():
    photo = scene()
    before = levels_of(photo, TRAINED, SETTINGS)
    assert levels_of(photo, TRAINED, DetailSettings(patch_size=5)) is not before
    made_of(photo)
    photo.numpy()[:] *= -1  # which PyTorch does not hear of
    assert torch.equal(made_of(photo), made_of(photo.clone()))


def test_a_photo_made_in_inference_mode():
    with torch.inference_mode():
        photo = scene() + 0
    assert torch.equal(made_of(photo), made_of(scene()))


def test_they_go_with_the_photo_and_a_large_one_keeps_none(monkeypatch):
    photo = scene()
    made_of(photo)
    assert len(levels._last) == 1
    del photo
    gc.collect()
    assert not len(levels._last)
    monkeypatch.setattr(levels, "MOST_KEPT", 100)
    photo = scene()
    made_of(photo)
    assert not len(levels._last)
