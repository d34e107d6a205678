"""How finely a cube of counts may be told, so that no subtraction of what is told gives a small count away.

A view fixes some axes of the cube (agency, month, channel, ...) and adds up the others; views that fix the same axes
are a class. What may be told is decided for a class, never for one view: some values of each of its axes stand alone,
all others are one hidden block, and **every cell of the product of these blocks holds at least the minimum**. Options
are an axis too, but each value of the class's first axis tells a number of them of its own: those that are chosen most.
A class that fixes more axes tells nothing apart that a class with fewer of them hides.

Why this is enough: what a class tells is a sum of its cells. A group of answers that is described by values of some
axes and follows from everything told is, by the interactions of its axes (Haberman's decomposition of functions on a
product), a sum of cells of its own class, or a whole option over all values that do not tell it; each holds at least
the minimum. Values without any answer are taken out first, so that no zero makes the product incomplete.

Source: global recoding and linked tables, A. Hundepool et al., "Statistical Disclosure Control" (2012), chapters 4 and
5; the nested products and the order of the options are our own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod
from typing import TYPE_CHECKING, Any

from survey_app.statistics.suppression import hidden_cells, total_hidden

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Cube = NDArray[Any]
    Mask = NDArray[Any]

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
    """What views of one class may tell, by index: the `values` of each axis that stand alone, and the options `told` by
    each value of the axis `first`; with no axis, `told` has one entry, None. Values that are `absent` have no answers,
    and where the whole is `empty` nothing has: all of it may be told, as 0 (`zeros` are all options)."""

    values: Mapping[str, frozenset[int]]
    first: str | None
    told: Mapping[int | None, frozenset[int]]
    absent: Mapping[str, frozenset[int]]
    zeros: frozenset[int]
    empty: bool = False

    def options(self, at: Mapping[str, Iterable[int]]) -> frozenset[int] | None:
        """The options that a view over these values tells; None where not even n may be told."""
        if self.empty or any(set(wanted) <= self.absent.get(axis, frozenset()) for axis, wanted in at.items()):
            return self.zeros
        if any(not set(wanted) <= self.values[axis] for axis, wanted in at.items()):
            return None
        if self.first is None:
            return self.told[None]
        return self.zeros.intersection(*(self.told[value] for value in at[self.first]))

    def at(self, axis: str, value: int) -> "Opening | None":
        """The same within one value of an axis; None where that does not stand alone."""
        if self.empty or value in self.absent[axis]:
            return Opening({}, None, {None: self.zeros}, {}, self.zeros, empty=True)
        if value not in self.values[axis]:
            return None
        values, absent = ({a: found for a, found in side.items() if a != axis} for side in (self.values, self.absent))
        if self.first != axis:
            return Opening(values, self.first, self.told, absent, self.zeros)
        return Opening(values, None, {None: self.told[value]}, absent, self.zeros)


Openings = Mapping[Axes, Opening | None]


def openings(
    cube: "Cube",
    axes: Sequence[str],
    options: Options,
    minimum: int,
    *,
    given: Openings | None = None,
    bound: Openings | None = None,
    responses: Openings | None = None,
    nameless: Mapping[str, frozenset[int]] | None = None,
) -> dict[Axes, Opening | None]:
    """For every class of a cube, by the axes it fixes, what it may tell; None where that is nothing at all.

    The last axis of `cube` holds the options. `given` are classes that were decided on a larger cube. `bound` has
    decided the same classes by a smaller minimum, `responses` those of all responses: nothing is told that they hide.
    `nameless` values (an agency's own answers beside those of the agencies below it) never stand alone. Values without
    answers stand alone: 0 is told.
    """
    found: dict[Axes, Opening | None] = {}
    for size in range(len(axes) + 1):
        for fixed in combinations(axes, size):
            key = frozenset(fixed)
            limits = [found[key - {axis}] for axis in fixed]
            limits += [decided.get(key) for decided in (bound, responses) if decided is not None]
            if given is not None and key in given:
                found[key] = given[key]
            elif cube.size > LARGEST_CUBE or None in limits:
                found[key] = None
            else:
                summed = cube.sum(axis=tuple(i for i, axis in enumerate(axes) if axis not in key))
                known = [limit for limit in limits if limit is not None]
                telling = known if responses is None else known[:-1]
                work = _Class(summed, fixed, options, minimum, known, telling, nameless or {})
                found[key] = work.opening() if fixed else work.whole()
    return found


class _Class:
    """One class of a cube: its counts, and what others have decided (`limits` on values, `telling` on options too)."""

    def __init__(
        self,
        counts: "Cube",
        axes: tuple[str, ...],
        options: Options,
        minimum: int,
        limits: Sequence[Opening],
        telling: Sequence[Opening],
        nameless: Mapping[str, frozenset[int]],
    ) -> None:
        import numpy as np

        self._counts, self._axes, self._options, self._minimum = counts, axes, options, minimum
        self._telling, self._zeros = telling, frozenset(range(options.size - 1))
        self._present: list[Mask] = [by_axis(counts, i) > 0 for i in range(counts.ndim)]
        self._open = [np.ones(size, bool) for size in counts.shape[:-1]]
        for i, axis in enumerate(axes):
            self._open[i][list(nameless.get(axis, ()))] = False
            for limit in limits:
                if axis in limit.values:
                    self._open[i] &= mask_of(limit.values[axis], counts.shape[i])
        self._tellable = self._told_by_all()

    def whole(self) -> Opening | None:
        """The class that fixes nothing, by the rule for one row."""
        counts = self._counts.tolist()
        counted, outside = counts[: self._options.counted], counts[self._options.counted : -1]
        if total_hidden(counted, self._minimum):
            return None
        hidden = (*hidden_cells(counted, self._minimum), *hidden_cells(outside, self._minimum, counts[-1]))
        told = (i for i, hide in enumerate(hidden) if self._tellable[i] and not (hide and counts[i]))
        return Opening({}, None, {None: frozenset(told)}, {}, self._zeros)

    def opening(self) -> Opening:
        """The values that stand alone, and for each value of the first axis how many options it tells: the most cells
        that can be told."""
        import numpy as np

        kept = [present & shown for present, shown in zip(self._present, self._open, strict=False)]
        rough, told, most = [np.zeros_like(mask) for mask in kept], {}, 0
        for options in range(self._options.counted + 1):
            found = self._with(options, kept)
            stairs = _Staircase(self, found).told() if found else {}
            cells = sum(1 + len(options) for options in stairs.values()) * _product(found[1:] if found else ())
            if found and cells > most:
                rough, told, most = found, stairs, cells
        values, absent = {}, {}
        for i, axis in enumerate(self._axes):
            absent[axis] = _indices(~self._present[i])
            values[axis] = _indices(rough[i]) | (absent[axis] & _indices(self._open[i]))
        first: dict[int | None, frozenset[int]] = {
            value: told.get(value, self._zeros) for value in values[self._axes[0]]
        }
        return Opening(values, self._axes[0], first, absent, self._zeros)

    def _with(self, options: int, kept: Sequence["Mask"]) -> list["Mask"] | None:
        """The values that stand alone where all but the most chosen options are hidden for some values; the first axis
        keeps what at least its n allows."""
        import numpy as np

        counted = self._counts[..., : self._options.counted]
        totals = by_axis(counted, counted.ndim - 1)
        chosen = np.argsort(-totals, kind="stable")[:options]
        others = np.setdiff1d(np.arange(self._options.counted), chosen)
        cells = np.concatenate([counted[..., chosen], counted[..., others].sum(axis=-1, keepdims=True)], axis=-1)
        tellable = np.pad(self._tellable[..., chosen], [(0, 0)] * (counted.ndim - 1) + [(0, 1)], constant_values=True)
        fine = coarsened(cells, kept, options + 1, self._minimum, tellable)
        if fine is None:
            return None
        sums = counted.sum(axis=-1, keepdims=True)
        return coarsened(sums, [kept[0], *fine[1:-1]], 1, self._minimum)

    def _told_by_all(self) -> "Mask":
        """Whether all classes with fewer axes, and a smaller minimum, tell the option of a cell."""
        import numpy as np

        tellable = np.ones(self._counts.shape, bool)
        tellable[..., -1] = False
        for limit in self._telling:
            size = self._counts.shape[-1]
            if limit.first is None:
                tellable &= mask_of(limit.told[None], size)
                continue
            i = self._axes.index(limit.first)
            rows = np.zeros((self._counts.shape[i], size), bool)
            for value, told in limit.told.items():
                rows[value, list(told)] = True
            shape = [1] * self._counts.ndim
            shape[i], shape[-1] = rows.shape
            tellable &= rows.reshape(shape)
        return tellable


class _Staircase:
    """How many options each value of the first axis tells: of those that the other axes tell, the most chosen first.

    An option is told by a value where each of its cells, and what stays hidden beside it, holds the minimum; and where
    some value hides an option, all those that hide it hold the minimum of it together.
    """

    def __init__(self, work: "_Class", kept: Sequence["Mask"]) -> None:
        import numpy as np

        counts, present = work._counts, work._present
        self._counted, self._minimum = work._options.counted, work._minimum
        cells = counts
        for i in range(1, counts.ndim - 1):
            cells = folded(cells, i, kept[i], present[i] & ~kept[i])[0]
        # By value of the first axis, cell of the others, option.
        self._cells = cells.reshape(counts.shape[0], -1, counts.shape[-1])
        tellable = work._tellable
        for i in range(1, counts.ndim - 1):
            tellable = np.compress(kept[i], tellable, axis=i)
        tellable = tellable.reshape(counts.shape[0], -1, counts.shape[-1])
        self._may: Mask = np.asarray(tellable.all(axis=1))
        self._kept: Mask = kept[0]
        self._present: Mask = present[0]
        totals = self._cells.sum(axis=(0, 1))
        may_be_told = self._may[self._kept].any(axis=0) & (totals > 0)
        self._chain = sorted(may_be_told[: self._counted].nonzero()[0].tolist(), key=lambda o: (-totals[o], o))
        self._never = [o for o in range(self._counted) if totals[o] and o not in self._chain]
        self._outside = [o for o in range(self._counted, counts.shape[-1] - 1) if may_be_told[o]]
        self._absent = [o for o in range(counts.shape[-1] - 1) if not totals[o]]

    def told(self) -> dict[int, frozenset[int]]:
        """The options by value."""
        levels = {value: self._level(value) for value in self._kept.nonzero()[0].tolist()}
        while self._lower(levels):
            pass
        told = {value: {*self._chain[:level], *self._absent} for value, level in levels.items()}
        for option in self._outside:
            for value in self._telling_outside(option):
                told[value].add(option)
        return {value: frozenset(found) for value, found in told.items()}

    def _level(self, value: int) -> int:
        """The most options that a value can tell by itself."""
        for level in range(len(self._chain), 0, -1):
            if not self._leaves_one(level) and self._is_safe(value, level):
                return level
        return 0

    def _leaves_one(self, level: int) -> bool:
        """Whether one option alone would stay hidden, and so not be hidden."""
        return len(self._chain) - level + len(self._never) == 1

    def _is_safe(self, value: int, level: int) -> bool:
        chosen = self._chain[:level]
        rest = [*self._chain[level:], *self._never]
        cells = self._cells[value]
        cells = cells[cells[:, : self._counted].any(axis=1)]
        alone = self._may[value, chosen].all() and (cells[:, chosen] >= self._minimum).all()
        return bool(alone and (not rest or (cells[:, rest].sum(axis=1) >= self._minimum).all()))

    def _lower(self, levels: dict[int, int]) -> bool:
        """Where those that hide an option have too little of it together, the smallest that tells it joins them."""
        for place, option in enumerate(self._chain):
            telling = [value for value, level in levels.items() if level > place]
            hiding = self._present.copy()
            hiding[telling] = False
            if not telling or not hiding.any():
                continue
            least = self._never or [self._chain[-1]]
            together = self._cells[hiding].sum(axis=0)
            together = together[together[:, : self._counted].any(axis=1)]
            if (together[:, option] >= self._minimum).all() and (together[:, least].sum(axis=1) >= self._minimum).all():
                continue
            smallest = min(telling, key=lambda value: (self._cells[value].sum(), value))
            levels[smallest] = place - 1 if place and self._leaves_one(place) else place
            return True
        return False

    def _telling_outside(self, option: int) -> list[int]:
        """The values that tell an option outside n; nobody where those that do not have too little of it together."""
        answered = self._cells[:, :, : self._counted].any(axis=2)
        large: Mask = self._may[:, option] & ((self._cells[:, :, option] >= self._minimum) | ~answered).all(axis=1)
        telling = (self._kept & large).nonzero()[0].tolist()
        hiding = self._present.copy()
        hiding[telling] = False
        together = self._cells[hiding].sum(axis=0)
        together = together[together[:, : self._counted].any(axis=1), option]
        return telling if not hiding.any() or (together >= self._minimum).all() else []


def coarsened(
    counts: "Cube", kept: Sequence["Mask"], counted: int, minimum: int, tellable: "Mask | None" = None
) -> list["Mask"] | None:
    """Take values of the axes, and options (the last axis; the first `counted` make n), out of those that stand alone
    until every cell of the product holds the minimum; None where no value is left.

    Those go first whose cells are most often too small. A hidden block that is too small takes in the smallest value.
    Where nobody answered at all, nothing is too small.
    """
    import numpy as np

    present = [by_axis(counts, i) > 0 for i in range(counts.ndim)]
    options = present[-1].copy()
    options[counted:] = False
    masks = [*(mask.copy() for mask in kept), options]
    while True:
        if not all(mask.any() for mask in masks[:-1]):
            return None
        cells, hidden, labels = counts, np.zeros(counts.shape, bool) if tellable is None else ~tellable, []
        for i, mask in enumerate(masks):
            rest = present[i] & ~mask
            rest[counted if i == len(masks) - 1 else len(rest) :] = False
            cells, found = folded(cells, i, mask, rest)
            labels.append(found)
            # What a hidden block holds is told by nobody.
            hidden = folded(hidden, i, mask, np.zeros_like(rest))[0]
            if rest.any():
                hidden = np.pad(hidden, [(0, int(j == i)) for j in range(hidden.ndim)])
        making_n = [slot for slot, option in enumerate(labels[-1]) if option < counted]
        small = ((cells < minimum) | hidden) & (cells[..., making_n].sum(axis=-1, keepdims=True) > 0)
        if not small.any():
            return masks
        _take_out_worst(counts, masks, small, labels)


def _take_out_worst(counts: "Cube", masks: list["Mask"], small: "Mask", labels: list[list[int]]) -> None:
    """Of the axis with the worst value (or hidden block), take out those nearly as bad."""
    best: tuple[float, int, list[int]] = (0.0, 0, [])
    for i in range(small.ndim):
        shares = small.mean(axis=tuple(j for j in range(small.ndim) if j != i))
        worst = float(shares.max())
        if worst > best[0]:
            best = (worst, i, [labels[i][slot] for slot in (shares >= NEARLY * worst).nonzero()[0]])
    _, axis, values = best
    named = [value for value in values if value >= 0]
    if not named:
        # A hidden block: it needs a partner, on its own axis or, where none is left, on another.
        axes = [axis, *(i for i in range(len(masks)) if i != axis)]
        axis = next(i for i in axes if masks[i].any())
        totals = by_axis(counts, axis)
        named = [min(masks[axis].nonzero()[0].tolist(), key=lambda value: (totals[value], value))]
    masks[axis][named] = False


def folded(counts: "Cube", axis: int, kept: "Mask", rest: "Mask") -> tuple["Cube", list[int]]:
    """The kept values of an axis, and the rest as one behind them where there is any (-1 in the second list)."""
    import numpy as np

    alone = np.compress(kept, counts, axis=axis)
    names = [int(i) for i in kept.nonzero()[0]]
    if not rest.any():
        return alone, names
    block = np.compress(rest, counts, axis=axis).sum(axis=axis, keepdims=True)
    return np.concatenate([alone, block], axis=axis), [*names, -1]


def by_axis(counts: "Cube", axis: int) -> "Cube":
    """The sums over all other axes."""
    sums: Cube = counts.sum(axis=tuple(i for i in range(counts.ndim) if i != axis))
    return sums


def _product(masks: Iterable["Mask"]) -> int:
    return prod(int(mask.sum()) for mask in masks)


def _indices(mask: "Mask") -> frozenset[int]:
    return frozenset(mask.nonzero()[0].tolist())


def mask_of(indices: Iterable[int], size: int) -> "Mask":
    import numpy as np

    mask = np.zeros(size, bool)
    mask[list(indices)] = True
    return mask
