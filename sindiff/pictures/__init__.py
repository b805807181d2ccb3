"""Pictures and masks in, pictures out, and those that come with sindiff."""

from sindiff.pictures.bundled import data_folder, find_picture
from sindiff.pictures.images import (
    load_picture,
    load_pictures,
    recoloured,
    resize,
    save_picture,
    to_image,
    to_tensor,
)
from sindiff.pictures.masks import load_mask

__all__ = [
    "data_folder",
    "find_picture",
    "load_mask",
    "load_picture",
    "load_pictures",
    "recoloured",
    "resize",
    "save_picture",
    "to_image",
    "to_tensor",
]
