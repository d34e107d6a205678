"""An attacker who looks at a small live survey after each answer, through every filter, and keeps all that he was told.

Unknown is who came in between two looks: people by the look that first counted them, agency, day, channel, marks and
procedure ("atoms"). Every figure of every look is a sum of them. He has isolated a group where its number follows and
lies between 0 and the minimum: the newcomers of one look, or all whom a look counted, of one box.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from sqlalchemy import select

from survey_app.db import db, transaction
from survey_app.responses.models import Response, TallyQueueItem
from survey_app.tallies.actions import fold
from tests.figures.attack import RESPONSES, Box, Person, Statement, basis_of
from tests.figures.small_surveys import SmallSurvey, told_by_classes

NEVER = 1_000_000
# The count of a look by which he has found out about a group, the group, and how many they are.
Found = tuple[str, Box, int]


@dataclass(frozen=True)
class Known:
    """Somebody, and the looks that first counted him: at all, by channel and marks, and by procedure."""

    person: Person
    counted: int
    marked: int
    named: int


@dataclass
class Looks:
    """Who was counted when, and what was told at each look."""

    known: list[Known]
    told: list[list[Statement]]


def arrivals(small: SmallSurvey) -> list[Person]:
    """The people in the order in which their answers come in: day by day, every tenth somewhat late."""
    people = sorted(small.people, key=lambda person: person.day)
    late = {i: i + small.random.randint(1, 20) for i in range(len(people)) if small.random.random() < 0.1}
    return [people[i] for i in sorted(range(len(people)), key=lambda i: (late.get(i, i), i))]


def undated(small: SmallSurvey, looks: Looks) -> Looks:
    """What views of all days told."""
    ends = small.days[0], small.days[-1]
    return Looks(looks.known, [[s for s in told if (s.box.first, s.box.last) == ends] for told in looks.told])


def as_told(looks: Looks) -> list[Person]:
    """Everybody who is counted, with what is told of him at the last look."""
    last = len(looks.told) - 1
    people = [k.person if k.named <= last else replace(k.person, procedure="") for k in looks.known]
    hidden = {"channel": "", "verified": False, "flagged": False}
    return [p if k.marked <= last else replace(p, **hidden) for k, p in zip(looks.known, people, strict=True)]


def polled(small: SmallSurvey, most: int) -> Looks:
    """Store the people one by one, fold, and look at everything whenever anything was folded; `most` people at most."""
    people: dict[Any, Person] = {}
    seen: dict[Any, list[int]] = defaultdict(lambda: [NEVER] * 3)
    told: list[list[Statement]] = []
    for person in arrivals(small)[:most]:
        with transaction():
            people[small.store(person, live=True)] = person
        if not fold():
            continue
        waiting = {item.response_id: item.counted for item in db.session.scalars(select(TallyQueueItem))}
        for each, day in db.session.execute(select(Response.id, Response.counted_on)).all():
            people[each] = replace(people[each], day=day)
        db.session.rollback()
        for each in people:
            form = waiting.get(each, {"channel": "any"})
            levels = bool(form), bool(form.get("channel")), each not in waiting
            seen[each] = [
                min(look, len(told)) if known else look for look, known in zip(seen[each], levels, strict=True)
            ]
        told.append(told_by_classes(small)[RESPONSES])
    return Looks([Known(people[each], *looks) for each, looks in seen.items() if looks[0] < NEVER], told)


class Polling:
    """What somebody knows who kept all looks. Raises AssertionError where a figure is not true."""

    def __init__(self, looks: Looks) -> None:
        facts = [
            ((k.counted, k.marked, k.named), p.agency, p.day, p.channel, p.flagged, p.procedure)
            for k in looks.known
            for p in [k.person]
        ]
        columns = list(product(*(sorted(set(values)) for values in zip(*facts, strict=True))))
        place = {column: i for i, column in enumerate(columns)}
        self._number = len(looks.told)
        self.truth = np.zeros(len(columns))
        for fact in facts:
            self.truth[place[fact]] += 1
        self._looks = np.array([column[0] for column in columns])
        self._values = [np.array(values, dtype=object) for values in zip(*(c[1:] for c in columns), strict=True)]
        self._boxes: dict[Box, Any] = {}
        matrix, counts = self._changes(looks.told)
        zeros = matrix[counts == 0]
        self._live = ~np.any(zeros > 0, axis=0)
        self._basis = basis_of(matrix[:, self._live])

    def _changes(self, told: Sequence[Sequence[Statement]]) -> tuple[Any, Any]:
        """Each figure less what it was when it was last told."""
        rows, counts = [], []
        before: dict[Box, tuple[Any, int]] = {}
        for look, statements in enumerate(told):
            now = {}
            for statement in dict.fromkeys(statements):
                vector = self._inside(statement.box) & (self._when(statement.box) <= look)
                assert vector @ self.truth == statement.count, (look, statement)
                earlier, number = before.get(statement.box, (np.zeros_like(vector), 0))
                rows.append(vector & ~earlier)
                counts.append(statement.count - number)
                now[statement.box] = (vector, statement.count)
            before |= now
        return np.array(rows, float), np.array(counts)

    def _when(self, box: Box) -> Any:
        """The look that first counted each atom in figures of such a box."""
        marked = any(mark is not None for mark in (box.channel, box.verified, box.flagged))
        return self._looks[:, 2 if box.procedure is not None else 1 if marked else 0]

    def _inside(self, box: Box) -> Any:
        if box not in self._boxes:
            agencies, days, *marks = self._values
            inside = np.isin(agencies.astype(int), list(box.agencies))
            inside &= ((days >= box.first) & (days <= box.last)).astype(bool)
            for values, wanted in zip(marks, (box.channel, box.flagged, box.procedure), strict=True):
                if wanted is not None:
                    inside &= (values == wanted).astype(bool)
            self._boxes[box] = inside
        return self._boxes[box]

    def isolated(self, boxes: Sequence[Box], minimum: int) -> list[Found]:
        """The small groups whose number follows: of a box, those whom a look counted first, and all whom it counts, at
        all, by marks or by procedure."""
        groups, vectors, seen = [], [], set()
        for box, look, level in product(dict.fromkeys(boxes), range(self._number), range(3)):
            for words, then in (("at", self._looks[:, level] == look), ("by", self._looks[:, level] <= look)):
                vector = self._inside(box) & then
                count, key = int(vector @ self.truth), vector.tobytes()
                if 0 < count < minimum and key not in seen:
                    seen.add(key)
                    groups.append((f"{words} look {look}, level {level}", box, count))
                    vectors.append(vector[self._live])
        if not vectors:
            return []
        matrix = np.array(vectors, float)
        rest = matrix - (matrix @ self._basis.T) @ self._basis if len(self._basis) else matrix
        far = np.abs(rest).max(axis=1, initial=0)
        return [group for group, distance in zip(groups, far, strict=True) if distance < 1e-6]
