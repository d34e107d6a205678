"""Intervals for a share. No imports beyond the standard library: pages draw them on every request."""

from functools import lru_cache
from math import isfinite, sqrt
from statistics import NormalDist


def wilson(k: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """The score interval (low, high) of k successes among n, both between 0 and 1.

    k and n may be real numbers (an effective n). At k = 0 the low end is exactly 0, at k = n the high end exactly 1.
    n = 0 tells nothing about the share: (0.0, 1.0). Raises ValueError where k < 0, k > n, an argument is not finite, or
    the confidence does not lie between 0 and 1.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927) 209-212.
    """
    if not (isfinite(k) and isfinite(n) and 0 <= k <= n):
        raise ValueError(f"k and n must be finite with 0 <= k <= n, not {k} and {n}")
    z = _normal_quantile(confidence)
    if n == 0:
        return 0.0, 1.0
    share = k / n
    squeeze = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / squeeze
    half = z / squeeze * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if k == 0 else max(0.0, centre - half)
    high = 1.0 if k == n else min(1.0, centre + half)
    return low, high


@lru_cache(maxsize=32)
def _normal_quantile(confidence: float) -> float:
    """The two-sided quantile of the standard normal distribution: 1.96 at 0.95."""
    if not 0 < confidence < 1:
        raise ValueError(f"the confidence must lie between 0 and 1, not {confidence}")
    return NormalDist().inv_cdf((1 + confidence) / 2)
