"""How close samples are to their picture, how much they differ, and how much they copy."""

from sindiff.metrics.coherence import coherence, incoherence, missing
from sindiff.metrics.copying import copied_share, copying, nearest_patches, nnf_diversity
from sindiff.metrics.evaluation import Evaluation, Networks, evaluate, load_networks
from sindiff.metrics.features import inception_features, vgg_features
from sindiff.metrics.frechet import Gaussian, frechet_distance, gaussian
from sindiff.metrics.intervals import Interval, mean_interval
from sindiff.metrics.patches import multiscale_swd, patch_swd, patch_swd_draws, patches
from sindiff.metrics.perceptual import as_printed, lpips_diversity, lpips_embedding, lpips_to_picture
from sindiff.metrics.pixels import contrast_across, pixel_diversity, seam_energy, seam_error
from sindiff.metrics.sifid import sifid
from sindiff.metrics.tiles import repetition, seam_figure

__all__ = [
    "Evaluation",
    "Gaussian",
    "Interval",
    "Networks",
    "as_printed",
    "coherence",
    "contrast_across",
    "copied_share",
    "copying",
    "evaluate",
    "frechet_distance",
    "gaussian",
    "inception_features",
    "incoherence",
    "load_networks",
    "lpips_diversity",
    "lpips_embedding",
    "lpips_to_picture",
    "mean_interval",
    "missing",
    "multiscale_swd",
    "nearest_patches",
    "nnf_diversity",
    "patch_swd",
    "patch_swd_draws",
    "patches",
    "pixel_diversity",
    "repetition",
    "seam_energy",
    "seam_error",
    "seam_figure",
    "sifid",
    "vgg_features",
]
