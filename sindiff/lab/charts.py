"""Charts for notebooks, all of one look: Figures made without pyplot, so that a slider's callback may draw them too."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
from cycler import cycler
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from sindiff.lab.plots import BLUE, DENSITY, EMPTY, FAINT, GREEN, INK, ORANGE, PURPLE, TEXT, VERMILLION, WIDTH
from sindiff.metrics import Interval

HEIGHT, SQUARER = 260, 340  # of a chart, in CSS px; of one with two logarithmic axes
APART = 0.085  # of the chart's height, between names beside it
LOOKS = cycler(linestyle=["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1))]) + cycler(marker=list("os^Dv*"))
STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": FAINT,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.prop_cycle": LOOKS + cycler(color=[BLUE, VERMILLION, GREEN, ORANGE, PURPLE, INK]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "errorbar.capsize": 3,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100 * DENSITY,
    "figure.figsize": (WIDTH / 100, HEIGHT / 100),
    "font.size": TEXT,
    "grid.color": EMPTY,
    "legend.frameon": False,
    "legend.handlelength": 3.2,
    "legend.labelcolor": INK,
    "lines.linewidth": 1.6,
    "lines.markersize": 4,
    **{f"{axis}tick.{part}": look for axis in "xy" for part, look in (("color", FAINT), ("labelcolor", INK))},
}


def curve(steps: Sequence[float], values: Sequence[float], xlabel: str, ylabel: str, log: bool = True) -> Figure:
    """A noisy curve: its mean over short stretches, and a band that holds the middle 80 % of the values there."""
    steps, values = np.asarray(steps, dtype=float), np.asarray(values, dtype=float)
    stretches = np.array_split(np.arange(len(values)), max(1, min(60, len(values) // 5)))
    middle = [steps[stretch].mean() for stretch in stretches]
    low, high = np.transpose([np.quantile(values[stretch], [0.1, 0.9]) for stretch in stretches])
    with _chart(xlabel, ylabel, "y" if log else "") as axes:
        axes.fill_between(middle, low, high, alpha=0.2, linewidth=0)
        axes.plot(middle, [values[stretch].mean() for stretch in stretches], color=BLUE, marker="")
        axes.set_xlim(0, steps[-1])
    return axes.figure


def lines(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    xlabel: str,
    ylabel: str,
    log: str = "",
    points: bool = False,
) -> Figure:
    """Curves by name, each in its own colour and dashes; a curve that ends at the right edge is named where it ends.

    curves: name -> (x, y); where x are words, the points are not joined.  log: the axes with a logarithmic scale, "",
    "x", "y" or "xy".  points: mark the values.
    """
    words = any(isinstance(x[-1], str) for x, _ in curves.values())
    together = not words and len({float(x[-1]) for x, _ in curves.values()}) == 1
    with _chart(xlabel, ylabel, log, named=not together) as axes:
        for name, (x, y) in curves.items():
            look = {"linewidth": 0} if words else {} if points else {"marker": ""}
            axes.plot(x, y, label=name, **look)
    if together:
        _name_the_ends(axes)
    return axes.figure


def _name_the_ends(axes: Axes) -> None:
    """Write each curve's name beside the chart, as near to where it ends on the right as others leave room."""
    drawn = [(line, max(line.get_xydata().tolist())) for line in axes.get_lines()]
    to_share = (axes.transData + axes.transAxes.inverted()).transform
    ends = sorted(((to_share(end)[1], line, end) for line, end in drawn), key=lambda each: each[0])
    heights = []
    for share, *_ in ends:
        heights.append(max(share, heights[-1] + APART) if heights else share)
    over = max(0.0, heights[-1] - 1.0)
    for height, (_, line, end) in zip(heights, ends, strict=True):
        axes.annotate(
            line.get_label(),
            end,
            (1.04, height - over),
            textcoords="axes fraction",
            va="center",
            color=INK,
            fontsize=TEXT,
            arrowprops={"arrowstyle": "-", "color": line.get_color(), "linewidth": 0.8, "relpos": (0, 0.5)},
        )


def crosses(means: Mapping[str, tuple[Interval, Interval]], xlabel: str, ylabel: str) -> Figure:
    """Means of two measures, each a point with its interval both ways, named beside the chart.

    means: name -> (of the measure to the right, of the one upwards).
    """
    with _chart(xlabel, ylabel, named=True) as axes:
        points = [axes.plot(x.mean, y.mean, markersize=6, linewidth=0, label=name) for name, (x, y) in means.items()]
        for (point,), (x, y) in zip(points, means.values(), strict=True):
            axes.errorbar(x.mean, y.mean, y.off or 0, x.off or 0, fmt="none", ecolor=point.get_color(), elinewidth=1.2)
    return axes.figure


def spans(groups: Mapping[str, Mapping[str, tuple[float, float, float]]], xlabel: str, chance: float = 0.5) -> Figure:
    """Shares with their intervals, a line of the chart for each name, and a dashed line where chance lies.

    groups: name, written beside the chart -> {line: (share, low, high)}; every group has the same lines.
    """
    lines = list(next(iter(groups.values())))
    with _chart(xlabel, named=True) as axes:
        drawn = []
        for rank, (name, shares) in enumerate(groups.items()):
            middles, lows, highs = np.transpose([shares[line] for line in lines])
            y = np.arange(len(lines)) + 0.6 * (rank + 0.5) / len(groups) - 0.3
            (points,) = axes.plot(middles, y, markersize=5, linewidth=0, label=name)
            drawn.append((middles, y, [middles - lows, highs - middles], points.get_color()))
        for middles, y, off, colour in drawn:
            axes.errorbar(middles, y, None, off, fmt="none", ecolor=colour, elinewidth=1.5)
        axes.axvline(chance, color=FAINT, linewidth=1, linestyle="--")
        axes.set_yticks(range(len(lines)), lines)
        axes.set_ylim(len(lines) - 0.5, -0.5)
        axes.set_xlim(0, 1)
    return axes.figure


@contextmanager
def _chart(xlabel: str, ylabel: str = "", log: str = "", named: bool = False) -> Iterator[Axes]:
    """Axes to draw on; named: a legend beside the chart says what is drawn."""
    with rc_context(STYLE):
        size = (WIDTH / 100, (SQUARER if log == "xy" else HEIGHT) / 100)
        axes = Figure(figsize=size).add_subplot(xlabel=xlabel, ylabel=ylabel)
        yield axes
        for name in log:
            axis = getattr(axes, f"{name}axis")
            getattr(axes, f"set_{name}scale")("log")
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_major_formatter("{x:g}")
            axis.set_minor_locator(NullLocator())
        if named:
            axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
        axes.figure.draw_without_rendering()  # ticks take their look when they are first drawn
