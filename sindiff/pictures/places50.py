"""Places50, the pictures of Table 1: fetched from where others have published them, checked, never passed on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sindiff.machine.download import download
from sindiff.machine.files import home_expanded, is_whole, write_bytes, write_text
from sindiff.machine.progress import locked
from sindiff.pictures.bundled import data_folder
from sindiff.pictures.reading import is_picture

IGNORED = "*\n"


def manifest() -> dict[str, Any]:
    """home (an address), about, licence, and sha256: name -> checksum, None where none is known."""
    return json.loads((data_folder() / "places50.json").read_text(encoding="utf-8"))


def fetch(
    folder: str | Path, source: str | None = None, progress: Callable[[str], None] = lambda name: None
) -> list[Path]:
    """Bring the pictures into a folder; those that are there and whole are left alone, so a stopped fetch goes on.

    source: an address or a folder that holds the pictures by their names, default their public home; a folder may hold
    some of them only.  progress: called with each name.  The folder gets a .gitignore of everything in it.
    Raises ValueError if a picture cannot be had or is another one, if the folder holds another's files of these names,
    and if pooch is missing.
    """
    folder, known = Path(folder), manifest()
    source = source or known["home"]
    bring = _download if "://" in source else _copy
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        _require_own(folder, known["sha256"])
        write_text(folder / ".gitignore", IGNORED)
        for name, sha256 in known["sha256"].items():
            if not is_right(folder / name, sha256):
                bring(source, folder / name, sha256)
            progress(name)
    paths = [folder / name for name in known["sha256"] if (folder / name).is_file()]
    if not paths:
        raise ValueError(f"{source}: holds no picture of Places50 (1.jpg to {len(known['sha256'])}.jpg)")
    return paths


def _require_own(folder: Path, sha256: dict[str, str | None]) -> None:
    """Raise ValueError if the folder holds files of these names that no fetch has put there."""
    ignored = folder / ".gitignore"
    if ignored.is_file() and ignored.read_bytes() == IGNORED.encode():
        return
    known = {name for name, digest in sha256.items() if is_right(folder / name, digest)}
    foreign = [name for name in (".gitignore", *sha256) if (folder / name).exists() and name not in known]
    if foreign:
        raise ValueError(f"{folder}: already holds another {foreign[0]}; choose another folder")


def is_right(path: Path, sha256: str | None) -> bool:
    """Whether a file is there and the one that is meant; where no checksum is known, any picture is."""
    if not path.is_file():
        return False
    return is_whole(path, sha256) if sha256 else is_picture(path)


def _copy(source: str, path: Path, sha256: str | None) -> None:
    original = home_expanded(source) / path.name
    if not original.is_file():
        return
    if not is_right(original, sha256):
        raise ValueError(f"{original}: is not Places50's {path.name}, by its checksum, or is damaged")
    write_bytes(path, original.read_bytes())


def _download(source: str, path: Path, sha256: str | None) -> None:
    url = f"{source.rstrip('/')}/{path.name}"
    try:
        download(url, path)
    except ValueError as error:
        raise ValueError(f"{error}, or give another source") from None
    if not is_right(path, sha256):
        path.unlink()
        what = (
            f"the checksum is wrong: what came is not Places50's {path.name}" if sha256 else "what came is no picture"
        )
        raise ValueError(f"{url}: {what}")
