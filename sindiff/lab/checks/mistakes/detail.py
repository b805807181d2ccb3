"""What goes wrong in the exercises of 14_detail, and what to say about it: hint -> wrong answer."""

import torch

from sindiff.lab.checks import solutions
from sindiff.metrics import patches

STEPS = ((-1, 0), (0, -1), (1, 0), (0, 1))


def suggested(sign=-1, steps=STEPS, clamp=False, inside=True):
    """The exercise's candidates with one thing changed."""

    def answer(field, row, column, rows, columns):
        found = []
        for dy, dx in steps:
            y, x = row + dy, column + dx
            if 0 <= y < field.shape[0] and 0 <= x < field.shape[1]:
                at_y, at_x = (v + sign * d for v, d in zip(field[y, x].tolist(), (dy, dx), strict=True))
                if clamp:
                    at_y, at_x = min(max(at_y, 0), rows - 1), min(max(at_x, 0), columns - 1)
                if not inside or (0 <= at_y < rows and 0 <= at_x < columns):
                    found.append((at_y, at_x))
        return found

    return answer


CANDIDATES = {
    "You take the neighbours' places as they are: shift each back by the step to that neighbour.": suggested(0),
    "The shift goes the wrong way: the neighbour above suggests the place one row *below* its own.": suggested(1),
    "Places outside the photo are pushed back in: leave them out.": suggested(clamp=True),
    "Places outside the photo are in your list: leave them out.": suggested(inside=False),
    "Only the neighbours above and on the left are asked: all four are.": suggested(steps=STEPS[:2]),
    "The order differs: above, left, below, right.": suggested(steps=(STEPS[0], STEPS[2], STEPS[1], STEPS[3])),
    "Row and column are swapped.": lambda *given: [(x, y) for y, x in solutions.candidates(*given)],
}


def distance(wanted, known, size):
    """Root mean square distance per value of the patches of one picture to the nearest of another."""
    wanted, known = (patches(one[None].double(), size).flatten(0, 2) for one in (wanted, known))
    return (torch.cdist(wanted, known).min(1).values.square().mean() / wanted.shape[1]).sqrt().item()


LACKING = {
    "That is `incoherence`: the sample's patches among the picture's. Here it is the other way round.": (
        lambda picture, sample, size: distance(sample, picture, size) / picture.std().item()
    ),
    "That is not divided by the picture's standard deviation.": distance,
    "You divide by the sample's standard deviation: it is the picture's.": lambda picture, sample, size: (
        distance(picture, sample, size) / sample.std().item()
    ),
    "The root is missing: it is a root mean square.": lambda picture, sample, size: (
        distance(picture, sample, size) ** 2 / picture.std().item()
    ),
    "That is the distance of whole patches: divide the square by the number of values in a patch.": (
        lambda picture, sample, size: solutions.lacking(picture, sample, size) * (3 * size**2) ** 0.5
    ),
    "That compares patches at the same place: search for the nearest anywhere.": lambda picture, sample, size: (
        (patches(picture[None], size) - patches(sample[None], size)).square().mean().sqrt().item()
        / picture.std().item()
    ),
}
