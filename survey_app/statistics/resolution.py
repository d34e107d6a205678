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
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from survey_app.statistics.blocks import by_axis, coarsened, indices, mask_of, product_of
from survey_app.statistics.staircase import Staircase
from survey_app.statistics.suppression import hidden_cells, total_hidden

if TYPE_CHECKING:
    from survey_app.statistics.blocks import Cube, Mask

# A cube with more cells is not told at all: the work on it would have no bound.
LARGEST_CUBE = 4_000_000
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
    and where the whole is `empty` nothing has: all of it may be told, as 0 (`zeros` are all options). The others are
    hidden apart. Those of the axis that has an order are `hidden`: all of them together follow from what is told, and
    so are told."""

    values: Mapping[str, frozenset[int]]
    first: str | None
    told: Mapping[int | None, frozenset[int]]
    absent: Mapping[str, frozenset[int]]
    zeros: frozenset[int]
    hidden: Mapping[str, frozenset[int]] = field(default_factory=dict)
    empty: bool = False

    def options(self, at: Mapping[str, Iterable[int]]) -> frozenset[int] | None:
        """The options that a view over these values tells; None where not even n may be told."""
        if self.empty or any(set(wanted) <= self.absent.get(axis, frozenset()) for axis, wanted in at.items()):
            return self.zeros
        together = {axis: set(wanted) - self.values[axis] for axis, wanted in at.items()}
        if any(rest and rest != self.hidden.get(axis, set()) for axis, rest in together.items()):
            return None
        if self.first is None:
            return self.told[None]
        # What is hidden apart is what all others leave of the whole.
        telling = self.told if together[self.first] else at[self.first]
        return self.zeros.intersection(*(self.told[value] for value in telling))

    def at(self, axis: str, value: int) -> "Opening | None":
        """The same within one value of an axis; None where that does not stand alone."""
        if self.empty or value in self.absent[axis]:
            return Opening({}, None, {None: self.zeros}, {}, self.zeros, empty=True)
        if value not in self.values[axis]:
            return None
        values, absent, hidden = (
            {a: found for a, found in side.items() if a != axis} for side in (self.values, self.absent, self.hidden)
        )
        if self.first != axis:
            return Opening(values, self.first, self.told, absent, self.zeros, hidden)
        return Opening(values, None, {None: self.told[value]}, absent, self.zeros, hidden)


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
    ordered: str | None = None,
) -> dict[Axes, Opening | None]:
    """For every class of a cube, by the axes it fixes, what it may tell; None where that is nothing at all.

    The last axis of `cube` holds the options. `given` are classes that were decided on a larger cube. `bound` has
    decided the same classes by a smaller minimum, `responses` those of all responses: nothing is told that they hide.
    `nameless` values (an agency's own answers beside those of the agencies below it) never stand alone. Values without
    answers stand alone: 0 is told. Of the axis `ordered` stretches are asked for: what is hidden of it lies together,
    where it can.
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
                work = _Class(summed, fixed, options, minimum, known, telling, nameless or {}, ordered)
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
        ordered: str | None,
    ) -> None:
        import numpy as np

        self._counts, self._axes, self._options, self._minimum = counts, axes, options, minimum
        self._telling, self._zeros = telling, frozenset(range(options.size - 1))
        self._ordered = axes.index(ordered) if ordered in axes else None
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
            stairs = self._stairs(found).told() if found else {}
            cells = sum(1 + len(options) for options in stairs.values()) * product_of(found[1:] if found else ())
            if found and cells > most:
                rough, told, most = found, stairs, cells
        values, absent, hidden = {}, {}, {}
        for i, axis in enumerate(self._axes):
            absent[axis] = indices(~self._present[i])
            if i == self._ordered:
                hidden[axis] = indices(self._present[i] & ~rough[i])
            values[axis] = indices(rough[i]) | (absent[axis] & indices(self._open[i]))
        first: dict[int | None, frozenset[int]] = {
            value: told.get(value, self._zeros) for value in values[self._axes[0]]
        }
        return Opening(values, self._axes[0], first, absent, self._zeros, hidden)

    def _stairs(self, kept: Sequence["Mask"]) -> Staircase:
        return Staircase(self._counts, self._present, kept, self._tellable, self._options.counted, self._minimum)

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
        fine = coarsened(cells, kept, options + 1, self._minimum, tellable, self._ordered)
        if fine is None:
            return None
        sums = counted.sum(axis=-1, keepdims=True)
        return coarsened(sums, [kept[0], *fine[1:-1]], 1, self._minimum, ordered=self._ordered)

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
