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


@pytest.fixture(scope="module")
def whole(each_plan):
    return detail(LAYOUT[None], PHOTO, TRAINED, settings=QUICK)


def to_files(folder, asked=QUICK, **more):
    return detail_to_files(LAYOUT, PHOTO, TRAINED, folder, settings=asked, **more)


def stopped(folder, at):
    """A job that ends where at(done, of) says so."""

    def stop(done, of):
        if at(done, of):
            raise Stop

    with pytest.raises(Stop):
        to_files(folder, progress=stop)


def in_memory(state):
    return state.guess.permute(2, 0, 1).float() / 127.5 - 1


def test_files_equal_memory_and_a_stopped_job_goes_on(tmp_path, whole):
    for _ in range(3):
        stopped(tmp_path, lambda done, of: done in (1, of // 2, of - 1))
    state = to_files(tmp_path)
    assert torch.equal(in_memory(state), whole.pictures[0])
    assert torch.equal((state.field >> 16) * 56 + (state.field & 65535), whole.fields[0])
    assert len(list(tmp_path.glob("*.raw"))) == 2


@pytest.mark.parametrize(
    ("pattern", "spoil"),
    [
        *product(["*-*.raw", "[0-9]*.json", "progress.json"], [Path.unlink, lambda file: file.write_bytes(b"")]),
        *product(["*-*.raw", "[0-9]*.json"], [lambda file: file.write_bytes(file.read_bytes()[:30])]),
    ],
)
def test_a_stopped_job_goes_on_whatever_was_removed(tmp_path, whole, pattern, spoil):
    stopped(tmp_path, lambda done, of: done == of // 2)
    for file in tmp_path.glob(pattern):
        spoil(file)
    assert torch.equal(in_memory(to_files(tmp_path)), whole.pictures[0])


def test_a_folder_holds_one_job(tmp_path, monkeypatch):
    """Another seed makes another, and so does another plan."""
    stopped(tmp_path, lambda done, of: True)
    with pytest.raises(ValueError, match="another settings"):
        to_files(tmp_path, DetailSettings(seed=1))
    monkeypatch.setattr(settings, "FINE", 1000 if settings.FINE == 2000 else 2000)
    with pytest.raises(ValueError, match="another plan"):
        to_files(tmp_path)
