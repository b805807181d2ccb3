"""Noise schedules: how much of the picture is left at each step (Eq. 2)."""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor


def _linear(T: int) -> Tensor:
    """Beta rises linearly; the release's end points 1e-4 and 0.02 belong to T = 1000 and scale with 1000 / T."""
    beta = torch.linspace(1e-4, 0.02, T, dtype=torch.float64) * (1000 / T)
    return torch.cumprod(1 - beta, 0)


def _cosine(T: int) -> Tensor:
    """alpha_bar follows a squared cosine (Nichol and Dhariwal 2021, Eq. 17), beta capped at 0.999."""
    u = torch.arange(T + 1, dtype=torch.float64) / T
    signal = torch.cos((u + 0.008) / 1.008 * math.pi / 2) ** 2
    beta = (1 - signal[1:] / signal[:-1]).clamp(max=0.999)
    return torch.cumprod(1 - beta, 0)


ALPHA_BARS = {"linear": _linear, "cosine": _cosine}
PURE_NOISE = -5.0
"""Half the log-SNR below which nothing is left of a picture: the linear schedule ends there, the cosine one at -10."""

SHORTEST, LONGEST = {"linear": 21, "cosine": 1}, 1_000_000


@dataclass(frozen=True)
class Schedule:
    """A variance-preserving schedule with T steps (Eq. 2; what the paper calls alpha_t there is alpha_bar).

    name: "linear" (the paper's) or "cosine".  T: number of steps, at least 1.
    Step t = 0 is the clean picture and t = T the noise, so alpha_bar has T + 1 entries and alpha_bar[0] = 1;
    step t is index t - 1 of the authors' release.
    Raises ValueError for an unknown name, T < 1 or above a million, and a linear schedule too short for beta < 1;
    TypeError if T is no whole number.
    """

    name: str = "linear"
    T: int = 1000

    def __post_init__(self):
        if self.name not in ALPHA_BARS:
            raise ValueError(f"unknown schedule {self.name!r}: choose from {', '.join(ALPHA_BARS)}")
        if SHORTEST[self.name] > operator.index(self.T):
            raise ValueError(f"a {self.name} schedule needs at least {SHORTEST[self.name]} steps, not T = {self.T}")
        if self.T > LONGEST:
            raise ValueError(f"a schedule has {LONGEST:,} steps at most, not T = {self.T}")

    @cached_property
    def alpha_bar(self) -> Tensor:
        """(T + 1,) float64, falling from 1 to nearly 0."""
        return torch.cat([torch.ones(1, dtype=torch.float64), ALPHA_BARS[self.name](self.T)])

    @cached_property
    def half_log_snr(self) -> Tensor:
        """lambda_t = log(sqrt(alpha_bar) / sqrt(1 - alpha_bar)), (T + 1,) float64, infinite at t = 0.

        Half the logarithm of the signal-to-noise ratio alpha_bar / (1 - alpha_bar); Lu et al. 2022 call it lambda_t.
        """
        return 0.5 * (torch.log(self.alpha_bar) - torch.log1p(-self.alpha_bar))

    def scales(self, t: int | Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
        """sqrt(alpha_bar_t) and sqrt(1 - alpha_bar_t), shaped to multiply pictures (B, C, H, W).

        t: int or (B,) in 0..T.  like: gives device and dtype.  Returns two tensors (1 or B, 1, 1, 1).
        """
        alpha_bar = self.alpha_bar[torch.as_tensor(t, device="cpu").reshape(-1)].reshape(-1, 1, 1, 1)
        return alpha_bar.sqrt().to(like), (1 - alpha_bar).sqrt().to(like)

    def timesteps(self, n: int, spacing: str = "uniform", start: int | None = None) -> list[int]:
        """n steps from `start` (default T) down to 0: n + 1 strictly falling integers.

        spacing: "uniform" in t; "log_snr": even in the log-SNR, down to t = 1 (best for few steps); or "flow": even in
        the share of noise, down to t = 1.
        Raises ValueError if n is not in 1..start or the spacing is unknown.
        """
        start = self.T if start is None else start
        if not 1 <= start <= self.T:
            raise ValueError(f"the first step must lie in 1..{self.T}, not {start}")
        if not 1 <= n <= start:
            raise ValueError(f"the number of steps must lie in 1..{start}, not {n}")
        if spacing not in SPACINGS:
            raise ValueError(f"unknown spacing {spacing!r}: choose from {', '.join(SPACINGS)}")
        grid = SPACINGS[spacing](self, n, start)
        for i in range(n + 1):
            grid[i] = min(grid[i], start - i)
        for i in reversed(range(n)):
            grid[i] = max(grid[i], grid[i + 1] + 1)
        return grid


Spacing = Callable[[Schedule, int, int], list[int]]
"""(schedule, n, start) -> n + 1 falling integers from start to 0; where they are dense, some may be equal."""


def _uniform(schedule: Schedule, n: int, start: int) -> list[int]:
    return torch.linspace(start, 0, n + 1, dtype=torch.float64).round().long().tolist()


def _even_in_log_snr(schedule: Schedule, n: int, start: int) -> list[int]:
    """The first step from PURE_NOISE at the least, as if `start` lay there."""
    ends = max(schedule.half_log_snr[start].item(), PURE_NOISE), schedule.half_log_snr[1]
    return _even(schedule.half_log_snr[1:], ends, n, start)


def _even_in_noise(schedule: Schedule, n: int, start: int) -> list[int]:
    """Even in sigma / (sqrt(alpha_bar) + sigma), as the straight paths of flow matching are (Lipman et al. 2023)."""
    share = 1 / (1 + schedule.half_log_snr[1:].exp())
    return _even(share, (share[start - 1], share[0]), n, start)


def _even(values: Tensor, ends: tuple[float | Tensor, float | Tensor], n: int, start: int) -> list[int]:
    """The steps whose values, of those of t = 1..T, lie nearest to n even ones between the ends, and 0."""
    wanted = torch.linspace(*ends, n, dtype=torch.float64)
    nearest = (values[None] - wanted[:, None]).abs().argmin(1) + 1
    return [start, *nearest.tolist()[1:], 0]


SPACINGS: dict[str, Spacing] = {"uniform": _uniform, "log_snr": _even_in_log_snr, "flow": _even_in_noise}
