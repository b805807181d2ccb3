"""SIFID: how close the features at the positions of a sample are to those of the picture."""

from torch import Tensor

from sindiff.metrics.checks import check_pictures
from sindiff.metrics.features import Features
from sindiff.metrics.frechet import frechet_distance, gaussian


def sifid(features: Features, picture: Tensor, samples: Tensor) -> float:
    """Single-image Fréchet distance (Eq. 8, after SinGAN), averaged over the samples; 0 is equal.

    picture: (3, H, W), samples: (B, 3, H', W'), any sizes, in [-1, 1].  features: of inception_features, vgg_features.
    """
    check_pictures(picture, samples)
    target = gaussian(features(picture))
    distances = [frechet_distance(gaussian(features(sample)), target) for sample in samples]
    return sum(distances) / len(distances)
