"""What a command makes pictures from, a trained model or a photo, and the pictures that it is given."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sindiff.checkpoint import CONFIG, WEIGHTS, load_model
from sindiff.model import Source, at_learned_size, untrained
from sindiff.pictures.bundled import bundled_pictures, find_picture
from sindiff.pictures.images import load_picture, resize

CHECKPOINTS = (".pt", ".pth", ".ckpt")


def load_source(name: str, layout: int, device: torch.device) -> Source:
    """A photo, laid out at `layout` px, or a model: a folder, a checkpoint of the authors' release, or owner/name.

    Raises ValueError if there is none of that name.
    """
    path = Path(name)
    is_photo = path.is_file() and path.suffix.lower() not in CHECKPOINTS and path.name not in (WEIGHTS, CONFIG)
    if is_photo or (not path.exists() and name in bundled_pictures()):
        file, about = find_picture(name)
        return untrained(load_picture(file).to(device), layout, about)
    return load_model(name, device)


def set_up(source: Source, detail: str, tile: int | None, wrap: str | None) -> Source:
    """The source as the options --detail, --tile and --wrap want it."""
    if detail == "none":
        source = at_learned_size(source)
    source = source.in_tiles(tile) if tile else source
    return source.joined(wrap) if wrap else source


def load_given(source: Source, name: str, long_side: int | None) -> tuple[Path, dict[str, Any], Tensor]:
    """A picture's file, what is known of it, and its pixels (3, H, W) at the scale of the source.

    Its long side becomes `long_side`, or that of the source's photo; without a photo it is only ever reduced, to the
    training picture's.
    """
    path, about = find_picture(name)
    own = source.size if source.photo is None else source.photo.shape[1:]
    wanted = long_side or (max(own) if own else None)
    picture = load_picture(path, wanted)
    height, width = picture.shape[1:]
    if source.photo is not None and max(height, width) < wanted:
        scale = wanted / max(height, width)
        picture = resize(picture, round(height * scale), round(width * scale))
    return path, about, picture
