"""What a command makes pictures from, a trained model or a photo, and the pictures that it is given."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sindiff.applications.full_size import full_size, joined_size
from sindiff.checkpoint import CONFIG, STATE, WEIGHTS, load_model
from sindiff.cli.terminal import say
from sindiff.machine.files import home_expanded
from sindiff.model import Model, Source, at_learned_size, untrained
from sindiff.pictures.bundled import bundled_pictures, find_picture, require_local
from sindiff.pictures.images import load_picture, resize
from sindiff.pictures.reading import is_cut_off, is_transparent, picture_size
from sindiff.training.runs import last_step

CHECKPOINTS = (".pt", ".pth", ".ckpt")


class GivenPicture(NamedTuple):
    """A picture that a command was given: its file, what is known of it, the file's height and width, (3, H, W)."""

    path: Path
    about: dict[str, Any]
    size: tuple[int, int]
    pixels: Tensor


def photo_file(name: str) -> Path | None:
    """The picture file that SOURCE names, a file of the user's or a bundled one; None if it is a model."""
    require_local(name)
    path = home_expanded(name)
    if path.is_file():
        is_model = path.suffix.lower() in CHECKPOINTS or path.name in (WEIGHTS, CONFIG)
        return None if is_model else path
    is_model = any((path / file).exists() for file in (CONFIG, STATE))
    return find_picture(name)[0] if name in bundled_pictures() and not is_model else None


def load_source(name: str, layout: int, device: torch.device) -> Source:
    """A photo, laid out at `layout` px, or a model: a folder, a checkpoint of the authors' release, or owner/name.

    Raises ValueError if there is none of that name.
    """
    file = photo_file(name)
    if file is None:
        return load_model(name, device)
    return untrained(load_picture(file).to(device), layout, find_picture(file)[1])


def set_up(source: Source, detail: str, tile: int | None, wrap: str | None) -> Source:
    """The source as the options --detail, --tile and --wrap want it."""
    if detail == "none":
        source = at_learned_size(source)
    source = source.in_tiles(tile) if tile else source
    return source.joined(wrap) if wrap else source


def load_given(source: Source, name: str, long_side: int | None) -> GivenPicture:
    """A picture at the scale of the source; a line on stderr if that is another than its own.

    Its long side becomes `long_side`, or that of the source's photo; without a photo it is only ever reduced, to the
    training picture's.
    """
    path, about = find_picture(name)
    own, size = source.size if source.photo is None else source.photo.shape[1:], picture_size(path)
    wanted = long_side or (max(own) if own else None)
    picture = load_picture(path, wanted)
    height, width = picture.shape[1:]
    if source.photo is not None and max(height, width) < wanted:
        scale = wanted / max(height, width)
        picture = resize(picture, round(height * scale), round(width * scale))
    if source.photo is None:
        picture = _joined(source, picture)
    if not long_side and picture.shape[1:] != size:
        whose = "training picture" if source.photo is None else "photo"
        taken = f"{picture.shape[1]}x{picture.shape[2]} px, the size of the {whose}"
        say(f"{path}: {size[0]}x{size[1]} px, taken at {taken}; --long-side chooses another")
    return GivenPicture(path, about, size, picture)


def _joined(source: Source, picture: Tensor) -> Tensor:
    size = joined_size(source, picture.shape[1:])
    return picture if size == picture.shape[1:] else resize(picture, *size)


def tell_joined(source: Source) -> None:
    """A line on stderr if results, where no size is given, cannot have the size of what was learned."""
    if source.photo is None and source.size and full_size(source) != source.size:
        sizes = ["{}x{} px".format(*size) for size in (full_size(source), source.size)]
        say(f"{sizes[0]}: the nearest to {sizes[1]} whose edges can be joined; --size chooses another")


def tell_older(name: str, source: Source) -> None:
    """A line on stderr if the training in a model's folder has gone on since the model was made."""
    if not isinstance(source, Model):
        return
    made, reached = source.training.get("step"), last_step(home_expanded(name))
    if isinstance(made, int) and reached and reached > made:
        say(
            f"{name}: its training has reached step {reached}, and this is its model of step {made}; the next is there "
            "when that sindiff train command has ended"
        )


def tell_read(files: Collection[Path | None]) -> None:
    """A line on stderr for each picture file that is not taken quite as it is."""
    tell_transparency(files)
    tell_cut_off(files)


def tell_transparency(files: Iterable[Path | None]) -> None:
    """A line on stderr for each picture file that is transparent in parts."""
    for file in dict.fromkeys(files):
        if file and is_transparent(file):
            say(f"{file}: its transparency is laid over white")


def tell_cut_off(files: Iterable[Path | None]) -> None:
    """A line on stderr for each picture file that may lie on its side, since its metadata are cut off."""
    for file in dict.fromkeys(files):
        if file and is_cut_off(file):
            say(
                f"{file}: its EXIF is cut off before it says which way is up; taken as stored: turn it if that is wrong"
            )
