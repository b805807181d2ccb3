"""A walk that climbs back and falls again, so that what is known and what is invented agree (RePaint, Lugmayr 2022)."""

from collections.abc import Callable, Iterator, Sequence

from torch import Tensor

from sindiff.diffusion import Denoiser
from sindiff.noise import Noise, revisited
from sindiff.samplers import Edit, SampleState, Solver, sample
from sindiff.schedule import Schedule

Edits = Callable[[Noise], Sequence[Edit]]
"""noise -> edits: the noise belongs to a leg, so edits are made anew for each."""


def legs(timesteps: Sequence[int], jump: int, times: int) -> list[list[int]]:
    """Cut a falling grid into falling legs that pass every stretch of `jump` steps `times` times.

    The first leg starts where the grid does, the last ends where it does; between two the walk climbs.  times = 1 is
    the grid itself.  Raises ValueError if jump or times is below 1.
    """
    if jump < 1 or times < 1:
        raise ValueError(f"the length of a jump and the number of passes must be 1 or more, not {jump} and {times}")
    cut, first = [], 0
    for last in range(jump, len(timesteps), jump):
        for _ in range(times - 1):
            cut.append(list(timesteps[first : last + 1]))
            first = last - jump
    return [*cut, list(timesteps[first:])]


def climb(schedule: Schedule, x: Tensor, t: int, t_next: int, eps: Tensor) -> Tensor:
    """Noise x_t further, to t_next > t: a draw from q(x_{t_next} | x_t).  x, eps: (B, C, H, W)."""
    alpha = (schedule.alpha_bar[t_next] / schedule.alpha_bar[t]).item()
    return alpha**0.5 * x + (1 - alpha) ** 0.5 * eps


def walk(
    denoise: Denoiser,
    schedule: Schedule,
    solver: Solver,
    x: Tensor,
    legs: Sequence[Sequence[int]],
    noise: Noise,
    edits: Edits = lambda noise: (),
) -> Iterator[SampleState]:
    """Sample down each leg and climb to the next one's start; the last state's x is the result.

    x: (B, C, H, W), noised to legs[0][0].  Every leg has fresh noise, for the solver and for the edits, and a solver
    that remembers nothing.
    """
    reached = legs[0][0]
    for visit, leg in enumerate(legs):
        fresh = revisited(noise, visit)
        if leg[0] > reached:
            x = climb(schedule, x, reached, leg[0], fresh(x, leg[0]))
        for state in sample(denoise, solver.step(schedule, fresh), x, leg, edits(fresh)):
            yield state
            x, reached = state.x, state.t
