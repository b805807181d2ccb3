"""Exercises of 08_outpaint."""

from collections.abc import Callable, Sequence

from torch import Tensor

from sindiff.lab.checks.judge import Case, judge, seeded
from sindiff.metrics import seam_energy
from sindiff.resampling import legs


def seam(function: Callable[[Tensor, int], Tensor]) -> None:
    """Exercise 1: (pictures, edge) -> the seam energy of each at an edge, (B, C, H, W) and its right column -> (B,)."""
    noisy = 0.3 * seeded(3, 3, 6, 13)
    scales = seeded(3, 1, 1, 1, seed=1).exp()
    cases = []
    for what, pictures in {"one picture": noisy[:1], "three pictures of other contrasts": scales * noisy}.items():
        for edge in (1, 6, 12):
            expected = seam_energy(pictures, [edge])[:, 0]
            cases.append(Case(f"{what} with an edge at column {edge} of 13", (pictures, edge), expected))
    judge(function, cases)


def walk(function: Callable[[Sequence[int], int, int], Sequence[Sequence[int]]]) -> None:
    """Exercise 2: (falling timesteps, jump, times) -> the falling legs that pass every `jump` steps `times` times."""
    cases = []
    for timesteps in ([9, 7, 4, 2, 0], [9, 7, 4, 0], [8, 7, 6, 5, 4, 3, 2, 1, 0], [5, 0]):
        for jump, times in ((2, 1), (2, 2), (2, 3), (1, 2), (4, 2)):
            what = f"the walk over {timesteps} with jump = {jump} and times = {times}"
            cases.append(Case(what, (timesteps, jump, times), legs(timesteps, jump, times)))
    judge(lambda *arguments: (answer := function(*arguments)) and [list(leg) for leg in answer], cases)
