"""The right answers to the exercises of 08_outpaint."""

from sindiff.lab import checks
from sindiff.lab.checks.mistakes.outpaint import by_hand, stretches
from sindiff.metrics import seam_energy
from sindiff.resampling import legs

RIGHT_SEAMS = {"by hand": by_hand, "the package's": lambda pictures, edge: seam_energy(pictures, [edge])[:, 0]}
RIGHT_WALKS = {
    "the package's": legs,
    "stretches": stretches,
    "tuples": lambda *arguments: tuple(map(tuple, legs(*arguments))),
}
EXERCISES = {
    checks.seam: RIGHT_SEAMS,
    checks.walk: RIGHT_WALKS,
}
