"""How far a long job has come, kept in a folder, so that a job killed at any moment goes on where it was."""

import json
import operator
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:
    fcntl = None

from sindiff.machine.files import is_filled, read_json, remove_leftovers, require_writable, where_possible, write_json

PROGRESS, UNFINISHED = "progress.json", "unfinished"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes out of a folder while this one works there; the lock goes when the process ends, however.

    Raises ValueError if another process holds it, OSError if nothing can be written there.  Where the system (Windows)
    or the file system has no such locks there is none.
    """
    require_writable(folder)
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle, folder)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        with where_possible():
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ValueError(f"{folder}: another run is at work there; wait for it, or choose another folder") from None


def parts_done(folder: Path, job: dict[str, Any]) -> int:
    """How many parts of a job are done, 0 for a new one or an emptied note; writes nothing.

    job: all that its result depends on, as JSON can hold it.  Raises ValueError if the folder holds another job.
    """
    file = folder / PROGRESS
    remove_leftovers(file)
    if not is_filled(file):
        return 0
    try:
        saved = read_json(file)
        differing = [name for name, value in json.loads(json.dumps(job)).items() if saved["job"].get(name) != value]
        done = operator.index(saved["done"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(f"{file}: damaged; remove {folder} to start over") from None
    if differing:
        raise ValueError(
            f"{folder}: holds unfinished work with another {', '.join(differing)}; give the same to go on, remove that "
            "folder to start over, or choose another"
        )
    return done


def record(folder: Path, job: dict[str, Any], done: int) -> None:
    """Note that so many parts are done and on the disk."""
    write_json(folder / PROGRESS, {"done": done, "job": job})


def finish(folder: Path) -> None:
    """Remove the note, then the folder if it is empty."""
    (folder / PROGRESS).unlink(missing_ok=True)
    remove_empty(folder)


def remove_empty(folder: Path) -> None:
    """Remove a folder if it is there and empty."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
