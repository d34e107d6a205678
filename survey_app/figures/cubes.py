"""The cubes behind a survey's views, and what each class of views may tell (`statistics.resolution`).

The root's cube has the agencies right below it as an axis, and each of those that is asked further into has a cube of
its own, which tells nothing apart that the one above hides. Months are an axis only where days were asked for; a month
that is cut through has finer cubes of its own: its two halves, and where it is cut elsewhere its days.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from survey_app.agencies.queries import ancestors_by_agency, children_by_agency
from survey_app.figures.counted import AGENCY, Counted, Cubes
from survey_app.figures.subjects import Subject
from survey_app.statistics.day_cuts import NO_CUTS, Cuts, cuts
from survey_app.statistics.resolution import Axes, Opening, openings
from survey_app.surveys.models import Survey
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


class Tree(NamedTuple):
    """The agencies that views at some of them need: `lines` from each up to the survey's own, `children` of those."""

    lines: Mapping[int, tuple[int, ...]]
    children: Mapping[int, tuple[int, ...]]

    @property
    def key(self) -> tuple[object, ...]:
        """The same as something that can be a key."""
        return tuple(sorted(self.lines.items())), tuple(sorted(self.children.items()))


def tree_of(root: int, agency_ids: Sequence[int]) -> Tree:
    """The tree from the survey's own agency to these; those outside of it are left out."""
    if set(agency_ids) == {root}:
        return Tree({root: (root,)}, {})
    lines = ancestors_by_agency(agency_ids)
    kept = {each: tuple(line[: line.index(root) + 1]) for each, line in lines.items() if root in line}
    above = {place for line in kept.values() for place in line[1:]}
    return Tree(kept, {place: tuple(sorted(below)) for place, below in children_by_agency(above).items()})


