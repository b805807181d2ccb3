"""Charts for notebooks, all of one look; like the pictures of plots, Figures made without pyplot."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from sindiff.lab.plots import (
    BLUE,
    DENSITY,
    EMPTY,
    FAINT,
    GREEN,
    INK,
    LETTER,
    ORANGE,
    PURPLE,
    TEXT,
    VERMILLION,
    WIDTH,
    blank,
)
from sindiff.metrics import Interval

COLOURS = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, INK)
HEIGHT, BESIDE = 260, 54  # CSS px of a chart, and of what stands before a name beside it


def curve(steps: Sequence[float], values: Sequence[float], xlabel: str, ylabel: str, log: bool = True) -> Figure:
    """A noisy curve: its mean over short stretches, and a band that holds the middle 80 % of the values there."""
    figure, axes = _axes()
    steps, values = np.asarray(steps, dtype=float), np.asarray(values, dtype=float)
    stretches = np.array_split(np.arange(len(values)), max(1, min(60, len(values) // 5)))
    middle = [steps[stretch].mean() for stretch in stretches]
    low, high = np.transpose([np.quantile(values[stretch], [0.1, 0.9]) for stretch in stretches])
    axes.fill_between(middle, low, high, color=BLUE, alpha=0.2, linewidth=0)
    axes.plot(middle, [values[stretch].mean() for stretch in stretches], color=BLUE, linewidth=1.6)
    if log:
        axes.set_yscale("log")
        _round_ticks(axes.yaxis)
    _plain(axes, xlabel, ylabel)
    axes.set_xlim(0, steps[-1])
    return figure


def lines(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    xlabel: str,
    ylabel: str,
    log: str = "",
    points: bool = False,
) -> Figure:
    """Curves by name, named beside the chart, each in its own colour.

    curves: name -> (x, y).  log: the axes with a logarithmic scale, "", "x", "y" or "xy".  points: mark the values.
    """
    figure, axes = _axes(right=1 - (BESIDE + LETTER * max(map(len, curves))) / WIDTH)
    for (name, (x, y)), colour in zip(curves.items(), COLOURS, strict=False):
        axes.plot(x, y, color=colour, linewidth=1.6, marker="o" if points else "", markersize=4, label=name)
    for axis in log:
        getattr(axes, f"set_{axis}scale")("log")
        _round_ticks(getattr(axes, f"{axis}axis"))
    _plain(axes, xlabel, ylabel)
    _names(axes)
    return figure


def crosses(means: Mapping[str, tuple[Interval, Interval]], xlabel: str, ylabel: str) -> Figure:
    """Means of two measures, each a point with its interval both ways, named beside the chart.

    means: name -> (of the measure to the right, of the one upwards).
    """
    figure, axes = _axes(right=1 - (BESIDE + LETTER * max(map(len, means))) / WIDTH)
    for (name, (x, y)), colour in zip(means.items(), COLOURS, strict=False):
        axes.errorbar(x.mean, y.mean, y.off or 0, x.off or 0, fmt="none", ecolor=colour, elinewidth=1.2, capsize=3)
        axes.plot(x.mean, y.mean, color=colour, marker="o", markersize=6, linewidth=0, label=name)
    _plain(axes, xlabel, ylabel)
    _names(axes)
    return figure


def spans(groups: Mapping[str, Mapping[str, tuple[float, float, float]]], xlabel: str, chance: float = 0.5) -> Figure:
    """Shares with their intervals, a line of the chart for each name, and a dashed line where chance lies.

    groups: name, written beside the chart -> {line: (share, low, high)}; every group has the same lines.
    """
    lines = list(next(iter(groups.values())))
    left, right = (BESIDE + LETTER * max(map(len, names)) for names in (lines, groups))
    figure = blank(DENSITY * WIDTH, DENSITY * HEIGHT)
    axes = figure.add_axes([left / WIDTH, 0.19, 1 - (left + right) / WIDTH, 0.77])
    for rank, ((name, shares), colour) in enumerate(zip(groups.items(), COLOURS, strict=False)):
        middles, lows, highs = np.transpose([shares[line] for line in lines])
        y = np.arange(len(lines)) + 0.6 * (rank + 0.5) / len(groups) - 0.3
        axes.errorbar(middles, y, None, [middles - lows, highs - middles], fmt="none", ecolor=colour, capsize=3)
        axes.plot(middles, y, color=colour, marker="o", markersize=5, linewidth=0, label=name)
    axes.axvline(chance, color=FAINT, linewidth=1, linestyle="--")
    _plain(axes, xlabel, "")
    axes.set_yticks(range(len(lines)), lines)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    _names(axes)
    return figure


def _names(axes: Axes) -> None:
    """What is drawn by its names, beside the chart and in its colours."""
    legend = axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=TEXT)
    for text, handle in zip(legend.get_texts(), legend.legend_handles, strict=True):
        text.set_color(handle.get_color())


def _axes(right: float = 0.985) -> tuple[Figure, Axes]:
    figure = blank(DENSITY * WIDTH, DENSITY * HEIGHT)
    return figure, figure.add_axes([0.085, 0.19, right - 0.085, 0.77])


def _round_ticks(axis) -> None:
    """On a logarithmic axis: 1, 2, 5, 10 ... written out."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_locator(NullLocator())


def _plain(axes: Axes, xlabel: str, ylabel: str) -> None:
    """The look of all axes: no box, a pale grid, small grey figures."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(FAINT)
    axes.grid(color=EMPTY, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", colors=FAINT, labelcolor=INK, labelsize=TEXT, width=0.6)
    axes.set_xlabel(xlabel, fontsize=TEXT, color=INK)
    axes.set_ylabel(ylabel, fontsize=TEXT, color=INK)
