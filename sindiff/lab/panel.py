"""A panel of a page: controls, a line that says what goes on, a picture that follows, Run and Stop."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import anywidget
import ipywidgets
from matplotlib.figure import Figure
from PIL.Image import Image as PILImage
from torch import Tensor

from sindiff.lab.controls import WIDE, button, message, picture_widget, show_picture
from sindiff.lab.runner import STOPPED, Job, Report, Runner


class Manners(anywidget.AnyWidget):
    """Nothing to see: the panel's looks, its keys kept from JupyterLab, and names of its controls to be read out."""

    _esm = Path(__file__).with_name("page") / "manners.js"
    _css = Path(__file__).with_name("page") / "panel.css"


class Update(NamedTuple):
    """What a step of a job shows: a figure or picture (3, H, W), None for no new one; the progress, 0 to 1; a text."""

    picture: Tensor | Figure | PILImage | None
    progress: float
    text: str


class Panel(ipywidgets.VBox):
    """Parts to lay out on a page, and one job at a time whose updates they show; a new job takes the old one's place.

    background: work in a thread; None: where a page shows that.  result: the picture shown last, None at first.
    run() is what a subclass adds: it reads the controls and calls start().
    """

    result: Tensor | Figure | PILImage | None = None
    picture_width: int | None = None  # in CSS px; None: as controls.show_picture chooses

    def __init__(self, background: bool | None = None):
        super().__init__()
        self.add_class("sindiff-panel")
        self.runner = Runner(background)
        self._current: object | None = None  # stands for the job whose updates are shown
        self.run_button = button("Run", "Make the picture (Enter)", "primary")
        self.run_button.add_class("sindiff-run")
        self.stop_button = button("Stop", "Stop after this step and keep what there is", "warning")
        self.bar = ipywidgets.FloatProgress(0, min=0, max=1, layout={**WIDE, "visibility": "hidden"})
        self.stop_button.disabled = True
        self.line, self.image = ipywidgets.HTML(), picture_widget()
        self.run_button.on_click(lambda _: self.run())
        self.stop_button.on_click(lambda _: self.stop())

    def lay_out(self, *children: ipywidgets.Widget) -> None:
        """Put widgets below each other on the page."""
        self.children = [*children, Manners()]

    def run_on_change(self, *controls: ipywidgets.Widget) -> None:
        """Call run() whenever one of the controls has another value."""
        for control in controls:
            control.observe(lambda change: self.run(), "value")

    def start(self, run: Callable[[Report], None]) -> None:
        """Begin a job, which reports an Update after every step."""
        self.say("Begins ...")
        self.bar.value, self.bar.layout.visibility = 0, "visible"
        self.stop_button.disabled = False
        this = self._current = object()

        def show(update: Update) -> None:
            if self._current is this:
                self.show(update)

        def end(line: str) -> None:
            if self._current is this:
                self._ended(line)

        self.runner.run(Job(run, show, end))

    def stop(self) -> None:
        """End the job after the step it is taking; in the background that shows at once, however long the step."""
        self.runner.stop()
        if self.runner.background and self._current:
            self._ended(STOPPED)

    def _ended(self, line: str) -> None:
        self._current, self.bar.layout.visibility = None, "hidden"
        self.stop_button.disabled = True
        self.end(line)

    def say(self, text: str, error: bool = False) -> None:
        """Write a line of words, red for an error."""
        self.line.value = message(text, error)

    def show(self, update: Update) -> None:
        """Show what a step of the job reported."""
        self.bar.value = update.progress
        self.say(update.text)
        if update.picture is not None:
            self.result = update.picture
            self.show_result()

    def show_result(self) -> None:
        """Show the result."""
        show_picture(self.image, self.result, self.picture_width)

    def end(self, line: str) -> None:
        """Say how the job ended."""
        if line == STOPPED:
            self.say("Stopped: the picture is kept as it is.")
        elif line:
            self.say(line, error=True)
