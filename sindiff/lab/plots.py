"""Sheets of pictures for notebooks: rows on white, each picture with its caption below.

Pictures are enlarged by whole numbers, so that every pixel of a small picture is a crisp square.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps
from torch import Tensor

from sindiff.pictures.images import in_rows, to_image

WIDTH = 760  # of a notebook's page, in CSS px
DENSITY = 2  # dots drawn for each CSS px
INK, FAINT, EMPTY = "#333333", "#6f6f6f", "#eeeeee"
BLUE, VERMILLION, GREEN, ORANGE, PURPLE = "#0072b2", "#d62f1f", "#00795a", "#a86200", "#8257ad"

TALLEST = 300  # CSS px of a picture
GAP, MARGIN, FRAME = 12, 6, 3  # CSS px
TEXT, LINE, LETTER = 8.0, 16, 6.4  # points; CSS px of a line and of a letter
FONT = ImageFont.truetype(
    Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf"), round(TEXT / 72 * 100 * DENSITY)
)
PALE = 250  # of 255: hardly told from the page
SHADES = [round((shade >> 2) * 255 / 63) for shade in range(256)]


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


def row(pictures: Sequence[Tensor | Shot], captions: Sequence[str] = ()) -> Image.Image:
    """Pictures side by side, each with its caption below."""
    return grid([_shots(pictures, captions)])


def beside(picture: Tensor, samples: Tensor, captions: Sequence[str] = (), columns: int = 4) -> Image.Image:
    """The training picture, framed, then samples, in rows of `columns`."""
    shots = [training(picture), *_shots(samples, captions)]
    return grid([shots[i : i + columns] for i in range(0, len(shots), columns)])


def difference(a: Tensor, b: Tensor) -> Tensor:
    """Where two pictures differ, as a picture: black up to 1e-6, white from 1 on, logarithmic in between.

    a, b: (C, H, W).  Of a pixel's channels the largest difference counts.  Returns (3, H, W) in [-1, 1].
    """
    size = (a - b).abs().amax(0).clamp(1e-6, 1.0)
    return (2 * (size / 1e-6).log() / math.log(1.0 / 1e-6) - 1).expand(3, -1, -1)


def grid(rows: Sequence[Sequence[Tensor | Shot]]) -> Image.Image:
    """Rows of pictures of any sizes, all enlarged by the same whole number (reduced, if even that is too wide).

    Pictures keep 64 shades a channel, which makes a page lighter: 3 of 255 off at most, and white stays white.
    The image has info["density"] dots for each CSS px.
    """
    rows = [_shots(pictures) for pictures in rows]
    scale = _scale(rows)
    cells = [_captioned(shots, scale) for shots in rows]
    sheet = in_rows(cells, DENSITY * (GAP - 2 * FRAME), DENSITY * (MARGIN - FRAME)).point(SHADES * 3)
    sheet.info["density"] = DENSITY
    return sheet


def _shots(pictures: Sequence[Tensor | Shot], captions: Sequence[str] = ()) -> list[Shot]:
    captions = [*captions, *[""] * (len(pictures) - len(captions))]
    return [p if isinstance(p, Shot) else Shot(p, c) for p, c in zip(pictures, captions, strict=True)]


def _scale(rows: Sequence[Sequence[Shot]]) -> float:
    """Dots for each pixel: the largest whole number that fits the page, or a fraction if not even 1 does."""
    widest = max(
        sum(s.picture.shape[2] for s in shots) / (DENSITY * (WIDTH - 2 * MARGIN - GAP * (len(shots) - 1)))
        for shots in rows
    )
    tallest = max(shot.picture.shape[1] for shots in rows for shot in shots) / (DENSITY * TALLEST)
    scale = 1 / max(widest, tallest)
    return int(scale) if scale >= 1 else scale


def _captioned(shots: Sequence[Shot], scale: float) -> list[Image.Image]:
    """The pictures of a row with their captions, each with a border that is red around the training picture."""
    pictures = [_enlarged(shot, scale) for shot in shots]
    captions = [
        textwrap.wrap(shot.caption, max(10, int(picture.width / DENSITY / LETTER)), break_long_words=False)
        for shot, picture in zip(shots, pictures, strict=True)
    ]
    below, cells = DENSITY * LINE * max(map(len, captions)), []
    for shot, picture, lines in zip(shots, pictures, captions, strict=True):
        framed = _framed(picture, shot.training)
        cells.append(ImageOps.expand(framed, (0, 0, 0, below), "white"))
        for n, line in enumerate(lines):
            foot = framed.width / 2, framed.height + DENSITY * (LINE * n + 11)
            ImageDraw.Draw(cells[-1]).text(foot, line, INK, FONT, anchor="ms")
    return cells


def _framed(picture: Image.Image, training: bool) -> Image.Image:
    """A picture with its border: red around the training picture; a grey line where it would run into the page."""
    if training:
        return ImageOps.expand(picture, DENSITY * FRAME, VERMILLION)
    shades = np.asarray(picture.convert("L"))
    rim = np.concatenate([shades[0], shades[-1], shades[:, 0], shades[:, -1]])
    line = FAINT if (rim >= PALE).mean() > 0.5 else "white"
    return ImageOps.expand(ImageOps.expand(picture, DENSITY, line), DENSITY * (FRAME - 1), "white")


def _enlarged(shot: Shot, scale: float) -> Image.Image:
    """A picture at its size on the sheet."""
    height, width = shot.picture.shape[1:]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if shot.empty:
        return Image.new("RGB", size, EMPTY)
    return to_image(shot.picture).resize(size, Image.Resampling.NEAREST if scale >= 1 else Image.Resampling.LANCZOS)
