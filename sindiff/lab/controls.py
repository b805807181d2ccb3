"""The building blocks of a page's panels: buttons, sliders, pictures, lines of words."""

import html
from collections.abc import Iterable, Sequence
from typing import Any

import ipywidgets
from matplotlib.figure import Figure
from PIL.Image import Image as PILImage
from torch import Tensor

from sindiff.lab.display import page_width, png
from sindiff.pictures.images import to_image

WIDE = {"width": "98%"}  # the layout of a control as wide as the box it is in


def button(text: str, tooltip: str, style: str = "") -> ipywidgets.Button:
    """A button as wide as its text; style: "primary", "warning" or none."""
    return ipywidgets.Button(description=text, tooltip=tooltip, button_style=style, layout={"width": "auto"})


def slider(name: str, low: float, high: float, value: float) -> ipywidgets.IntSlider | ipywidgets.FloatSlider:
    """A slider that reports its value when it is let go; a fractional value gives it twenty steps."""
    options = {"description": name, "continuous_update": False, "layout": WIDE}
    if isinstance(value, float):
        return ipywidgets.FloatSlider(value, min=low, max=high, step=(high - low) / 20, readout_format=".3f", **options)
    return ipywidgets.IntSlider(value, low, high, **options)


def menu(name: str, options: Iterable[str]) -> ipywidgets.Dropdown:
    """A menu of names."""
    return ipywidgets.Dropdown(options=list(options), description=name, layout={"width": "300px", "max_width": "98%"})


def choice(name: str, values: Sequence[Any], value: Any) -> ipywidgets.Widget:
    """A slider or a menu to choose among values, as explore says."""
    options = {"description": name.replace("_", " "), "layout": {"width": "420px", "max_width": "98%"}}
    if isinstance(values, range) and values.step > 0:
        limits = {"min": values[0], "max": values[-1], "step": values.step}
        return ipywidgets.IntSlider(value, continuous_update=False, **limits, **options)
    if any(isinstance(v, str) for v in values):
        return ipywidgets.Dropdown(options=list(values), value=value, **options)
    return ipywidgets.SelectionSlider(options=list(values), value=value, continuous_update=False, **options)


def row(children: list[ipywidgets.Widget], gap: str = "4px 8px") -> ipywidgets.Box:
    """Widgets side by side, and below each other on a narrow page."""
    layout = {"display": "flex", "flex_flow": "row wrap", "align_items": "flex-start", "grid_gap": gap}
    return ipywidgets.Box(children, layout=layout)


def picture_widget() -> ipywidgets.Image:
    """A place for a picture, hidden until show_picture puts one there."""
    image = ipywidgets.Image(format="png", layout={"max_width": "100%", "display": "none"})
    image.add_class("sindiff-picture")
    return image


def show_picture(widget: ipywidgets.Image, picture: Tensor | Figure | PILImage, width: int | None = None) -> None:
    """Put a picture, a figure or (3, H, W) in [-1, 1], into its place; width: in CSS px, None as display.show does."""
    figure = to_image(picture) if isinstance(picture, Tensor) else picture
    widget.value = png(figure)
    widget.layout.width, widget.layout.display = f"{width or page_width(figure)}px", ""


def message(text: str, error: bool = False) -> str:
    """A line of text as HTML, which screen readers read out when it changes; red for an error."""
    return f'<span role="status" class="{"sindiff-bad" if error else ""}">{html.escape(text)}</span>'


def folded(title: str, *texts: str) -> str:
    """Texts to copy, folded away under a title, as HTML."""
    look = "white-space: pre-wrap; user-select: all"
    blocks = "".join(f'<pre style="{look}">{html.escape(text)}</pre>' for text in texts)
    return f"<details><summary>{html.escape(title)}</summary>{blocks}</details>"
