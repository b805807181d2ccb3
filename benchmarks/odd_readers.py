"""What reads each kind of odd file: each reader is to answer, or to refuse in one line that names the file."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

from odd_files import NOTE
from whole_files import HEIGHT, WIDTH

from sindiff.checkpoint import load_model, load_tensors
from sindiff.cli.results import require_own
from sindiff.machine.progress import UNFINISHED, parts_done
from sindiff.metrics.folders import load_pair, recorded_long_side
from sindiff.pictures.images import load_picture
from sindiff.pictures.maps import load_map
from sindiff.pictures.masks import erased, load_mask, read_mask
from sindiff.pictures.reading import is_transparent, picture_size

SIZE = (HEIGHT, WIDTH)


def _only(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def read_pictures(folder: Path, draw: Random) -> None:
    file = _only(folder)
    picture_size(file)
    draw.choice((lambda: load_picture(file, 16), lambda: load_picture(file), lambda: is_transparent(file)))()


def read_masks(folder: Path, draw: Random) -> None:
    file, invert = _only(folder), draw.random() < 0.5
    draw.choice((read_mask, erased, lambda *rest: load_mask(rest[0], folder / "other.png", *rest[1:])))(
        file, SIZE, invert
    )


def read_maps(folder: Path, draw: Random) -> None:
    load_map(_only(folder))


def read_model(folder: Path, draw: Random) -> None:
    load_model(folder)


def read_checkpoint(folder: Path, draw: Random) -> None:
    file = _only(folder)
    load_tensors(file)
    load_model(file)


def read_settings(folder: Path, draw: Random) -> None:
    recorded_long_side(folder, draw.choice(("trained_at", "photo_at")))
    load_pair(folder / "000.png", folder, None)
    require_own(folder, [])
    parts_done(folder / UNFINISHED, json.loads(json.dumps(NOTE)))


READERS: dict[str, Callable[[Path, Random], None]] = {
    "mask": read_masks,
    "map": read_maps,
    "safetensors": read_model,
    "config": read_model,
    "settings": read_settings,
    "torch": read_checkpoint,
}
"""Of the kinds that are no plain pictures."""


def read(kind: str, folder: Path, draw: Random) -> bool:
    """Read what lies in a folder: whether that was possible.  Raises AssertionError for a refusal that is unclear."""
    try:
        READERS.get(kind, read_pictures)(folder, draw)
    except ValueError as error:
        message = str(error)
        assert str(folder) in message, f"does not name the file: {message}"
        assert len(message.splitlines()) == 1, f"is more than a line: {message!r}"
        assert len(message) < 1000, f"is too long: {message[:1000]}"
        return False
    return True
