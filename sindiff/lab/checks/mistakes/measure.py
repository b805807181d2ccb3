"""What goes wrong in the exercises of 11_measure, and what to say about it: hint -> wrong answer."""

import torch


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


FEATURES = {
    "The scale is right; BatchNorm still takes its statistics from this picture: call network.eval().": seeing(
        lambda network: network
    ),
    "The network is in eval mode now; but the bytes are still divided by 255 twice.": seeing(
        scale=lambda given: given / 255 / 127.5 - 1
    ),
    "Both faults are still there: the bytes are scaled twice, and BatchNorm is in training mode.": seeing(
        lambda network: network, lambda given: given / 255 / 127.5 - 1
    ),
    "The values lie in 0 to 1: the network wants -1 to 1.": seeing(scale=lambda given: given / 255),
    "The bytes are not scaled at all.": seeing(scale=lambda given: given),
    "The values lie in 0 to 2: subtract 1.": seeing(scale=lambda given: given / 127.5),
    "You divide by 128: 255 must become exactly 1, so divide by 127.5.": seeing(scale=lambda given: given / 128 - 1),
    "That is one row for each feature: return one for each position (transpose).": seeing(rows=lambda m: m.flatten(1)),
    "You reshape where you must transpose: the numbers of a position get mixed up.": seeing(
        rows=lambda m: m.reshape(-1, len(m))
    ),
    "That is the mean over all positions: keep one row for each.": seeing(rows=lambda m: m.mean((1, 2))[None]),
    "The positions are in another order: row by row, as flatten has them.": seeing(rows=lambda m: m.mT.flatten(1).T),
    "The colours are in reverse order.": seeing(scale=lambda given: given.flip(0) / 127.5 - 1),
}


def spread(points):
    centred = points - points.mean(0)
    return centred.T @ centred


COVARIANCES = {
    "You divide by N: an unbiased covariance divides by N - 1.": lambda points: spread(points.double()) / len(points),
    "You divide by something between N - 1 and N - 2: it is N - 1.": lambda points: (
        spread(points.double()) / (len(points) - 1.5)
    ),
    "The mean is not subtracted.": lambda points: points.double().T @ points.double() / (len(points) - 1),
    "You subtract each point's own mean: subtract the mean over the points (dimension 0).": lambda points: (
        (points - points.mean(1, keepdim=True)).T.double().cov()
    ),
    "That is computed in float32: far from zero the digits are gone, so convert to float64 first.": (
        lambda points: points.float().T.cov()
    ),
    "That subtracts two large numbers in float32: centre the points first, in float64.": lambda points: (
        (points.T @ points - len(points) * points.mean(0).outer(points.mean(0))) / (len(points) - 1)
    ),
    "That is N x N, the covariance of points: torch.cov wants the dimensions as rows.": lambda points: (
        points.double().cov()
    ),
    "Those are correlations: do not divide by the deviations.": lambda points: points.double().T.corrcoef(),
    "The variances are right, the rest is 0: the covariances are missing.": lambda points: (
        points.double().var(0).diag()
    ),
    "Those are square roots of the covariances.": lambda points: points.double().T.cov().abs().sqrt(),
    "That is a sum: divide by N - 1.": lambda points: spread(points.double()),
    "You divide by the number of dimensions: divide by N - 1, of the points.": lambda points: (
        spread(points.double()) / points.shape[1]
    ),
}
