"""What a count of votes says: an interval for the share and how surprising it is, both exact."""


def at_least(k: int, n: int, p: float) -> float:
    """Probability that n votes, each "yes" with probability p, have k or more of them."""
    from scipy.stats import binom

    return float(binom.sf(k - 1, n, p))


def interval(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The shares that k of n votes do not rule out (Clopper & Pearson 1934): each end leaves (1 - level) / 2 beyond it.

    It holds the true share in at least `level` of all studies.  No votes give (0, 1).
    Raises ValueError unless 0 <= k <= n and level is between 0 and 1.
    """
    from scipy.stats import binomtest

    _require(k, n, level)
    found = binomtest(k, n).proportion_ci(level, "exact") if n else (0.0, 1.0)
    return float(found[0]), float(found[1])


def p_value(k: int, n: int) -> float:
    """Probability that n tosses of a fair coin are as far from half heads as k, or farther: two-sided and exact.

    Raises ValueError unless 0 <= k <= n.
    """
    from scipy.stats import binomtest

    _require(k, n)
    return float(binomtest(k, n).pvalue) if n else 1.0


def power(share: float, n: int, level: float = 0.05) -> float:
    """Probability that a study of n votes finds a preference (p_value of `level` at most), if `share` is the true one.

    It counts findings either way round.  Raises ValueError unless share is in 0..1, level between 0 and 1 and n >= 0.
    """
    _require(0, n, level)
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1, not {share}")
    first = next((k for k in range((n + 1) // 2, n + 1) if p_value(k, n) <= level), n + 1)
    return at_least(first, n, share) + at_least(first, n, 1 - share)


def _require(k: int, n: int, level: float = 0.5) -> None:
    if not 0 <= k <= n:
        raise ValueError(f"votes must be counted from 0 to their number, not {k} of {n}")
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, not {level}")
