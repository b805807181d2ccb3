"""A picture to look at closely: zoomed, beside what it was made from, and at its full size."""

import io
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from torch import Tensor

from sindiff.pictures.images import to_image

PAGE = Path(__file__).with_name("page")
WHOLE, FORMING = {"format": "png", "compress_level": 1}, {"format": "jpeg", "quality": 90}
SHOWN, SMALLEST = 1024, 384  # px of the long side of a picture on the page, at most; CSS px of its width, at least


class Viewer(anywidget.AnyWidget):
    """Shows value, the bytes of a picture file; empty: nothing.  before: what it was made from, to slide over it.

    name: of the file that is had at full size, in a new tab or as a download; empty while there is none.
    wraps: its opposite edges meet, so that the page can lay copies of it side by side.
    """

    _esm = PAGE / "viewer.js"
    _css = PAGE / "viewer.css"
    value = traitlets.Bytes().tag(sync=True)
    before = traitlets.Bytes().tag(sync=True)
    width = traitlets.Int(SMALLEST).tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    wraps = traitlets.Bool().tag(sync=True)

    def __init__(self):
        super().__init__()
        self._file: Path | None = None
        self.on_msg(lambda widget, content, buffers: self._answer(content))

    def clear(self) -> None:
        """Show nothing."""
        with self.hold_sync():
            self.value, self.before, self.name, self.wraps = b"", b"", "", False

    def look(
        self,
        picture: Tensor,
        before: Tensor | None = None,
        file: Path | None = None,
        name: str = "",
        wraps: bool = False,
    ) -> None:
        """Show a picture (3, H, W) in [-1, 1], one that is still forming if it has no file: that is sent as JPEG.

        before: of the same size.  file: where it lies at full size, to be called `name` where it goes.
        wraps: as in the class.
        """
        self._file = file
        with self.hold_sync():
            self.width = max(SMALLEST, round(SHOWN * min(1, picture.shape[2] / picture.shape[1])))
            self.before = b"" if before is None else _sent(before, **WHOLE)
            self.value, self.name, self.wraps = _sent(picture, **WHOLE if file else FORMING), name, wraps

    def _answer(self, content: dict[str, Any]) -> None:
        """Send the file where the page asks for it."""
        if self._file and content.get("want"):
            self.send({"for": content["want"]}, [self._file.read_bytes()])


def _sent(picture: Tensor, **how: Any) -> bytes:
    """A picture as large as the page has room for."""
    image, content = to_image(picture), io.BytesIO()
    image.thumbnail((SHOWN, SHOWN))
    image.save(content, **how)
    return content.getvalue()
