"""Files that are whole or not there at all."""

import errno
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

UNKNOWN = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EPERM, errno.ENOLCK, errno.EBADF}
PAUSES = (0.02, 0.1, 0.5)


def home_expanded(path: str | Path) -> Path:
    """The path with ~ replaced by the home folder, as shells do where a word begins with it.

    Raises ValueError for an empty one.
    """
    if not os.fspath(path):
        raise ValueError("an empty name is neither a file nor a folder; the current folder is .")
    return Path(os.path.expanduser(path))


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; what is written there becomes `path` only if the block succeeds.

    The data reach the disk before the name changes hands, so a crash leaves the old file or the new one.  On any
    error the temporary file is removed; only a killed process leaves it, and remove_leftovers takes it away.  The
    folder is made if missing.  Raises OSError, naming `path`, as the file system does.
    """
    path = home_expanded(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        with open(temporary, "rb+") as file, where_possible():
            os.fsync(file.fileno())
        with where_possible():
            os.chmod(temporary, 0o666 & ~_umask())
        replace(temporary, path)
    except OSError as error:
        error.filename = str(path)
        raise
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


@contextmanager
def where_possible() -> Iterator[None]:
    """Go on where a file system, such as a cluster's, a share's or a stick's, does not know what it is asked."""
    try:
        yield
    except OSError as error:
        if error.errno not in UNKNOWN:
            raise


def replace(source: Path, path: Path) -> None:
    """os.replace, tried again: on Windows it is refused while another program, such as a scanner, has a file open."""
    for seconds in PAUSES:
        try:
            return os.replace(source, path)
        except PermissionError:
            time.sleep(seconds)
    return os.replace(source, path)


def require_writable(folder: Path) -> None:
    """Raise OSError, naming the folder, if no file can be made in it: a long job had better know before it begins."""
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        error.filename = str(folder)
        raise


def reserve(path: Path, size: int) -> None:
    """Make a file of so many bytes 0, with room on the disk: a memory map that finds none ends the process."""
    with open(path, "wb") as file:
        file.truncate(size)
        if hasattr(os, "posix_fallocate"):
            with where_possible():
                os.posix_fallocate(file.fileno(), 0, size)


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write a file whole."""
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: str | Path, text: str) -> None:
    """Write a UTF-8 text file whole."""
    write_bytes(path, text.encode())


def write_json(path: str | Path, value: Any, indent: int = 2) -> None:
    """Write a JSON file whole."""
    write_text(path, json.dumps(value, indent=indent) + "\n")


def read_json(path: str | Path) -> Any:
    """What a JSON file holds.  Raises ValueError for anything else, also for what is nested too deeply; OSError."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def remove_leftovers(path: Path) -> None:
    """Remove what killed writes of `path` left beside it; its name may be a pattern, such as *.png."""
    for leftover in path.parent.glob(f".{path.stem}-????????{path.suffix}"):
        leftover.unlink(missing_ok=True)


def is_filled(path: Path) -> bool:
    """Whether a file is there and not empty."""
    return path.is_file() and path.stat().st_size > 0


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def is_whole(path: Path, sha256: str) -> bool:
    """Whether the SHA-256 of a file begins with these digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().startswith(sha256)
