"""Getting a figure or a function's source onto a notebook's page."""

import inspect
import io
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import PIL.Image
from IPython.display import Image, Markdown, display
from matplotlib.figure import Figure
from PIL.Image import Image as PILImage

from sindiff.lab.plots import DENSITY
from sindiff.machine.files import write_bytes

Widget = TypeVar("Widget")


def png(figure: Figure | PILImage) -> bytes:
    """A figure or an image as the bytes of a PNG file, without touching pyplot's state.

    A figure without pictures gets a palette, to keep the page light.
    """
    image = figure
    if isinstance(figure, Figure):
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=figure.dpi)
        image = PIL.Image.open(buffer).convert("RGB")
        if not any(axes.images for axes in figure.axes):
            image = image.quantize(256, dither=PIL.Image.Dither.NONE)
    content = io.BytesIO()
    image.save(content, format="png", optimize=True)
    return content.getvalue()


def show(figure: Figure | PILImage, alt: str, path: str | Path | None = None) -> Image:
    """A figure ready to be a cell's result; with a path, the same picture is written there as a PNG file.

    alt: what the figure shows, in a sentence, for readers who cannot see it.  Raises ValueError if it is empty.
    """
    if not alt.strip():
        raise ValueError("a figure needs an alt text: what it shows, in a sentence")
    content = png(figure)
    if path:
        write_bytes(path, content)
    return Image(content, format="png", width=page_width(figure), metadata={"alt": alt})


def page_width(figure: Figure | PILImage) -> int:
    """Width on a page in CSS px: figures and sheets are drawn finer than that, other images pixel by pixel."""
    if isinstance(figure, PILImage):
        return figure.width // figure.info.get("density", 1)
    return round(figure.get_figwidth() * figure.dpi / DENSITY)


def show_source(function: Callable, fold: str | None = None) -> Markdown:
    """The source of a function or class, coloured; folded away under the title `fold` if one is given."""
    source = f"```python\n{inspect.getsource(inspect.unwrap(function)).rstrip()}\n```"
    return Markdown(f"<details><summary>{fold}</summary>\n\n{source}\n\n</details>" if fold else source)


def has_widgets() -> bool:
    """Whether a page may hold widgets: not with SINDIFF_UI=off, nor without ipywidgets."""
    return os.environ.get("SINDIFF_UI", "").lower() != "off" and find_spec("ipywidgets") is not None


def open_widget(make: Callable[[], Widget]) -> Widget | None:
    """Make a widget, show it and return it; None, and nothing is made, on a page without widgets."""
    if not has_widgets():
        return None
    widget = make()
    display(widget)
    return widget
