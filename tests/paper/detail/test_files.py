"""A canvas in files is the same to the bit, and goes on where it was stopped."""

from itertools import product
from pathlib import Path

import pytest
import torch

from sindiff.detail import DetailSettings, detail, detail_to_files, settings

from .pictures import reduced, scene

pytestmark = pytest.mark.usefixtures("each_plan")

PHOTO, TRAINED, QUICK = scene(40, 56), (20, 28), DetailSettings(rounds=2, matching=2)
LAYOUT = reduced(scene(40, 56, seed=1), 20, 28).repeat(1, 1, 2)


class Stop(Exception):
    """What ends a job half-way."""


def test_files_equal_memory_and_a_stopped_job_goes_on(tmp_path):
    whole = detail(LAYOUT[None], PHOTO, TRAINED, settings=QUICK)

    def stop(done, of):
        if done in (1, of // 2, of - 1):
            raise Stop

    for _ in range(3):
        with pytest.raises(Stop):
            detail_to_files(LAYOUT, PHOTO, TRAINED, tmp_path, settings=QUICK, progress=stop)
    state = detail_to_files(LAYOUT, PHOTO, TRAINED, tmp_path, settings=QUICK)
    assert torch.equal(state.guess.permute(2, 0, 1).float() / 127.5 - 1, whole.pictures[0])
    assert torch.equal((state.field >> 16) * 56 + (state.field & 65535), whole.fields[0])
    assert len(list(tmp_path.glob("*.raw"))) == 2


@pytest.mark.parametrize(
    ("pattern", "spoil"),
    [
        *product(["*-*.raw", "[0-9]*.json", "progress.json"], [Path.unlink, lambda file: file.write_bytes(b"")]),
        *product(["*-*.raw", "[0-9]*.json"], [lambda file: file.write_bytes(file.read_bytes()[:30])]),
    ],
)
def test_a_stopped_job_goes_on_whatever_was_removed(tmp_path, pattern, spoil):
    def stop(done, of):
        if done == of // 2:
            raise Stop

    with pytest.raises(Stop):
        detail_to_files(LAYOUT, PHOTO, TRAINED, tmp_path, settings=QUICK, progress=stop)
    for file in tmp_path.glob(pattern):
        spoil(file)
    state = detail_to_files(LAYOUT, PHOTO, TRAINED, tmp_path, settings=QUICK)
    whole = detail(LAYOUT[None], PHOTO, TRAINED, settings=QUICK)
    assert torch.equal(state.guess.permute(2, 0, 1).float() / 127.5 - 1, whole.pictures[0])


def test_a_folder_holds_one_job(tmp_path):
    def stop(done, of):
        raise Stop

    with pytest.raises(Stop):
        detail_to_files(LAYOUT, PHOTO, TRAINED, tmp_path, settings=QUICK, progress=stop)
    with pytest.raises(ValueError, match="another settings"):
        detail_to_files(LAYOUT, PHOTO, TRAINED, tmp_path, settings=DetailSettings(seed=1))


def test_another_plan_makes_another_job(tmp_path, monkeypatch):
    def stop(done, of):
        raise Stop

    with pytest.raises(Stop):
        detail_to_files(LAYOUT, PHOTO, TRAINED, tmp_path, settings=QUICK, progress=stop)
    monkeypatch.setattr(settings, "FINE", 1000 if settings.FINE == 2000 else 2000)
    with pytest.raises(ValueError, match="another plan"):
        detail_to_files(LAYOUT, PHOTO, TRAINED, tmp_path, settings=QUICK)
