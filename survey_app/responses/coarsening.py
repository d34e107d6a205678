"""How exactly each row of an export may say where, when and how it was given. Pure.

A row's marks are nested from coarse to fine: agency, month, channel, day, and last what tells single people most (the
procedure, the language, the verified and the flagged mark). Every row says no more of them than at least `least` rows
say alike (k-anonymity by local recoding, L. Sweeney, 2002); none is left out, because what was left out would follow
from the figures of a page.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

Marks = tuple[Hashable, ...]


def said_marks(rows: Mapping[Marks, int], least: int) -> dict[Marks, int]:
    """{marks: how many of them, from the first on, its rows may say}, given how many rows have these marks.

    Marks of which fewer than `least` rows have none to share with, all of them together, are missing.
    """
    found: dict[Marks, int] = {}
    _settle(list(rows), 0, rows, least, found)
    return found


def _settle(
    group: Sequence[Marks], depth: int, rows: Mapping[Marks, int], least: int, found: dict[Marks, int]
) -> list[Marks]:
    """Settle a group that shares its first `depth` marks; what must be told more coarsely still."""
    left = [marks for part in _parts(group, depth) for marks in _settle(part, depth + 1, rows, least, found)]
    if depth == len(group[0]):
        left = list(group)
    number = sum(rows[marks] for marks in left)
    if 0 < number < least:
        # Others that say more join them: the fewest, so that as little as possible is lost.
        left += _fewest_told(group, rows, found)
    if sum(rows[marks] for marks in left) < least:
        return left
    found |= dict.fromkeys(left, depth)
    return []


def _parts(group: Sequence[Marks], depth: int) -> list[list[Marks]]:
    parts: dict[Hashable, list[Marks]] = defaultdict(list)
    for marks in group:
        if depth < len(marks):
            parts[marks[depth]].append(marks)
    return list(parts.values())


def _fewest_told(group: Sequence[Marks], rows: Mapping[Marks, int], found: Mapping[Marks, int]) -> list[Marks]:
    told: dict[Marks, list[Marks]] = defaultdict(list)
    for marks in group:
        if marks in found:
            told[marks[: found[marks]]].append(marks)
    return min(told.values(), key=lambda each: sum(rows[marks] for marks in each), default=[])
