"""Drawing on a picture with mouse, pen, finger or keyboard: a mask, or paint."""

import io
from pathlib import Path

import anywidget
import numpy as np
import torch
import traitlets
from PIL import Image
from torch import Tensor

from sindiff.lab.upload import uploaded_mask, uploaded_painting
from sindiff.pictures.images import to_image, to_tensor

MODES = ("look", "mask", "paint", "point")
PAGE = Path(__file__).with_name("page")
PARTS = ("elements", "surface", "input", "tools", "main")  # one module of JavaScript, as anywidget wants it
RED = (214, 47, 31)


class Sketch(anywidget.AnyWidget):
    """A picture to draw on, for a notebook's page; what is drawn is read as arrays.

    picture: (3, H, W) in [-1, 1].  mode: "mask" (one colour, seen through), "paint", "look" or "point", where `pointed`
    is the row and column under the hand.  uploads: with buttons for another picture, whose bytes are then in `upload`,
    and for what was drawn elsewhere.  palette: colours to choose from, #rrggbb.  message: a line below, in red.
    Without drawing: assign `mask` or `pointed`, or paint.
    Raises ValueError for another mode.
    """

    _esm = "\n".join((PAGE / f"{part}.js").read_text(encoding="utf-8") for part in PARTS)
    _css = PAGE / "draw.css"
    photo = traitlets.Bytes().tag(sync=True)
    strokes = traitlets.Bytes().tag(sync=True, from_json=lambda content, widget: bytes(content))
    mode = traitlets.Enum(MODES).tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)
    palette = traitlets.List(traitlets.Unicode()).tag(sync=True)
    uploads = traitlets.Bool().tag(sync=True)
    upload = traitlets.Dict().tag(sync=True)
    pointed = traitlets.Tuple(traitlets.Int(), traitlets.Int(), default_value=(0, 0)).tag(sync=True)

    def __init__(self, picture: Tensor, mode: str = "mask", uploads: bool = False):
        if mode not in MODES:
            raise ValueError(f"unknown mode {mode!r}: choose {', '.join(MODES)}")
        super().__init__(photo=_png(to_image(picture)), mode=mode, uploads=uploads)
        self.observe(lambda change: self._drawn_elsewhere(change["new"]), "upload")

    @property
    def mask(self) -> Tensor:
        """Where something is drawn: (1, H, W), 1 = drawn (to be invented), 0 = not."""
        drawn = np.asarray(self._layer())[..., 3] >= 128
        return torch.from_numpy(drawn.astype(np.float32))[None]

    @mask.setter
    def mask(self, mask: Tensor) -> None:
        """Draw a mask, (1, H, W).  Raises ValueError if its size is not the picture's."""
        self._require_size("mask", mask)
        layer = np.zeros((*mask.shape[-2:], 4), np.uint8)
        layer[mask.reshape(mask.shape[-2:]).numpy() > 0] = (*RED, 255)
        self.strokes = _png(Image.fromarray(layer)) if layer.any() else b""

    @property
    def picture(self) -> Tensor:
        """The picture, (3, H, W) in [-1, 1]; in mode "paint" with what is drawn on it."""
        photo = _open(self.photo).convert("RGB")
        if self.mode == "paint":
            photo = Image.alpha_composite(photo.convert("RGBA"), self._layer()).convert("RGB")
        return to_tensor(photo)

    @picture.setter
    def picture(self, picture: Tensor) -> None:
        """Another picture, with nothing drawn on it yet."""
        with self.hold_sync():
            self.strokes, self.photo = b"", _png(to_image(picture))

    def paint(self, painting: Tensor) -> None:
        """Paint on the picture, (3, H, W), wherever the painting differs.  Raises ValueError for another size."""
        self._require_size("painting", painting)
        photo, painted = (np.asarray(image.convert("RGB")) for image in (_open(self.photo), to_image(painting)))
        layer = np.dstack([painted, np.where((photo != painted).any(-1), 255, 0).astype(np.uint8)])
        self.strokes = _png(Image.fromarray(layer)) if layer[..., 3].any() else b""

    def warn(self, message: str) -> None:
        """Write a message below the picture; clearing it first makes the page notice the same text again."""
        self.message = ""
        self.message = message

    def _drawn_elsewhere(self, upload: dict) -> None:
        if not upload.get("drawn"):
            return
        self.message = ""
        try:
            size = _open(self.photo).size[::-1]
            if self.mode == "mask":
                self.mask = uploaded_mask(upload, size)
            else:
                self.paint(uploaded_painting(upload, size))
        except ValueError as error:
            self.warn(str(error))

    def _require_size(self, name: str, drawn: Tensor) -> None:
        width, height = _open(self.photo).size
        if tuple(drawn.shape[-2:]) != (height, width):
            raise ValueError(f"the {name} must be {height}x{width} px, not {drawn.shape[-2]}x{drawn.shape[-1]}")

    def _layer(self) -> Image.Image:
        size = _open(self.photo).size
        layer = _open(self.strokes).convert("RGBA") if self.strokes else Image.new("RGBA", size)
        return layer if layer.size == size else Image.new("RGBA", size)


def rectangle(size: tuple[int, int], rows: tuple[int, int], columns: tuple[int, int]) -> Tensor:
    """A mask, (1, H, W), that is 1 in rows and columns first..last (the last not included): the way without drawing."""
    mask = torch.zeros(1, *size)
    mask[:, slice(*rows), slice(*columns)] = 1
    return mask


def palette(picture: Tensor, colours: int = 10) -> list[str]:
    """The colours that stand for a picture's, from dark to bright: #rrggbb."""
    found = to_image(picture).quantize(colours, Image.Quantize.MAXCOVERAGE).convert("RGB").getcolors()
    return [f"#{red:02x}{green:02x}{blue:02x}" for _, (red, green, blue) in sorted(found, key=lambda c: sum(c[1]))]


def _png(image: Image.Image) -> bytes:
    content = io.BytesIO()
    image.save(content, format="png", compress_level=1)
    return content.getvalue()


def _open(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))
