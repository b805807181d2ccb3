"""Drawings for notebooks: arrows and walks in the plane, the U-Net of Fig. 3 and 5, SinGAN's scales of Fig. 3."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from sindiff.lab.anatomy import Part, outline
from sindiff.lab.charts import STYLE
from sindiff.lab.plots import BLUE, EMPTY, FAINT, GREEN, INK, ORANGE, TEXT, VERMILLION, WIDTH
from sindiff.network.unet import UNetConfig

GAP = 0.64  # between the stages of a network


def arrows(points: Tensor, where: Tensor, fields: Mapping[str, Tensor], walks: Tensor) -> Figure:
    """Fields of arrows in the plane side by side, and walks in a last panel.

    points: (N, 2), marked in every panel.  where: (M, 2), where the arrows begin.  fields: title -> (M, 2), each drawn
    at a scale of its own.  walks: (B, steps, 2).
    """
    with rc_context({**STYLE, "axes.grid": False}):
        figure = Figure(figsize=(WIDTH / 100, 2.1))
        *panels, last = figure.subplots(1, len(fields) + 1, sharex=True, sharey=True)
        for axes, (title, field) in zip(panels, fields.items(), strict=True):
            axes.quiver(*where.T, *field.T, color=BLUE, width=0.006)
            axes.set_title(title, fontsize=TEXT)
        for walk in walks:
            last.plot(*walk.T, color=BLUE, linewidth=0.8, linestyle="-", marker=".", markersize=2)
        last.set_title("walks from noise", fontsize=TEXT)
        for axes in (*panels, last):
            axes.plot(*points.T, color=VERMILLION, linewidth=0, marker="o", markersize=5)
            axes.set_aspect("equal")
        figure.draw_without_rendering()
    return figure


def unet(config: UNetConfig, height: int, width: int) -> Figure:
    """The network for a canvas of height x width as Fig. 5 has it: down on the left, up on the right, skips across.

    Each box is a stage: its height falls with the resolution, its width follows the number of feature maps.
    """
    parts = outline(config, height, width)
    halfway = sum(part.name.startswith("input") for part in parts)
    with _page(2.6) as axes:
        left, places = 0.0, []
        for part in parts:
            places.append(_stage(axes, left, part, height, config.channels))
            left += places[-1][1] + GAP
        down, up = places[:halfway], places[halfway:-1]
        _arrow(axes, (-1.0, 0), (0, 0), "$x_t$")
        for (start, wide, _), (end, *_) in pairwise(places):
            _arrow(axes, (start + wide, 0), (end, 0))
        for level, ((start, wide, tall), (end, *_)) in enumerate(zip(reversed(down[:-1]), up[1:], strict=True)):
            top = max(tall for *_, tall in places) / 2 + 0.16 + 0.12 * level
            xs = (start + wide / 2, start + wide / 2, end + 0.08, end + 0.08)
            axes.plot(xs, (tall / 2, top, top, 0.02), color=GREEN, linewidth=0.9, linestyle="--", marker="", zorder=0)
        end = places[-1][0] + places[-1][1]
        _arrow(axes, (end, 0), (end + 1.8, 0), "prediction")
        axes.set_xlim(-1.1, end + 1.9)
    return axes.figure


def scales_and_steps() -> Figure:
    """Fig. 3 redrawn: SinGAN grows a picture over the scales (Eq. 1), diffusion refines it over the steps."""
    with _page(2.9) as axes:
        axes.text(0, 3.55, "SinGAN: one generator for each scale (Eq. 1)", va="center", weight="bold")
        for n, side in enumerate((0.5, 0.8, 1.1, 1.4)):
            left = 2.6 * n + 0.9
            axes.add_patch(Rectangle((left, 2.3 - side / 2), side, side, facecolor=EMPTY, edgecolor=VERMILLION))
            axes.text(left + side / 2, 2.3, f"$G_{3 - n}$", ha="center", va="center")
            _arrow(axes, (left + side / 2, 1.3), (left + side / 2, 2.3 - side / 2), f"noise $z_{3 - n}$", below=True)
            _arrow(axes, (left + side, 2.3), (left + 2.6, 2.3), "enlarge" if n < 3 else r"picture $\tilde x_0$")
        axes.text(0, 0.55, "SinDiffusion: one network for every step", va="center", weight="bold")
        for n, name in enumerate(("$x_T$", "$x_{t}$", "$x_{t-1}$", "$x_0$")):
            left = 2.6 * n + 0.9
            axes.add_patch(Rectangle((left, -1.3), 1.4, 1.4, facecolor=EMPTY, edgecolor=BLUE))
            axes.text(left + 0.7, -0.6, name, ha="center", va="center")
            if n < 3:
                _arrow(axes, (left + 1.4, -0.6), (left + 2.6, -0.6), "denoise")
        axes.set_xlim(-0.2, 11.6)
        axes.set_ylim(-1.5, 3.8)
    return axes.figure


@contextmanager
def _page(height: float) -> Iterator[Axes]:
    """Axes without axes, as wide as a page."""
    with rc_context({**STYLE, "axes.grid": False}):
        axes = Figure(figsize=(WIDTH / 100, height)).add_subplot()
        axes.set_axis_off()
        yield axes
        axes.figure.draw_without_rendering()


def _stage(axes: Axes, left: float, part: Part, height: int, channels: int) -> tuple[float, float, float]:
    """Draw a stage as a box; returns its left edge, its width and its height."""
    maps, rows, columns = part.answer.shape[1:]
    wide, tall = 0.4 + 0.3 * maps / channels, 1.6 * max(rows / height, 0.36)
    colour = {"halve": ORANGE, "double": ORANGE}.get(part.layers.split(", ")[-1], BLUE)
    axes.add_patch(Rectangle((left, -tall / 2), wide, tall, facecolor=EMPTY, edgecolor=colour, linewidth=1.4))
    middle, name = left + wide / 2, part.layers.replace(", ", " + ")
    axes.text(middle, 0, name, ha="center", va="center", rotation=90, color=INK, fontsize=7)
    axes.text(middle, -0.9, f"{maps} maps\n{rows}x{columns}", ha="center", va="top", color=INK, fontsize=5.4)
    return left, wide, tall


def _arrow(axes: Axes, start: tuple, end: tuple, text: str = "", below: bool = False) -> None:
    axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": FAINT, "linewidth": 1.0, "shrinkA": 1})
    x, y = (start[0] + end[0]) / 2, start[1] - 0.14 if below else start[1] + 0.12
    axes.text(x, y, text, ha="center", va="top" if below else "bottom", color=INK, fontsize=7)
