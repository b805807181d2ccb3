"""Pictures and masks in, pictures out, and those that come with sindiff."""

from sindiff.pictures.bundled import bundled_pictures, data_folder, find_picture
from sindiff.pictures.images import (
    contact_sheet,
    fingerprint,
    load_picture,
    load_pictures,
    recoloured,
    resize,
    save_picture,
    to_image,
    to_tensor,
)
from sindiff.pictures.masks import load_mask, read_mask
from sindiff.pictures.reading import read_image

__all__ = [
    "bundled_pictures",
    "contact_sheet",
    "data_folder",
    "find_picture",
    "fingerprint",
    "load_mask",
    "load_picture",
    "load_pictures",
    "read_image",
    "read_mask",
    "recoloured",
    "resize",
    "save_picture",
    "to_image",
    "to_tensor",
]
