"""Numbers you should see: the ranges that a notebook's results are held to, all in this one place."""

from IPython.display import Markdown

from sindiff.images import bundled_pictures
from sindiff.lab.notebook import DEFAULT_PRESET, Lab

# For each notebook: what to expect of the first bundled picture at preset laptop, for any seed.
RANGES: dict[str, dict[str, tuple[float, float]]] = {
    "00_start": {"swd": (0.01, 0.05), "diversity": (0.3, 0.6), "copied": (0.3, 0.6)},
}

MEANING = {
    "swd": "distance of the patches' statistics from the picture's; 0 is equal",
    "diversity": "how much the samples differ from each other; 0 is not at all",
    "copied": "share of the patches whose neighbourhood is copied; 1 is a copy",
}


def compare_numbers(lab: Lab, numbers: dict[str, float]) -> Markdown:
    """Numbers beside the range they should lie in, with preset, seed, device and commit below.

    Raises AssertionError if one lies outside, at preset laptop on the first bundled picture: nothing else was measured
    for these ranges, so elsewhere the table shows them without judging.
    """
    ranges = RANGES[lab.notebook]
    judged = lab.preset.name == DEFAULT_PRESET and lab.about["name"] == next(iter(bundled_pictures()))
    rows = [
        f"| {name} | **{numbers[name]:.3f}** | {low:g} to {high:g} | {MEANING[name]} |"
        for name, (low, high) in ranges.items()
    ]
    outside = [f"{n} = {numbers[n]:.3f}" for n, (low, high) in ranges.items() if not low <= numbers[n] <= high]
    assert not (judged and outside), f"{', '.join(outside)}: not in the expected range ({lab.provenance})"
    head = ["| measure | here | at preset laptop | what it says |", "|---|---|---|---|"]
    return Markdown("\n".join([*head, *rows, "", f"<small>{lab.provenance}</small>"]))
