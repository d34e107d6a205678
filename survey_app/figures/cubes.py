"""The cube behind the views of a place, and what each class of them may tell (`statistics.resolution`).

The survey's own agency has a cube of its own. Those of places below have their agencies as an axis, and tell nothing
apart that the one above hides. Months are an axis only where days were asked for; a month that is cut through has finer
cubes of its own: its two halves, and where it is cut elsewhere its days.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from survey_app.figures.counted import AGENCY, PROCEDURE, Counted, Values
from survey_app.figures.places import Place
from survey_app.statistics.day_cuts import NO_CUTS, Cuts, cuts
from survey_app.statistics.resolution import Axes, Opening, openings
from survey_app.tallies.queries import Counts
from survey_app.tallies.rules import HALF, Slice

if TYPE_CHECKING:
    from survey_app.statistics.blocks import Cube

MONTH, HALVES, DAY = "month", "half", "day"


class Piece(NamedTuple):
    """The part of a month that a period covers: after day `start` up to day `end`; None for the whole month. Days are
    those on which anybody answered (0: before the first one)."""

    month: date
    start: int | None
    end: int | None


class Resolution:
    """What views of a place may tell that fix some of these axes."""

    def __init__(
        self,
        counted: Counted,
        axes: Sequence[str],
        place: Place,
        minimums: Sequence[int],
        answered: Callable[[date], Sequence[int]],
        found: tuple[Values, "Cube"],
        *,
        above: "Resolution | None" = None,
        unmarked: "Resolution | None" = None,
    ) -> None:
        """`minimums` rise, and a later one never tells more. `answered` gives the days of a month on which anybody
        answered anywhere in the survey. `found` is the cube of the place by its axes: marks, and months where days are
        fixed. `above` is the resolution of the agency that it is part of, `unmarked` that of the same without marks,
        where there are any: it also has the answers whose marks are not told yet."""
        self.counted = counted
        self._axes, self._minimums, self._place = tuple(axes), tuple(minimums), place
        self._marks = tuple(axis for axis in axes if axis != MONTH)
        self._above, self._unmarked = above, unmarked
        self._at = {agency_id: i for i, agency_id in enumerate(place.below)}
        self._answered = cache(answered)
        self._known: dict[Any, Any] = {}
        self.values, self._cube = found

    @property
    def minimum(self) -> int:
        """The smallest count that is told."""
        return self._minimums[-1]

    @property
    def questions(self) -> tuple[str, ...]:
        """The codes of the choice questions; "" stands for the responses themselves."""
        return tuple(self.counted.options)

    def values_of(self, mark: str) -> Sequence[Any]:
        """The values of a mark that occur in the survey; "" (no procedure) is none."""
        return [value for value in self.values[mark] if value != ""]

    def months_of(self, part: Slice) -> Sequence[date]:
        """The months with answers that the days of a part touch."""
        pieces = self.pieces(part.from_on, part.to_on, None)
        return self.values.get(MONTH, []) if pieces is None else [piece.month for piece in pieces]

    def pieces(self, from_on: date | None, to_on: date | None, month: date | None) -> Sequence[Piece] | None:
        """The months of a period (of one of its months), those cut through with their days; None where nothing is
        left out."""
        if MONTH not in self._axes:
            return None
        months = self.values[MONTH]
        key = ("pieces", from_on, to_on)
        if key not in self._known:
            self._known[key] = [piece for each in months if (piece := self._piece(each, from_on, to_on))]
        found: list[Piece] = self._known[key]
        if month is not None:
            return [piece for piece in found if piece.month == month]
        return None if len(found) == len(months) and all(piece.end is None for piece in found) else found

    def counts(
        self, agency_id: int, days: Sequence[Piece] | None, fixed: Mapping[str, Any], questions: Sequence[str] | None
    ) -> Counts:
        """The counts of a view that fixes all marks, of these questions (None: all)."""
        if any(value not in self.values[mark] for mark, value in fixed.items()):
            return {}
        at = (self._row(agency_id), *(self.values[mark].index(fixed[mark]) for mark in self._marks))
        cells = self._cube[at]
        if MONTH in self._axes:
            whole = [i for i, month in enumerate(self.values[MONTH]) if days is None or (month, None, None) in days]
            cells = cells[whole].sum(axis=0)
            for piece in days or ():
                if piece.end is not None:
                    cells = cells + self._cut(piece, at)
        return self.counted.counts(cells, questions)

    def _cut(self, piece: Piece, at: tuple[int, ...]) -> "Cube":
        """The counts of a part of a month at a place in the cube."""
        if self._ends(piece) == {self._half(piece.month)}:
            half: Cube = self._halves(piece.month)[at][int(piece.start != 0)]
            return half
        days: Cube = self._days(piece.month)[at][piece.start : piece.end].sum(axis=0)
        return days

    @property
    def has_own_months(self) -> bool:
        """Whether counts by its months are not those of periods: by procedure some are told in months of their own."""
        return PROCEDURE in self._marks and MONTH in self._axes

    def options(
        self, question: str, agency_id: int, days: Sequence[Piece] | None, fixed: Mapping[str, Any]
    ) -> frozenset[str] | None:
        """The options of a question that a view may tell; None where its n may not be told either."""
        options = self.counted.options[question]
        axes = frozenset(fixed) | ({MONTH} if days is not None else frozenset())
        opening = self._opening(agency_id, question, axes, len(self._minimums) - 1)
        if opening is None:
            return None
        # A value that does not occur in the survey has no answers: 0 is told.
        at = {m: [self.values[m].index(value)] for m, value in fixed.items() if value in self.values[m]}
        if len(at) < len(fixed) or not (days is None or days):
            return frozenset(options)
        if days is not None:
            at[MONTH] = [self.values[MONTH].index(piece.month) for piece in days]
        told = opening.options(at)
        for piece in days or ():
            if told is not None and piece.end is not None:
                told = self._of_days(agency_id, question, axes, piece, at, told)
        return None if told is None else frozenset(options[index] for index in told)

    def _of_days(
        self,
        agency_id: int,
        question: str,
        axes: Axes,
        piece: Piece,
        at: Mapping[str, Sequence[int]],
        told: frozenset[int],
    ) -> frozenset[int] | None:
        """What is left of the options told where a month is cut through; None where it may not be."""
        ends, half = self._ends(piece), self._half(piece.month)
        grain = HALVES if ends == {half} else DAY
        found = self._cuts(agency_id, question, axes, len(self._minimums) - 1, piece.month, grain)
        if not ends <= (found.after if grain == DAY else {half for _ in found.after}):
            return None
        if any(not set(at[axis]) <= values for axis, values in found.values.items() if axis != AGENCY):
            return None
        return told & found.options

    def _piece(self, month: date, from_on: date | None, to_on: date | None) -> Piece | None:
        length = monthrange(month.year, month.month)[1]
        first = max(from_on or month, month)
        last = min(to_on or month.replace(day=length), month.replace(day=length))
        if first > last:
            return None
        if (first.day, last.day) == (1, length):
            return Piece(month, None, None)
        # Days without answers at the ends make no difference.
        active = (0, *self._answered(month))
        start, end = (max(day for day in active if day <= bound) for bound in (first.day - 1, last.day))
        if start >= end:
            return None
        return Piece(month, None, None) if (start, end) == (0, active[-1]) else Piece(month, start, end)

    def _ends(self, piece: Piece) -> set[int]:
        """The days after which a piece cuts its month."""
        return {day for day in (piece.start, piece.end) if day is not None} - {0, self._answered(piece.month)[-1]}

    def _half(self, month: date) -> int:
        """The last day with answers in the first half of a month; 0 where there is none."""
        key = ("half", month)
        if key not in self._known:
            self._known[key] = max((day for day in self._answered(month) if day <= HALF), default=0)
        half: int = self._known[key]
        return half

    def _row(self, agency_id: int) -> int:
        """Where an agency stands in the cube: the place itself first."""
        return self._at[agency_id] + 1 if self._place.below else 0

    def _opening(self, agency_id: int, question: str, axes: Axes, level: int) -> Opening | None:
        """What a class tells at an agency, without the axis of the agency itself."""
        if not self._place.below:
            return self._family(question, level)[axes]
        found = self._family(question, level)[axes | {AGENCY}]
        return found and found.at(AGENCY, self._at[agency_id])

    def _family(self, question: str, level: int) -> Mapping[Axes, Opening | None]:
        """The classes of the place, at one of the minimums."""
        key = (question, level)
        if key not in self._known:
            given = dict(self._unmarked._family(question, level)) if self._unmarked else {}
            if self._above:
                sets = (frozenset(c) for size in range(len(self._axes) + 1) for c in combinations(self._axes, size))
                given |= {axes: self._above._opening(self._place.agency_id, question, axes, level) for axes in sets}
            bound = self._family(question, level - 1) if level else None
            responses = self._family("", level) if question else None
            cube, axes, nameless = self._beside(self._cube, question, self._axes)
            self._known[key] = openings(
                cube,
                axes,
                self.counted.sizes[question],
                self._minimums[level],
                given=given,
                bound=bound,
                responses=responses,
                nameless=nameless,
                ordered=MONTH,
            )
        found: Mapping[Axes, Opening | None] = self._known[key]
        return found

    def _cuts(self, agency_id: int, question: str, axes: Axes, level: int, month: date, grain: str) -> Cuts:
        """Where a class may cut a month at an agency, and what it may tell then: after its first half, or its days."""
        if not self._place.below:
            return self._family_cuts(question, axes, level, month, grain)
        found = self._family_cuts(question, axes | {AGENCY}, level, month, grain)
        return found if self._at[agency_id] in found.values.get(AGENCY, ()) else NO_CUTS

    def _family_cuts(self, question: str, axes: Axes, level: int, month: date, grain: str) -> Cuts:
        if self._above and AGENCY not in axes:
            return self._above._cuts(self._place.agency_id, question, axes, level, month, grain)
        if self._unmarked and not axes.intersection(self._marks):
            return self._unmarked._family_cuts(question, axes, level, month, grain)
        key = (question, axes, level, month, grain)
        if key not in self._known:
            self._known[key] = self._new_cuts(question, axes, level, month, grain)
        found: Cuts = self._known[key]
        return found

    def _new_cuts(self, question: str, axes: Axes, level: int, month: date, grain: str) -> Cuts:
        opening, index = self._family(question, level)[axes], self.values[MONTH].index(month)
        if opening is None or opening.empty or index not in opening.values[MONTH]:
            return NO_CUTS
        wider = [self._family_cuts(question, axes - {axis}, level, month, grain) for axis in axes - {MONTH}]
        if level:
            wider.append(self._family_cuts(question, axes, level - 1, month, grain))
        if question:
            responses = self._family_cuts("", axes, level, month, grain)
            told = frozenset(range(self.counted.sizes[question].size - 1))
            wider.append(Cuts(responses.after, responses.values, told))
        anchor = None
        if grain == DAY and (halves := self._family_cuts(question, axes, level, month, HALVES)).after:
            # Days are pieces of the halves that the class tells: no difference between the two is smaller than a piece.
            wider.append(Cuts(frozenset(range(1, len(_days_of(month)) + 1)), halves.values, halves.options))
            anchor = HALF
        cube = self._days(month) if grain == DAY else self._halves(month)
        cube, names, _ = self._beside(cube, question, (*self._marks, DAY))
        cube = cube.sum(axis=tuple(i for i, axis in enumerate(names) if axis not in axes | {DAY}))
        fixed = [axis for axis in names if axis in axes]
        return cuts(
            _first(cube, len(fixed)),
            fixed,
            self.counted.sizes[question],
            self._minimums[level],
            opening,
            index,
            wider,
            anchor=anchor,
        )

    def _days(self, month: date) -> "Cube":
        key = ("days", month)
        if key not in self._known:
            days = _days_of(month)
            values = {**self.values, DAY: days}
            self._known[key] = self.counted.cube(self._place.agencies, month, days[-1], (*self._marks, DAY), values)[1]
        found: Cube = self._known[key]
        return found

    def _halves(self, month: date) -> "Cube":
        """The month up to its 14th, and the rest of it, along the axis of the days."""
        import numpy as np

        key = ("halves", month)
        if key not in self._known:
            half, places = month.replace(day=HALF), self._place.agencies
            first = self.counted.cube(places, month, half, self._marks, self.values)[1]
            whole = np.take(self._cube, self.values[MONTH].index(month), axis=-2)
            self._known[key] = np.stack([first, (whole - first).clip(min=0)], axis=-2)
        found: Cube = self._known[key]
        return found

    def _beside(
        self, cube: "Cube", question: str, axes: Sequence[str]
    ) -> tuple["Cube", tuple[str, ...], Mapping[str, frozenset[int]]]:
        """A question's cube by the agencies below the place, its own answers beside them, where there are any."""
        import numpy as np

        cells = self.counted.of(cube, question)
        if not self._place.below:
            return cells[0], tuple(axes), {}
        own = cells[0] - cells[1:].sum(axis=0)
        return np.concatenate([cells[1:], own[None]]), (AGENCY, *axes), {AGENCY: frozenset([len(cells) - 1])}


def _first(cube: "Cube", axis: int) -> "Cube":
    import numpy as np

    return np.moveaxis(cube, axis, 0)


def _days_of(month: date) -> list[date]:
    return [month.replace(day=day) for day in range(1, monthrange(month.year, month.month)[1] + 1)]
