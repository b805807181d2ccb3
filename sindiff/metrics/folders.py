"""Pictures and their samples in folders, paired by name."""

import math
from pathlib import Path

from torch import Tensor

from sindiff.checkpoint import STATE, WEIGHTS
from sindiff.machine.files import read_json
from sindiff.metrics.nearest import spread
from sindiff.pictures.bundled import bundled_pictures
from sindiff.pictures.images import (
    SHORTEST_SIDE,
    SUFFIXES,
    load_alike,
    load_picture,
    one_of_each_name,
    read_image,
    resize,
    sample_files,
)

PIXELS = 250 * 250  # of a picture, as large as the paper's: what is larger is reduced before it is measured
SIDE = 28  # px that a side keeps, if it has them: 7 at a quarter of the size
PIXELS_IN_ALL = 2**23  # of all samples: of more, some are measured


def matching(pictures: Path, samples: Path) -> dict[Path, Path]:
    """Each picture of a folder with its samples: the file, or the folder, that has its name without the suffix.

    Raises ValueError if there are none, and if two have one name but for the suffix.
    """
    if samples.is_file() or (not samples.exists() and str(samples) in bundled_pictures()):
        raise ValueError(f"{pictures}: is a folder, and {samples} is not; give the picture first, then its samples")
    if not samples.is_dir():
        raise ValueError(f"{samples}: no such folder")
    files = one_of_each_name(file for file in pictures.glob("[!.]*") if _is_picture(file))
    names = {file.stem for file in files}
    entries = [entry for entry in samples.glob("[!.]*") if _name(entry) in names]
    named = {_name(entry): entry for entry in one_of_each_name(e for e in entries if e.is_dir() or _is_picture(e))}
    if not named:
        raise ValueError(f"{samples}: holds no samples named as the pictures of {pictures}")
    return {file: named[file.stem] for file in files if file.stem in named}


def load_pair(file: Path, made: Path, long_side: int | None) -> tuple[Tensor, Tensor]:
    """A picture (3, H, W) and its samples (B, 3, H', W'), of a folder or a file.

    Without a long side, both are reduced alike until neither has more than 62,500 px.  Of samples that have more than
    8.4 million px in all, some are taken, spread evenly.
    """
    files = samples_of(made)
    first = load_picture(files[0], long_side)
    recorded = recorded_long_side(made, "photo_at") or recorded_long_side(made, "trained_at")
    picture = load_picture(file, long_side or recorded or max(first.shape[1:]))
    share = 1 if long_side else _share(picture, first)
    most = max(2, PIXELS_IN_ALL // _shrunk(first, share)[0].numel())
    taken = [files[i] for i in spread(len(files), most)]
    samples = load_alike(taken, lambda file: _shrunk(load_picture(file, long_side), share))
    return _shrunk(picture, share), samples


def left_out(made: Path, samples: Tensor, long_side: int | None) -> list[str]:
    """What load_pair did not take of samples as they are, a line each."""
    files, (height, width) = samples_of(made), samples.shape[-2:]
    image = read_image(files[0])
    lines = []
    if not long_side and (image.height, image.width) != (height, width):
        lines.append(f"samples of {image.height}x{image.width} px, at {height}x{width} px; --long-side chooses another")
    if len(files) > len(samples):
        lines.append(f"{len(samples)} of {len(files)} samples, spread evenly")
    return lines


def samples_of(made: Path) -> list[Path]:
    """The files of samples: those of a folder, or the file alone.  Raises ValueError for the folder of a training."""
    if not made.is_dir():
        return [made]
    files = sample_files(made)
    if not files[0].stem.isdecimal() and any((made / name).is_file() for name in (STATE, WEIGHTS)):
        raise ValueError(f"{made}: holds a training, no samples; give the folder of its samples ({made / 'samples'}?)")
    return files


def recorded_long_side(samples: Path, of: str) -> int | None:
    """The long side that settings.json gives for samples, if it does: "trained_at", or "photo_at" for full size."""
    try:
        sides = read_json(samples / "settings.json")[of]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    is_size = isinstance(sides, list) and len(sides) == 2
    return max(sides) if is_size and all(type(side) is int and side >= SHORTEST_SIDE for side in sides) else None


def _share(*pictures: Tensor) -> float:
    """How much smaller the sides of pictures become, so that none has too many px, nor a side of too few."""
    most = max(picture[0].numel() for picture in pictures)
    least = min(min(picture.shape[1:]) for picture in pictures)
    return min(1, max(math.sqrt(PIXELS / most), SIDE / least))


def _shrunk(picture: Tensor, share: float) -> Tensor:
    return picture if share == 1 else resize(picture, *(max(1, round(share * side)) for side in picture.shape[-2:]))


def _is_picture(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES


def _name(entry: Path) -> str:
    return entry.name if entry.is_dir() else entry.stem
