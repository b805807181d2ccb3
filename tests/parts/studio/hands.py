"""What a reader does in the studio, and what the studio says to it."""

import io

from PIL import Image

from sindiff.pictures.images import to_image

SIZE = 32, 96


def upload(studio, name, content):
    studio.sketch.upload = {"name": name, "content": content, "count": id(content)}


def as_png(picture):
    content = io.BytesIO()
    to_image(picture).save(content, format="png")
    return content.getvalue()


def open_png(content):
    return Image.open(io.BytesIO(content)).convert("RGB")


def lines(studio):
    """All that the studio says from now on."""
    said = []
    studio.line.observe(lambda change: said.append(change["new"]), "value")
    return said
