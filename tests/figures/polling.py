"""An attacker who looks at a small live survey after each answer, through every filter and over every period, keeps all
that he was told, and adds and subtracts it with whatever signs.

Unknown is what each single person contributed. A figure of a look is a sum over the people whom it counts: a row. He
has isolated somebody where a combination of rows concerns fewer than SURVEY_RELEASE_BATCH people, counting everybody
whose coefficient is not zero (`tests.figures.concerned`: exact, no search). That is stricter than asking for groups
that can be described: he is taken to know who came, and in which view each of them is counted, so that a 0 tells him
nothing new. Of figures of options, reasons, kinds of flags and comments the row of all whom their view counts is
taken: what is put together of them concerns no fewer (`concerned`).

What he is taken not to use is whatever is no sum: that a figure is hidden, that counts are not negative.
"""

from calendar import monthrange
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from sqlalchemy import and_, select

from survey_app.db import db, transaction
from survey_app.responses.models import Response, TallyQueueItem
from survey_app.tallies.actions import fold
from tests.days import on_the_day
from tests.figures.attack import Box, Person, Statement
from tests.figures.concerned import Vector, least_concerned
from tests.figures.small_surveys import KINDS, Collected, SmallSurvey, together, told_by_classes

ONE_DAY = timedelta(days=1)
STAFF = "staff"
Reader = Callable[[SmallSurvey], Collected]
# Longer than anything waits for its like.
QUIET = timedelta(days=40)


class Counted(NamedTuple):
    """As what somebody is counted at a look: channel "" where he is in the whole alone, procedure "" where he names
    none or is not told by it yet; `named_on` is the day of the figures by procedure."""

    day: date
    channel: str
    verified: bool
    flagged: bool
    procedure: str
    named_on: date | None


@dataclass(frozen=True)
class Look:
    """As what everybody was counted who was counted (by his place among the people), and what each reader was told."""

    counted: dict[int, Counted]
    told: dict[str, Collected]


@dataclass(frozen=True)
class Looks:
    """The people in the order in which their answers came in, and what was told after each."""

    people: list[Person]
    looks: list[Look]


def arrivals(small: SmallSurvey) -> list[tuple[Person, date]]:
    """The people in the order in which their answers come in, day by day, every tenth somewhat late; and the day."""
    people = sorted(small.people, key=lambda person: person.day)
    late = {i: i + small.random.randint(1, 20) for i in range(len(people)) if small.random.random() < 0.1}
    found, today = [], small.days[0]
    for i in sorted(range(len(people)), key=lambda i: (late.get(i, i), i)):
        today = max(today, people[i].day)
        found.append((people[i], today))
    return found


def natural_periods(days: Sequence[date]) -> list[tuple[date, date]]:
    """The months, half months and reporting months (15th to 14th) of the days."""
    found = []
    for month in sorted({day.replace(day=1) for day in days}):
        last = month.replace(day=monthrange(month.year, month.month)[1])
        found += [(month, last), (month, month.replace(day=14)), (month.replace(day=15), last)]
        found.append(((month - ONE_DAY).replace(day=15), month.replace(day=14)))
    return found


def polled(small: SmallSurvey, most: int, readers: Mapping[str, Reader] | None = None) -> Looks:
    """Store the people one by one, `most` at most, fold, and look whenever anything was counted, and twice when nobody
    has come for long. The readers are staff, and those given."""
    coming = arrivals(small)[:most]
    place: dict[UUID, int] = {}
    found: list[Look] = []
    readers = {STAFF: told_to_staff, **(readers or {})}

    def look(*, anyhow: bool = False) -> None:
        if fold() or anyhow:
            found.append(Look(_counted(small, place), {name: told(small) for name, told in readers.items()}))

    for number, (person, day) in enumerate(coming):
        with on_the_day(day, number):
            with transaction():
                place[small.store(person, live=True)] = number
            look()
    for days in (QUIET, 2 * QUIET):
        with on_the_day(coming[-1][1] + days):
            look(anyhow=True)
    return Looks([person for person, _day in coming], found)


