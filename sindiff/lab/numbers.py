"""Numbers you should see: the ranges that a notebook's results are held to, all in this one place."""

from IPython.display import Markdown

from sindiff.images import bundled_pictures
from sindiff.lab.notebook import DEFAULT_PRESET, Lab

# For each notebook: what to expect of the first bundled picture at preset laptop, for any seed.
RANGES: dict[str, dict[str, tuple[float, float]]] = {
    "00_start": {"swd": (0.01, 0.05), "diversity": (0.3, 0.6), "copied": (0.3, 0.6)},
    "07_any_size": {
        "tiles": (0, 1e-3),
        "no halo": (0.1, 2),
        "GroupNorm": (0.05, 3),
        "swd, wide": (0.01, 0.06),
        "swd, tall": (0.05, 0.3),
        "seam, plain": (0.01, 1),
        "seam, joined": (-0.1, 0.1),
    },
}

MEANING = {
    "swd": "distance of the patches' statistics from the picture's; 0 is equal",
    "diversity": "how much the samples differ from each other; 0 is not at all",
    "copied": "share of the patches whose neighbourhood is copied; 1 is a copy",
    "tiles": "largest difference of a picture sampled in tiles from the same one sampled at once",
    "no halo": "the same, where tiles see nothing around them",
    "GroupNorm": "largest difference of one answer in tiles, halo and all, where the network has GroupNorm",
    "swd, wide": "swd of a canvas of twice the width",
    "swd, tall": "swd of the largest of the nine canvases, half as high again",
    "seam, plain": "how much more opposite edges differ than neighbours inside; 0 is no seam",
    "seam, joined": "the same, where the edges were joined",
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
