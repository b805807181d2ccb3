"""Numbers you should see: the ranges that a notebook's results are held to, all in this one place."""

from IPython.display import Markdown

from sindiff.images import bundled_pictures
from sindiff.lab.notebook import DEFAULT_PRESET, Lab

# For each notebook: what to expect of the first bundled picture at preset laptop, for any seed.
RANGES: dict[str, dict[str, tuple[float, float]]] = {
    "00_start": {"swd": (0.01, 0.05), "diversity": (0.3, 0.6), "copied": (0.3, 0.6)},
    "02_memorise": {
        "swd": (0.01, 0.06),
        "diversity": (0.25, 0.6),
        "copied": (0.4, 0.65),
        "copied, 3 px": (0.2, 0.35),
        "copied, large": (0.99, 1),
        "gain, blind": (0.1, 0.8),
        "gain, border": (0.6, 0.9),
        "gain, nine sizes": (0.75, 0.95),
    },
    "01_noise": {
        "pixel lost, linear": (0.259, 0.261),
        "pixel lost, cosine": (0.496, 0.498),
        "chain, deviation": (0.97, 1.03),
        "long over short": (1.5, 5),
        "trace": (0.27, 0.29),
    },
    "03_receptive_field": {
        "GroupNorm's leak": (0.01, 0.99),
        "swd, wide over narrow": (0.1, 0.9),
        "diversity, wide over narrow": (0.3, 0.9),
        "copied, wide over narrow": (1.1, 3),
    },
    "04_network": {
        "parameters, paper": (6.9928, 6.993),
        "touched": (0.1, 0.24),
        "touched, attention": (0.9, 1),
        "touched, GroupNorm": (0.9, 1),
        "first loss": (0.95, 1.05),
        "first loss, usual": (0.9, 2),
    },
    "05_train": {
        "swd, trained": (0.01, 0.05),
        "resumed": (0, 1e-3),
        "raw over average": (0.9, 1.2),
        "spread": (0.2, 0.95),
        "swd, eps": (0.035, 0.1),
        "off at T, eps": (3, 30),
        "colour, eps": (0.05, 0.5),
        "swd, edm": (0.015, 0.05),
        "off at T, edm": (0.1, 0.3),
        "colour, edm": (0, 0.05),
    },
    "06_sample": {
        "order, DDIM": (0.9, 1.1),
        "order, DPM-Solver++": (1.8, 2.2),
        "spread, uniform": (0.88, 0.94),
        "spread, log-SNR": (0.97, 1.03),
        "swd, most steps": (0.01, 0.04),
        "swd, 2 steps": (0.03, 0.5),
        "apart": (0.01, 0.15),
    },
    "07_any_size": {
        "tiles": (0, 1e-3),
        "no halo": (0.1, 2),
        "GroupNorm": (0.05, 3),
        "swd, wide": (0.01, 0.06),
        "swd, tall": (0.05, 0.3),
        "seam, plain": (0.01, 1),
        "seam, joined": (-0.1, 0.1),
    },
    "08_outpaint": {
        "seam, pasted": (1.3, 2.5),
        "seam, 1 pass": (0.8, 1.3),
        "seam, 10 passes": (0.6, 1.05),
        "swd, invented": (0.02, 0.05),
        "swd, near": (0.015, 0.07),
        "swd, far": (0.015, 0.07),
    },
    "09_text": {
        "climbed": (5, 10),
        "climbed, noise": (5, 10),
        "printed and through": (0.3, 0.8),
        "score, s = 0.1": (4.5, 7.5),
        "score, as printed": (4.5, 7.5),
        "score, s = 0.02": (0.6, 1.5),
        "swd, s = 0.02": (1.2, 2.2),
        "swd, colours back": (0.9, 1.4),
        "redder": (0.09, 0.18),
    },
    "10_reference": {
        "20 blurs": (0.5, 1.2),
        "20 low-passes": (0, 1e-4),
        "coarse, to the end": (0, 0.01),
        "coarse, until 0.15": (0.09, 0.17),
        "coarse, never": (0.22, 0.36),
        "swd, drawn": (0.07, 0.09),
        "swd, painted": (0.02, 0.05),
        "mended over moved": (0.4, 0.95),
        "fitted over pasted": (0.4, 0.9),
    },
}