def told_to_staff(small: SmallSurvey) -> Collected:
    """All views, between any two days with answers and over some months, half months and reporting months."""
    periods = [*small.periods(), *small.random.sample(natural_periods(small.days), 2)]
    return told_by_classes(small, periods=list(dict.fromkeys(periods)))


def _counted(small: SmallSurvey, place: dict[UUID, int]) -> dict[int, Counted]:
    waits = and_(TallyQueueItem.agency_id == Response.agency_id, TallyQueueItem.response_id == Response.id)
    rows = db.session.execute(
        select(Response, TallyQueueItem).outerjoin(TallyQueueItem, waits).where(Response.survey_id == small.survey.id)
    ).all()
    found = {}
    for response, item in rows:
        form = item.counted if item else None
        if item is None:
            marks = response.channel, response.verified, response.flagged, response.procedure_code or ""
            found[place[response.id]] = Counted(response.counted_on, *marks, response.named_on)
        elif form:
            marks = form["channel"], form["verified"], form["flagged"], form["procedure"]
            days = [date.fromisoformat(form[name]) if form[name] else None for name in ("day", "named_on")]
            found[place[response.id]] = Counted(days[0], *marks, days[1])
    db.session.rollback()
    return found


def row(looks: Looks, look: Look, box: Box, marked: bool = False) -> Any:
    """1 for each whom a view counts at a look; `marked` where it tells kinds of flags."""
    found = np.zeros(len(looks.people), np.int8)
    for place, counted in look.counted.items():
        found[place] = _inside(looks.people[place].agency, counted, box, marked)
    return found


def _inside(agency: int, counted: Counted, box: Box, marked: bool) -> bool:
    marks = ((box.channel, counted.channel), (box.verified, counted.verified), (box.flagged, counted.flagged))
    asked = [(wanted, mark) for wanted, mark in marks if wanted is not None]
    day: date | None = counted.day
    if box.procedure is not None:
        asked.append((box.procedure, counted.procedure))
        day = counted.named_on
    if (asked or marked) and not counted.channel:
        return False
    within = day is not None and box.first <= day <= box.last
    return agency in box.agencies and within and all(wanted == mark for wanted, mark in asked)


def rows_of(looks: Looks, readers: Collection[str]) -> Any:
    """The different rows of all that these readers were told. Raises AssertionError where a figure is not true."""
    found: dict[bytes, Any] = {}
    for look in looks.looks:
        known: dict[Any, Any] = {}
        for question, statements in together(*(look.told[reader] for reader in readers)).items():
            for statement in statements:
                key = statement.box, question in KINDS
                if key not in known:
                    known[key] = row(looks, look, *key)
                    found[known[key].tobytes()] = known[key]
                _check(looks, question, statement, known[key])
    return np.array(list(found.values())) if found else np.zeros((0, len(looks.people)), np.int8)


def _check(looks: Looks, question: str, statement: Statement, counted: Any) -> None:
    true = sum(looks.people[i].answers.get(question) in statement.options for i in np.flatnonzero(counted))
    assert true == statement.count, (question, statement, true)


def isolated(looks: Looks, fewer: int, readers: Collection[str] = (STAFF,)) -> list[Vector]:
    """The combinations of all that these readers were told who talk, that concern somebody, but fewer people."""
    return least_concerned(rows_of(looks, readers), fewer)


def described(looks: Looks, vector: Vector) -> str:
    """A combination in words: coefficient, and who each is."""
    people = [looks.people[i] for i in vector.people]
    first = {i: n for n, look in reversed([*enumerate(looks.looks)]) for i in look.counted}
    return "; ".join(
        f"{coefficient:+.2g} (nr {i}, agency {p.agency}, {p.day}, {p.channel}{' flagged' * p.flagged}"
        f"{' ' * bool(p.procedure)}{p.procedure}, first counted at look {first[i]})"
        for i, p, coefficient in zip(vector.people, people, vector.coefficients, strict=True)
    )
