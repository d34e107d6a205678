"""Which counts stay hidden so that no small group can be read off a table, directly or by subtraction."""

from collections.abc import Sequence


def hidden_cells(counts: Sequence[int], minimum: int, unshown: int = 0) -> tuple[bool, ...]:
    """For each count of one question (its sum n is shown beside them): whether it must stay hidden.

    `unshown` is a further part of n that is never shown, such as those who skipped a question.

    - 0 < n < minimum: everything, zeros too, and n itself (`total_hidden`): "nobody else" would say what the few chose.
    - 0 < count < minimum: hidden (primary).
    - What subtraction from n would give away is hidden as well (secondary): the next smallest non-zero counts, ties to
      the lower index, until at least two are hidden, they add up to at least `minimum`, and they are not all 1 (which
      their sum would tell, as zeros are shown). Only where every count is 1 is there nothing left to hide.
    - A zero is shown; n = 0 hides nothing.

    Raises ValueError for a count that is negative or no whole number, or a minimum under 1.

    Source: primary and complementary cell suppression, A. Hundepool et al., "Statistical Disclosure Control" (2012),
    chapter 4; the choice of the smallest partner is our own.
    """
    _check([*counts, unshown], minimum)
    if total_hidden([*counts, unshown], minimum):
        return (True,) * len(counts)
    besides = [unshown] if unshown else []
    hidden = {i for i, count in enumerate(counts) if 0 < count < minimum}
    partners = sorted((i for i, count in enumerate(counts) if count >= minimum), key=lambda i: (counts[i], i))
    while hidden and partners and not _is_safe([*(counts[i] for i in hidden), *besides], minimum):
        hidden.add(partners.pop(0))
    return tuple(i in hidden for i in range(len(counts)))


def total_hidden(counts: Sequence[int], minimum: int) -> bool:
    """Whether n itself is too small to be shown: 0 < n < minimum. Raises ValueError as `hidden_cells` does."""
    _check(counts, minimum)
    return 0 < sum(counts) < minimum


def subtotal_hidden(counts: Sequence[int], members: Sequence[bool], minimum: int) -> bool:
    """Whether the sum of the counts marked in `members`, shown beside them and n, would give a hidden count away.

    It would where, on either side of the subtotal, the hidden counts are not safe by the rule of `hidden_cells`.
    Raises ValueError as `hidden_cells` does, and where the two lists differ in length.
    """
    if len(members) != len(counts):
        raise ValueError("members must say yes or no for each count")
    hidden = hidden_cells(counts, minimum)
    sides = [[c for c, h, m in zip(counts, hidden, members, strict=True) if h and m is side] for side in (True, False)]
    return total_hidden(counts, minimum) or any(side and not _is_safe(side, minimum) for side in sides)


def _is_safe(hidden: Sequence[int], minimum: int) -> bool:
    return len(hidden) > 1 and sum(hidden) >= max(minimum, len(hidden) + 1)


def _check(counts: Sequence[int], minimum: int) -> None:
    if any(isinstance(c, bool) or not isinstance(c, int) or c < 0 for c in counts):
        raise ValueError(f"counts must be whole numbers of at least 0, not {list(counts)}")
    if minimum < 1:
        raise ValueError(f"the smallest count shown must be at least 1, not {minimum}")
