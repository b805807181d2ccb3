"""A picture to point at: a function of a pixel, called plainly first, then again wherever the hand goes."""

import os
from collections.abc import Callable, Sequence
from inspect import signature
from pathlib import Path
from typing import Any

import ipywidgets
from IPython.display import display
from matplotlib.figure import Figure
from torch import Tensor

from sindiff.lab.display import page_width, png, show
from sindiff.lab.draw import Sketch
from sindiff.lab.explore import control, starts
from sindiff.lab.runner import Runner, Work


def point_at(
    function: Callable[..., Figure], picture: Tensor, save: str | Path | None = None, /, **controls: Sequence[Any]
) -> None:
    """Show function() as a plain picture, then the picture to drag over, which calls it with other pixels.

    function: takes row and column, and what the controls choose; its defaults are where they start.  picture:
    (3, H, W), to point at with mouse, pen, finger or arrow keys.  save, controls, what is shown without widgets, and
    what is raised: see explore.
    """
    starts(function, controls)
    display(show(function(), save))
    if os.environ.get("SINDIFF_UI", "").lower() != "off":
        display(Pointing(function, picture, controls))


class Pointing(ipywidgets.VBox):
    """The picture, the controls, and below them what the function makes of them; the last wish wins.

    background: see Runner.
    """

    def __init__(
        self,
        function: Callable[..., Figure],
        picture: Tensor,
        controls: dict[str, Sequence[Any]],
        background: bool | None = None,
    ):
        self.function, self.runner = function, Runner(background)
        start = {name: parameter.default for name, parameter in signature(function).parameters.items()}
        self.sketch = Sketch(picture, "point")
        self.sketch.pointed = start["row"], start["column"]
        self.controls = {name: control(name, values, start[name]) for name, values in controls.items()}
        self.line = ipywidgets.Label("Drag over the picture, or move the point with the arrow keys.")
        self.image = ipywidgets.Image(format="png", layout=ipywidgets.Layout(display="none", max_width="100%"))
        self.sketch.observe(lambda change: self.run(), "pointed")
        for moved in self.controls.values():
            moved.observe(lambda change: self.run(), "value")
        super().__init__([self.sketch, *self.controls.values(), self.line, self.image])

    def run(self) -> None:
        """Draw for the pixel and the values that are chosen now."""
        row, column = self.sketch.pointed
        wanted = {name: chosen.value for name, chosen in self.controls.items()}
        self.runner.run(Work(lambda report: report(self.function(row, column, **wanted)), self._show, self._end))

    def _show(self, figure: Figure) -> None:
        self.image.value = png(figure)
        self.image.layout.width, self.image.layout.display = f"{page_width(figure)}px", ""

    def _end(self, line: str) -> None:
        self.line.value = line if line != "Stopped." else ""
