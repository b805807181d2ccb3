"""Whose the files in a folder of results are: what was given stays, and so does what no command of ours made."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sindiff.machine.files import read_json, remove_leftovers, write_json
from sindiff.machine.progress import PROGRESS, UNFINISHED
from sindiff.pictures.images import SUFFIXES

SHEET_FILE, SETTINGS_FILE = "sheet.png", "settings.json"
MADE = (".png", ".tif")


def require_own(directory: Path, given: Sequence[Path]) -> None:
    """Raise ValueError if results would take the place of a file that was given, or lie among another's.

    An earlier command's results may be replaced: its note tells them.
    """
    there = _results(directory)
    keep_given(given, there)
    own = earlier(directory)
    foreign = [file.name for file in there if file not in own]
    if foreign:
        more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
        raise ValueError(
            f"{directory}: already holds {', '.join(foreign[:3])}{more}, which no command for this folder made; choose "
            "another folder"
        )


def keep_given(given: Sequence[Path], results: Sequence[Path]) -> None:
    """Raise ValueError if a result would take the place of what was given."""
    for file in given:
        if any(result.exists() and file.exists() and result.samefile(file) for result in results):
            raise ValueError(f"{file}: a result would take its place; choose another folder for the results")


def earlier(directory: Path) -> list[Path]:
    """The results that an earlier command's settings.json, or the note of its unfinished work, accounts for."""
    notes = [_read(directory / SETTINGS_FILE), _read(directory / UNFINISHED / PROGRESS).get("job")]
    n = max((note["n"] for note in notes if _is_ours(note)), default=0)

    def is_own(file: Path) -> bool:
        if file.name in (SHEET_FILE, SETTINGS_FILE):
            return n > 0
        return file.suffix in MADE and file.stem == f"{int(file.stem):03d}" and int(file.stem) < n

    return [file for file in _results(directory) if is_own(file)]


def begin(directory: Path, settings: dict[str, Any]) -> None:
    """Remove an earlier command's results, and leave the settings of those that come."""
    for file in earlier(directory):
        if file.name != SETTINGS_FILE:
            file.unlink(missing_ok=True)
    write_settings(directory, settings)


def remove_torn(directory: Path) -> None:
    """Remove what killed writes of results left in a folder."""
    for name in ("[0-9]*.*", SHEET_FILE, SETTINGS_FILE):
        remove_leftovers(directory / name)


def write_settings(directory: Path, settings: dict[str, Any]) -> None:
    """Write settings.json."""
    write_json(directory / SETTINGS_FILE, settings)


def _results(directory: Path) -> list[Path]:
    """The files of a folder that have a result's name: numbered pictures, a sheet and settings."""
    numbered = [file for file in directory.glob("[0-9]*") if file.stem.isdecimal() and file.suffix.lower() in SUFFIXES]
    return sorted(numbered) + [file for name in (SHEET_FILE, SETTINGS_FILE) if (file := directory / name).exists()]


def _read(file: Path) -> dict[str, Any]:
    """A JSON object, empty if there is none to be read."""
    try:
        content = read_json(file)
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _is_ours(note: Any) -> bool:
    return isinstance(note, dict) and "sindiff" in note and type(note.get("n")) is int
