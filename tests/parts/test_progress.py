"""The note of how far a job has come: of this job alone, whole or told to be damaged, and gone in the end."""

import json
import os

import pytest

from sindiff.machine.progress import PROGRESS, finish, locked, parts_done, record

JOB = {"size": [26, 36], "seed": 5, "wrap": ""}


def test_a_job_goes_on_where_it_was(tmp_path):
    assert parts_done(tmp_path, JOB) == 0
    for done in (3, 4):
        record(tmp_path, JOB, done)
        assert parts_done(tmp_path, {**JOB, "size": (26, 36)}) == done
    assert [file.name for file in tmp_path.iterdir()] == [PROGRESS]


@pytest.mark.parametrize(
    ("change", "told"),
    [({"seed": 6}, "another seed"), ({"size": [26, 38], "wrap": "x"}, "another size, wrap"), ({"new": 1}, "new")],
)
def test_work_of_another_kind_is_left_locked(tmp_path, change, told):
    record(tmp_path, JOB, 3)
    before = (tmp_path / PROGRESS).read_bytes()
    with pytest.raises(ValueError, match=told):
        parts_done(tmp_path, JOB | change)
    assert (tmp_path / PROGRESS).read_bytes() == before


@pytest.mark.parametrize("done", ["Infinity", "NaN", "1.5", '"3"', "[3]", "null", "9" * 5000])
def test_a_damaged_number_is_told(tmp_path, done):
    (tmp_path / PROGRESS).write_text(f'{{"done": {done}, "job": {json.dumps(JOB)}}}')
    with pytest.raises(ValueError, match=r"damaged; remove .* to start over"):
        parts_done(tmp_path, JOB)


@pytest.mark.parametrize("content", ["{", "[]", "3", "{}", '{"job": {}}', '{"done": 3, "job": 3}', "[" * 100_000])
def test_a_damaged_note_is_told(tmp_path, content):
    (tmp_path / PROGRESS).write_text(content)
    with pytest.raises(ValueError, match=r"damaged; remove .* to start over"):
        parts_done(tmp_path, JOB)


@pytest.mark.skipif(os.name == "nt", reason="no such locks")
def test_two_runs_do_not_work_in_one_folder(tmp_path):
    with locked(tmp_path), pytest.raises(ValueError, match="another run is at work there"), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


def test_the_note_goes_and_a_folder_that_holds_more_stays(tmp_path):
    folder = tmp_path / "unfinished"
    folder.mkdir()
    (folder / "novel.txt").write_text("")
    record(folder, JOB, 3)
    finish(folder)
    assert [file.name for file in folder.iterdir()] == ["novel.txt"]
    (folder / "novel.txt").unlink()
    finish(folder)
    assert list(tmp_path.iterdir()) == []
