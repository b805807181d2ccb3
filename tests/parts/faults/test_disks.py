"""Files are whole or not there, and disks that take no more lose nothing."""

import errno
import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from PIL import Image

from sindiff.checkpoint import save_model
from sindiff.machine.files import remove_leftovers, whole_file, write_text
from sindiff.training.runs import Upkeep, train_in

from .short_runs import assert_equal, finish, smoke, steps_logged

FILLER = Path(__file__).parent / "fill_disk.py"


# Files.


def test_a_file_is_whole_or_not_there(tmp_path):
    file = tmp_path / "new" / "x.txt"
    write_text(file, "old\n")
    with pytest.raises(ZeroDivisionError), whole_file(file) as temporary:  # noqa: PT012
        temporary.write_text("half")
        assert temporary.parent == file.parent  # so that the change of name is one step
        assert temporary.suffix == ".txt"
        1 / 0  # noqa: B018
    assert file.read_bytes() == b"old\n"
    assert [entry.name for entry in file.parent.iterdir()] == ["x.txt"]


def test_files_have_the_usual_permissions(tmp_path):
    (tmp_path / "usual").touch()
    write_text(tmp_path / "whole", "")
    assert (tmp_path / "whole").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_leftovers_are_removed_and_nothing_else(tmp_path):
    names = [".x-abcd1234.txt", ".x-abc.txt", ".x-abcd1234.png", "x-abcd1234.txt", ".xy-abcd1234.txt", "x.txt"]
    for name in names:
        (tmp_path / name).touch()
    remove_leftovers(tmp_path / "x.txt")
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(names[1:])
    remove_leftovers(tmp_path / "missing" / "x.txt")


def test_a_run_cleans_up_after_killed_ones(picture, tmp_path):
    for _ in islice(train_in(tmp_path, picture, smoke(), upkeep=Upkeep(save_every=-1, previews=8)), 2):
        pass
    for name in (".train_state-abcd1234.pt", ".picture-abcd1234.png", "previews/.000001-abcd1234.png", ".mine"):
        (tmp_path / name).touch()
    next(train_in(tmp_path, picture, smoke()))
    assert [file.name for file in tmp_path.rglob(".*")] == [".mine"]


# Disks that take no more.


@pytest.fixture
def largest_file():
    """Let no file grow beyond a size, as a quota does."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_a_state_that_the_disk_does_not_take(picture, undisturbed, tmp_path, largest_file):
    """The last good one stays, nothing half is left, and the run goes on once there is room."""
    for _ in islice(train_in(tmp_path, picture, smoke(), upkeep=Upkeep(previews=0)), 3):
        pass
    before = (tmp_path / "train_state.pt").read_bytes()
    largest_file(1_000_000)
    with pytest.raises(OSError, match="File too large") as caught:
        finish(tmp_path, picture)
    assert caught.value.errno == errno.EFBIG
    assert caught.value.filename == str(tmp_path / "train_state.pt")
    assert (tmp_path / "train_state.pt").read_bytes() == before
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["metrics.jsonl", "picture.png", "train_state.pt"]
    largest_file(100_000_000)
    assert_equal(finish(tmp_path, picture), undisturbed)
    assert steps_logged(tmp_path) == list(range(1, 9))


def test_a_model_that_the_disk_does_not_take(model, tmp_path, largest_file):
    save_model(tmp_path, model)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    largest_file(1_000_000)
    with pytest.raises(OSError, match="File too large"):
        save_model(tmp_path, replace(model, prediction="eps"))
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_the_command_names_the_file(command, picture_file, tmp_path, largest_file):
    largest_file(1_000_000)
    finished = command("train", picture_file, "--out", tmp_path, "--preset", "smoke", "--device", "cpu")
    finished.fails(f"sindiff: error: {tmp_path / 'train_state.pt'}: File too large", only=False)
    assert list(tmp_path.iterdir()) == []


def mount_command(folder):
    """A shell command after which FOLDER is a small disk, in a name space of its own that goes with the process."""
    return f"mount -t tmpfs -o size=14m none {folder} && cd /"


def can_mount(folder):
    if not shutil.which("unshare"):
        return False
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount_command(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_full_disk(tmp_path):
    if not can_mount(tmp_path):
        pytest.skip("no small disk can be mounted here")
    script = f"{mount_command(tmp_path)} && exec {sys.executable} {FILLER} {tmp_path}"
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert finished.returncode == 0, finished.stderr
    report = json.loads(finished.stdout)
    assert report["first"][0] == 0, report["first"][1]
    for name in ("full", "sample"):
        code, err = report[name]
        assert code == 1
        assert err.splitlines()[-1].startswith("sindiff: error: ")
        assert err.splitlines()[-1].endswith(": No space left on device")
        assert "Traceback" not in err
    assert (report["step"], report["model step"], report["left"]) == (2, 2, [])
    assert report["again"][0] == 0, report["again"][1]
    assert report["log"] == [1, 2, 3, 4]


def test_pictures_that_the_disk_does_not_take(command, run_folder, tmp_path, largest_file):
    largest_file(1500)
    arguments = ("--out", tmp_path, "--n", 1, "--size", "48x64", "--steps", 1, "--device", "cpu")
    command("sample", run_folder, *arguments).fails(f"sindiff: error: {tmp_path / '000.png'}: ", only=False)
    assert [file.name for file in tmp_path.iterdir()] == ["settings.json"]
    largest_file(1_000_000)
    command("sample", run_folder, *arguments).works()
    assert Image.open(tmp_path / "000.png").size == (64, 48)
