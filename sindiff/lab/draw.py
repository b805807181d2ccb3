"""Drawing on a picture with mouse, pen, finger or keyboard: a mask, or paint."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import anywidget
import numpy as np
import torch
import traitlets
from PIL import Image
from torch import Tensor

from sindiff.lab.layers import enlarged, finer, opened, png, shown
from sindiff.lab.upload import uploaded_mask, uploaded_painting
from sindiff.pictures.images import to_image, to_tensor

MODES = ("look", "mask", "paint", "point")
PAGE = Path(__file__).with_name("page")
PARTS = ("elements", "surface", "copier", "tools", "hands", "input", "main")  # one module, as anywidget wants it
RED = (214, 47, 31)
PALETTE_FROM = 256  # px of the long side of the picture that its colours are found in
UNDONE = 20  # changes that can be taken back


class Sheet(NamedTuple):
    """What lies on a drawing area: the picture, the strokes as the page has them, and finer where they are (PNG)."""

    picture: Image.Image
    strokes: bytes = b""
    fine: bytes = b""


class Sketch(anywidget.AnyWidget):
    """A picture to draw on, for a notebook's page; what is drawn is read as arrays.

    picture: (3, H, W) in [-1, 1]; the page shows it with a long side of 1024 px at most.  Strokes there are mapped to
    the picture's pixels when they are read; a part of it that is copied there is copied pixel by pixel.  mode: "mask"
    (one colour, seen through), "paint", "look" or "point", where `pointed` is the row and column under the hand.
    uploads: with buttons for another picture, whose bytes are then in `upload`, and for what was drawn elsewhere.
    palette: colours to choose from, #rrggbb.  message: a line below, in red.
    Without drawing: assign `mask` or `pointed`, or paint.  undo() takes back the last change, here or on the page.
    Raises ValueError for another mode.
    """

    _esm = "\n".join((PAGE / f"{part}.js").read_text(encoding="utf-8") for part in PARTS)
    _css = PAGE / "draw.css"
    photo = traitlets.Bytes().tag(sync=True)
    scale = traitlets.Float(1.0).tag(sync=True)  # px of the picture for one of the page's
    strokes = traitlets.Bytes().tag(sync=True, from_json=lambda content, widget: bytes(content))
    copies = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    mode = traitlets.Enum(MODES).tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)
    palette = traitlets.List(traitlets.Unicode()).tag(sync=True)
    uploads = traitlets.Bool().tag(sync=True)
    upload = traitlets.Dict().tag(sync=True)
    pointed = traitlets.Tuple(traitlets.Int(), traitlets.Int(), default_value=(0, 0)).tag(sync=True)

    def __init__(self, picture: Tensor, mode: str = "mask", uploads: bool = False):
        if mode not in MODES:
            raise ValueError(f"unknown mode {mode!r}: choose {', '.join(MODES)}")
        super().__init__(mode=mode, uploads=uploads)
        self._past: list[Callable[[], None]] = []
        self._recording = True
        self._copied = 0  # copies that are drawn
        self.lay(Sheet(to_image(picture)))
        self.observe(lambda change: self._redrawn(change["old"], change["new"]), "strokes")
        self.observe(lambda change: self._drawn_elsewhere(change["new"]), "upload")
        self.on_msg(lambda widget, content, buffers: self.undo() if content.get("undo") else None)

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
        self._draw(layer)

    @property
    def picture(self) -> Tensor:
        """The picture, (3, H, W) in [-1, 1]; in mode "paint" with what is drawn on it."""
        picture = self._picture
        if self.mode == "paint":
            picture = Image.alpha_composite(picture.convert("RGBA"), self._layer()).convert("RGB")
        return to_tensor(picture)

    @picture.setter
    def picture(self, picture: Tensor) -> None:
        """Another picture, with nothing drawn on it yet."""
        before = self.sheet()
        self.lay(Sheet(to_image(picture)))
        self.remember(lambda: self.lay(before))

    def paint(self, painting: Tensor) -> None:
        """Paint on the picture, (3, H, W), wherever the painting differs.  Raises ValueError for another size."""
        self._require_size("painting", painting)
        before, painted = np.asarray(self._picture), np.asarray(to_image(painting))
        self._draw(np.dstack([painted, np.where((before != painted).any(-1), 255, 0).astype(np.uint8)]))

    # ---- taking back

    def sheet(self) -> Sheet:
        """What lies here now."""
        return Sheet(self._picture, self.strokes, self._fine)

    def lay(self, sheet: Sheet) -> None:
        """Put a sheet here."""
        with self.unrecorded(), self.hold_sync():
            self._picture, self.strokes, self._fine = sheet
            on_page = shown(sheet.picture)
            self.photo, self.scale = png(on_page), sheet.picture.width / on_page.width

    def remember(self, restore: Callable[[], None]) -> None:
        """Let undo() call this, once it has taken back what comes after."""
        if self._recording:
            self._past = [*self._past, restore][-UNDONE:]

    @contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Within this, changes cannot be taken back one by one."""
        recording, self._recording = self._recording, False
        try:
            yield
        finally:
            self._recording = recording

    def undo(self) -> None:
        """Take back the last change."""
        self.send({"say": "Taken back" if self._past else "Nothing to take back"})
        if self._past:
            with self.unrecorded():
                self._past.pop()()

    def _draw(self, layer: np.ndarray) -> None:
        """Replace what is drawn by a layer (H, W, 4)."""
        image, before = Image.fromarray(layer), self.sheet()
        with self.unrecorded():
            self.strokes, self._fine = (png(shown(image)), png(image)) if layer[..., 3].any() else (b"", b"")
        if self.sheet() != before:
            self.remember(lambda: self.lay(before))

    def _redrawn(self, before: bytes, strokes: bytes) -> None:
        """Take over what the page drew, unless something else has been laid here since."""
        if not self._recording or strokes != self.strokes:
            return
        sheet = self.sheet()._replace(strokes=before)
        self.remember(lambda: self.lay(sheet))
        copies, self._copied = self.copies[self._copied :], len(self.copies)
        self._fine = finer(sheet.picture, sheet.fine, before, strokes, copies)

    def warn(self, message: str) -> None:
        """Write a message below the picture; clearing it first makes the page notice the same text again."""
        self.message = ""
        self.message = message

    def _drawn_elsewhere(self, upload: dict) -> None:
        if not upload.get("drawn"):
            return
        self.message = ""
        try:
            size = self._picture.size[::-1]
            if self.mode == "mask":
                self.mask = uploaded_mask(upload, size)
            else:
                self.paint(uploaded_painting(upload, size))
        except ValueError as error:
            self.warn(str(error))

    def _require_size(self, name: str, drawn: Tensor) -> None:
        width, height = self._picture.size
        if tuple(drawn.shape[-2:]) != (height, width):
            raise ValueError(f"the {name} must be {height}x{width} px, not {drawn.shape[-2]}x{drawn.shape[-1]}")

    def _layer(self) -> Image.Image:
        """What is drawn, at the picture's size; nothing if it was drawn on another picture."""
        return opened(self._fine) if self._fine else enlarged(self.strokes, self._picture.size)


def rectangle(size: tuple[int, int], rows: tuple[int, int], columns: tuple[int, int]) -> Tensor:
    """A mask, (1, H, W), that is 1 in rows and columns first..last (the last not included): the way without drawing."""
    mask = torch.zeros(1, *size)
    mask[:, slice(*rows), slice(*columns)] = 1
    return mask


def palette(picture: Tensor, colours: int = 10) -> list[str]:
    """The colours that stand for a picture's, from dark to bright: #rrggbb."""
    image = to_image(picture)
    image.thumbnail((PALETTE_FROM, PALETTE_FROM))
    found = image.quantize(colours, Image.Quantize.MAXCOVERAGE).convert("RGB").getcolors()
    return [f"#{red:02x}{green:02x}{blue:02x}" for _, (red, green, blue) in sorted(found, key=lambda c: sum(c[1]))]
