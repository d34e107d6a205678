"""The binomial distribution in plain Python: pages draw funnels on every request, and scipy takes a second to load."""

from collections.abc import Iterator
from math import exp, lgamma, log

# What adds less than this part to a sum is left out.
NEGLIGIBLE = 1e-17


def lower_tail(k: int, n: int, theta: float) -> float:
    """P(X <= k) of n draws, 0 < theta < 1, 0 <= k < n; exact but for rounding."""
    if k >= theta * n:
        return 1 - _tail(k + 1, n, theta, 1)
    return _tail(k, n, theta, -1)


def upper_tail(k: int, n: int, theta: float) -> float:
    """P(X >= k) of n draws, 0 < theta < 1, 0 < k <= n; exact but for rounding."""
    if k <= theta * n:
        return 1 - _tail(k - 1, n, theta, -1)
    return _tail(k, n, theta, 1)


def quantile(p: float, n: int, theta: float) -> tuple[int, float, float]:
    """(r, P(X <= r), P(X = r)) of the smallest r with P(X <= r) >= p; 0 < p < 1, n > 0, 0 < theta < 1."""
    r = round(theta * n)
    below = lower_tail(r, n, theta) if r < n else 1.0
    mass = exp(_log_mass(r, n, theta))
    odds = theta / (1 - theta)
    while below < p and r < n:
        mass *= (n - r) / (r + 1) * odds
        r += 1
        below += mass
    while r > 0 and below - mass >= p:
        below -= mass
        mass *= r / (n - r + 1) / odds
        r -= 1
    return r, below, mass


def _tail(k: int, n: int, theta: float, step: int) -> float:
    """The masses from k on, away from the mean: each smaller than the one before."""
    total = 0.0
    for mass in _masses(k, n, theta, step):
        total += mass
        if mass < NEGLIGIBLE * total:
            break
    return min(1.0, total)


def _masses(k: int, n: int, theta: float, step: int) -> Iterator[float]:
    mass, odds = exp(_log_mass(k, n, theta)), theta / (1 - theta)
    while 0 <= k <= n and mass > 0:
        yield mass
        mass *= (n - k) / (k + 1) * odds if step == 1 else k / (n - k + 1) / odds
        k += step


def _log_mass(k: int, n: int, theta: float) -> float:
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return ways + k * log(theta) + (n - k) * log(1 - theta)
