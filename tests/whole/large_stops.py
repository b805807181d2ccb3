"""Pictures in files survive any stop: killed, closed, or of another run.  Called by test_large_stops.py.

The first tests fork, so this process computes nothing before them: a fork loses the threads that convolutions start.
"""

import itertools
import json
import os
import random
import signal
import sys

import pytest

from sindiff.large import sample as large
from sindiff.large.canvas import Canvas
from sindiff.large.plan import UNFINISHED, plan_pictures
from sindiff.large.sample import sample_to_files
from sindiff.machine.progress import PROGRESS


def planned(models, folder, **changes):
    arguments = {"size": (26, 36), "steps": 4, "seed": 5, "batch_size": 1, **changes}
    model = models["1"].in_tiles(arguments.pop("tile", 8))
    return plan_pictures(model, [folder / "0.png", folder / "1.tif"], **arguments)


def in_child(work):
    """Run in a forked process; its id."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return child


def ended(child):
    """Whether the process ended by itself; False if it was killed."""
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFEXITED(status)


def die_after(calls):
    """Let this process be killed at the so-manieth call of a function."""
    left = itertools.count(calls - 1, -1)

    def die(frame, event, argument):
        if event in ("call", "c_call") and next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(die)


def files(folder):
    assert not (folder / UNFINISHED).exists()
    return [(folder / name).read_bytes() for name in ("0.png", "1.tif")]


@pytest.fixture(scope="module")
def uninterrupted(models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        assert ended(in_child(lambda: list(sample_to_files(planned(models, folder)))))
    return files(folder)


def test_killed_at_random_points_it_goes_on_to_equal_files(models, tmp_path, monkeypatch, no_waiting, uninterrupted):
    """At calls of functions drawn by lot, the same in every run of this test; lives grow longer until one ends."""
    monkeypatch.setattr(large, "RECORD_EVERY_SECONDS", 0.0)
    luck = random.Random(0)
    kills = 0

    def work():
        die_after(int(luck.uniform(2000, 6000) * 1.2**kills))
        list(sample_to_files(planned(models, tmp_path)))

    while not ended(in_child(work)):
        kills += 1
        luck.random()
    assert kills >= 5
    assert files(tmp_path) == uninterrupted


def kill_at(monkeypatch, place, name, count):
    """Let the count-th call of place.name do half its work, if that can be, and the process die."""
    calls, original = [], getattr(place, name)

    def dying(*arguments):
        calls.append(arguments)
        if len(calls) == count:
            if name == "write":
                file, rows, columns, block = arguments
                half = (rows.stop - rows.start) // 2
                original(file, slice(rows.start, rows.start + half), columns, block[..., :half, :])
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments)

    monkeypatch.setattr(place, name, dying)


@pytest.mark.parametrize("every", [0.0, 1e9])
def test_killed_within_a_write(models, tmp_path, monkeypatch, no_waiting, uninterrupted, every):
    """A write cut in half, a note not written, a picture not moved, files half removed: each in turn."""
    monkeypatch.setattr(large, "RECORD_EVERY_SECONDS", every)
    deaths = [(Canvas, "allocate", 2), (Canvas, "write", 3), (Canvas, "write", 7), (Canvas, "write", 12)]
    deaths += [(large, "record", 3), (large, "save_canvas", 1), (os, "replace", 4), (large, "finish", 1)]
    survived = []
    for death in deaths:

        def work(death=death):
            kill_at(monkeypatch, *death)
            list(sample_to_files(planned(models, tmp_path)))

        survived.append(ended(in_child(work)))
    assert survived.count(False) >= 6
    assert ended(in_child(lambda: list(sample_to_files(planned(models, tmp_path)))))
    assert files(tmp_path) == uninterrupted


def test_a_note_that_promises_too_much_is_seen(models, tmp_path, monkeypatch, no_waiting, uninterrupted):
    """The comparison above can fail: here a part is skipped."""
    monkeypatch.setattr(large, "RECORD_EVERY_SECONDS", 0.0)
    states = sample_to_files(planned(models, tmp_path))
    while next(states)[0] < 11:
        pass
    states.close()
    file = tmp_path / UNFINISHED / PROGRESS
    note = json.loads(file.read_text())
    assert note["done"] >= 10
    file.write_text(json.dumps({**note, "done": note["done"] + 3}))
    list(sample_to_files(planned(models, tmp_path)))
    assert files(tmp_path) != uninterrupted


def test_it_goes_on_where_it_was(models, tmp_path, monkeypatch, no_waiting, uninterrupted):
    monkeypatch.setattr(large, "RECORD_EVERY_SECONDS", 0.0)
    states = sample_to_files(planned(models, tmp_path))
    while next(states)[0] < 9:
        pass
    states.close()
    first = next(sample_to_files(planned(models, tmp_path)))
    assert first[0] >= 8
    (tmp_path / UNFINISHED / "x.0").unlink()
    assert next(sample_to_files(planned(models, tmp_path)))[0] == 0
    list(sample_to_files(planned(models, tmp_path)))
    assert files(tmp_path) == uninterrupted


def test_unfinished_work_of_another_kind_is_left_alone(models, tmp_path, no_waiting):
    states = sample_to_files(planned(models, tmp_path))
    while next(states)[0] < 6:
        pass
    states.close()
    before = {file.name: file.read_bytes() for file in (tmp_path / UNFINISHED).iterdir()}
    with pytest.raises(ValueError, match="another seed"):
        next(sample_to_files(planned(models, tmp_path, seed=6)))
    with pytest.raises(ValueError, match="another size and steps"):
        next(sample_to_files(planned(models, tmp_path, size=(26, 38), steps=3)))
    assert before == {file.name: file.read_bytes() for file in (tmp_path / UNFINISHED).iterdir()}
    (tmp_path / UNFINISHED / PROGRESS).write_text("{")
    with pytest.raises(ValueError, match="damaged"):
        next(sample_to_files(planned(models, tmp_path)))


def test_two_runs_do_not_work_on_one_canvas(models, tmp_path, no_waiting, uninterrupted):
    states = sample_to_files(planned(models, tmp_path))
    next(states)
    with pytest.raises(ValueError, match="another run is at work there"):
        next(sample_to_files(planned(models, tmp_path)))
    list(states)
    assert files(tmp_path) == uninterrupted


def test_other_files_in_the_folder_survive(models, tmp_path, no_waiting):
    (tmp_path / UNFINISHED).mkdir()
    (tmp_path / UNFINISHED / "novel.txt").write_text("mine")
    list(sample_to_files(planned(models, tmp_path, steps=1)))
    assert [file.name for file in (tmp_path / UNFINISHED).iterdir()] == ["novel.txt"]
