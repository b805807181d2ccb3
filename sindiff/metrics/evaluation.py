"""All measures of one picture and its samples, as one record."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from sindiff.metrics.checks import check_pictures
from sindiff.metrics.copying import copying
from sindiff.metrics.features import Features, inception_features, vgg_features
from sindiff.metrics.patches import multiscale_swd, patch_swd
from sindiff.metrics.perceptual import Embed, as_printed, lpips_diversity, lpips_embedding, lpips_to_picture
from sindiff.metrics.pixels import pixel_diversity
from sindiff.metrics.sifid import sifid
from sindiff.metrics.weights import missing, weights_folder


class Networks(NamedTuple):
    """The pretrained networks that measure; None where the weights are not there."""

    inception_64: Features | None = None
    inception_192: Features | None = None
    vgg: Features | None = None
    lpips: Embed | None = None


NO_NETWORKS = Networks()


def load_networks(folder: str | Path | None = None) -> Networks:
    """Those networks whose weights lie in the folder (see weights_folder).

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
    """What was measured; None is what could not be, for want of a network or for a reason that `notes` gives."""

    samples: int
    swd: float
    swd_scales: float
    copied: float
    nnf_diversity: float
    diversity: float | None
    sifid_64: float | None
    sifid_192: float | None
    sifid_vgg: float | None
    lpips: float | None
    lpips_eq9: float | None
    lpips_to_picture: float | None
    notes: tuple[str, ...] = ()

    def numbers(self) -> dict[str, float]:
        """What was measured, by name."""
        return {name: value for name, value in asdict(self).items() if name != "notes" and value is not None}


def evaluate(picture: Tensor, samples: Tensor, networks: Networks = NO_NETWORKS) -> Evaluation:
    """Measure samples against their picture; without networks, by all that needs no pretrained weights.

    picture: (C, H, W), samples: (B, C, H', W'), in [-1, 1].  Raises ValueError if a value is not finite or there are
    no samples.
    """
    check_pictures(picture, samples)
    notes = []

    def attempt(name: str, measure: Callable[..., float], *arguments) -> float | None:
        try:
            return None if arguments[0] is None else measure(*arguments)
        except ValueError as reason:
            notes.append(f"{name} ({reason})")

    copied, nnf_diversity = copying(picture, samples)
    pairs = attempt("lpips", lpips_diversity, networks.lpips, samples)
    return Evaluation(
        samples=len(samples),
        swd=patch_swd(picture, samples),
        swd_scales=multiscale_swd(picture, samples),
        copied=copied,
        nnf_diversity=nnf_diversity,
        diversity=attempt("diversity", pixel_diversity, picture, samples),
        sifid_64=attempt("sifid_64", sifid, networks.inception_64, picture, samples),
        sifid_192=attempt("sifid_192", sifid, networks.inception_192, picture, samples),
        sifid_vgg=attempt("sifid_vgg", sifid, networks.vgg, picture, samples),
        lpips=pairs,
        lpips_eq9=attempt("lpips_eq9", as_printed, pairs, len(samples)),
        lpips_to_picture=attempt("lpips_to_picture", lpips_to_picture, networks.lpips, picture, samples),
        notes=tuple(notes),
    )
