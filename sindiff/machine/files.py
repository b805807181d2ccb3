"""Files that are whole or not there at all."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; what is written there becomes `path` only if the block succeeds.

    The data reach the disk before the name changes hands, so a crash leaves the old file or the new one.  On any
    error the temporary file is removed; only a killed process leaves it, and remove_leftovers takes it away.  The
    folder is made if missing.  Raises OSError, naming `path`, as the file system does.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        error.filename = str(path)
        raise
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write a file whole."""
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: str | Path, text: str) -> None:
    """Write a UTF-8 text file whole."""
    write_bytes(path, text.encode())


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
