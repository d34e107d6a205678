"""An attacker on everything that readers are told about a small survey: subtraction, elimination, and bounds.

Unknown are the answers by agency, day, channel, marks, procedure and option ("atoms"); every told figure is a sum of
them. What the attacker can describe is a group: one agency (with all below it, or its own desk), some days, a channel,
marks, a procedure, an option, two of them, or n. He has isolated a group where its number follows from what he was
told, and lies between 0 and the minimum.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from typing import Any

import numpy as np

# The question that every response answers, and its only option: the responses themselves.
RESPONSES = ""


@dataclass(frozen=True)
class Person:
    """One answer: at which agency, when and how, about what, and the option of each question."""

    agency: int
    day: date
    channel: str
    verified: bool
    flagged: bool
    procedure: str
    answers: Mapping[str, str]


@dataclass(frozen=True)
class Box:
    """What a view fixes; None is all of it."""

    agencies: frozenset[int]
    first: date
    last: date
    channel: str | None = None
    verified: bool | None = None
    flagged: bool | None = None
    procedure: str | None = None


@dataclass(frozen=True)
class Statement:
    """A figure that was told: so many people of these groups chose one of the options."""

    box: Box
    options: frozenset[str]
    count: int


Group = tuple[Box, frozenset[str], int]


class Atoms:
    """All that the attacker does not know of one question: he does not know which combinations occur."""

    def __init__(self, people: Sequence[Person], question: str, options: Iterable[str] = ()) -> None:
        """`options` that nobody chose, as far as he knows of them."""
        answering = [person for person in people if question in person.answers]
        facts = [
            (p.agency, p.day, p.channel, p.verified, p.flagged, p.procedure, p.answers[question]) for p in answering
        ]
        *values, chosen = (set(values) for values in zip(*facts, strict=True))
        columns = list(product(*map(sorted, (*values, chosen.union(options)))))
        place = {column: i for i, column in enumerate(columns)}
        self.truth = np.zeros(len(columns))
        for fact in facts:
            self.truth[place[fact]] += 1
        self._values = [np.array(values, dtype=object) for values in zip(*columns, strict=True)]
        self.options = sorted(set(self._values[-1]))
        self._chosen = {option: self._values[-1] == option for option in self.options}
        self._boxes: dict[Box, Any] = {}

    def row(self, box: Box, options: frozenset[str]) -> Any:
        """1 for each atom of the group."""
        if box not in self._boxes:
            self._boxes[box] = self._inside(box)
        chosen = [self._chosen[option] for option in options if option in self._chosen]
        return (self._boxes[box] & np.any(chosen, axis=0)).astype(float) if chosen else np.zeros(len(self.truth))

    def _inside(self, box: Box) -> Any:
        agencies, days, *marks, _options = self._values
        inside = np.isin(agencies.astype(int), list(box.agencies))
        inside &= np.array([box.first <= day <= box.last for day in days])
        for values, wanted in zip(marks, (box.channel, box.verified, box.flagged, box.procedure), strict=True):
            if wanted is not None:
                # Who has no channel yet is told by nothing but agency and day.
                inside &= (values == wanted) & (marks[0] != "")
        return inside


class Attack:
    """What somebody knows of one question who was told all this. Raises AssertionError where a figure is not true."""

    def __init__(
        self, people: Sequence[Person], question: str, told: Sequence[Statement], options: Iterable[str] = ()
    ) -> None:
        self.atoms = Atoms(people, question, options)
        self._known = {self.atoms.row(s.box, s.options).tobytes(): s for s in told}
        rows = [np.frombuffer(each) for each in self._known]
        self._rows = np.array(rows) if rows else np.zeros((0, len(self.atoms.truth)))
        self._counts = np.array([s.count for s in self._known.values()], float)
        for statement in told:
            assert self.atoms.row(statement.box, statement.options) @ self.atoms.truth == statement.count, statement
        # What is told as 0 is 0 in each of its atoms.
        zeros = self._rows[self._counts == 0]
        self._live = ~np.any(zeros > 0, axis=0) if len(zeros) else np.ones(len(self.atoms.truth), bool)
        self._basis = basis_of(self._rows[:, self._live])

    def small(self, boxes: Sequence[Box], minimum: int, wanted: Sequence[frozenset[str]] | None = None) -> list[Group]:
        """All groups that can be described and have somebody, but fewer than the minimum; each once. `wanted` are the
        sets of options that make one; else each option, any two of them, and all."""
        if wanted is None:
            options = self.atoms.options
            wanted = [frozenset([option]) for option in options] + [frozenset(options)]
            wanted += [frozenset(pair) for pair in combinations(options, 2)]
        found, seen = [], set()
        for box, chosen in product(dict.fromkeys(boxes), wanted):
            vector = self.atoms.row(box, chosen)
            count, key = int(vector @ self.atoms.truth), vector.tobytes()
            if 0 < count < minimum and key not in seen:
                seen.add(key)
                found.append((box, chosen, count))
        return found

    def isolated(self, groups: Sequence[Group]) -> list[Group]:
        """Those whose number follows by elimination."""
        vectors = [self.atoms.row(box, chosen)[self._live] for box, chosen, _ in groups]
        if not vectors:
            return []
        matrix = np.array(vectors)
        rest = matrix - (matrix @ self._basis.T) @ self._basis if len(self._basis) else matrix
        far = np.abs(rest).max(axis=1, initial=0)
        return [group for group, distance in zip(groups, far, strict=True) if distance < 1e-6]

    def bounds(self, group: Group) -> tuple[int, int]:
        """The least and the most that a group can have where nobody's number is negative."""
        from scipy.optimize import linprog

        vector = self.atoms.row(group[0], group[1])[self._live]
        rows = self._rows[:, self._live]
        ends = []
        for sign in (1, -1):
            found = linprog(sign * vector, A_eq=rows, b_eq=self._counts, bounds=(0, None), method="highs")
            # Without an upper bound the group is as large as it likes.
            ends.append(sign * found.fun if found.status == 0 else np.inf)
        least, most = ends
        return int(np.ceil(least - 1e-6)), int(np.floor(min(most, 1e6) + 1e-6))


def basis_of(rows: Any) -> Any:
    """An orthonormal basis of what the rows span."""
    if not rows.size:
        return np.zeros((0, rows.shape[1]))
    _, sizes, right = np.linalg.svd(np.unique(rows, axis=0), full_matrices=False)
    return right[sizes > 1e-8]
