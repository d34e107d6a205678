"""How exact counts become shown percentages."""

from collections.abc import Sequence
from fractions import Fraction

from survey_app.statistics.arguments import check_counts, check_share


def floor_percent(k: float, n: float) -> int:
    """The whole per cent that the share k / n reaches: 49 of 66 is 74 ("over 74%").

    Whole numbers are divided exactly; real ones at the exact value that they have in binary (0.29 is a little less than
    29/100, so 0.29 of 1 is 28). n = 0 gives 0. Raises ValueError where k < 0, k > n or an argument is not finite.

    Source: 100 k div n, the way official reports in Vietnam cut percentages.
    """
    check_share(k, n)
    return 0 if n == 0 else int(100 * Fraction(k) / Fraction(n))


def largest_remainder(counts: Sequence[int], decimals: int = 0) -> list[float]:
    """Percentages of the counts' sum that add up to exactly 100, each less than one step from its exact value.

    Every share is cut to `decimals` places, and the steps that are missing go to the largest remainders, ties to the
    lower index. In whole numbers throughout. Without decimals the percentages are int. No counts, or all of them 0:
    as many zeros. Raises ValueError for a count that is negative or no whole number, or decimals outside 0 to 9.

    Source: the method of Hamilton (largest remainders); M. Balinski and H. P. Young, "Fair Representation" (1982).
    """
    check_counts(counts)
    if decimals not in range(10):
        raise ValueError(f"decimals must be 0 to 9, not {decimals}")
    steps = _allotted(counts, 100 * 10**decimals)
    return list(steps) if decimals == 0 else [step / 10**decimals for step in steps]


def _allotted(counts: Sequence[int], whole: int) -> list[int]:
    total = sum(counts)
    if total == 0:
        return [0] * len(counts)
    steps = [count * whole // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: (-(counts[i] * whole % total), i))
    for i in by_remainder[: whole - sum(steps)]:
        steps[i] += 1
    return steps
