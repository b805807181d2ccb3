"""Pictures and their samples in folders, paired by name."""

import json
from pathlib import Path

from torch import Tensor

from sindiff.pictures.images import load_picture, load_pictures

PICTURES = {".png", ".jpg", ".jpeg"}


def matching(pictures: Path, samples: Path) -> dict[Path, Path]:
    """Each picture of a folder with its samples: the file, or the folder, that has its name without the suffix.

    Raises ValueError if there are none.
    """
    named = {entry.stem if entry.is_file() else entry.name: entry for entry in sorted(samples.glob("[!.]*"))}
    files = sorted(file for file in pictures.iterdir() if file.suffix.lower() in PICTURES)
    pairs = {file: named[file.stem] for file in files if file.stem in named}
    if not pairs:
        raise ValueError(f"{samples}: holds no samples named as the pictures of {pictures}")
    return pairs


def load_pair(file: Path, made: Path, long_side: int | None) -> tuple[Tensor, Tensor]:
    """A picture (3, H, W) and its samples (B, 3, H', W'), of a folder or a file."""
    samples = load_pictures(made, long_side) if made.is_dir() else load_picture(made, long_side)[None]
    recorded = recorded_long_side(made, "photo_at") or recorded_long_side(made, "trained_at")
    return load_picture(file, long_side or recorded or max(samples.shape[-2:])), samples


def recorded_long_side(samples: Path, of: str) -> int | None:
    """The long side that settings.json gives for samples, if it does: "trained_at", or "photo_at" for full size."""
    try:
        return int(max(json.loads((samples / "settings.json").read_text(encoding="utf-8"))[of]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
