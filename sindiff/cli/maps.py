"""Maps of the photo, put together as each picture is and written beside it."""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from sindiff.applications.table import Given
from sindiff.detail import Known, Origin, mapped, mapped_normals
from sindiff.model import Source
from sindiff.pictures.maps import Map, load_map, save_map

Follow = Callable[[Origin, Tensor], Tensor]


class PhotoMap(NamedTuple):
    """A map of the photo: its file, what it holds, and how it is put together."""

    path: Path
    content: Map
    follow: Follow

    def beside(self, picture: Path) -> Path:
        """Where the map of a picture lies."""
        return picture.with_name(f"{picture.stem}_{self.path.stem}.png")


def load_maps(source: Source, given: Given) -> list[PhotoMap]:
    """The maps that were given.

    Raises ValueError for one that is no map of the source's photo, and where what is kept is not the photo.
    """
    heights, normals = getattr(given, "map", None) or (), getattr(given, "normal", None) or ()
    maps = [_loaded(path, source, mapped) for path in heights] + [_normals(path, source) for path in normals]
    names = [each.path.stem for each in maps]
    for each in maps:
        if names.count(each.path.stem) > 1:
            raise ValueError(f"{each.path}: another map is called {each.path.stem} too; give it a name of its own")
    if maps and not keeps_the_photo(source, given):
        raise ValueError("PICTURE must be the photo itself: its maps say nothing of another picture that is kept")
    return maps


def keeps_the_photo(source: Source, given: Given) -> bool:
    """Whether all that is kept of a given picture, if there is one, is the photo's own."""
    if given.picture is None:
        return True
    mask = torch.zeros(1, *given.picture.shape[1:]) if given.mask is None else given.mask
    same_size = source.photo.shape == given.picture.shape
    return same_size and Known(given.picture, mask, (0, 0)).shows(source.photo.cpu())


def write_maps(maps: Sequence[PhotoMap], origin: Origin, picture: Path) -> None:
    """Write what each map looks like in a picture that came from there."""
    for each in maps:
        save_map(Map(each.follow(origin, each.content.values), each.content.most), each.beside(picture))


def tell_apart(maps: Sequence[PhotoMap]) -> dict[str, str]:
    """What tells the maps of one job from another's."""
    return {each.path.stem: hashlib.sha256(each.content.values.numpy().tobytes()).hexdigest() for each in maps}


def _normals(path: str, source: Source) -> PhotoMap:
    about = _loaded(path, source, mapped)
    if len(about.content.values) != 3:
        raise ValueError(f"{path}: normals are RGB, x, y and z; this map has {len(about.content.values)} channels")
    return about._replace(follow=partial(mapped_normals, most=about.content.most))


def _loaded(path: str, source: Source, follow: Follow) -> PhotoMap:
    if source.photo is None:
        raise ValueError(
            f"{path}: a map follows the detail, and there is none: leave out --detail none, or give a smaller --layout"
        )
    content = load_map(path)
    sizes = [f"{part.shape[1]}x{part.shape[2]}" for part in (content.values, source.photo)]
    if sizes[0] != sizes[1]:
        raise ValueError(f"{path}: the map is {sizes[0]} px, but the photo {sizes[1]}; they must agree")
    return PhotoMap(Path(path), content, follow)
