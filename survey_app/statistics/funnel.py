"""Agencies beside the whole: limits that widen where few answered."""

from collections.abc import Sequence
from math import floor, sqrt

from survey_app.statistics.arguments import check_probabilities, check_share, check_shares
from survey_app.statistics.binomial import quantile


def funnel_limits(theta: float, n: int, ps: Sequence[float]) -> list[float]:
    """The shares that a group of n answers stays below with the probabilities ps, where the true share is theta.

    Exact binomial, interpolated between neighbouring counts; within 0 and 1, in the order of ps. n = 0 tells nothing:
    0.0 for p under a half, 1.0 for the others. Raises ValueError for probabilities outside 0 to 1 and for an n that is
    negative or no whole number.

    Source: D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24
    (2005) 1185-1202, appendix A.1.1.
    """
    check_probabilities([theta, *ps])
    check_share(0, n)
    if n != int(n):
        raise ValueError(f"n must be a whole number, not {n}")
    if n == 0:
        return [0.0 if p < 0.5 else 1.0 for p in ps]
    if theta in (0, 1):
        return [float(theta)] * len(ps)
    return [_limit(theta, int(n), p) for p in ps]


def overdispersion(ks: Sequence[float], ns: Sequence[float]) -> float:
    """How many times more the shares of groups vary about their common share than chance alone makes them.

    The mean of z², where the tenth of the groups that is lowest and the tenth that is highest are drawn in to the next,
    so that single outliers do not hide themselves. Under two groups with answers, or where all succeed or none: 1.0.
    Raises ValueError for impossible shares and lists of different length.

    Source: D. J. Spiegelhalter, "Handling over-dispersion of performance indicators", Quality and Safety in Health Care
    14 (2005) 347-351.
    """
    check_shares(ks, ns)
    groups = [(k, n) for k, n in zip(ks, ns, strict=True) if n]
    theta = sum(k for k, _ in groups) / sum(n for _, n in groups) if groups else 0.0
    if len(groups) < 2 or not 0 < theta < 1:
        return 1.0
    z = sorted((k / n - theta) / sqrt(theta * (1 - theta) / n) for k, n in groups)
    cut = floor(len(z) / 10)
    drawn_in = [min(max(value, z[cut]), z[-1 - cut]) for value in z]
    return sum(value * value for value in drawn_in) / len(z)


def _limit(theta: float, n: int, p: float) -> float:
    if p in (0, 1):
        return float(p)
    r, reached, mass = quantile(p, n, theta)
    return min(1.0, max(0.0, (r - (reached - p) / mass) / n)) if mass else r / n
