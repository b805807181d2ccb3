"""The pictures that come with sindiff, with their licences, and how a picture is found by name."""

import json
from pathlib import Path


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

    A file wins over a bundled name.  Raises ValueError if neither is there.
    """
    path = Path(name)
    if path.exists():
        same_file = [e for e in bundled_pictures().values() if path.resolve() == (data_folder() / e["file"]).resolve()]
        return path, same_file[0] if same_file else {"name": path.stem, "licence": "not stated"}
    bundled = bundled_pictures()
    if str(name) in bundled:
        return data_folder() / bundled[str(name)]["file"], bundled[str(name)]
    raise ValueError(f"{name}: no such file, and no bundled picture of that name ({', '.join(bundled)})")
