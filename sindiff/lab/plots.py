"""Figures for notebooks: matplotlib Figures made without pyplot, so that a slider's callback may draw them too.

Pictures are enlarged by whole numbers, so that every pixel of a small picture is a crisp square.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image
from torch import Tensor

from sindiff.pictures.images import to_image

WIDTH = 760  # of a notebook's page, in CSS px
DENSITY = 2  # dots drawn for each CSS px
INK, FAINT, EMPTY = "#333333", "#8c8c8c", "#eeeeee"
BLUE, VERMILLION, GREEN, ORANGE, PURPLE = "#0072b2", "#d62f1f", "#009e73", "#d98a00", "#9467bd"

TALLEST = 300  # CSS px of a picture
GAP, MARGIN, FRAME = 12, 6, 3
TEXT, LINE, LETTER = 8.0, 16, 6.4  # points; CSS px of a line and of a letter


@dataclass(frozen=True)
class Shot:
    """A picture with a caption.  picture: (3, H, W) in [-1, 1].  training: framed in red, as the paper marks it."""

    picture: Tensor
    caption: str = ""
    training: bool = False
    empty: bool = False


def training(picture: Tensor, caption: str = "training picture") -> Shot:
    """The training picture, to be framed in red."""
    return Shot(picture, caption, training=True)


def row(pictures: Sequence[Tensor | Shot], captions: Sequence[str] = ()) -> Figure:
    """Pictures side by side, each with its caption below."""
    captions = [*captions, *[""] * (len(pictures) - len(captions))]
    shots = [p if isinstance(p, Shot) else Shot(p, c) for p, c in zip(pictures, captions, strict=True)]
    return grid([shots])


def beside(picture: Tensor, samples: Tensor, captions: Sequence[str] = (), columns: int = 4) -> Figure:
    """The training picture, framed, then samples, in rows of `columns`."""
    captions = [*captions, *[""] * (len(samples) - len(captions))]
    shots = [training(picture), *(Shot(s, c) for s, c in zip(samples, captions, strict=True))]
    return grid([shots[i : i + columns] for i in range(0, len(shots), columns)])


def difference(a: Tensor, b: Tensor, low: float = 1e-6, high: float = 1.0) -> Tensor:
    """Where two pictures differ, as a picture: black up to `low`, white from `high` on, logarithmic in between.

    a, b: (C, H, W).  Of a pixel's channels the largest difference counts.  Returns (3, H, W) in [-1, 1].
    """
    size = (a - b).abs().amax(0).clamp(low, high)
    return (2 * (size / low).log() / math.log(high / low) - 1).expand(3, -1, -1)


def grid(rows: Sequence[Sequence[Tensor | Shot]]) -> Figure:
    """Rows of pictures of any sizes, all enlarged by the same whole number (reduced, if even that is too wide)."""
    rows = [[item if isinstance(item, Shot) else Shot(item) for item in items] for items in rows]
    scale = _scale(rows)
    margin, gap = DENSITY * MARGIN, DENSITY * GAP
    places, right, top = [], 0, margin
    for shots in rows:
        sizes = [_size(shot, scale) for shot in shots]
        captions = [_wrap(shot.caption, width) for shot, (_, width) in zip(shots, sizes, strict=True)]
        tallest, left = max(height for height, _ in sizes), margin
        for shot, (height, width), caption in zip(shots, sizes, captions, strict=True):
            places.append((shot, top + tallest - height, left, height, width, caption))
            left += width + gap
        right = max(right, left - gap)
        top += tallest + DENSITY * LINE * max(map(len, captions)) + gap
    figure = blank(right + margin, top - gap + margin)
    for place in places:
        _draw(figure, *place)
    return figure


def _scale(rows: Sequence[Sequence[Shot]]) -> float:
    """Dots for each pixel: the largest whole number that fits the page, or a fraction if not even 1 does."""
    widest = max(
        sum(s.picture.shape[2] for s in shots) / (DENSITY * (WIDTH - 2 * MARGIN - GAP * (len(shots) - 1)))
        for shots in rows
    )
    tallest = max(shot.picture.shape[1] for shots in rows for shot in shots) / (DENSITY * TALLEST)
    scale = 1 / max(widest, tallest)
    return int(scale) if scale >= 1 else scale


def _size(shot: Shot, scale: float) -> tuple[int, int]:
    height, width = shot.picture.shape[1:]
    return max(1, round(height * scale)), max(1, round(width * scale))


def _wrap(caption: str, width: int) -> list[str]:
    """Lines that fit under a picture so many dots wide."""
    return textwrap.wrap(caption, max(10, int(width / DENSITY / LETTER)), break_long_words=False)


def blank(width: int, height: int) -> Figure:
    """A white figure of so many dots."""
    dpi = 100 * DENSITY
    return Figure(figsize=(width / dpi, height / dpi), dpi=dpi, facecolor="white")


def _draw(figure: Figure, shot: Shot, top: int, left: int, height: int, width: int, lines: list[str]) -> None:
    """Put a picture at a place given in dots from the upper left corner, and the lines of its caption below."""
    total_width, total_height = figure.get_size_inches() * figure.dpi
    box = [left / total_width, 1 - (top + height) / total_height, width / total_width, height / total_height]
    axes = figure.add_axes(box)
    axes.set_axis_off()
    if shot.empty:
        axes.add_patch(Rectangle((0, 0), 1, 1, transform=axes.transAxes, facecolor=EMPTY))
    else:
        image = to_image(shot.picture)
        repeat = width // image.width
        if repeat and (width, height) == (image.width * repeat, image.height * repeat):
            image = image.resize((width, height), Image.Resampling.NEAREST)
        else:
            image = image.resize((width, height), Image.Resampling.LANCZOS)
        axes.imshow(np.asarray(image), aspect="auto", interpolation="nearest")
    if shot.training:
        edge = FRAME * DENSITY
        outer = [-edge / width, -edge / height, 1 + 2 * edge / width, 1 + 2 * edge / height]
        place = {"transform": axes.transAxes, "clip_on": False, "zorder": -1}
        axes.add_patch(Rectangle(outer[:2], *outer[2:], facecolor=VERMILLION, linewidth=0, **place))
    for n, line in enumerate(lines):
        y = 1 - (top + height + DENSITY * (14 + LINE * n)) / total_height
        figure.text(box[0] + box[2] / 2, y, line, ha="center", va="baseline", fontsize=TEXT, color=INK)
