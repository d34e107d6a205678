"""What no formula of this package accepts."""

from collections.abc import Sequence
from math import isfinite


def check_share(k: float, n: float) -> None:
    """Raise ValueError unless k successes among n are possible: both finite, 0 <= k <= n."""
    if not (isfinite(k) and isfinite(n) and 0 <= k <= n):
        raise ValueError(f"k and n must be finite with 0 <= k <= n, not {k} and {n}")


def check_shares(ks: Sequence[float], ns: Sequence[float]) -> None:
    """Raise ValueError unless the lists are equally long and each pair is a possible share."""
    if len(ks) != len(ns):
        raise ValueError(f"as many k as n are needed, not {len(ks)} and {len(ns)}")
    for k, n in zip(ks, ns, strict=True):
        check_share(k, n)


def check_amounts(amounts: Sequence[float]) -> None:
    """Raise ValueError unless every number is finite and at least 0."""
    if not all(isfinite(amount) and amount >= 0 for amount in amounts):
        raise ValueError(f"numbers must be finite and at least 0, not {list(amounts)}")


def check_counts(counts: Sequence[int]) -> None:
    """Raise ValueError unless every number is whole and at least 0."""
    if any(isinstance(c, bool) or not isinstance(c, int) or c < 0 for c in counts):
        raise ValueError(f"counts must be whole numbers of at least 0, not {list(counts)}")


def check_probabilities(ps: Sequence[float]) -> None:
    """Raise ValueError unless every number lies between 0 and 1."""
    if not all(0 <= p <= 1 for p in ps):
        raise ValueError(f"probabilities must lie between 0 and 1, not {list(ps)}")
