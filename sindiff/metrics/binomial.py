"""What a count of votes tells: an interval for the share and how surprising it is, both exact."""

import math

HALVINGS = 60  # of the interval that a bound lies in: as fine as a float


def at_least(k: int, n: int, p: float) -> float:
    """Probability that n votes, each "yes" with probability p, have k or more of them."""
    if not 0 < p < 1:
        return float(k <= n * p)
    yes, no = math.log(p), math.log1p(-p)
    return math.fsum(math.exp(math.log(math.comb(n, i)) + i * yes + (n - i) * no) for i in range(k, n + 1))


def interval(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The shares that k of n votes do not rule out (Clopper & Pearson 1934): each end leaves (1 - level) / 2 beyond it.

    It holds the true share in at least `level` of all studies.  No votes give (0, 1).
    Raises ValueError unless 0 <= k <= n and level is between 0 and 1.
    """
    _require_votes(k, n)
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, not {level}")
    tail = (1 - level) / 2
    low = _rising(lambda p: at_least(k, n, p), tail) if k else 0.0
    high = _rising(lambda p: at_least(k + 1, n, p), 1 - tail) if k < n else 1.0
    return low, high


def p_value(k: int, n: int) -> float:
    """Probability that n tosses of a fair coin are as far from half heads as k, or farther: two-sided and exact.

    Raises ValueError unless 0 <= k <= n.
    """
    _require_votes(k, n)
    return min(1.0, 2 * at_least(max(k, n - k), n, 0.5))


def power(share: float, n: int, level: float = 0.05) -> float:
    """Probability that a study of n votes finds a preference (p_value of `level` at most), if `share` is the true one.

    It counts findings either way round.  Raises ValueError unless share is in 0..1, level between 0 and 1 and n >= 0.
    """
    _require_votes(0, n)
    if not 0 <= share <= 1 or not 0 < level < 1:
        raise ValueError(f"share must be from 0 to 1 and level between them, not {share} and {level}")
    first = next((k for k in range((n + 1) // 2, n + 1) if p_value(k, n) <= level), n + 1)
    return at_least(first, n, share) + at_least(first, n, 1 - share)


def _rising(function, wanted: float) -> float:
    """Where a rising function of 0..1 reaches a value."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < wanted else (low, middle)
    return (low + high) / 2


def _require_votes(k: int, n: int) -> None:
    if not 0 <= k <= n:
        raise ValueError(f"votes must be counted from 0 to their number, not {k} of {n}")
