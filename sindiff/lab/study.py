"""A user study as an instrument (Table 2): pairs of pictures, left or right, and nobody who votes knows which is whose.

Pairs come in a random order and each throws a coin for its sides, so that somebody who votes blindly, or always left,
prefers either method with probability 1/2: the exact p-value holds whatever people do.
"""

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from torch import Tensor

from sindiff.metrics.binomial import interval, p_value
from sindiff.pictures.images import fingerprint

SIDES = ("left", "right")


class Trial(NamedTuple):
    """What is shown: number `index` of the pictures of a rival and of ours, which lies on `side`."""

    rival: str
    index: int
    side: str


class Vote(NamedTuple):
    """trial: its number from 1 among those of the rater.  choice: "left" or "right"."""

    rater: str
    trial: int
    choice: str


class Outcome(NamedTuple):
    """How many of `votes` preferred ours."""

    preferred: int
    votes: int

    @property
    def share(self) -> float | None:
        """None without votes."""
        return self.preferred / self.votes if self.votes else None

    @property
    def interval(self) -> tuple[float, float]:
        """The shares that the votes do not rule out, 95 % (binomial.interval)."""
        return interval(self.preferred, self.votes)

    @property
    def p_value(self) -> float:
        """How often a fair coin would be as far from one half (binomial.p_value)."""
        return p_value(self.preferred, self.votes)


@dataclass(frozen=True)
class Study:
    """ours: pictures (3, H, W) in [-1, 1].  rivals: by name, pictures that are compared with ours of the same index.

    pairs: of each comparison and rater, drawn without replacement.  A picture may be a sheet of several samples.
    Raises ValueError if there are fewer pictures, if the sides of a pair differ in size, which would tell whose is
    whose, or if there is nothing to compare.
    """

    ours: Sequence[Tensor]
    rivals: Mapping[str, Sequence[Tensor]]
    pairs: int = 10
    seed: int = 0

    def __post_init__(self):
        if self.pairs < 1 or not self.rivals:
            raise ValueError("a study needs at least one rival and one pair")
        for name, theirs in self.rivals.items():
            if min(len(self.ours), len(theirs)) < self.pairs:
                raise ValueError(f"{name}: {len(self.ours)} and {len(theirs)} pictures do not make {self.pairs} pairs")
            for index, (one, other) in enumerate(zip(self.ours, theirs, strict=False)):
                if one.shape != other.shape:
                    sizes = " and ".join(f"{height}x{width}" for _, height, width in (one.shape, other.shape))
                    raise ValueError(f"{name}: the pictures of pair {index} have {sizes} px; equal sizes tell nothing")

    @cached_property
    def key(self) -> str:
        """What distinguishes this study from others in a file: pictures, pairs and seed, not to be read from."""
        shown = [picture for pictures in (self.ours, *self.rivals.values()) for picture in pictures]
        content = repr([self.pairs, self.seed, *map(fingerprint, shown)])
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def trials(self, rater: str) -> list[Trial]:
        """All that a rater is shown, in order: the comparisons mixed, the same every time for the same rater."""
        chance = random.Random(f"{self.seed}/{rater}")
        trials = []
        for rival, theirs in self.rivals.items():
            for index in chance.sample(range(min(len(self.ours), len(theirs))), self.pairs):
                trials.append(Trial(rival, index, chance.choice(SIDES)))
        chance.shuffle(trials)
        return trials

    def pair(self, trial: Trial) -> tuple[Tensor, Tensor]:
        """The pictures of a trial, left and right."""
        one, other = self.ours[trial.index], self.rivals[trial.rival][trial.index]
        return (one, other) if trial.side == "left" else (other, one)


def tally(study: Study, votes: Iterable[Vote]) -> dict[str, Outcome]:
    """Votes counted by rival: here it comes out whose picture lay where."""
    votes = list(votes)
    shown = {rater: study.trials(rater) for rater in {vote.rater for vote in votes}}
    counts = {rival: [0, 0] for rival in study.rivals}
    for vote in votes:
        trial = shown[vote.rater][vote.trial - 1]
        counts[trial.rival][0] += vote.choice == trial.side
        counts[trial.rival][1] += 1
    return {rival: Outcome(*count) for rival, count in counts.items()}
