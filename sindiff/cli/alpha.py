"""Transparency: the alpha of a photo is a map of it, and its pictures are as transparent as their parts were."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from sindiff.applications.table import Given
from sindiff.cli.maps import keeps_the_photo
from sindiff.detail import Origin, mapped
from sindiff.detail.origin import own
from sindiff.model import Patches, Source
from sindiff.pictures.reading import open_image


def load_transparent(source: Source, given: Given, name: str) -> Tensor | None:
    """The colours and alpha of a photo, (4, H, W) 0..255, if it is transparent anywhere and its pictures shall be."""
    mapped_too = hasattr(given, "map") and source.photo is not None
    if not (mapped_too and isinstance(source, Patches) and Path(name).is_file()):
        return None
    image = open_image(name)
    if not image.has_transparency_data or not keeps_the_photo(source, given):
        return None
    return torch.from_numpy(np.array(image.convert("RGBA"), np.int32)).permute(2, 0, 1).contiguous()


def transparent(picture: Tensor, origin: Origin, photo: Tensor) -> Tensor:
    """A picture (3, H, W) in [-1, 1] that was drawn over white, with the alpha of where it comes from: (4, H, W).

    photo: colours and alpha, as load_transparent gives them; where it was kept they are the photo's own.
    """
    alpha = mapped(origin, photo[3:])
    colours = (1 - (1 - picture) * 255 / alpha.clamp(min=1)).clamp(-1, 1)
    drawn = torch.cat([colours, alpha / 127.5 - 1])
    return torch.where(origin.keep, own(origin, photo) / 127.5 - 1, drawn)
