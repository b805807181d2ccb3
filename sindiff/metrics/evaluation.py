"""All measures of one picture and its samples, as one record."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from torch import Tensor

from sindiff.metrics.checks import check_pictures, is_flat
from sindiff.metrics.coherence import coherence
from sindiff.metrics.copying import copying
from sindiff.metrics.features import Features, inception_features, vgg_features
from sindiff.metrics.patches import patch_swd
from sindiff.metrics.perceptual import Embed, as_printed, lpips_diversity, lpips_embedding, lpips_to_picture
from sindiff.metrics.pixels import pixel_diversity
from sindiff.metrics.sifid import sifid
from sindiff.metrics.weights import missing, weights_folder
from sindiff.pictures.images import resize

SCALES = (2, 4)
LAYOUT = 64


class Networks(NamedTuple):
    """The pretrained networks that measure; None where the weights are not there."""

    inception_64: Features | None = None
    inception_192: Features | None = None
    vgg: Features | None = None
    lpips: Embed | None = None


NO_NETWORKS = Networks()


def load_networks(folder: str | Path | None = None) -> Networks:
    """Those networks whose weights lie in the folder; default: $SINDIFF_WEIGHTS, else torchvision's.

    Raises ValueError for damaged weights, and for weights whose package is not installed.
    """
    folder = weights_folder(folder)
    gone = missing(folder)
    return Networks(
        inception_64=None if "inception" in gone else inception_features(folder, 64),
        inception_192=None if "inception" in gone else inception_features(folder, 192),
        vgg=None if "vgg" in gone else vgg_features(folder),
        lpips=None if "alexnet" in gone else lpips_embedding(folder),
    )


@dataclass(frozen=True)
class Evaluation:
    """What was measured; None is what could not be, for want of a network or for a reason that `notes` gives.

    _2 and _4 are of pictures averaged to a half and a quarter of their size, swd_scales is the mean over scales;
    _layout and nnf_diversity are of pictures reduced to the size at which they were laid out.
    """

    samples: int
    swd: float | None = None
    swd_2: float | None = None
    swd_4: float | None = None
    swd_scales: float | None = None
    incoherence: float | None = None
    incoherence_2: float | None = None
    incoherence_4: float | None = None
    missing: float | None = None
    missing_2: float | None = None
    missing_4: float | None = None
    copied: float | None = None
    copied_2: float | None = None
    copied_4: float | None = None
    copied_layout: float | None = None
    nnf_diversity: float | None = None
    diversity: float | None = None
    diversity_layout: float | None = None
    sifid_64: float | None = None
    sifid_192: float | None = None
    sifid_vgg: float | None = None
    lpips: float | None = None
    lpips_eq9: float | None = None
    lpips_to_picture: float | None = None
    notes: tuple[str, ...] = ()

    def numbers(self) -> dict[str, float]:
        """What was measured, by name."""
        return {name: value for name, value in asdict(self).items() if name != "notes" and value is not None}


def evaluate(picture: Tensor, samples: Tensor, networks: Networks = NO_NETWORKS, layout: int = LAYOUT) -> Evaluation:
    """Measure samples against their picture; without networks, by all that needs no pretrained weights.

    picture: (C, H, W), samples: (B, C, H', W'), in [-1, 1].  layout: long side of the picture, in px, at which the
    samples were laid out.  Raises ValueError if a value is not finite, there are no samples or a side is under 7 px.
    """
    check_pictures(picture, samples)
    notes = []

    def attempt(name: str, measure: Callable, *arguments):
        try:
            return None if arguments[0] is None else measure(*arguments)
        except ValueError as reason:
            notes.append(f"{name} ({reason})")

    if is_flat(picture):
        notes.append("incoherence, missing, copied (the picture is of one colour)")
    patchwise = at_scale(picture, samples)
    for scale in SCALES:
        found = attempt(f"patches at 1/{scale} of the size", at_scale, picture, samples, scale) or {}
        patchwise |= {f"{name}_{scale}": value for name, value in found.items()}
    laid_out = at_layout(picture, samples, layout)
    copied_layout, nnf_diversity = attempt("copied_layout, nnf_diversity", copying, *laid_out) or (None, None)
    diversity = attempt("diversity", pixel_diversity, picture, samples)
    pairs = attempt("lpips", lpips_diversity, networks.lpips, samples)
    return Evaluation(
        samples=len(samples),
        **patchwise,
        swd_scales=fmean(value for name, value in patchwise.items() if name.startswith("swd")),
        copied_layout=copied_layout,
        nnf_diversity=nnf_diversity,
        diversity=diversity,
        diversity_layout=None if diversity is None else attempt("diversity_layout", pixel_diversity, *laid_out),
        sifid_64=attempt("sifid_64", sifid, networks.inception_64, picture, samples),
        sifid_192=attempt("sifid_192", sifid, networks.inception_192, picture, samples),
        sifid_vgg=attempt("sifid_vgg", sifid, networks.vgg, picture, samples),
        lpips=pairs,
        lpips_eq9=attempt("lpips_eq9", as_printed, pairs, len(samples)),
        lpips_to_picture=attempt("lpips_to_picture", lpips_to_picture, networks.lpips, picture, samples),
        notes=tuple(notes),
    )


def at_scale(picture: Tensor, samples: Tensor, scale: int = 1) -> dict[str, float]:
    """swd and, unless the picture is of one colour, incoherence, missing and copied, at 1/scale of the size.

    Raises ValueError where no patch is left.
    """
    found = {"swd": patch_swd(picture, samples, scale)}
    return found if is_flat(picture) else found | coherence(picture, samples, scale)._asdict()


def at_layout(picture: Tensor, samples: Tensor, layout: int) -> tuple[Tensor, Tensor]:
    """Both reduced alike, to a long side of the picture of `layout` px, unless it is smaller already."""
    share = min(1, layout / max(picture.shape[1:]))
    sizes = [[max(1, round(share * side)) for side in pictures.shape[-2:]] for pictures in (picture, samples)]
    return (picture, samples) if share == 1 else (resize(picture, *sizes[0]), resize(samples, *sizes[1]))
