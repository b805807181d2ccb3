"""The right answers to the exercises of 11_measure."""

from sindiff.lab import checks
from sindiff.lab.checks.mistakes.measure import seeing, spread, with_gradients
from sindiff.metrics import gaussian

RIGHT_FEATURES = {
    "parts": seeing(),
    "with gradients": with_gradients,
    "moved": seeing(rows=lambda m: m.permute(1, 2, 0).reshape(-1, len(m))),
}
RIGHT_COVARIANCES = {
    "the package's": lambda points: gaussian(points).covariance,
    "torch's": lambda points: points.double().T.cov(),
    "by hand": lambda points: spread(points.double()) / (len(points) - 1),
}
EXERCISES = {
    checks.seen: RIGHT_FEATURES,
    checks.covariance: RIGHT_COVARIANCES,
}
