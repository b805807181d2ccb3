"""A strip of small pictures to choose from."""

import base64
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import anywidget
import traitlets
from PIL import Image

PAGE = Path(__file__).with_name("page")
HEIGHT, MOST = 96, 60  # px of a small picture; pictures in the row, the last ones


class Strip(anywidget.AnyWidget):
    """Small pictures in a row: a click on one calls `choose` with its number.  shown: the number of the marked one."""

    _esm = PAGE / "strip.js"
    _css = PAGE / "strip.css"
    shots = traitlets.List(traitlets.Dict()).tag(sync=True)
    shown = traitlets.Int(-1).tag(sync=True)

    def __init__(self, choose: Callable[[int], None]):
        super().__init__()
        self.on_msg(lambda widget, content, buffers: choose(content["chosen"]) if "chosen" in content else None)

    def fill(self, files: Sequence[Path], labels: Sequence[str]) -> None:
        """Show these picture files, with what is read out of each."""
        with self.hold_sync():
            self.shots, self.shown = [_shot(*each) for each in zip(files, labels, strict=True)][-MOST:], -1

    def add(self, file: Path, label: str) -> None:
        """Show one more."""
        self.shots = [*self.shots, _shot(file, label)][-MOST:]


def _shot(file: Path, label: str) -> dict[str, str]:
    content = io.BytesIO()
    with Image.open(file) as image:
        image.thumbnail((4 * HEIGHT, HEIGHT))
        image.convert("RGB").save(content, format="jpeg", quality=85)
    return {"source": f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}", "label": label}
