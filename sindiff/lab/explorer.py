"""The panel behind explore and point_at: controls for a function's arguments, and what it makes of them."""

from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any

import ipywidgets
from matplotlib.figure import Figure
from PIL.Image import Image as PILImage

from sindiff.lab.controls import choice
from sindiff.lab.panel import Panel, Update


class Explorer(Panel):
    """A control for each argument, and below them the function's picture; the last choice wins.

    controls: argument -> values to choose from, as explore takes them.  sketch: a draw.Sketch to point at the
    arguments row and column, in mode "point"; None for none.  background: as in Panel.
    """

    def __init__(
        self,
        function: Callable[..., Figure | PILImage],
        controls: dict[str, Sequence[Any]],
        sketch: ipywidgets.DOMWidget | None = None,
        background: bool | None = None,
    ):
        super().__init__(background)
        self.function, self.sketch = function, sketch
        self.image.remove_class("sindiff-picture")  # figures are drawn finer than the page, which should smooth them
        start = {name: parameter.default for name, parameter in signature(function).parameters.items()}
        self.controls = {name: choice(name, values, start[name]) for name, values in controls.items()}
        self.run_on_change(*self.controls.values())
        if sketch:
            sketch.pointed = start["row"], start["column"]
            sketch.observe(lambda change: self.run(), "pointed")
        moves = "Drag over the picture, or move the point with the arrow keys" if sketch else "Move a slider"
        self.say(f"{moves}: a new picture appears below.")
        self.lay_out(*filter(None, [sketch]), *self.controls.values(), self.line, self.image)

    def run(self) -> None:
        """Draw what is chosen now."""
        chosen = {name: control.value for name, control in self.controls.items()}
        if self.sketch:
            chosen["row"], chosen["column"] = self.sketch.pointed
        self.start(lambda report: report(Update(self.function(**chosen), 1.0, "")))
