"""The exercises of 11_measure: right answers and wrong ones."""

import torch

from sindiff.lab import checks
from sindiff.metrics import gaussian


def seeing(
    prepare=lambda network: network.eval(), scale=lambda given: given / 127.5 - 1, rows=lambda m: m.flatten(1).T
):
    """An answer to the first exercise, right unless a part is replaced."""

    @torch.no_grad()
    def features(network, given):
        return rows(prepare(network)(scale(given.float())[None])[0])

    return features


def with_gradients(network, given):
    return network.eval()(given[None] / 127.5 - 1).flatten(2)[0].mT


RIGHT_FEATURES = {
    "parts": seeing(),
    "with gradients": with_gradients,
    "moved": seeing(rows=lambda m: m.permute(1, 2, 0).reshape(-1, len(m))),
}
WRONG_FEATURES = {
    "nothing": lambda network, given: None,
    "no eval()": seeing(lambda network: network),
    "back to training": seeing(lambda network: network.eval().train()),
    "255 twice": seeing(scale=lambda given: given / 255 / 127.5 - 1),
    "in 0 to 1": seeing(scale=lambda given: given / 255),
    "never scaled": seeing(scale=lambda given: given),
    "half of it": seeing(scale=lambda given: given / 127.5),
    "256": seeing(scale=lambda given: given / 128 - 1),
    "not turned": seeing(rows=lambda m: m.flatten(1)),
    "reshaped, not turned": seeing(rows=lambda m: m.reshape(-1, len(m))),
    "a mean over positions": seeing(rows=lambda m: m.mean((1, 2))[None]),
    "columns first": seeing(rows=lambda m: m.mT.flatten(1).T),
    "other channels": seeing(scale=lambda given: given.flip(0) / 127.5 - 1),
}


def spread(points):
    centred = points - points.mean(0)
    return centred.T @ centred


RIGHT_COVARIANCES = {
    "the package's": lambda points: gaussian(points).covariance,
    "torch's": lambda points: points.double().T.cov(),
    "by hand": lambda points: spread(points.double()) / (len(points) - 1),
}
WRONG_COVARIANCES = {
    "nothing": lambda points: None,
    "biased": lambda points: spread(points.double()) / len(points),
    "one less again": lambda points: spread(points.double()) / (len(points) - 1.5),
    "no mean taken away": lambda points: points.double().T @ points.double() / (len(points) - 1),
    "mean of a point": lambda points: (points - points.mean(1, keepdim=True)).T.double().cov(),
    "in float32, by squares": lambda points: (
        (points.T @ points - len(points) * points.mean(0).outer(points.mean(0))) / (len(points) - 1)
    ),
    "of points, not of dimensions": lambda points: points.double().cov(),
    "correlations": lambda points: points.double().T.corrcoef(),
    "variances alone": lambda points: points.double().var(0).diag(),
    "deviations": lambda points: points.double().T.cov().abs().sqrt(),
    "summed, not averaged": lambda points: spread(points.double()),
    "divided by the dimensions": lambda points: spread(points.double()) / points.shape[1],
}
EXERCISES = {
    checks.seen: (RIGHT_FEATURES, WRONG_FEATURES),
    checks.covariance: (RIGHT_COVARIANCES, WRONG_COVARIANCES),
}
