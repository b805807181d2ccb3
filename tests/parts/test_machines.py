"""Machines of many kinds: file systems that lack something, refused renames, closed streams, devices, early Ctrl-C."""

import errno
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
import torch

from sindiff.applications import clip
from sindiff.cli import applications
from sindiff.machine import files, progress
from sindiff.machine.files import reserve, write_text

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from sindiff.cli import main; main()"]
QUICK = ("--steps", 2, "--device", "cpu")


def failing(code):
    """A function that fails with an error of the system."""

    def fail(*arguments, **options):
        raise OSError(code, os.strerror(code))

    return fail


# File systems that cannot.


@pytest.mark.skipif(progress.fcntl is None, reason="no such locks")
@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK, errno.EBADF])
def test_without_locks(command, run_folder, picture_file, tmp_path, monkeypatch, code):
    monkeypatch.setattr(progress.fcntl, "flock", failing(code))
    command("train", picture_file, "--out", tmp_path / "run", "--preset", "smoke", *QUICK).works()
    for name in ("sample", "animate"):
        out = tmp_path / ("film.gif" if name == "animate" else "new")
        command(name, run_folder, "--out", out, *QUICK).works()


@pytest.mark.parametrize(("name", "code"), [("chmod", errno.EPERM), ("fsync", errno.EINVAL), ("fsync", errno.ENOSYS)])
def test_without_permissions_and_waiting(command, run_folder, picture_file, tmp_path, monkeypatch, name, code):
    monkeypatch.setattr(files.os, name, failing(code))
    command("train", picture_file, "--out", tmp_path / "run", "--preset", "smoke", *QUICK).works()
    command("sample", run_folder, "--out", tmp_path / "new", *QUICK).works()


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="no such call")
def test_without_reserving(command, picture_file, tmp_path, monkeypatch):
    monkeypatch.setattr(files.os, "posix_fallocate", failing(errno.EOPNOTSUPP))
    monkeypatch.setattr(applications, "IN_MEMORY", 100)
    command("sample", picture_file, "--layout", 16, "--n", 1, "--out", tmp_path, *QUICK).works()
    monkeypatch.setattr(files.os, "posix_fallocate", failing(errno.ENOSPC))
    finished = command("sample", picture_file, "--layout", 16, "--n", 2, "--out", tmp_path, *QUICK)
    finished.fails("No space left on device", only=False)


