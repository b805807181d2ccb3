"""What goes wrong in the exercises of 08_outpaint, and what to say about it: hint -> wrong answer."""

from itertools import chain

from sindiff.resampling import legs


def columns(pictures):
    return pictures.diff(dim=-1).abs().mean((1, 2))


def by_hand(pictures, edge):
    across = (pictures[..., edge] - pictures[..., edge - 1]).abs().mean((1, 2))
    return across / columns(pictures).median(1).values


SEAMS = {
    "That is the pair to the right: the edge lies between the columns edge - 1 and edge.": lambda pictures, edge: (
        columns(pictures)[:, edge % 12] / columns(pictures).median(1).values
    ),
    "That is not divided by what is usual, the median over all pairs of columns.": lambda pictures, edge: columns(
        pictures
    )[:, edge - 1],
    "You subtract the median: divide by it.": lambda pictures, edge: (
        columns(pictures)[:, edge - 1] - columns(pictures).median(1).values
    ),
    "You divide by the mean: use the median, which a seam hardly moves.": lambda pictures, edge: (
        columns(pictures)[:, edge - 1] / columns(pictures).mean(1)
    ),
    "You take one median for the batch: each picture has its own.": lambda pictures, edge: (
        columns(pictures)[:, edge - 1] / columns(pictures).median()
    ),
    "You divide by the place of the median: torch's median(1) has .values and .indices.": lambda pictures, edge: (
        columns(pictures)[:, edge - 1] / columns(pictures).median(1).indices
    ),
    "That compares rows: the edge runs from top to bottom, so compare columns.": lambda pictures, edge: (
        columns(pictures.mT)[:, min(edge, 5) - 1] / columns(pictures.mT).median(1).values
    ),
    "That is the square of it.": lambda pictures, edge: by_hand(pictures, edge) ** 2,
    "The differences keep their signs: take absolute values before you average.": lambda pictures, edge: (
        pictures.diff(dim=-1).mean((1, 2))[:, edge - 1] / columns(pictures).median(1).values
    ),
    "That is one number for the batch: each picture has its own.": lambda pictures, edge: by_hand(
        pictures, edge
    ).mean(),
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


WALKS = {
    "That never climbs.": lambda timesteps, jump, times: [timesteps],
    "That walks the whole grid again and again: climb only `jump` steps.": lambda timesteps, jump, times: (
        [timesteps] * times
    ),
    "Each stretch is passed once too often.": changed(more_times=1),
    "Each stretch is passed once too few.": changed(more_times=-1),
    "The climbs are one step too long.": changed(more_jump=1),
    "The climbs are one step too short.": changed(more_jump=-1),
    "Each leg ends one step early.": changed(cut=1),
    "The last leg is missing: the walk ends at 0.": lambda timesteps, jump, times: [
        leg for leg in legs(timesteps, jump, times) if leg[-1]
    ],
    "Yours climbs back to the start of the grid: climb only `jump` steps.": lambda timesteps, jump, times: [
        timesteps[: timesteps.index(leg[-1]) + 1] for leg in legs(timesteps, jump, times)
    ],
    "Yours passes each stretch twice at most: it should be `times` times.": lambda timesteps, jump, times: legs(
        timesteps, jump, min(2, times)
    ),
    "That is only the last leg.": lambda timesteps, jump, times: legs(timesteps, jump, times)[-1:],
    "That is one list of all steps: give a list of legs.": lambda timesteps, jump, times: [
        list(chain.from_iterable(legs(timesteps, jump, times)))
    ],
}
