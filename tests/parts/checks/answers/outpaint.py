"""The exercises of 08_outpaint: right answers and wrong ones."""

from itertools import chain

from sindiff.lab import checks
from sindiff.metrics import seam_energy
from sindiff.resampling import legs


def columns(pictures):
    return pictures.diff(dim=-1).abs().mean((1, 2))


def by_hand(pictures, edge):
    across = (pictures[..., edge] - pictures[..., edge - 1]).abs().mean((1, 2))
    return across / columns(pictures).median(1).values


RIGHT_SEAMS = {"by hand": by_hand, "the package's": lambda pictures, edge: seam_energy(pictures, [edge])[:, 0]}
WRONG_SEAMS = {
    "nothing": lambda pictures, edge: None,
    "the next column": lambda pictures, edge: columns(pictures)[:, edge % 12] / columns(pictures).median(1).values,
    "not divided": lambda pictures, edge: columns(pictures)[:, edge - 1],
    "a difference": lambda pictures, edge: columns(pictures)[:, edge - 1] - columns(pictures).median(1).values,
    "over the mean": lambda pictures, edge: columns(pictures)[:, edge - 1] / columns(pictures).mean(1),
    "over the median of all": lambda pictures, edge: columns(pictures)[:, edge - 1] / columns(pictures).median(),
    "median and its place": lambda pictures, edge: columns(pictures)[:, edge - 1] / columns(pictures).median(1).indices,
    "rows": lambda pictures, edge: columns(pictures.mT)[:, min(edge, 5) - 1] / columns(pictures.mT).median(1).values,
    "squares": lambda pictures, edge: by_hand(pictures, edge) ** 2,
    "signed": lambda pictures, edge: (
        pictures.diff(dim=-1).mean((1, 2))[:, edge - 1] / columns(pictures).median(1).values
    ),
    "one number": lambda pictures, edge: by_hand(pictures, edge).mean(),
}


def stretches(timesteps, jump, times):
    """Every stretch of its own: between two the walk climbs only where it passes the same again."""
    walked = []
    for first in range(0, len(timesteps) - 1, jump):
        stretch = timesteps[first : first + jump + 1]
        repeats = times if len(stretch) == jump + 1 else 1
        for n in range(repeats):
            if walked and n == 0:
                walked[-1] = [*walked[-1], *stretch[1:]]
            else:
                walked.append(list(stretch))
    return walked


def changed(more_jump=0, more_times=0, cut=0):
    def walk(timesteps, jump, times):
        changed = legs(timesteps, max(1, jump + more_jump), max(1, times + more_times))
        return [leg[: len(leg) - cut] for leg in changed]

    return walk


WRONG_WALKS = {
    "nothing": lambda timesteps, jump, times: None,
    "the grid alone": lambda timesteps, jump, times: [timesteps],
    "the grid again and again": lambda timesteps, jump, times: [timesteps] * times,
    "one climb too many": changed(more_times=1),
    "one climb too few": changed(more_times=-1),
    "a jump too long": changed(more_jump=1),
    "a jump too short": changed(more_jump=-1),
    "legs that end a step early": changed(cut=1),
    "legs that never reach 0": lambda timesteps, jump, times: [leg for leg in legs(timesteps, jump, times) if leg[-1]],
    "climbing to the start of the grid": lambda timesteps, jump, times: [
        timesteps[: timesteps.index(leg[-1]) + 1] for leg in legs(timesteps, jump, times)
    ],
    "climbing only once": lambda timesteps, jump, times: legs(timesteps, jump, min(2, times)),
    "the last leg alone": lambda timesteps, jump, times: legs(timesteps, jump, times)[-1:],
    "one list": lambda timesteps, jump, times: [list(chain.from_iterable(legs(timesteps, jump, times)))],
}
RIGHT_WALKS = {
    "the package's": legs,
    "stretches": stretches,
    "tuples": lambda *arguments: tuple(map(tuple, legs(*arguments))),
}
EXERCISES = {
    checks.seam: (RIGHT_SEAMS, WRONG_SEAMS),
    checks.walk: (RIGHT_WALKS, WRONG_WALKS),
}
