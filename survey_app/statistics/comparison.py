"""Two groups side by side: shares, 2 x 2 tables and larger ones, and answers on an ordered scale."""

from collections.abc import Sequence
from itertools import accumulate
from math import erfc, exp, hypot, inf, lgamma, sqrt

from survey_app.statistics.arguments import check_amounts, check_counts, check_probabilities, check_share
from survey_app.statistics.binomial import lower_tail, upper_tail
from survey_app.statistics.intervals import wilson

# Tables whose probabilities differ by no more than rounding are equally probable.
TIED = 1 + 1e-7
NEGLIGIBLE = 1e-17


def newcombe(k1: float, n1: float, k2: float, n2: float, confidence: float = 0.95) -> tuple[float, float]:
    """The interval (low, high) of the difference k1/n1 - k2/n2 of two independent shares, within -1 and 1.

    Real numbers are taken as in `wilson`. Where n1 or n2 is 0 nothing is known of the difference: (-1.0, 1.0). Raises
    ValueError as `wilson` does.

    Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
    Medicine 17 (1998) 873-890, method 10 (hybrid score, without continuity correction).
    """
    (low1, high1), (low2, high2) = wilson(k1, n1, confidence), wilson(k2, n2, confidence)
    if n1 == 0 or n2 == 0:
        return -1.0, 1.0
    p1, p2 = k1 / n1, k2 / n2
    low = p1 - p2 - hypot(p1 - low1, high2 - p2)
    high = p1 - p2 + hypot(high1 - p1, p2 - low2)
    return max(-1.0, low), min(1.0, high)


def two_proportion_z(k1: float, n1: float, k2: float, n2: float) -> tuple[float, float]:
    """(z, two-sided p) of the pooled test that two independent shares are equal; z² is the uncorrected chi-square.

    Without variance (n1 or n2 is 0, all succeed or none) nothing speaks against equality: (0.0, 1.0). Raises ValueError
    as `wilson` does.

    Source: J. L. Fleiss, B. Levin and M. C. Paik, "Statistical Methods for Rates and Proportions" (2003), section 3.1.
    """
    check_share(k1, n1)
    check_share(k2, n2)
    if n1 == 0 or n2 == 0:
        return 0.0, 1.0
    pooled = (k1 + k2) / (n1 + n2)
    if not 0 < pooled < 1:
        return 0.0, 1.0
    z = (k1 / n1 - k2 / n2) / sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return z, normal_p(z)


def normal_p(z: float) -> float:
    """The two-sided p of a standard normal z."""
    return erfc(abs(z) / sqrt(2))


def binomial_p(k: int, n: int, theta: float) -> float:
    """The two-sided p of k successes among n where the true share is theta: twice the smaller exact tail, at most 1.

    n = 0: 1.0. Raises ValueError for what are no counts, k > n and a theta outside 0 to 1.

    Source: W. J. Conover, "Practical Nonparametric Statistics" (1999), section 3.1.
    """
    check_counts((k, n))
    check_share(k, n)
    check_probabilities([theta])
    if theta in (0, 1):
        return 1.0 if k == n * theta else 0.0
    below = lower_tail(k, n, theta) if k < n else 1.0
    above = upper_tail(k, n, theta) if k else 1.0
    return min(1.0, 2 * below, 2 * above)


