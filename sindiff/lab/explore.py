"""Sliders and pointing: a function called plainly first, then again whenever something else is chosen."""

from collections.abc import Callable, Sequence
from inspect import signature
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from PIL.Image import Image as PILImage
from torch import Tensor

from sindiff.lab.display import display, has_widgets, show


def explore(
    function: Callable[..., Figure | PILImage], alt: str, save: str | Path | None = None, /, **controls: Sequence[Any]
) -> None:
    """Show function() as a plain picture, then sliders that call it with other values.

    function: returns a matplotlib Figure made without pyplot, or a PIL image; its defaults are where the sliders
    start.  alt: what the plain picture shows, as in show.  save: where it is kept as a PNG file.  controls: for each
    argument the values to choose from: a range gives a slider, other numbers a slider that snaps to them, texts a menu.
    The plain call comes first, so a page without a kernel shows a picture and a mistake stops the notebook.  There are
    no sliders with SINDIFF_UI=off (which scripts/run_notebooks.py sets, so that no stored page holds a dead widget) or
    without ipywidgets.  The sliders' picture is a widget of its own, which is what Colab can update.
    Raises ValueError if a default is missing or not among its values.
    """
    start = starting_values(function, controls)
    display(show(function(**start), alt, save))
    if has_widgets():
        from sindiff.lab.explorer import Explorer

        display(Explorer(function, controls, background=False))


def point_at(
    function: Callable[..., Figure | PILImage],
    picture: Tensor,
    alt: str,
    save: str | Path | None = None,
    /,
    **controls: Any,
) -> None:
    """Show function() as a plain picture, then the picture to drag over, which calls it with other pixels.

    function: takes row and column, and what the controls choose; its defaults are where they start.  picture:
    (3, H, W), to point at with mouse, pen, finger or arrow keys.  alt, save, controls: as in explore; without widgets
    the plain picture is all.
    Raises ValueError if a default is missing or not among its values.
    """
    starting_values(function, controls)
    display(show(function(), alt, save))
    if has_widgets():
        from sindiff.lab.draw import Sketch
        from sindiff.lab.explorer import Explorer

        display(Explorer(function, controls, Sketch(picture, "point")))


def starting_values(function: Callable[..., Any], controls: dict[str, Sequence[Any]]) -> dict[str, Any]:
    """The values that a function's controls start with.  Raises ValueError if one is not among its values."""
    start = {name: signature(function).parameters[name].default for name in controls}
    for name, values in controls.items():
        if start[name] not in values:
            raise ValueError(f"{function.__name__} starts with {name} = {start[name]!r}, which is not among {values}")
    return start