MEANING = {
    "swd": "distance of the patches' statistics from the picture's; 0 is equal",
    "diversity": "how much the samples differ from each other; 0 is not at all",
    "copied": "share of the patches whose neighbourhood is copied; 1 is a copy",
    "copied, 3 px": "copied, of pictures made from patches of 3 px",
    "copied, large": "copied, of pictures made from the largest patches",
    "gain, blind": "how much of the network's answers patches explain that do not see the border; 1 is all",
    "gain, border": "the same of patches that see it",
    "gain, nine sizes": "the same of patches of the picture in nine sizes",
    "GroupNorm's leak": "share of the gradient outside the box that the convolutions see",
    "swd, wide over narrow": "swd with the widest field over that with the narrowest",
    "diversity, wide over narrow": "the same for the diversity",
    "copied, wide over narrow": "the same for the copied share",
    "pixel lost, linear": "share of the steps after which a pixel of contrast 1 is no stronger than the noise",
    "pixel lost, cosine": "the same for the cosine schedule",
    "chain, deviation": "deviation of pixels after a thousand small steps; 1 by the formula",
    "long over short": "how many powers of ten the longest waves are stronger than the shortest",
    "trace": "how many deviations above chance the picture stands out at the last step",
    "parameters, paper": "trainable values of the paper's network, in millions; the release has 6,992,899",
    "touched": "share of the answers that change with one pixel in the middle of the canvas",
    "touched, attention": "the same, if the deepest features attend to each other",
    "touched, GroupNorm": "the same of a random network with GroupNorm",
    "first loss": "loss of a network that starts at zero, asked for noise of variance 1",
    "first loss, usual": "the same, all weights drawn at random",
    "swd, trained": "swd of the long training's samples",
    "resumed": "largest difference of the weights after a training was stopped and went on",
    "raw over average": "loss of the raw weights half-way over that of their average",
    "spread": "scatter of a batch's loss with t spread out, over that with each t drawn for itself",
    "swd, eps": "swd of the short training that was asked for eps",
    "off at T, eps": "rms error of its x0_hat at t = T",
    "colour, eps": "rms error of the mean colour of its x0_hat at three quarters of T",
    "swd, edm": "swd of the short training that was asked as in edm",
    "off at T, edm": "rms error of its x0_hat at t = T",
    "colour, edm": "rms error of the mean colour of its x0_hat at three quarters of T",
    "order, DDIM": "power of 1 / n with which the error against the exact curve falls; 1 by theory",
    "order, DPM-Solver++": "the same; 2 by theory",
    "spread, uniform": "DPM-Solver++ at 20 steps even in t on Gaussian pixels: deviation over the true one",
    "spread, log-SNR": "the same with steps even in log-SNR",
    "swd, most steps": "swd of DPM-Solver++ at 40 steps",
    "swd, 2 steps": "the same at 2 steps",
    "apart": "rms distance of DDIM's pictures from DPM-Solver++'s, both at 40 steps from the same noise",
    "tiles": "largest difference of a picture sampled in tiles from the same one sampled at once",
    "no halo": "the same, where tiles see nothing around them",
    "GroupNorm": "largest difference of one answer in tiles, halo and all, where the network has GroupNorm",
    "swd, wide": "swd of a canvas of twice the width",
    "swd, tall": "swd of the largest of the nine canvases, half as high again",
    "seam, plain": "how much more opposite edges differ than neighbours inside; 0 is no seam",
    "seam, joined": "the same, where the edges were joined",
    "seam, pasted": "difference across the picture's edges, over what is usual on the canvas",
    "seam, 1 pass": "the same by Eq. 6",
    "seam, 10 passes": "the same, where each step was taken ten times",
    "swd, invented": "swd of what lies beside the picture then",
    "swd, near": "swd of the strip's first new picture width",
    "swd, far": "swd of its last",
    "climbed": "gain in the score for a red sunset, where the training picture's pixels climb it by themselves",
    "climbed, noise": "how much more CLIP likes noise that has climbed than the training picture",
    "printed and through": "cosine of two readings' gradients half-way; 1 is the same direction",
    "score, s = 0.1": "mean gain in the score over the same seeds with no text",
    "score, as printed": "the same where CLIP judges the noisy picture",
    "score, s = 0.02": "the smallest gain of the four pairs at the default scale",
    "swd, s = 0.02": "swd at the default scale over that with no text",
    "swd, colours back": "the same, each channel given the training picture's mean and spread",
    "redder": "gain of red over the other channels at s = 0.1, where white less black is 1",
    "20 blurs": "how far twenty blurs move a pixel from where one puts it, at most",
    "20 low-passes": "the same of low-passes",
    "coarse, to the end": "rms distance of the coarse parts from the drawing's, followed to the end",
    "coarse, until 0.15": "the same, followed down to 0.15 T",
    "coarse, never": "the same, never followed",
    "swd, drawn": "swd of the drawing",
    "swd, painted": "swd of what was made of it",
    "mended over moved": "swd of the mended pictures over that of the edited one",
    "fitted over pasted": "swd of the harmonised pictures over that of the composite",
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
