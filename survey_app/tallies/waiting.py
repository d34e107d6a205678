"""Reading what waits to be told, or to be told by procedure."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, case, func, not_, or_, select, true

from survey_app.db import db
from survey_app.tallies.queries import ITS_RESPONSE, KIND, QUEUE, RESPONSE, SURVEY
from survey_app.tallies.rules import Kind


class Waiting(NamedTuple):
    """How many held responses of one agency, survey and kind were never counted, and how many of them are `overdue`; or
    (`kind` None) of a survey that keeps nothing back all that are held."""

    agency_id: int
    survey_id: int
    kind: Kind | None
    responses: int
    overdue: int = 0


class Unnamed(NamedTuple):
    """A response that is not told by its procedure yet, the unit with which it was told first, and how many in that
    name none."""

    response_id: UUID
    unit: str
    nameless: int
    procedure: str


def waiting(*, today: date, before: datetime, batch: int) -> list[Waiting]:
    """The held responses that may have to be told, by agency, survey and kind; overdue are those received `before`.
    A survey whose last day lies before `today` keeps nothing back, none does where `batch` is 1."""
    closed = true() if batch == 1 else and_(SURVEY.c.closes_on.is_not(None), SURVEY.c.closes_on < today)
    place, number = [QUEUE.c.agency_id, QUEUE.c.survey_id], func.count()
    held = QUEUE.join(SURVEY, SURVEY.c.id == QUEUE.c.survey_id)
    whole = select(*place, number).select_from(held).where(QUEUE.c.held, closed).group_by(*place)
    overdue = func.sum(case((RESPONSE.c.received_at < before, 1), else_=0))
    alike = (
        select(*place, *KIND, number, overdue)
        .select_from(held.join(RESPONSE, ITS_RESPONSE))
        .where(QUEUE.c.held, QUEUE.c.counted == {}, not_(closed))
        .group_by(*place, *KIND)
        .having(or_(number >= batch, overdue > 0))
    )
    connection = db.session.connection()
    found = [Waiting(row[0], row[1], None, row[2]) for row in connection.execute(whole)]
    for row in connection.execute(alike):
        found.append(Waiting(row[0], row[1], _kind(row[2:-2]), row[-2], int(row[-1])))
    return sorted(found, key=lambda each: each[:2])


def held_ids(
    *, agency_id: int, survey_id: int, kind: Kind | None, version_id: int | None, before: datetime, limit: int
) -> Sequence[UUID]:
    """The first held responses of an agency and survey, by id: those of a kind that were never counted; those of a
    version that were not and were received `before`; with neither, all."""
    conditions = [QUEUE.c.agency_id == agency_id, QUEUE.c.survey_id == survey_id, QUEUE.c.held]
    if kind is not None:
        conditions += [QUEUE.c.counted == {}, *(column == value for column, value in zip(KIND, kind, strict=True))]
    elif version_id is not None:
        conditions += [QUEUE.c.counted == {}, RESPONSE.c.version_id == version_id, RESPONSE.c.received_at < before]
    statement = select(QUEUE.c.response_id).join(RESPONSE, ITS_RESPONSE).where(*conditions)
    return db.session.connection().execute(statement.order_by(QUEUE.c.response_id).limit(limit)).scalars().all()


def unnamed_responses(*, agency_id: int, survey_id: int, kind: Kind) -> list[Unnamed]:
    """The stored responses of an agency, survey and kind that are not told by their procedure, whatever they wait for
    beside; but for those of no unit, which wait for the end of the survey."""
    unit, nameless = QUEUE.c.counted[("unit", "id")].as_string(), QUEUE.c.counted[("unit", "nameless")].as_integer()
    statement = select(QUEUE.c.response_id, unit, nameless, RESPONSE.c.procedure_code).join(RESPONSE, ITS_RESPONSE)
    statement = statement.where(
        QUEUE.c.agency_id == agency_id,
        QUEUE.c.survey_id == survey_id,
        RESPONSE.c.state == "stored",
        unit.is_not(None),
        *(column == value for column, value in zip(KIND, kind, strict=True)),
    )
    rows = db.session.connection().execute(statement.order_by(QUEUE.c.response_id))
    return [Unnamed(*row) for row in rows]


def _kind(values: Sequence[Any]) -> Kind:
    version_id, channel, *marks = values
    # SQLite has numbers for truth.
    return Kind(version_id, channel, *map(bool, marks))
