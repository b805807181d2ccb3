"""The notebooks' figures."""

import importlib

import matplotlib
import numpy as np
import pytest
import torch
from PIL import Image

from sindiff.lab import charts, plots, setup, show, show_source
from sindiff.metrics import Interval, pixel_diversity
from sindiff.pictures.images import to_image

LIVE, NOTEBOOK = (importlib.import_module(f"sindiff.lab.{name}") for name in ("live", "notebook"))


@pytest.fixture
def lab(tmp_path):
    return setup("00_start", "smoke", seed=3, out_dir=tmp_path)


def pixels(figure, tmp_path):
    show(figure, "a figure", tmp_path / "figure.png")
    return np.asarray(Image.open(tmp_path / "figure.png").convert("RGB"))


def find(canvas, block):
    """Row and column of a picture in a larger one."""
    height, width = block.shape[:2]
    first = (canvas[: -height + 1, : -width + 1] == block[0, 0]).all(-1)
    last = (canvas[height - 1 :, width - 1 :] == block[-1, -1]).all(-1)
    hits = [(y, x) for y, x in np.argwhere(first & last) if (canvas[y : y + height, x : x + width] == block).all()]
    assert hits, "the picture is not there, pixel by pixel"
    return hits[0]


def test_pictures_are_enlarged_pixel_by_pixel_and_the_training_one_is_framed(tmp_path):
    first, second = torch.rand(2, 3, 12, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
    canvas = pixels(plots.beside(first, second[None], ["seed 0"]), tmp_path)
    scale = next(s for s in range(60, 0, -1) if 2 * 16 * s + plots.DENSITY * (plots.GAP + 2 * plots.MARGIN) <= 1520)
    assert canvas.shape[1] <= plots.WIDTH * plots.DENSITY
    for picture, framed in ((first, True), (second, False)):
        exact = np.asarray(to_image(picture)).astype(int)
        shown = np.round(exact // 4 * 255 / 63).astype(int)
        assert abs(shown - exact).max() <= 3
        block = shown.repeat(min(scale, 50), 0).repeat(min(scale, 50), 1)
        top, left = find(canvas, block)
        edge = canvas[top - 2, left : left + block.shape[1]].astype(int)
        assert (abs(edge - (214, 47, 31)) <= 3).all() if framed else (edge == 255).all()


def test_a_picture_that_is_white_at_its_edge_gets_a_grey_line():
    white, grey = torch.ones(3, 12, 16), torch.zeros(3, 12, 16)
    white[:, 4:8, 4:8] = -1
    rows = [np.asarray(plots.row([picture])) for picture in (white, grey)]
    inked = [(row[: row.shape[0] // 2] < 200).any(-1).any(0) for row in rows]
    assert len(rows[0]) == len(rows[1])
    assert [row.argmax() for row in inked] == [plots.DENSITY * (plots.MARGIN - 1), plots.DENSITY * plots.MARGIN]


def test_huge_and_narrow_pictures_fit_the_page(tmp_path):
    wide, tall = torch.zeros(3, 90, 4000), torch.zeros(3, 3000, 20)
    for pictures in ([wide], [tall], [wide, tall]):
        shape = pixels(
            plots.row(pictures, ["a caption that is longer than a narrow picture"] * len(pictures)), tmp_path
        ).shape
        assert shape[1] <= plots.DENSITY * plots.WIDTH + 2
        assert shape[0] <= plots.DENSITY * plots.TALLEST + 400


def test_captions_stand_below_their_pictures():
    picture = torch.zeros(3, 12, 16)
    plain, captioned, other = (np.asarray(plots.row([picture], texts)) for texts in ([], ["seed 3"], ["seed 4"]))
    height = len(plain) - plots.DENSITY * plots.MARGIN
    np.testing.assert_array_equal(plain[:height], captioned[:height])
    np.testing.assert_array_equal(captioned[:height], other[:height])
    ink = (captioned[height:] < 128).all(-1)
    assert ink.any()
    assert abs(np.argwhere(ink)[:, 1].mean() - captioned.shape[1] / 2) < 10  # centred
    assert (captioned != other).any()


def test_charts_leave_the_style_of_others_alone():
    before = dict(matplotlib.rcParams)
    figure = charts.lines({"a": ([1, 2], [3, 4])}, "x", "y")
    assert dict(matplotlib.rcParams) == before
    (axes,) = figure.axes
    assert [side for side, spine in axes.spines.items() if spine.get_visible()] == ["left", "bottom"]
    labels = [*axes.get_xticklabels(), axes.xaxis.label, *axes.texts]
    assert {label.get_fontsize() for label in labels} == {plots.TEXT}


def test_a_difference_is_black_where_pictures_agree_and_grows_by_powers_of_ten():
    size = torch.tensor([0.0, 1e-7, 1e-6, 1e-3, -1.0, 1.5])[None]
    shown = plots.difference(torch.stack([size, 0.01 * size]), torch.zeros(2, 1, 6))
    assert shown.shape == (3, 1, 6)
    torch.testing.assert_close(shown[1, 0], torch.tensor([-1.0, -1, -1, 0, 1, 1]))


def test_show_writes_what_it_shows(tmp_path):
    picture = torch.zeros(3, 8, 8)
    curves = {"a": ([1, 2], [3, 4]), "b": ([1, 2, 3], [9, 1, 4])}
    drawings = [charts.curve(range(1, 41), range(40), "step", "loss"), charts.lines(curves, "x", "y", log="xy")]
    means = {"a": (Interval(1, 0.5), Interval(2, None)), "b": (Interval(3, 1), Interval(1, 0))}
    drawings.append(charts.crosses(means, "x", "y"))
    for figure in (plots.row([picture]), to_image(picture), *drawings):
        shown = show(figure, "a figure", tmp_path / "a.png")
        assert shown.data == (tmp_path / "a.png").read_bytes()
        assert shown.width <= plots.WIDTH
        assert shown._repr_mimebundle_()[1]["image/png"]["alt"] == "a figure"


def test_a_figure_without_an_alt_text_is_refused():
    with pytest.raises(ValueError, match="needs an alt text"):
        show(plots.row([torch.zeros(3, 8, 8)]), " ")


def test_colours_of_lines_and_text_stand_out_from_white():
    """WCAG 2: a contrast of 4.5 at least."""
    for colour in (plots.INK, plots.FAINT, *charts.STYLE["axes.prop_cycle"].by_key()["color"]):
        shares = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
        assert 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05) >= 4.5, colour


def test_curves_differ_without_colours_and_are_named_where_they_end():
    ends = (("low", 2), ("high", 9), ("near high", 9.01))
    curves = {name: (torch.tensor([1.0, 2.0]), [1, end]) for name, end in ends}
    (axes,) = charts.lines(curves, "x", "y", points=True).axes
    looks = {(line.get_linestyle(), line.get_marker()) for line in axes.get_lines()}
    assert len(looks) == 3
    names = {text.get_text(): text for text in axes.texts}
    assert names.keys() == curves.keys()
    assert all(names[name].xy[1] == ys[-1] for name, (_, ys) in curves.items())
    heights = sorted(text.xyann[1] for text in names.values())
    assert min(np.diff(heights)) >= charts.APART - 1e-9
    assert axes.get_legend() is None
    (axes,) = charts.lines({"weights": (["copies", "noise"], [1, 2])}, "", "y").axes
    assert [line.get_linewidth() for line in axes.get_lines()] == [0]
    apart = {"short": ([1, 2], [1, 2]), "long": ([1, 3], [1, 2])}
    assert charts.lines(apart, "x", "y").axes[0].get_legend() is not None


def test_a_cross_reaches_as_far_as_its_intervals():
    """What is drawn around a mean ends where the interval does; a single run has none."""
    means = {"sure": (Interval(1, 0.5), Interval(2, 0.25)), "one run": (Interval(3, None),) * 2}
    figure = charts.crosses(means, "x", "y")
    (axes,) = figure.axes
    ends = [path.vertices for collection in axes.collections for path in collection.get_paths()]
    across, upwards, *none = ends
    assert across[:, 0].tolist() == [0.5, 1.5]
    assert upwards[:, 1].tolist() == [1.75, 2.25]
    assert all((end[0] == end[1]).all() for end in none)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["sure", "one run"]


def test_a_span_reaches_from_its_low_end_to_its_high_one():
    people, coin = ((0.5, 0.2, 0.9), (0.25, 0.0, 0.75)), ((0.5, 0.4, 0.6), (1.0, 0.75, 1.0))
    groups = {name: dict(zip("xy", spans, strict=True)) for name, spans in (("people", people), ("coin", coin))}
    (axes,) = charts.spans(groups, "share").axes
    ends = [path.vertices for collection in axes.collections for path in collection.get_paths()]
    assert [end[:, 0].round(6).tolist() for end in ends] == [[0.2, 0.9], [0.0, 0.75], [0.4, 0.6], [0.75, 1.0]]
    heights = [end[0, 1] for end in ends]
    assert [round(height) for height in heights] == [0, 1, 0, 1]
    assert len(set(heights)) == 4
    assert [label.get_text() for label in axes.get_yticklabels()] == ["x", "y"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["people", "coin"]


def test_source_is_shown_plain_or_folded():
    assert "def pixel_diversity(" in show_source(pixel_diversity).data
    folded = show_source(pixel_diversity, fold="Solution").data
    assert folded.startswith("<details><summary>Solution</summary>")
    assert folded.endswith("</details>")
