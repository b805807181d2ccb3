"""What was measured, as it comes with sindiff."""

import json
from typing import Any

from sindiff.pictures.bundled import data_folder

FOLDERS = ("figures/tables", "benchmarks/results")


def measured(name: str) -> dict[str, Any]:
    """A table of the paper ("table1", "receptive_field") or a benchmark's result ("scales", "full_size"), by name.

    Raises ValueError if nothing of that name was measured.
    """
    data = data_folder()
    root = data if data.name == "_data" else data.parent
    files = {file.stem: file for folder in FOLDERS for file in (root / folder).glob("*.json")}
    if name not in files:
        raise ValueError(f"{name}: no such result; there are {', '.join(sorted(files))}")
    return json.loads(files[name].read_text(encoding="utf-8"))
