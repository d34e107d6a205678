"""Many tests at once."""

from collections.abc import Sequence
from itertools import accumulate

from survey_app.statistics.arguments import check_probabilities


def holm(ps: Sequence[float]) -> list[float]:
    """Adjusted p values in the order given: those under a level claim wrongly, any of them, no oftener than the level.

    Holds however the tests depend on each other. No p: []. Raises ValueError for a p that does not lie between 0 and 1.

    Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6
    (1979) 65-70.
    """
    check_probabilities(ps)
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    scaled = (min(1.0, (len(ps) - rank) * ps[i]) for rank, i in enumerate(order))
    return _back(order, list(accumulate(scaled, max)))


def benjamini_hochberg(ps: Sequence[float]) -> list[float]:
    """Adjusted p values in the order given: among those under a level, at most that share is expected to be wrong.

    For independent or positively dependent tests. No p: []. Raises ValueError as `holm` does.

    Source: Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical
    Society B 57 (1995) 289-300.
    """
    check_probabilities(ps)
    order = sorted(range(len(ps)), key=lambda i: -ps[i])
    scaled = (min(1.0, len(ps) / (len(ps) - rank) * ps[i]) for rank, i in enumerate(order))
    return _back(order, list(accumulate(scaled, min)))


def _back(order: Sequence[int], values: Sequence[float]) -> list[float]:
    """Values in sorted order, put where they came from."""
    found = dict(zip(order, values, strict=True))
    return [found[i] for i in range(len(order))]
