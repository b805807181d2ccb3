"""Exercises of lessons 00, 11 and 12: numbers about pictures, and votes."""

import random
from collections.abc import Iterator

import torch
from torch import nn

from sindiff.lab.checks import solutions
from sindiff.lab.checks.judge import Case, exercise, seeded
from sindiff.lab.checks.mistakes import compare, detail, measure, start, textures
from sindiff.lab.study import SIDES, Trial
from sindiff.metrics import gaussian
from sindiff.metrics.binomial import power


@exercise(start.DIVERSITY)
def diversity() -> Iterator[Case]:
    """Exercise 00.2: (picture, samples) -> mean deviation of each pixel over the samples, over the picture's own."""
    picture, sample = seeded(2, 3, 12, 10)
    pair = torch.stack([sample, -sample])
    expected = (2**0.5 * sample.abs().mean() / picture.std()).item()
    yield Case("four copies of one sample", (picture, sample.repeat(4, 1, 1, 1)), 0.0)
    yield Case("a sample and its negative", (picture, pair), expected)
    yield Case("the same pair and a picture of twice the contrast", (2 * picture, pair), expected / 2)


@exercise(measure.FEATURES)
def seen() -> Iterator[Case]:
    """Exercise 11.1: (network, bytes) -> one row of features for each position, (N, D).

    network: (B, 3, H, W) in [-1, 1] -> (B, D, H', W'), in training mode.  bytes: (3, H, W) in 0..255, uint8.
    """
    for number, (height, width) in enumerate([(9, 12), (8, 8), (14, 6)]):
        network, pixels = _network(number), torch.arange(3 * height * width).reshape(3, height, width) * 37 % 256
        with torch.no_grad():
            expected = network.eval()(pixels[None] / 127.5 - 1)[0].flatten(1).T
        arguments = (network.train(), pixels.to(torch.uint8))
        yield Case(f"a picture of {height}x{width} px", arguments, expected)


def _network(seed: int) -> nn.Module:
    """Of random weights, whose BatchNorm has seen pictures of other statistics than those of the cases."""
    network = nn.Sequential(nn.Conv2d(3, 5, 3, stride=2), nn.BatchNorm2d(5), nn.ReLU())
    network.load_state_dict({name: seeded(*value.shape, seed=seed) for name, value in network.state_dict().items()})
    network[1].running_var.abs_().add_(0.5)
    return network


@exercise(measure.COVARIANCES, tolerance=2e-5)
def covariance() -> Iterator[Case]:
    """Exercise 11.2: points (N, D) -> their unbiased covariance (D, D), float64."""
    clouds = {
        "three points in two dimensions": seeded(3, 2),
        "40 points in 4 dimensions": seeded(40, 4, seed=1) * torch.tensor([1.0, 2.0, 0.5, 3.0]) + 2,
        "two points in five dimensions": seeded(2, 5, seed=2),
        "points far from zero": seeded(500, 3, seed=3).double() + 3e5,
    }
    for what, points in clouds.items():
        yield Case(what, (points,), gaussian(points).covariance)


@exercise(compare.COUNTS)
def unblind() -> Iterator[Case]:
    """Exercise 12.1: (trials, choices) -> votes for ours, by rival; study.Trial, and "left" or "right" for each."""
    chance = random.Random(0)
    for rivals, n in ((["GPNN"], 1), (["GPNN"], 10), (["SinGAN", "GPNN"], 20), (["SinGAN", "ConSinGAN", "GPNN"], 40)):
        trials = [Trial(chance.choice(rivals), index, chance.choice(SIDES)) for index in range(n)]
        choices = [chance.choice(SIDES) for _ in trials]
        expected = dict.fromkeys(sorted({trial.rival for trial in trials}), 0)
        for trial, choice in zip(trials, choices, strict=True):
            expected[trial.rival] += trial.side == choice
        yield Case(f"{n} votes", (trials, choices), expected)
    lost = [Trial("GPNN", index, "left") for index in range(3)]
    yield Case("three votes that all went to GPNN", (lost, ["right"] * 3), {"GPNN": 0})


@exercise(compare.FINDINGS)
def finding() -> Iterator[Case]:
    """Exercise 12.2: (share, n) -> probability that n votes have a p-value up to 0.05 when `share` is true."""
    for share, n in [(0.65, 10), (0.65, 40), (0.81, 11), (0.35, 40), (0.5, 40), (0.9, 5), (0.9, 6)]:
        yield Case(f"a share of {share} and {n} votes", (share, n), power(share, n))


@exercise(detail.CANDIDATES)
def candidates() -> Iterator[Case]:
    """Exercise 14.1: (field, row, column, rows, columns) -> the neighbours' suggestions, a list of (row, column)."""
    generator = torch.Generator().manual_seed(0)
    rows, columns = 5, 7
    field = torch.stack([torch.randint(side, (4, 6), generator=generator) for side in (rows, columns)], dim=-1)
    field[0, 1], field[2, 0], field[3, 5], field[1, 2] = (
        torch.tensor(place) for place in ((4, 3), (2, 6), (0, 0), (0, 6))
    )
    for row in range(4):
        for column in range(6):
            expected = solutions.candidates(field, row, column, rows, columns)
            yield Case(f"the pixel in row {row}, column {column}", (field, row, column, rows, columns), expected)


@exercise(detail.LACKING)
def lacking() -> Iterator[Case]:
    """Exercise 14.2: (picture, sample, size) -> how far the picture's patches are from the nearest of the sample."""
    picture = seeded(3, 9, 11)
    samples = {
        "half of the picture, twice": picture[..., :6].repeat(1, 1, 2)[..., :11],
        "noise": seeded(3, 9, 11, seed=1),
    }
    for what, sample in samples.items():
        for size in (1, 3):
            yield Case(
                f"{what}, patches of {size} px", (picture, sample, size), solutions.lacking(picture, sample, size)
            )


@exercise(textures.CENTRED)
def centred() -> Iterator[Case]:
    """Exercise 16.1: (picture) -> the same moved round by half its sides, (3, H, W)."""
    for height, width in ((8, 12), (16, 8)):
        picture = seeded(3, height, width)
        yield Case(f"a picture of {height}x{width} px", (picture,), solutions.centred(picture))


@exercise(textures.NORMALS)
def normals() -> Iterator[Case]:
    """Exercise 16.2: (height, strength) -> unit normals of a map (H, W) whose edges meet, (3, H, W)."""
    for strength in (2.0, 0.5):
        height = seeded(6, 9)
        yield Case(f"the normals at strength {strength:g}", (height, strength), solutions.normals(height, strength))
