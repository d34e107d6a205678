"""How finely a cube of counts may be told, so that no subtraction of what is told gives a small count away.

A view fixes some axes of the cube (agency, month, channel, ...) and adds up the others; views that fix the same axes
are a class. What may be told is decided for a class, never for one view: for each of its axes, options too, some values
stand alone and all others are one hidden block, such that **every cell of the product of these blocks holds at least
the minimum**. A class that fixes more axes tells no value apart that a class with fewer of them hides.

Why this is enough: what a class tells is a sum of its cells. A group of answers that is described by values of some axes
and can be computed from everything told is, by the interactions of its axes (Haberman's decomposition of functions on a
product), a sum of cells of its own class; each holds at least the minimum, and so does the group. Values without any
answer are taken out first, so that no zero makes the product incomplete.

Source: global recoding and linked tables, A. Hundepool et al., "Statistical Disclosure Control" (2012), chapters 4 and
5; the nested products are our own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from survey_app.statistics.suppression import hidden_cells, total_hidden

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Cube = NDArray[np.int64]
    Mask = NDArray[np.bool_]

OPTION = "option"
# A cube with more cells is not told at all: the work on it would have no bound.
LARGEST_CUBE = 4_000_000
# Values nearly as bad as the worst one of an axis go with it: fewer rounds.
NEARLY = 0.75
Axes = frozenset[str]


@dataclass(frozen=True, slots=True)
class Options:
    """What the last axis of a cube holds: options that make n, options outside of it, and last those who skipped.

    What stands outside n is told where it is large enough, but its sum (n beside the number of responses) is not
    protected: to have no opinion is none.
    """

    counted: int
    outside: int

    @property
    def size(self) -> int:
        return self.counted + self.outside + 1


@dataclass(frozen=True, slots=True)
class Opening:
    """What views of one class may tell: the values of each axis that stand alone, by index; OPTION is an axis."""

    values: Mapping[str, frozenset[int]]

    def within(self, other: "Opening") -> "Opening":
        """What both tell apart."""
        return Opening({axis: found & other.values.get(axis, found) for axis, found in self.values.items()})


Openings = Mapping[Axes, Opening | None]


def openings(
    cube: "Cube",
    axes: Sequence[str],
    options: Options,
    minimum: int,
    *,
    given: Openings | None = None,
    bounds: Iterable[Openings] = (),
    nameless: Mapping[str, frozenset[int]] | None = None,
) -> dict[Axes, Opening | None]:
    """For every class of a cube, by the axes it fixes, what it may tell; None where that is nothing.

    The last axis of `cube` holds the options. `given` are classes that were decided on a larger cube; `bounds` have
    decided the same classes before, and nothing is told that they hide. `nameless` values (an agency's own answers
    beside those of the agencies below it) never stand alone. Values without answers stand for themselves: 0 is told.
    """
    import numpy as np

    given = given or {}
    found: dict[Axes, Opening | None] = {}
    present = {axis: _flat(cube, i).any(axis=0) if i is not None else None for i, axis in enumerate(axes)}
    names = {axis: np.ones(cube.shape[i], bool) for i, axis in enumerate(axes)}
    for axis, without in (nameless or {}).items():
        names[axis][list(without)] = False
    for size in range(len(axes) + 1):
        for fixed in combinations(axes, size):
            key = frozenset(fixed)
            if key in given:
                found[key] = given[key]
                continue
            start = _start(cube, axes, fixed, options, minimum, found, names)
            limits = [bound.get(key) for bound in bounds]
            if start is None or cube.size > LARGEST_CUBE or any(limit is None for limit in limits):
                found[key] = None
                continue
            for limit in limits:
                start = start.within(limit)  # type: ignore[arg-type]
            found[key] = _coarsened(cube, axes, fixed, options, minimum, start, present) if size else start
    return found


def _start(
    cube: "Cube",
    axes: Sequence[str],
    fixed: tuple[str, ...],
    options: Options,
    minimum: int,
    found: Openings,
    names: Mapping[str, "Mask"],
) -> Opening | None:
    """What the classes with one axis less tell apart."""
    if not fixed:
        return _whole(cube.reshape(-1, options.size).sum(axis=0).tolist(), options, minimum)
    values: dict[str, frozenset[int]] = {axis: frozenset(names[axis].nonzero()[0].tolist()) for axis in fixed}
    start = Opening(values | {OPTION: frozenset(range(options.size - 1))})
    for axis in fixed:
        smaller = found[frozenset(fixed) - {axis}]
        if smaller is None:
            return None
        start = start.within(smaller)
    return start


def _whole(counts: list[int], options: Options, minimum: int) -> Opening | None:
    """The class that fixes nothing, by the rule for one row."""
    counted, outside = counts[: options.counted], counts[options.counted : -1]
    if total_hidden(counted, minimum):
        return None
    hidden = (*hidden_cells(counted, minimum), *hidden_cells(outside, minimum, counts[-1]))
    return Opening({OPTION: frozenset(i for i, hide in enumerate(hidden) if not hide or not counts[i])})


def _coarsened(
    cube: "Cube",
    axes: Sequence[str],
    fixed: tuple[str, ...],
    options: Options,
    minimum: int,
    start: Opening,
    present: Mapping[str, "Mask | None"],
) -> Opening | None:
    """Take values out of `start`, those first whose cells are most often too small, until every cell is large enough."""
    summed = cube.sum(axis=tuple(i for i, axis in enumerate(axes) if axis not in fixed), dtype=cube.dtype)
    table = _Table(summed, fixed, options, start, minimum)
    while table.has_small_cells():
        if not table.take_out_worst():
            return None
    return table.opening(start)


class _Table:
    """One class of a cube while values are taken out of it; values without answers are left aside."""

    def __init__(
        self, counts: "Cube", axes: tuple[str, ...], options: Options, start: Opening, minimum: int
    ) -> None:
        import numpy as np

        self._counts, self._axes, self._options, self._minimum = counts, (*axes, OPTION), options, minimum
        self._present: list[Mask] = []
        self._kept: list[Mask] = []
        for i, axis in enumerate(self._axes):
            present = _flat(counts, i).any(axis=0)
            shown = np.zeros(counts.shape[i], bool)
            shown[list(start.values[axis])] = True
            self._present.append(present)
            self._kept.append(present & shown)
        self._fold()

    def has_small_cells(self) -> bool:
        return bool(self._small.any())

    def take_out_worst(self) -> bool:
        """One round; False where nothing is left that could be told."""
        import numpy as np

        best: tuple[float, int, list[int]] | None = None
        for i in range(len(self._axes)):
            others = tuple(j for j in range(len(self._axes)) if j != i)
            shares = self._small.mean(axis=others)
            if not len(shares) or not shares.max():
                continue
            worst = float(shares.max())
            if best is None or worst > best[0]:
                bad = np.flatnonzero(shares >= NEARLY * worst)
                best = (worst, i, [self._labels[i][slot] for slot in bad])
        if best is None:
            return False
        _, axis, values = best
        return self._take_out(axis, values)

    def opening(self, start: Opening) -> Opening:
        """What stands alone at the end; values without answers do as before."""
        values = {}
        for axis, present, kept in zip(self._axes, self._present, self._kept, strict=True):
            values[axis] = frozenset(i for i in start.values[axis] if kept[i] or not present[i])
        return Opening(values)

    def _take_out(self, axis: int, values: list[int]) -> bool:
        kept = self._kept[axis]
        for value in values:
            if value >= 0:
                kept[value] = False
        if min(values) < 0 and all(value < 0 for value in values):
            partner = self._partner(axis)
            if partner is None:
                return self._give_up(axis)
            kept[partner] = False
        if axis < len(self._axes) - 1 and not kept.any():
            return False
        self._fold()
        return True

    def _give_up(self, axis: int) -> bool:
        """The hidden block itself is too small and has no partner left: then another axis must give way."""
        for other in range(len(self._axes)):
            if other != axis and self._kept[other].any():
                totals = _flat(self._counts, other).sum(axis=0)
                kept = self._kept[other].nonzero()[0]
                self._kept[other][kept[totals[kept].argmin()]] = False
                if other < len(self._axes) - 1 and not self._kept[other].any():
                    return False
                self._fold()
                return True
        return False

    def _partner(self, axis: int) -> int | None:
        """The smallest value that still stands alone; of the options, one that counts into n."""
        kept = self._kept[axis].nonzero()[0]
        if axis == len(self._axes) - 1:
            kept = kept[kept < self._options.counted]
        if not len(kept):
            return None
        totals = _flat(self._counts, axis).sum(axis=0)
        return int(kept[totals[kept].argmin()])

    def _fold(self) -> None:
        """The product of the blocks, and which of its cells are too small; a label of -1 is a hidden block."""
        import numpy as np

        folded, self._labels = self._counts, []
        last = len(self._axes) - 1
        for i in range(last):
            folded, labels = _folded(folded, i, self._kept[i], self._present[i] & ~self._kept[i])
            self._labels.append(labels)
        rest = self._present[last] & ~self._kept[last]
        rest[self._options.counted :] = False
        folded, labels = _folded(folded, last, self._kept[last], rest)
        self._labels.append(labels)
        self._small = np.asarray(folded < self._minimum)


def cuts(
    days: "Cube",
    axes: Sequence[str],
    options: Options,
    minimum: int,
    opening: Opening,
    boundaries: frozenset[int],
) -> tuple[frozenset[int], frozenset[int]]:
    """Where a month may be cut into days, and the options that may then be told: as many as possible of both.

    `days` has the day as its first axis, then `axes` and the options; `opening` is what the class tells of the whole
    month, `boundaries` the numbers of days after which it may be cut. Greedy from the start: a cut as soon as every
    cell since the last one holds the minimum; what is left at the end belongs to the last piece.
    """
    import numpy as np

    totals = days.reshape(-1, options.size).sum(axis=0)
    chosen = sorted((i for i in opening.values[OPTION] if totals[i]), key=lambda i: (-totals[i], i))
    best: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())
    for kept in range(len(chosen), -1, -1):
        told = Opening({**opening.values, OPTION: frozenset(chosen[:kept])})
        blocks = _blocks(days, axes, options, told)
        found, since = [], np.zeros(blocks.shape[1:], blocks.dtype)
        for day in range(len(blocks)):
            since = since + blocks[day]
            if day + 1 in boundaries and (since >= minimum).all():
                found.append(day + 1)
                since = np.zeros_like(since)
        if found and not (since >= minimum).all():
            found.pop()
        if len(found) * (kept + 1) > len(best[0]) * (len(best[1]) + 1):
            best = frozenset(found), told.values[OPTION]
    return best


def _blocks(days: "Cube", axes: Sequence[str], options: Options, opening: Opening) -> "Cube":
    """Day by day the cells of the product that an opening tells apart, in one row."""
    import numpy as np

    folded = days
    for i, axis in enumerate((*axes, OPTION), 1):
        present = _flat(days, i).any(axis=0)
        shown = np.zeros(days.shape[i], bool)
        shown[list(opening.values[axis])] = True
        rest = present & ~shown
        if axis == OPTION:
            rest[options.counted :] = False
        folded, _ = _folded(folded, i, present & shown, rest)
    return folded.reshape(len(days), -1)


def _folded(counts: "Cube", axis: int, kept: "Mask", rest: "Mask") -> tuple["Cube", list[int]]:
    """The kept values of an axis, and the rest as one behind them where there is any."""
    import numpy as np

    alone = np.compress(kept, counts, axis=axis)
    labels = [int(i) for i in kept.nonzero()[0]]
    if not rest.any():
        return alone, labels
    block = np.compress(rest, counts, axis=axis).sum(axis=axis, keepdims=True)
    return np.concatenate([alone, block], axis=axis), [*labels, -1]


def _flat(counts: "Cube", axis: int) -> "Cube":
    """All cells by the values of one axis, which stands last."""
    import numpy as np

    return np.moveaxis(counts, axis, -1).reshape(-1, counts.shape[axis])
