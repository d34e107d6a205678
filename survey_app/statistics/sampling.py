"""How many answers are needed, and what those at hand are worth where everybody could have been asked."""

from fractions import Fraction
from math import ceil, inf, isfinite, sqrt

from survey_app.statistics.arguments import check_share


def effective_n(n: float, population: float) -> float:
    """The n of an endless population that tells as much as n of this one: n (N - 1) / (N - n), infinite at n = N.

    For inference about this very population, such as the cases closed in a period. n = 0: 0.0. Raises ValueError where
    n < 0, n > N or an argument is not finite.

    Source: the finite population correction, W. G. Cochran, "Sampling Techniques" (1977), section 2.6.
    """
    check_share(n, population)
    if n == 0:
        return 0.0
    return inf if n == population else n * (population - 1) / (population - n)


def sample_size(population: int | None, margin: float) -> int:
    """How many answers give this margin of error (0.05: five points): N / (1 + N e²), rounded up; without N 1 / e².

    The margin is taken as the decimal that it is written as. No population to ask (0): 0. Raises ValueError unless the
    margin lies between 0 and 1, and for a population that is negative or not finite.

    Source: T. Yamane, "Statistics: An Introductory Analysis" (1967); the formula of the SIPAS surveys.
    """
    if not 0 < margin < 1:
        raise ValueError(f"the margin must lie between 0 and 1, not {margin}")
    square = Fraction(str(margin)) ** 2
    if population is None:
        return ceil(1 / square)
    if not isfinite(population) or population < 0:
        raise ValueError(f"the population must be finite and at least 0, not {population}")
    return ceil(population / (1 + Fraction(population) * square))


def achieved_margin(n: int, population: int | None = None) -> float:
    """The margin of error that n answers give by the same formula: sqrt(1/n - 1/N), without N sqrt(1/n).

    n = 0 gives none: infinite. Raises ValueError where n < 0, n > N or an argument is not finite.

    Source: `sample_size`, solved for the margin.
    """
    check_share(n, n if population is None else population)
    if n == 0:
        return inf
    return sqrt(1 / n - (0 if population is None else 1 / population))
