"""The left side of the studio: the picture that is worked on, to draw on, and a rectangle for those who do not draw."""

import ipywidgets
import torch
from torch import Tensor

from sindiff.lab.controls import WIDE
from sindiff.lab.draw import Sketch, palette, rectangle
from sindiff.lab.tasks import Task


class Desk(ipywidgets.VBox):
    """A drawing area with a hint above it.  base: the picture that lies there, (3, H, W), without what is drawn."""

    def __init__(self, layout: dict[str, str]):
        super().__init__(layout=layout)
        self.base = torch.zeros(3, 8, 8)
        self.hint, self.sketch = ipywidgets.Label(), Sketch(self.base, "look", uploads=True)
        self.hint.add_class("sindiff-hint")
        self.rows, self.columns = (
            ipywidgets.IntRangeSlider(description=name, min=0, max=1, continuous_update=False, layout=WIDE)
            for name in ("rows", "columns")
        )
        or_rectangle = ipywidgets.Label("Or without drawing, a rectangle:")
        self.rectangle = ipywidgets.VBox([or_rectangle, self.rows, self.columns])
        self.children = [self.hint, self.sketch, self.rectangle]
        self._mode, self._drawn, self._with_rectangle = "look", None, None
        for side in (self.rows, self.columns):
            side.observe(lambda change: self._rectangle_chosen(), "value")

    def lay(self, task: Task, base: Tensor, colours: Tensor) -> None:
        """Take a picture to work on, with the tools that a task needs.  colours: the picture that the palette is of."""
        self.base, self._mode, self._drawn = base, task.mode, None
        blank = base.mean((1, 2), keepdim=True).expand_as(base)
        with self.sketch.unrecorded():
            self.sketch.mode = task.mode
            self.sketch.picture = blank if task.blank else base
        self.sketch.palette = palette(colours)
        self.hint.value = task.hint
        self.rectangle.layout.display = "" if task.mode == "mask" else "none"
        for sides, length in zip((self.rows, self.columns), base.shape[1:], strict=True):
            sides.max, sides.value = length, (0, 0)

    def _rectangle_chosen(self) -> None:
        """Add the rectangle to what is drawn, in the place of the last one."""
        chosen = rectangle(self.base.shape[1:], self.rows.value, self.columns.value)
        if self._mode != "mask" or not (chosen.any() or self._drawn is not None):
            return
        mask = self.sketch.mask
        if self._drawn is None or not torch.equal(mask, self._with_rectangle):
            self._drawn = mask
        self._with_rectangle = torch.maximum(self._drawn, chosen)
        self.sketch.mask = self._with_rectangle
