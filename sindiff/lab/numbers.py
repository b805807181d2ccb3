"""Numbers you should see: the ranges that a notebook's results are held to, all in this one place."""

from IPython.display import Markdown

from sindiff.lab.notebook import DEFAULT_PRESET, Lab
from sindiff.pictures.bundled import bundled_pictures

SWD = "distance of the patch statistics from the picture's; 0 is equal"
DIVERSITY = "how much the samples differ from each other; 0 is not at all"
COPIED = "share of the patches whose neighbourhood is copied; 1 is a copy"

# Notebook -> name -> (low, high, meaning): for the first bundled picture at preset laptop, any seed.
NUMBERS: dict[str, dict[str, tuple[float, float, str]]] = {
    "00_start": {
        "swd": (0.01, 0.05, SWD),
        "diversity": (0.3, 0.6, DIVERSITY),
        "copied": (0.3, 0.6, COPIED),
    },
    "01_noise": {
        "pixel lost, linear": (0.259, 0.261, "share of the steps until a pixel of contrast 1 is lost in the noise"),
        "pixel lost, cosine": (0.496, 0.498, "the same for the cosine schedule"),
        "chain, deviation": (0.97, 1.03, "standard deviation of pixels after a thousand small steps; 1 by the formula"),
        "long over short": (1.5, 5, "how many powers of ten the longest waves are stronger than the shortest"),
        "trace": (0.27, 0.29, "how many standard deviations above chance the picture stands out at the last step"),
    },
    "02_memorise": {
        "swd": (0.01, 0.06, SWD),
        "diversity": (0.25, 0.6, DIVERSITY),
        "copied": (0.4, 0.65, COPIED),
        "copied, 3 px": (0.2, 0.35, "copied, of pictures made from patches of 3 px"),
        "copied, large": (0.99, 1, "copied, of pictures made from the largest patches"),
        "gain, blind": (
            0.1,
            0.8,
            "share of the network's predictions that patches blind to the border explain; 1 is all",
        ),
        "gain, border": (0.6, 0.9, "the same of patches that see the border"),
        "gain, nine sizes": (0.75, 0.95, "the same of patches of the picture in nine sizes"),
    },
    "03_receptive_field": {
        "GroupNorm's leak": (0.01, 0.99, "share of the gradient outside the box that the convolutions see"),
        "swd, wide over narrow": (0.1, 0.9, "swd with the widest field over that with the narrowest"),
        "diversity, wide over narrow": (0.3, 0.9, "the same for the diversity"),
        "copied, wide over narrow": (1.1, 3, "the same for the copied share"),
    },
    "04_network": {
        "parameters, paper": (6.9928, 6.993, "millions of weights in the paper's network; the release has 6,992,899"),
        "touched": (0.1, 0.24, "share of the prediction that changes with one pixel in the middle of the canvas"),
        "touched, attention": (0.9, 1, "the same, if the deepest features attend to each other"),
        "touched, GroupNorm": (0.9, 1, "the same of a random network with GroupNorm"),
        "first loss": (0.95, 1.05, "loss of a network that starts at zero, for a target of variance 1"),
        "first loss, usual": (0.9, 2, "the same, all weights drawn at random"),
    },
    "05_train": {
        "swd, trained": (0.01, 0.05, "swd of the long training's samples"),
        "resumed": (0, 1e-3, "largest difference of the weights after a training was stopped and went on"),
        "raw over average": (0.9, 1.2, "loss of the raw weights half-way over that of their average"),
        "spread": (0.2, 0.95, "standard deviation of a batch's loss with t spread out, over that with independent t"),
        "swd, eps": (0.035, 0.1, "swd of the short training with target eps"),
        "off at T, eps": (3, 30, "rms error of its x0_hat at t = T"),
        "colour, eps": (0.05, 0.5, "rms error of the mean colour of its x0_hat at three quarters of T"),
        "swd, edm": (0.015, 0.05, "swd of the short training with target edm"),
        "off at T, edm": (0.1, 0.3, "rms error of its x0_hat at t = T"),
        "colour, edm": (0, 0.05, "rms error of the mean colour of its x0_hat at three quarters of T"),
    },
    "06_sample": {
        "order, DDIM": (0.9, 1.1, "power of 1 / n with which the error against the exact curve falls; 1 by theory"),
        "order, DPM-Solver++": (1.8, 2.2, "the same; 2 by theory"),
        "spread, uniform": (
            0.88,
            0.94,
            "DPM-Solver++, 20 steps even in t, Gaussian pixels: standard deviation over truth",
        ),
        "spread, log-SNR": (0.97, 1.03, "the same with steps even in log-SNR"),
        "swd, most steps": (0.01, 0.04, "swd of DPM-Solver++ at 40 steps"),
        "swd, 2 steps": (0.03, 0.5, "the same at 2 steps"),
        "apart": (0.01, 0.15, "rms distance of DDIM's pictures from DPM-Solver++'s, 40 steps from the same noise"),
    },
    "07_any_size": {
        "tiles": (0, 1e-3, "largest difference of a picture sampled in tiles from the same one sampled at once"),
        "no halo": (0.1, 2, "the same, where tiles see nothing around them"),
        "GroupNorm": (
            0.05,
            3,
            "largest difference of one prediction in tiles and at once, for a network with GroupNorm",
        ),
        "swd, wide": (0.01, 0.06, "swd of a canvas of twice the width"),
        "swd, tall": (0.05, 0.3, "swd of the largest of the nine canvases, 1.5 times the height"),
        "seam, plain": (0.01, 1, "how much more opposite edges differ than neighbours inside; 0 is no seam"),
        "seam, joined": (-0.1, 0.1, "the same, where the edges were joined"),
    },
    "08_outpaint": {
        "seam, pasted": (1.3, 2.5, "difference across the picture's edges, over the usual difference on the canvas"),
        "seam, 1 pass": (0.8, 1.3, "the same by Eq. 6"),
        "seam, 10 passes": (0.6, 1.05, "the same, where each step was taken ten times"),
        "swd, invented": (0.02, 0.05, "swd of the generated parts then"),
        "swd, near": (0.015, 0.07, "swd of the strip's first new picture width"),
        "swd, far": (0.015, 0.07, "swd of its last"),
    },
    "09_text": {
        "climbed": (5, 10, "gain in the score for a red sunset when the training picture's own pixels climb it"),
        "climbed, noise": (5, 10, "how much more CLIP likes noise that has climbed than the training picture"),
        "printed and through": (0.3, 0.8, "cosine of two readings' gradients half-way; 1 is the same direction"),
        "score, s = 0.1": (4.5, 7.5, "mean gain in the score over the same seeds with no text"),
        "score, as printed": (4.5, 7.5, "the same where CLIP judges the noisy picture"),
        "score, s = 0.02": (0.6, 1.5, "the smallest gain of the four pairs at the default scale"),
        "swd, s = 0.02": (1.2, 2.2, "swd at the default scale over that with no text"),
        "swd, colours back": (
            0.9,
            1.4,
            "the same, each channel given the training picture's mean and standard deviation",
        ),
        "redder": (0.09, 0.18, "gain of red over the other channels at s = 0.1, where white less black is 1"),
    },
    "10_reference": {
        "20 blurs": (0.5, 1.2, "largest change of a pixel from one blur to twenty"),
        "20 low-passes": (0, 1e-4, "the same of low-passes"),
        "low-pass, to the end": (
            0,
            0.01,
            "rms distance of the low frequencies from the drawing's, followed to the end",
        ),
        "low-pass, until 0.15": (0.09, 0.17, "the same, followed down to 0.15 T"),
        "low-pass, never": (0.22, 0.36, "the same, never followed"),
        "swd, drawn": (0.07, 0.09, "swd of the drawing"),
        "swd, painted": (0.02, 0.05, "swd of the painted pictures"),
        "mended over moved": (0.4, 0.95, "swd of the repaired pictures over that of the edit"),
        "kept, moved": (-0.2, 1.1, "share of the edit that is still there"),
        "kept, moved, start 0.4": (-0.5, 1, "the same with more noise"),
        "fitted over pasted": (0.4, 0.9, "swd of the harmonised pictures over that of the composite"),
    },
    "11_measure": {
        "swd": (0.01, 0.05, SWD),
        "diversity": (0.3, 0.6, DIVERSITY),
        "copied": (0.3, 0.6, COPIED),
        "shift and width": (9.999, 10.001, "Fréchet distance of a cloud from a copy, twice as wide, 3 apart; truly 10"),
        "same cloud, 600": (3.2, 4.2, "the same of 600 points and 600 more of one Gaussian in 64 dimensions; truly 0"),
        "same cloud, 11,102": (0.16, 0.22, "the same of 11,102 points"),
        "SIFID, copies": (0, 1e-6, "SIFID of the training picture, by random weights"),
        "noise over model": (4, 100, "SIFID of coloured noise over that of the model's pictures, by random weights"),
        "paler over model": (4, 100, "the same of the pictures with less contrast"),
        "Eq. 9's factor": (1.2499, 1.2501, "Eq. 9 as printed over the mean of the pairs, for ten samples"),
        "255 twice": (0, 0.01, "SIFID of noise by that faulty measure, over that of the model by the right one"),
        "no eval()": (0.9, 1.1, "SIFID of paler pictures over that of the unchanged ones, by that faulty measure"),
    },
    "12_compare": {
        "swd, SinGAN": (0.01, 0.3, "swd of ten samples of the GAN that trains one scale after the other"),
        "swd, ConSinGAN": (0.01, 0.3, "the same of the one that trains three at a time"),
        "swd, GPNN": (0.005, 0.04, "the same of rearranged patches"),
        "swd, exact patches": (0.01, 0.06, "the same of the exact denoiser of patches, which shrink with the noise"),
        "swd, SinDiffusion": (0.01, 0.05, "the same of the model"),
        "copied, SinGAN": (0.25, 0.7, "share of its patches whose neighbourhood is copied"),
        "copied, ConSinGAN": (0.25, 0.7, "the same"),
        "copied, GPNN": (0.8, 0.97, "the same"),
        "copied, exact patches": (0.4, 0.7, "the same"),
        "copied, SinDiffusion": (0.35, 0.6, "the same"),
        "always left": (0.42, 0.58, "share of votes for SinDiffusion if everybody presses left; coins chose sides"),
        "65 %, low": (0.579, 0.58, "low end of the exact interval of the paper's 65.0 %, 130 of 200 votes"),
        "65 %, high": (0.715, 0.717, "its high end"),
    },
    "14_detail": {
        "PatchMatch over best": (1, 1.1, "mean distance after twelve rounds, over that of the exact field"),
        "copied, layout": (0.35, 0.65, COPIED),
        "incoherence, smooth": (0.15, 0.3, "distance of its patches from the photo's nearest; 0 is none"),
        "missing, smooth": (0.2, 0.4, "distance of the photo's patches from its nearest; 0 is none"),
        "copied, smooth": (0.1, 0.35, COPIED),
        "incoherence, detail": (0.05, 0.16, "as above, with detail"),
        "missing, detail": (0.1, 0.28, "as above, with detail"),
        "copied, detail": (0.4, 0.7, "as above, with detail"),
    },
    "15_hundred_lines": {
        "swd": (0.025, 0.06, SWD),
        "diversity": (0.2, 0.55, DIVERSITY),
        "copied": (0.25, 0.6, COPIED),
    },
    "16_textures": {
        "seam, photo": (0.02, 0.5, "the worse of both seams of the photo; 0 is no seam"),
        "seam, new": (-0.1, 0.08, "the same of a new texture"),
        "seam, tile": (-0.1, 0.05, "the same of the photo as a tile"),
        "repetition, tile": (0, 0.6, "how much the tile's period stands out; 0 is not at all"),
    },
}


def compare_numbers(lab: Lab, numbers: dict[str, float]) -> Markdown:
    """Numbers beside the range they should lie in, with preset, seed, device and commit below.

    Raises AssertionError if one lies outside, at preset laptop on the first bundled picture: nothing else was measured
    for these ranges, so elsewhere the table shows them without judging.
    """
    expected = NUMBERS[lab.notebook]
    judged = lab.preset.name == DEFAULT_PRESET and lab.about["name"] == next(iter(bundled_pictures()))
    rows = [
        f"| {name} | **{numbers[name]:.3f}** | {low:g} to {high:g} | {meaning} |"
        for name, (low, high, meaning) in expected.items()
    ]
    wrong = [name for name, (low, high, _) in expected.items() if not low <= numbers[name] <= high]
    outside = ", ".join(f"{name} = {numbers[name]:.3f}" for name in wrong)
    assert not (judged and outside), f"{outside}: not in the expected range ({lab.provenance})"
    head = ["| measure | here | at preset laptop | what it says |", "|---|---|---|---|"]
    return Markdown("\n".join([*head, *rows, "", f"<small>{lab.provenance}</small>"]))