def test_a_reserved_file_is_empty(tmp_path):
    reserve(tmp_path / "x", 1000)
    assert (tmp_path / "x").read_bytes() == bytes(1000)
    reserve(tmp_path / "x", 0)
    assert (tmp_path / "x").read_bytes() == b""


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_a_disk_that_fails_is_told(tmp_path, monkeypatch, code):
    monkeypatch.setattr(files.os, "fsync", failing(code))
    with pytest.raises(OSError, match=os.strerror(code)):
        write_text(tmp_path / "x", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("times", [1, 2])
def test_a_refused_rename_is_tried_again(command, picture_file, tmp_path, monkeypatch, times):
    """As on Windows, where a scanner has the file open for a moment; each name is refused."""
    replace, refused = os.replace, {}

    def refuse(source, path):
        refused[path] = refused.get(path, 0) + 1
        if refused[path] <= times:
            raise PermissionError(errno.EACCES, "Permission denied")
        replace(source, path)

    monkeypatch.setattr(files, "PAUSES", (0, 0, 0))
    monkeypatch.setattr(files.os, "replace", refuse)
    out = tmp_path / "run"
    command("train", picture_file, "--out", out, "--preset", "smoke", *QUICK).works()
    command("sample", out, "--out", tmp_path / "new", *QUICK).works()
    assert {path.name for path in refused} >= {"train_state.pt", "000001.png", "000.png", "sheet.png", "settings.json"}


def test_a_rename_that_stays_refused_names_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "PAUSES", (0, 0, 0))
    monkeypatch.setattr(files.os, "replace", failing(errno.EACCES))
    with pytest.raises(PermissionError) as caught:
        write_text(tmp_path / "x", "")
    assert caught.value.filename == str(tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


# Streams and signals.


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-"])
def test_closed_streams(run_folder, tmp_path, closed):
    command = f"{sys.executable} -c 'from sindiff.cli import main; main()'"
    script = f"{command} sample {run_folder} --out {tmp_path} --n 1 --steps 1 --device cpu {closed}"
    assert subprocess.run(script, shell=True, check=False).returncode == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["000.png", "settings.json", "sheet.png"]


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize("seconds", [0.15, 0.5, 1])
def test_ctrl_c_in_the_first_seconds(picture_file, tmp_path, seconds):
    """From the moment on at which the command is there."""
    code = "from sindiff.cli import main; print('here', flush=True); main()"
    command = [sys.executable, "-c", code, "train", picture_file, "--out", tmp_path, "--steps", "100000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "here\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "sindiff: error: interrupted" in err or "Stopped at step" in err


def test_importing_the_command_imports_no_torch():
    code = "import sys; from sindiff.cli import main; print('torch' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


# Devices.


def test_an_operator_that_a_device_lacks(command, run_folder, tmp_path, monkeypatch):
    class Lacking(torch.autograd.Function):
        @staticmethod
        def forward(context, picture):
            return picture.clone()

        @staticmethod
        def backward(context, gradient):
            name = "aten::_upsample_bicubic2d_aa_backward.grad_input"
            raise NotImplementedError(f"The operator '{name}' is not currently implemented for the MPS device. If ...")

    interpolate = clip.interpolate
    monkeypatch.setattr(
        clip, "interpolate", lambda picture, *rest, **more: interpolate(Lacking.apply(picture), *rest, **more)
    )
    finished = command("text", run_folder, "night", "--clip", "tiny", "--out", tmp_path / "new", *QUICK)
    finished.fails(
        "does not know how to compute _upsample_bicubic2d_aa_backward.grad_input: use --device cpu", only=False
    )


def test_what_we_have_not_written_is_not_hidden(command, run_folder, tmp_path, monkeypatch):
    def fail(*arguments):
        raise NotImplementedError("a mistake of ours")

    monkeypatch.setattr("sindiff.applications.sampling.laid_out", fail)
    with pytest.raises(NotImplementedError, match="a mistake of ours"):
        command("sample", run_folder, "--out", tmp_path, *QUICK)


def test_apple_s_gpus_leave_to_the_cpu_what_they_lack(monkeypatch):
    code = "import os, sindiff; print(os.environ['PYTORCH_ENABLE_MPS_FALLBACK'])"
    for given, wanted in ((None, "1"), ("0", "0")):
        environment = {name: value for name, value in os.environ.items() if name != "PYTORCH_ENABLE_MPS_FALLBACK"}
        environment |= {"PYTORCH_ENABLE_MPS_FALLBACK": given} if given else {}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == wanted


# Versions, notebooks, logs.


def test_the_floors_are_versions_that_have_what_is_used():
    """has_transparency_data came with Pillow 10.1, NoArgsIsHelpError with click 8.2."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    conda = (ROOT / "environment.yml").read_text()
    for floor in ("pillow>=10.1", "click>=8.2"):
        assert floor in asked
        assert f"  - {floor}\n" in conda


def test_a_checkout_that_may_not_be_written(monkeypatch, tmp_path):
    from sindiff.lab.notebook import LabError, setup

    monkeypatch.setattr(Path, "mkdir", failing(errno.EROFS))
    with pytest.raises(LabError, match=r"Read-only file system; give another folder as out_dir$"):
        setup("00_start", "smoke", out_dir=tmp_path / "out")


def test_a_log_with_bytes_of_no_text_goes_on(command, picture_file, tmp_path):
    arguments = ("train", picture_file, "--out", tmp_path, "--preset", "smoke", "--device", "cpu")
    command(*arguments, "--steps", 2).works()
    log = tmp_path / "metrics.jsonl"
    log.write_bytes(log.read_bytes().replace(b"loss", b"l\xffss", 1))
    command(*arguments, "--steps", 3).works()
    assert log.read_bytes().count(b"\n") == 3