def fisher_exact(a: int, b: int, c: int, d: int) -> float:
    """The two-sided p of the 2 x 2 table with rows (a, b) and (c, d): all tables no more probable than this one.

    A row or column of zeros: 1.0. Raises ValueError for what are no counts.

    Source: R. A. Fisher, "The logic of inductive inference", Journal of the Royal Statistical Society 98 (1935) 39-82;
    the two-sided sum is that of R's fisher.test.
    """
    check_counts((a, b, c, d))
    row, column, n = a + b, a + c, a + b + c + d
    lowest, highest = max(0, row + column - n), min(row, column)
    if lowest == highest:
        return 1.0
    mode = min(highest, max(lowest, (row + 1) * (column + 1) // (n + 2)))
    observed = _table_log_odds(a, row, column, n) - _table_log_odds(mode, row, column, n)
    bound = exp(observed) * TIED
    total, extreme = 0.0, 0.0
    for step in (1, -1):
        start = mode if step == 1 else mode - 1
        log_start = _table_log_odds(start, row, column, n) - _table_log_odds(mode, row, column, n)
        weight, x = exp(log_start) if lowest <= start else 0.0, start
        while lowest <= x <= highest and weight > NEGLIGIBLE * min(1.0, bound):
            total += weight
            extreme += weight if weight <= bound else 0.0
            weight *= _next_ratio(x, row, column, n, step)
            x += step
    return min(1.0, extreme / total)


def chi_square(table: Sequence[Sequence[float]]) -> tuple[float, int, float]:
    """(X², degrees of freedom, p) of Pearson's test of independence, uncorrected.

    Rows and columns of zeros are left out; where fewer than two of either remain, nothing can depend: (0.0, 0, 1.0).
    Raises ValueError for rows of different length and numbers that are negative or not finite.

    Source: K. Pearson, Philosophical Magazine 50 (1900) 157-175.
    """
    if len({len(row) for row in table}) > 1:
        raise ValueError("every row must have as many cells")
    for row in table:
        check_amounts(row)
    kept = [list(row) for row in table if any(row)]
    columns = [column for column in zip(*kept, strict=True) if any(column)]
    if len(kept) < 2 or len(columns) < 2:
        return 0.0, 0, 1.0
    rows = list(zip(*columns, strict=True))
    row_sums, column_sums = [sum(row) for row in rows], [sum(column) for column in columns]
    n = sum(row_sums)
    expected = [[r / n * c for c in column_sums] for r in row_sums]
    x2 = sum(
        (cell - e) ** 2 / e
        for row, means in zip(rows, expected, strict=True)
        for cell, e in zip(row, means, strict=True)
    )
    df = (len(rows) - 1) * (len(columns) - 1)
    from scipy.special import chdtrc

    return x2, df, float(chdtrc(df, x2))


def mann_whitney(counts_a: Sequence[int], counts_b: Sequence[int]) -> tuple[float, float, float]:
    """(U of a, two-sided p, P(A > B) + P(A = B)/2) for answers counted on one ordered scale, lowest level first.

    p by the normal approximation with corrections for ties and continuity. Where a or b is empty: (0.0, 1.0, 0.5);
    where everybody is on one level p is 1.0. Raises ValueError for what are no counts, and for scales of different
    length.

    Source: H. B. Mann and D. R. Whitney, Annals of Mathematical Statistics 18 (1947) 50-60; E. L. Lehmann,
    "Nonparametrics" (1975), section 1.4, for ties.
    """
    check_counts([*counts_a, *counts_b])
    if len(counts_a) != len(counts_b):
        raise ValueError(f"both need the same levels, not {len(counts_a)} and {len(counts_b)}")
    a, b = sum(counts_a), sum(counts_b)
    if a == 0 or b == 0:
        return 0.0, 1.0, 0.5
    below = [0, *accumulate(counts_b)]
    twice_u = sum(x * (2 * below[level] + y) for level, (x, y) in enumerate(zip(counts_a, counts_b, strict=True)))
    n = a + b
    ties = sum((x + y) ** 3 - (x + y) for x, y in zip(counts_a, counts_b, strict=True))
    # In whole numbers until here: the variance is exactly 0 where all are tied.
    variance = a * b * (n**3 - n - ties) / (12 * n * (n - 1))
    distance = max(0.0, abs(twice_u - a * b) / 2 - 0.5)
    p = normal_p(distance / sqrt(variance)) if variance else 1.0
    return twice_u / 2, p, twice_u / (2 * a * b)


def _table_log_odds(x: int, row: int, column: int, n: int) -> float:
    """The logarithm of the probability of x in the corner of a 2 x 2 table, but for what its margins fix."""
    cells = (x, row - x, column - x, n - row - column + x)
    return -inf if min(cells) < 0 else -sum(lgamma(cell + 1) for cell in cells)


def _next_ratio(x: int, row: int, column: int, n: int, step: int) -> float:
    """How many times as probable the table with x + step is as that with x."""
    if step == 1:
        return (row - x) * (column - x) / ((x + 1) * (n - row - column + x + 1))
    return x * (n - row - column + x) / ((row - x + 1) * (column - x + 1))
