"""Where a month may be cut into days: the finest pieces that are still large enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.statistics.blocks import by_axis, folded, mask_of
from survey_app.statistics.resolution import Opening, Options

if TYPE_CHECKING:
    from survey_app.statistics.blocks import Cube


@dataclass(frozen=True, slots=True)
class Cuts:
    """The days of a month after which a class may cut it (1 is the first), and the values of its other axes and the
    options that it tells then."""

    after: frozenset[int]
    values: Mapping[str, frozenset[int]]
    options: frozenset[int]


NO_CUTS = Cuts(frozenset(), {}, frozenset())


def cuts(
    days: "Cube",
    axes: Sequence[str],
    options: Options,
    minimum: int,
    opening: Opening,
    month: int,
    wider: Sequence[Cuts],
    *,
    anchor: int | None = None,
) -> Cuts:
    """The cuts of a class: `days` has the day (or the half of the month) as its first axis, then `axes`, and last the
    options.

    `opening` is what the class tells of whole months, `month` the index of this one. `wider` are the cuts of the
    classes with fewer axes, or by a smaller minimum: nothing is told that they hide. Greedy from the start: a cut as
    soon as every cell since the last one holds the minimum; what is left at the end belongs to the last piece. With an
    `anchor` the cut after that day stands before all others: where it cannot be there are none. The fewer options and
    values are told, the more cuts there are: the choice is that of the most cuts times options times values.
    """
    boundaries = frozenset(range(1, len(days) + 1)).intersection(*(found.after for found in wider))
    limits = {axis: opening.values[axis] for axis in axes}
    for found in wider:
        limits = {axis: kept & found.values.get(axis, kept) for axis, kept in limits.items()}
    values = limits
    by_value = _by_value(opening, axes[0] if axes else None, month)
    allowed = frozenset().union(*by_value.values()).intersection(*(found.options for found in wider))
    totals = by_axis(days, days.ndim - 1)
    if not totals[: options.counted].any():
        return NO_CUTS
    chain = sorted((option for option in allowed if totals[option]), key=lambda option: (-totals[option], option))
    best, most = NO_CUTS, 0
    for kept in range(len(chain), -1, -1):
        told = frozenset(chain[:kept])
        telling = frozenset(value for value, found in by_value.items() if told <= found)
        if axes:
            values = {**values, axes[0]: frozenset(v for v in telling if v is not None) & limits[axes[0]]}
        if not telling or not all(values.values()):
            continue
        after = _pieced(*_pieces(days, axes, options, values, told), minimum, boundaries, anchor)
        if len(after) * (kept + 1) * len(telling) > most:
            most = len(after) * (kept + 1) * len(telling)
            best = Cuts(after, values, told | {option for option in allowed if not totals[option]})
    return best


def _by_value(opening: Opening, axis: str | None, month: int) -> dict[int | None, frozenset[int]]:
    """The options told by each value of the first axis beside the month, or by the month itself."""
    if axis is None:
        return {None: opening.told[None if opening.first is None else month]}
    return {value: opening.told[value] for value in opening.values[axis] - opening.absent[axis]}


def _pieced(days: "Cube", counted: int, minimum: int, boundaries: frozenset[int], anchor: int | None) -> frozenset[int]:
    """The cuts of a month, or of its parts before and after the anchor where both are safe."""
    if anchor is None:
        return _greedy(days, counted, minimum, boundaries)
    parts = days[:anchor], days[anchor:]
    if anchor not in boundaries or not all(_is_safe(part.sum(axis=0), counted, minimum) for part in parts):
        return frozenset()
    before = _greedy(parts[0], counted, minimum, boundaries)
    after = _greedy(parts[1], counted, minimum, frozenset(day - anchor for day in boundaries))
    return before | {anchor} | {anchor + day for day in after}


def _greedy(days: "Cube", counted: int, minimum: int, boundaries: frozenset[int]) -> frozenset[int]:
    found, pieces, since = [], [], days[0] * 0
    for number, cells in enumerate(days, 1):
        since = since + cells
        if number in boundaries and _is_safe(since, counted, minimum):
            found.append(number)
            pieces.append(since)
            since = cells * 0
    # One piece more need not be enough: where nobody of a cell was in it, the cell is as small as before.
    while found and not _is_safe(since, counted, minimum):
        found.pop()
        since = since + pieces.pop()
    return frozenset(found)


def _is_safe(cells: "Cube", counted: int, minimum: int) -> bool:
    """Some answered, and every cell where anybody did holds the minimum."""
    answered = cells[cells[:, :counted].any(axis=1)]
    return bool(len(answered) and (answered >= minimum).all())


def _pieces(
    days: "Cube", axes: Sequence[str], options: Options, values: Mapping[str, frozenset[int]], told: frozenset[int]
) -> tuple["Cube", int]:
    """Day by day the cells of the product, by their options; of those the first make n, and how many."""
    import numpy as np

    cells = days
    for i, axis in enumerate(axes, 1):
        kept, present = mask_of(values[axis], days.shape[i]), by_axis(days, i) > 0
        cells, _ = folded(cells, i, present & kept, present & ~kept)
    cells = cells.reshape(len(days), -1, options.size)
    totals = by_axis(days, days.ndim - 1)
    alone = [option for option in sorted(told) if totals[option]]
    rest = [option for option in range(options.counted) if totals[option] and option not in told]
    counted = [cells[..., option] for option in alone if option < options.counted]
    if rest:
        counted.append(cells[..., rest].sum(axis=-1))
    outside = [cells[..., option] for option in alone if option >= options.counted]
    return np.stack([*counted, *outside], axis=-1), len(counted)
