"""What is drawn on a picture: a layer as large as the page has it, and the same as large as the picture is."""

import io
from collections.abc import Sequence
from functools import reduce

from PIL import Image, ImageChops, ImageFilter

SHOWN = 1024  # px of the long side of a picture on the page, at most
SLIP = 2  # of 255: as far may a pixel that nobody touched be off when it comes back from the page

Copy = Sequence[int]
"""On the page: left, top, right and bottom of a part, and left and top of where it was put once more."""


def shown(image: Image.Image) -> Image.Image:
    """An image as large as a page shows it."""
    size = _shown_size(image.size)
    return image if image.size == size else image.resize(size, Image.Resampling.BOX)


def enlarged(strokes: bytes, size: tuple[int, int]) -> Image.Image:
    """The page's layer, a PNG file, at the size of a picture; empty if it was drawn on another picture."""
    layer = _layer(strokes, _shown_size(size))
    return layer if layer.size == size else layer.resize(size, Image.Resampling.BILINEAR)


def finer(picture: Image.Image, fine: bytes, before: bytes, strokes: bytes, copies: Sequence[Copy]) -> bytes:
    """What is drawn at the picture's size, as a PNG file; none where the page's layer says all.

    fine: the same before the page went from one layer to another, by copies and strokes in any order.  Copies are whole
    pixels of the picture with what lay on it; where the page's layer is not what they alone would have made of it,
    somebody drew, and it is enlarged.
    """
    size = picture.size
    if not strokes or _shown_size(size) == size or not (fine or copies):
        return b""
    small = shown(picture)
    layer = opened(fine) if fine else enlarged(before, size)
    expected, found = _layer(before, small.size), _layer(strokes, small.size)
    for copy in copies:
        layer, expected = _copied(picture, layer, copy), _copied(small, expected, copy)
    drawn = _differing(expected, found).resize(size, Image.Resampling.BILINEAR)
    parts = enlarged(strokes, size).convert("RGBa"), layer.convert("RGBa"), drawn
    return png(Image.composite(*parts).convert("RGBA"))


def png(image: Image.Image) -> bytes:
    """An image as a PNG file."""
    content = io.BytesIO()
    image.save(content, format="png", compress_level=1)
    return content.getvalue()


def opened(content: bytes) -> Image.Image:
    """The image of a file."""
    return Image.open(io.BytesIO(content))


def _shown_size(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1, SHOWN / max(size))
    return tuple(max(1, round(side * scale)) for side in size)


def _layer(strokes: bytes, size: tuple[int, int]) -> Image.Image:
    """The page's layer, empty if it is none of this size."""
    layer = opened(strokes).convert("RGBA") if strokes else None
    return layer if layer and layer.size == size else Image.new("RGBA", size)


def _copied(picture: Image.Image, layer: Image.Image, copy: Copy) -> Image.Image:
    """A layer on a picture, with a part of what is seen put elsewhere once more."""
    scales = [side / on_page for side, on_page in zip(picture.size, _shown_size(picture.size), strict=True)]
    *box, x, y = (round(px * scale) for px, scale in zip(copy, 3 * scales, strict=True))
    layer = layer.copy()
    layer.paste(Image.alpha_composite(picture.crop(box).convert("RGBA"), layer.crop(box)), (x, y))
    return layer


def _differing(one: Image.Image, other: Image.Image) -> Image.Image:
    """Where two layers differ, and a pixel around: white, else black."""
    distance = ImageChops.difference(one.convert("RGBa"), other.convert("RGBa"))
    differing = reduce(ImageChops.lighter, distance.split()).point(lambda value: 255 * (value > SLIP))
    return differing.filter(ImageFilter.MaxFilter(3))