class Resolution:
    """What views may tell that fix some of these marks, days (`within`), and agencies at or below those asked for."""

    def __init__(
        self,
        survey: Survey,
        marks: Sequence[str],
        within: bool,
        tree: Tree,
        minimums: Sequence[int],
        answered: Callable[[date], Sequence[int]],
        until: date | None = None,
        subject: Subject | None = None,
        asked: Sequence[str] | None = None,
        unmarked: "Resolution | None" = None,
    ) -> None:
        """`minimums` rise, and a later one never tells more; answers after the day `until` do not exist. `answered`
        gives the days of a month on which anybody answered anywhere in the survey. `subject` is what is counted instead
        of the answers to the choice questions; `asked` are those of which views are (None: all). `unmarked` is the
        resolution of the same without marks, where there are any: it also has the answers whose marks are not told
        yet."""
        self._marks, self._minimums, self._root = tuple(marks), tuple(minimums), survey.agency_id
        self._unmarked = unmarked
        self._lines, self._children = tree
        self._parent = {below: place for place, found in self._children.items() for below in found}
        self._places = sorted({self._root, *self._parent, *self._children})
        self._axes = (*self._marks, MONTH) if within else self._marks
        self.counted = Counted(survey, self._places, until, subject, asked)
        self._questions, self._sizes = self.counted.options, self.counted.sizes
        self._answered = answered
        self._known: dict[Any, Any] = {}
        self._values: dict[str, list[Any]]
        months = {MONTH: unmarked._values[MONTH]} if unmarked and within else None
        self._values, self._arrays = self.counted.cubes(None, None, self._axes, months)

    @property
    def minimum(self) -> int:
        """The smallest count that is told."""
        return self._minimums[-1]

    @property
    def questions(self) -> tuple[str, ...]:
        """The codes of the choice questions; "" stands for the responses themselves."""
        return tuple(self._questions)

    def values_of(self, mark: str) -> Sequence[Any]:
        """The values of a mark that occur in the survey; "" (no procedure) is none."""
        return [value for value in self._values[mark] if value != ""]

    def months_of(self, part: Slice) -> Sequence[date]:
        """The months with answers that the days of a part touch."""
        pieces = self.pieces(part.from_on, part.to_on, None)
        return self._values.get(MONTH, []) if pieces is None else [piece.month for piece in pieces]

    def pieces(self, from_on: date | None, to_on: date | None, month: date | None) -> Sequence[Piece] | None:
        """The months of a period (of one of its months), those cut through with their days; None where nothing is
        left out."""
        if MONTH not in self._axes:
            return None
        months = self._values[MONTH]
        found = [piece for each in months if (piece := self._piece(each, from_on, to_on))]
        if month is not None:
            return [piece for piece in found if piece.month == month]
        return None if len(found) == len(months) and all(piece.end is None for piece in found) else found

    def options(
        self, question: str, agency_id: int, days: Sequence[Piece] | None, fixed: Mapping[str, Any]
    ) -> frozenset[str] | None:
        """The options of a question that a view may tell; None where its n may not be told either."""
        if agency_id not in self._lines:
            return None
        last = len(self._minimums) - 1
        axes = frozenset(fixed) | ({MONTH} if days is not None else frozenset())
        opening = self._opening(agency_id, question, axes, last)
        if opening is None:
            return None
        # A value that does not occur in the survey has no answers: 0 is told.
        at = {m: [self._values[m].index(value)] for m, value in fixed.items() if value in self._values[m]}
        if len(at) < len(fixed) or not (days is None or days):
            return frozenset(self._questions[question])
        if days is not None:
            at[MONTH] = [self._values[MONTH].index(piece.month) for piece in days]
        told = opening.options(at)
        for piece in days or ():
            if told is not None and piece.end is not None:
                told = self._of_days(agency_id, question, axes, piece, at, told)
        return None if told is None else frozenset(self._questions[question][index] for index in told)

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
        month, active = piece.month, self._answered(piece.month)
        ends = {piece.start, piece.end} - {0, active[-1]}
        grain = HALVES if ends == {_half(active)} else DAY
        found = self._cuts(agency_id, question, axes, len(self._minimums) - 1, month, grain)
        if not ends <= (found.after if grain == DAY else {_half(active) for _ in found.after}):
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

    def _opening(self, agency_id: int, question: str, axes: Axes, level: int) -> Opening | None:
        """What a class tells at an agency, without the axis of the agency itself."""
        if agency_id == self._root:
            return self._family(agency_id, question, level)[axes]
        place = self._parent[agency_id]
        found = self._family(place, question, level)[axes | {AGENCY}]
        return found and found.at(AGENCY, self._children[place].index(agency_id))

    def _family(self, place: int, question: str, level: int) -> Mapping[Axes, Opening | None]:
        """The classes of an agency's own cube, at one of the minimums."""
        key = (place, question, level)
        if key not in self._known:
            given = dict(self._unmarked._family(place, question, level)) if self._unmarked else {}
            if place != self._root:
                sets = (frozenset(c) for size in range(len(self._axes) + 1) for c in combinations(self._axes, size))
                given |= {axes: self._opening(place, question, axes, level) for axes in sets}
            bound = self._family(place, question, level - 1) if level else None
            responses = self._family(place, "", level) if question else None
            cube, axes, nameless = self._cube(self._arrays[question], place, self._axes)
            self._known[key] = openings(
                cube,
                axes,
                self._sizes[question],
                self._minimums[level],
                given=given,
                bound=bound,
                responses=responses,
                nameless=nameless,
            )
        found: Mapping[Axes, Opening | None] = self._known[key]
        return found

    def _cuts(self, agency_id: int, question: str, axes: Axes, level: int, month: date, grain: str) -> Cuts:
        """Where a class may cut a month at an agency, and what it may tell then: after its first half, or its days."""
        if agency_id == self._root:
            return self._family_cuts(agency_id, question, axes, level, month, grain)
        place = self._parent[agency_id]
        found = self._family_cuts(place, question, axes | {AGENCY}, level, month, grain)
        return found if self._children[place].index(agency_id) in found.values.get(AGENCY, ()) else NO_CUTS

    def _family_cuts(self, place: int, question: str, axes: Axes, level: int, month: date, grain: str) -> Cuts:
        if AGENCY not in axes and place != self._root:
            return self._cuts(place, question, axes, level, month, grain)
        if self._unmarked and not axes.intersection(self._marks):
            return self._unmarked._family_cuts(place, question, axes, level, month, grain)
        key = (place, question, axes, level, month, grain)
        if key not in self._known:
            self._known[key] = self._new_cuts(place, question, axes, level, month, grain)
        found: Cuts = self._known[key]
        return found

    def _new_cuts(self, place: int, question: str, axes: Axes, level: int, month: date, grain: str) -> Cuts:
        opening, index = self._family(place, question, level)[axes], self._values[MONTH].index(month)
        if opening is None or opening.empty or index not in opening.values[MONTH]:
            return NO_CUTS
        wider = [self._family_cuts(place, question, axes - {axis}, level, month, grain) for axis in axes - {MONTH}]
        if level:
            wider.append(self._family_cuts(place, question, axes, level - 1, month, grain))
        if question:
            responses = self._family_cuts(place, "", axes, level, month, grain)
            wider.append(Cuts(responses.after, responses.values, frozenset(range(self._sizes[question].size - 1))))
        anchor = None
        if grain == DAY and (halves := self._family_cuts(place, question, axes, level, month, HALVES)).after:
            # Days are pieces of the halves that the class tells: no difference between the two is smaller than a piece.
            wider.append(Cuts(frozenset(range(1, len(_days_of(month)) + 1)), halves.values, halves.options))
            anchor = HALF
        array = (self._days if grain == DAY else self._halves)(month)[question]
        cube, names, _ = self._cube(array, place, (*self._marks, DAY))
        cube = cube.sum(axis=tuple(i for i, axis in enumerate(names) if axis not in axes | {DAY}))
        fixed = [axis for axis in names if axis in axes]
        return cuts(
            _first(cube, len(fixed)),
            fixed,
            self._sizes[question],
            self._minimums[level],
            opening,
            index,
            wider,
            anchor=anchor,
        )

    def _days(self, month: date) -> Cubes:
        key = ("days", month)
        if key not in self._known:
            days = _days_of(month)
            values = {**self._values, DAY: days}
            self._known[key] = self.counted.cubes(month, days[-1], (*self._marks, DAY), values)[1]
        found: Cubes = self._known[key]
        return found

    def _halves(self, month: date) -> Cubes:
        """The month up to its 14th, and the rest of it, along the axis of the days."""
        import numpy as np

        key = ("halves", month)
        if key not in self._known:
            first = self.counted.cubes(month, month.replace(day=HALF), self._marks, self._values)[1]
            index = self._values[MONTH].index(month)
            whole = {question: np.take(array, index, axis=-2) for question, array in self._arrays.items()}
            self._known[key] = {q: np.stack([first[q], (whole[q] - first[q]).clip(min=0)], axis=-2) for q in whole}
        found: Cubes = self._known[key]
        return found

    def _cube(
        self, array: "Cube", place: int, axes: Sequence[str]
    ) -> tuple["Cube", tuple[str, ...], Mapping[str, frozenset[int]]]:
        """An agency's cube: by the agencies below it, its own answers beside them, where there are any."""
        import numpy as np

        whole = array[self._places.index(place)]
        if place not in self._children:
            return whole, tuple(axes), {}
        below = array[[self._places.index(child) for child in self._children[place]]]
        own = whole - below.sum(axis=0)
        return np.concatenate([below, own[None]]), (AGENCY, *axes), {AGENCY: frozenset([len(below)])}


def _first(cube: "Cube", axis: int) -> "Cube":
    import numpy as np

    return np.moveaxis(cube, axis, 0)


def _days_of(month: date) -> list[date]:
    return [month.replace(day=day) for day in range(1, monthrange(month.year, month.month)[1] + 1)]


def _half(active: Sequence[int]) -> int:
    """The last of these days in the first half of their month; 0 where there is none."""
    return max((day for day in active if day <= HALF), default=0)
