"""Sliders: a function called plainly first, then again whenever a slider has moved."""

import os
import threading
from collections.abc import Callable, Sequence
from inspect import signature
from pathlib import Path
from typing import Any

from IPython.display import display
from matplotlib.figure import Figure
from PIL.Image import Image as PILImage

from sindiff.lab.display import page_width, png, show


def explore(
    function: Callable[..., Figure | PILImage], save: str | Path | None = None, /, **controls: Sequence[Any]
) -> None:
    """Show function() as a plain picture, then sliders that call it with other values.

    function: returns a matplotlib Figure made without pyplot, or a PIL image; its defaults are where the sliders
    start.  save: where the plain picture is kept as a PNG file.  controls: for each argument the values to choose from:
    a range gives a slider, other numbers a slider that snaps to them, texts a menu.
    The plain call comes first, so a page without a kernel shows a picture and a mistake stops the notebook.  There are
    no sliders with SINDIFF_UI=off (which scripts/run_notebooks.py sets, so that no stored page holds a dead widget) or
    without ipywidgets.  The sliders' picture is a widget of its own, which is what Colab can update.
    Raises ValueError if a default is missing or not among its values.
    """
    start = starts(function, controls)
    display(show(function(**start), save))
    if os.environ.get("SINDIFF_UI", "").lower() == "off":
        return
    try:
        import ipywidgets
    except ImportError:
        return
    display(_panel(ipywidgets, function, controls, start))


def starts(function: Callable[..., Any], controls: dict[str, Sequence[Any]]) -> dict[str, Any]:
    """The values that a function's controls start with.  Raises ValueError if one is not among its values."""
    start = {name: signature(function).parameters[name].default for name in controls}
    for name, values in controls.items():
        if start[name] not in values:
            raise ValueError(f"{function.__name__} starts with {name} = {start[name]!r}, which is not among {values}")
    return start


def _panel(ipywidgets, function, controls, start):
    """The sliders, a line that tells what goes on, and a picture that appears once a slider has moved."""
    sliders = {name: control(name, values, start[name]) for name, values in controls.items()}
    line = ipywidgets.Label("Move a slider: a new picture appears below.")
    image = ipywidgets.Image(format="png", layout=ipywidgets.Layout(display="none", max_width="100%"))
    shown, one_at_a_time = dict(start), threading.Lock()

    def redraw(change: object) -> None:
        with one_at_a_time:  # where callbacks run on several threads, the later ones find the work done
            wanted = {name: slider.value for name, slider in sliders.items()}
            if wanted == shown:
                return
            line.value = "Computing ..."
            try:
                figure = function(**wanted)
            except Exception as error:
                line.value = f"{type(error).__name__}: {error}"
                return
            image.value = png(figure)
            image.layout.width = f"{page_width(figure)}px"
            image.layout.display = ""
            line.value = ""
            shown.update(wanted)

    for slider in sliders.values():
        slider.observe(redraw, names="value")
    return ipywidgets.VBox([*sliders.values(), line, image])


def control(name: str, values: Sequence[Any], value: Any):
    """A slider or a menu to choose among values, as explore says."""
    import ipywidgets

    look = {"description": name.replace("_", " "), "layout": ipywidgets.Layout(width="420px")}
    if isinstance(values, range) and values.step > 0:
        limits = {"min": values[0], "max": values[-1], "step": values.step}
        return ipywidgets.IntSlider(value, continuous_update=False, **limits, **look)
    if any(isinstance(v, str) for v in values):
        return ipywidgets.Dropdown(options=list(values), value=value, **look)
    return ipywidgets.SelectionSlider(options=list(values), value=value, continuous_update=False, **look)
