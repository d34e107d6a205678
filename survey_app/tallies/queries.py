"""Reading tallies, and what waits to be counted."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, Subquery, Table, and_, case, func, select, union_all

from survey_app.db import db
from survey_app.responses.models import Response, TallyQueueItem
from survey_app.surveys.models import Survey
from survey_app.tallies.models import Tally
from survey_app.tallies.rules import Span, split_period

QUEUE: Table = TallyQueueItem.__table__  # type: ignore[assignment]
RESPONSE: Table = Response.__table__  # type: ignore[assignment]
SURVEY: Table = Survey.__table__  # type: ignore[assignment]
TALLY: Table = Tally.__table__  # type: ignore[assignment]


class Waiting(NamedTuple):
    """How many held responses of one agency and survey wait for their release."""

    agency_id: int
    survey_id: int
    closed: bool
    responses: int


def option_counts(
    *,
    agency_id: int,
    survey_id: int,
    from_on: date | None = None,
    to_on: date | None = None,
    channel: str | None = None,
) -> dict[tuple[str, str], int]:
    """How often each (question, option) was chosen at the agency and below it, on the days from..to (inclusive).

    ("", "") counts the responses. What was never chosen is missing. One statement, whatever the period.
    """
    spans = split_period(from_on, to_on)
    if not spans:
        return {}
    rows = _rows(agency_id, survey_id, spans, channel)
    total = func.sum(rows.c.count)
    statement = select(rows.c.question, rows.c.option, total).group_by(rows.c.question, rows.c.option)
    found = db.session.connection().execute(statement)
    return {(question, option): int(count) for question, option, count in found if count}


def first_and_last_day(*, agency_id: int, survey_id: int) -> tuple[date, date] | None:
    """The first and the last day with a counted response at the agency or below it; None if there is none."""
    days = (TALLY.c.agency_id == agency_id, TALLY.c.survey_id == survey_id, TALLY.c.grain == "day")
    # Two statements in one: each takes one step into the primary key.
    first, last = (
        select(bound(TALLY.c.starts_on)).where(*days).scalar_subquery().label(name)
        for bound, name in ((func.min, "first"), (func.max, "last"))
    )
    row = db.session.connection().execute(select(first, last)).one()
    return None if row.first is None else (row.first, row.last)


def waiting(*, today: date) -> list[Waiting]:
    """The held responses by agency and survey; a survey whose last day lies before `today` is closed."""
    closed = and_(SURVEY.c.closes_on.is_not(None), SURVEY.c.closes_on < today)
    statement = (
        select(QUEUE.c.agency_id, QUEUE.c.survey_id, case((closed, 1), else_=0), func.count())
        .join(SURVEY, SURVEY.c.id == QUEUE.c.survey_id)
        .where(QUEUE.c.held)
        .group_by(QUEUE.c.agency_id, QUEUE.c.survey_id, SURVEY.c.closes_on)
        .order_by(QUEUE.c.agency_id, QUEUE.c.survey_id)
    )
    rows = db.session.connection().execute(statement)
    return [Waiting(agency_id, survey_id, bool(closed), count) for agency_id, survey_id, closed, count in rows]


def held_ids(*, agency_id: int, survey_id: int, limit: int) -> Sequence[UUID]:
    """The first held responses of an agency and survey, by id."""
    statement = (
        select(QUEUE.c.response_id)
        .where(QUEUE.c.agency_id == agency_id, QUEUE.c.survey_id == survey_id, QUEUE.c.held)
        .order_by(QUEUE.c.response_id)
        .limit(limit)
    )
    return db.session.connection().execute(statement).scalars().all()


def free_keys(*, limit: int) -> list[tuple[int, UUID]]:
    """(agency, response) of the first queue rows that nothing holds back, by id.

    Ids are ordered by time for the most part: neighbours share days, and so tally rows, in all agencies at once.
    """
    statement = (
        select(QUEUE.c.agency_id, QUEUE.c.response_id).where(~QUEUE.c.held).order_by(QUEUE.c.response_id).limit(limit)
    )
    return [(agency_id, response_id) for agency_id, response_id in db.session.connection().execute(statement)]


def _rows(agency_id: int, survey_id: int, spans: Sequence[Span], channel: str | None) -> Subquery:
    """The tally rows of the spans; a range of the primary key for each."""
    parts = [_span_rows(agency_id, survey_id, span) for span in spans]
    if channel is not None:
        parts = [part.where(TALLY.c.channel == channel) for part in parts]
    return union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()


def _span_rows(agency_id: int, survey_id: int, span: Span) -> Select[tuple[str, str, int]]:
    rows = select(TALLY.c.question, TALLY.c.option, TALLY.c.count).where(
        TALLY.c.agency_id == agency_id, TALLY.c.survey_id == survey_id, TALLY.c.grain == span.grain
    )
    if span.first is not None:
        rows = rows.where(TALLY.c.starts_on >= span.first)
    return rows if span.last is None else rows.where(TALLY.c.starts_on <= span.last)
