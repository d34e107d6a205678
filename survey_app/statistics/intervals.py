"""Intervals for one share and for one mean. scipy is imported only where its functions are needed."""

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt
from statistics import NormalDist

from survey_app.statistics.arguments import check_counts, check_share


def wilson(k: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """The score interval (low, high) of k successes among n, both between 0 and 1.

    k and n may be real numbers (an effective n). At k = 0 the low end is exactly 0, at k = n the high end exactly 1.
    n = 0 tells nothing about the share: (0.0, 1.0). Raises ValueError where k < 0, k > n, an argument is not finite, or
    the confidence does not lie between 0 and 1.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927) 209-212.
    """
    check_share(k, n)
    z = normal_quantile(confidence)
    if n == 0:
        return 0.0, 1.0
    # In this form no square of n occurs: it neither overflows for huge n nor divides by nothing for tiny ones.
    centre, width = k + z * z / 2, n + z * z
    half = z * sqrt(k * ((n - k) / n) + z * z / 4)
    low = 0.0 if k == 0 else max(0.0, (centre - half) / width)
    high = 1.0 if k == n else min(1.0, (centre + half) / width)
    return min(low, k / n), max(high, k / n)


def jeffreys(k: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """The equal-tailed interval of the posterior Beta(k + 1/2, n - k + 1/2), its ends pinned: 0 at k = 0, 1 at k = n.

    k and n may be real numbers. n = 0: (0.0, 1.0). Raises ValueError as `wilson` does.

    Source: L. D. Brown, T. T. Cai and A. DasGupta, "Interval estimation for a binomial proportion", Statistical
    Science 16 (2001) 101-133, with their modification at the ends.
    """
    check_share(k, n)
    tail = _tail(confidence)
    low = 0.0 if k == 0 else _beta_quantile(k + 0.5, n - k + 0.5, tail)
    high = 1.0 if k == n else _beta_quantile(k + 0.5, n - k + 0.5, 1 - tail)
    return low, high


def clopper_pearson(k: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """The exact interval: it holds the true share at least as often as the confidence says ("conservative").

    k and n may be real numbers. n = 0: (0.0, 1.0). Raises ValueError as `wilson` does.

    Source: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
    binomial", Biometrika 26 (1934) 404-413.
    """
    check_share(k, n)
    tail = _tail(confidence)
    low = 0.0 if k == 0 else _beta_quantile(k, n - k + 1, tail)
    high = 1.0 if k == n else _beta_quantile(k + 1, n - k, 1 - tail)
    return low, high


def mean_interval(counts: Sequence[int], confidence: float = 0.95) -> tuple[float, float, float, float]:
    """(mean, sd, low, high) of answers on the levels 1, 2, ..., counted in that order; t interval, sd with n - 1.

    Under two answers there is neither sd nor interval: sd 0.0 and the whole scale; without any the mean is 0.0, which
    is no level. The interval is not cut at the ends of the scale. Raises ValueError for what are no counts, for no
    levels at all, and for a confidence that does not lie between 0 and 1.

    Source: Student, "The probable error of a mean", Biometrika 6 (1908) 1-25.
    """
    check_counts(counts)
    if not counts:
        raise ValueError("at least one level is needed")
    tail, n = _tail(confidence), sum(counts)
    mean = sum(level * count for level, count in enumerate(counts, 1)) / n if n else 0.0
    if n < 2:
        return mean, 0.0, 1.0, float(len(counts))
    sd = sqrt(sum(count * (level - mean) ** 2 for level, count in enumerate(counts, 1)) / (n - 1))
    from scipy.special import stdtrit

    half = float(stdtrit(n - 1, 1 - tail)) * sd / sqrt(n)
    return mean, sd, mean - half, mean + half


@lru_cache(maxsize=32)
def normal_quantile(confidence: float) -> float:
    """The two-sided quantile of the standard normal distribution: 1.96 at 0.95."""
    return NormalDist().inv_cdf(1 - _tail(confidence))


def _tail(confidence: float) -> float:
    """What lies beyond each end of an interval."""
    if not 0 < confidence < 1:
        raise ValueError(f"the confidence must lie between 0 and 1, not {confidence}")
    return (1 - confidence) / 2


def _beta_quantile(a: float, b: float, p: float) -> float:
    from scipy.special import betaincinv

    return float(betaincinv(a, b, p))
