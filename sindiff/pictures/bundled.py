"""The pictures that come with sindiff, with their licences, and how a picture is found by name."""

import json
from pathlib import Path

from sindiff.machine.files import home_expanded
from sindiff.pictures.reading import ONE_PICTURE


def data_folder() -> Path:
    """Where the bundled pictures and models lie, in a checkout or an installed package."""
    package = Path(__file__).parents[1]
    installed = package / "_data"
    return installed if installed.is_dir() else package.parent / "data"


def bundled_pictures() -> dict[str, dict[str, str]]:
    """The pictures that come with sindiff: name -> file, title, author, licence (SPDX), source."""
    entries = json.loads((data_folder() / "pictures.json").read_text(encoding="utf-8"))
    return {entry["name"]: entry for entry in entries}


def find_picture(name: str | Path) -> tuple[Path, dict[str, str]]:
    """A bundled picture by name, or a file of the user's: its path and what is known of it (title, licence ...).

    A file wins over a bundled name, a bundled name over a folder; ~ is the home folder.
    Raises ValueError if none is there.
    """
    require_local(name)
    path, bundled = home_expanded(name), bundled_pictures()
    if path.exists() and not (path.is_dir() and str(name) in bundled):
        same_file = [e for e in bundled.values() if path.resolve() == (data_folder() / e["file"]).resolve()]
        return path, same_file[0] if same_file else {"name": path.stem, "licence": "not stated"}
    if str(name) in bundled:
        return data_folder() / bundled[str(name)]["file"], bundled[str(name)]
    raise ValueError(f"{name}: no such file, and no bundled picture of that name ({', '.join(bundled)})")


def require_local(name: str | Path) -> None:
    """Raise ValueError for an address, and for a pattern of several files."""
    if "://" in str(name):
        raise ValueError(f"{name}: an address: download it first, and give the file")
    if "*" in str(name) and not home_expanded(name).exists():
        raise ValueError(f"{name}: no such file; {ONE_PICTURE}")
