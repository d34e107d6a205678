"""Reading tallies, and what waits to be counted."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Date,
    Select,
    String,
    Subquery,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from survey_app.agencies.models import AgencyAncestor
from survey_app.db import db
from survey_app.responses.models import Response, TallyQueueItem
from survey_app.surveys.models import Survey
from survey_app.tallies.models import Tally, TallyAgencyState, TallyState
from survey_app.tallies.rules import Slice, Span, split_period

QUEUE: Table = TallyQueueItem.__table__  # type: ignore[assignment]
# Enough to see a full batch: a queue that nobody takes from may be long.
LOOKED_AT = 5_000
RESPONSE: Table = Response.__table__  # type: ignore[assignment]
SURVEY: Table = Survey.__table__  # type: ignore[assignment]
TALLY: Table = Tally.__table__  # type: ignore[assignment]
STATE: Table = TallyState.__table__  # type: ignore[assignment]
AGENCY_STATE: Table = TallyAgencyState.__table__  # type: ignore[assignment]
CLOSURE: Table = AgencyAncestor.__table__  # type: ignore[assignment]
# What a response gives to the keys of all its counts, beside its agency; by procedure it has a day of its own.
HEADER = ("survey_id", "procedure", "starts_on", "named_on", "version_id", "channel", "verified", "flagged")
ITS_RESPONSE = and_(RESPONSE.c.agency_id == QUEUE.c.agency_id, RESPONSE.c.id == QUEUE.c.response_id)
# The columns of a `Kind`, in its order.
KIND: tuple[ColumnElement[Any], ...] = (
    RESPONSE.c.version_id,
    RESPONSE.c.channel,
    RESPONSE.c.verified,
    RESPONSE.c.flagged,
)
# By what counts can be grouped, and the column that says it.
DIMENSIONS = {
    "agency": "agency_id",
    "day": "starts_on",
    "month": "month",
    "channel": "channel",
    "verified": "verified",
    "flagged": "flagged",
    "procedure": "procedure",
    "version": "version_id",
}
Counts = dict[tuple[str, str], int]
At = Callable[[ColumnElement[int]], ColumnElement[bool]]


@dataclass(frozen=True)
class Dialect:
    """Where the databases differ: one row for each answer and ("", "") for the response; days out of JSON; months."""

    each: Callable[[ColumnElement[Any]], FunctionElement[Any]]
    day: Callable[[ColumnElement[str]], ColumnElement[date]]
    month: Callable[[ColumnElement[date]], ColumnElement[date]]


DIALECTS = {
    "sqlite": Dialect(
        each=lambda answers: func.json_each(func.json_patch(answers, '{"": ""}')),
        day=lambda text: type_coerce(text, Date),
        month=lambda day: func.date(day, "start of month", type_=Date),
    ),
    "postgresql": Dialect(
        each=lambda answers: func.jsonb_each_text(type_coerce(answers, JSONB).concat(cast({"": ""}, JSONB))),
        day=lambda text: cast(text, Date),
        month=lambda day: cast(func.date_trunc("month", day), Date),
    ),
}


def option_counts(
    *,
    agency_id: int,
    survey_id: int,
    from_on: date | None = None,
    to_on: date | None = None,
    channel: str | None = None,
    verified: bool | None = None,
    flagged: bool | None = None,
    procedure: str | None = None,
) -> Counts:
    """How often each (question, option) was chosen at the agency and below it, on the days from..to (inclusive).

    ("", "") counts the responses. What was never chosen is missing. One statement; for days of a procedure one a span.
    """
    part = Slice(survey_id, (agency_id,), from_on, to_on, channel, verified, flagged, procedure)
    return grouped_counts(part, ()).get((), {})


def grouped_counts(part: Slice, by: Sequence[str]) -> dict[tuple[Any, ...], Counts]:
    """The counts of a slice (as `option_counts` gives them) for each group that has any; statements as there.

    `by` names the DIMENSIONS of the key, in its order: ("agency", "month") gives {(agency id, the month's first day):
    counts}. "agency" is one of `part.agency_ids` with all below it; without it they are added up, so that none of
    them may lie below another. "procedure" leaves out responses that name none. A day costs a row of the tally, with
    a procedure each of its responses; all else a row a month, or half month where it is of single procedures or no
    channel and mark is asked about.
    """
    found: dict[tuple[Any, ...], Counts] = {}
    for *key, question, option, count in count_rows(part, by):
        found.setdefault(tuple(key), {})[question, option] = count
    return found


def count_rows(part: Slice, by: Sequence[str]) -> Sequence[Sequence[Any]]:
    """The same as rows (*key, question, option, count), each key and choice once, none with 0."""
    spans, apart = _spans(part, by)
    if apart and any(span.grain == "day" for span in spans):
        return _unpacked(count_packs(part, by))
    sources = [_tally_rows(part, span, by) for span in spans if part.agency_ids]
    if not sources:
        return []
    choices = [(*_keys(each, by), each.c.question, each.c.option) for each in sources]
    rows = union_all(*(select(*of, each.c.count) for of, each in zip(choices, sources, strict=True))).subquery()
    group = [column for column in rows.c if column.name != "count"]
    # PostgreSQL adds whole numbers up to a decimal one, which is slow to read.
    total = cast(func.sum(rows.c.count), BigInteger)
    statement = select(*group, total).group_by(*group).having(total != 0)
    return db.session.connection().execute(statement).all()


def count_packs(part: Slice, by: Sequence[str]) -> Sequence[Sequence[Any]]:
    """The same in few rows (*key, choices, counts): "question.option,question.option" and "12,3", in one order.

    A key may come in several rows, and a choice more than once: their counts add up, to 0 too.
    """
    found: list[Sequence[Any]] = []
    spans, apart = _spans(part, by)
    if db.session.connection().dialect.name == "postgresql":
        # By its defaults it takes a step into a key for so dear that it passes over the counts of all surveys instead.
        db.session.connection().exec_driver_sql("SET LOCAL random_page_cost = 1.1")
    for span in spans if part.agency_ids else ():
        if apart and span.grain == "day":
            found += _response_packs(part, span, by)
            continue
        source = _tally_rows(part, span, by)
        keys = _keys(source, by)
        choices = func.aggregate_strings(source.c.question + "." + source.c.option, ",")
        counts = func.aggregate_strings(cast(source.c.count, String), ",")
        statement = select(*keys, choices, counts).group_by(*keys)
        # Without a key there is a row even where there is nothing.
        found += [pack for pack in db.session.connection().execute(statement) if pack[-1] is not None]
    return found


def _unpacked(packs: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    totals: Counter[tuple[Any, ...]] = Counter()
    for *key, choices, counts in packs:
        for choice, count in zip(choices.split(","), counts.split(","), strict=True):
            totals[*key, *choice.split(".", 1)] += int(count)
    return [(*key, count) for key, count in totals.items() if count]


def first_and_last_day(*, agency_id: int, survey_id: int) -> tuple[date, date] | None:
    """The first and the last day with a counted response at the agency or below it; None if there is none."""
    days = (
        TALLY.c.agency_id == agency_id,
        TALLY.c.survey_id == survey_id,
        TALLY.c.grain == "day",
        TALLY.c.procedure == "",
    )
    # Two statements in one: each takes one step into the primary key.
    first, last = (
        select(bound(TALLY.c.starts_on)).where(*days).scalar_subquery().label(name)
        for bound, name in ((func.min, "first"), (func.max, "last"))
    )
    row = db.session.connection().execute(select(first, last)).one()
    return None if row.first is None else (row.first, row.last)


def counts_token(survey_id: int) -> UUID | None:
    """The name of the survey's present counts (`TallyState`); None where nothing was ever counted."""
    return db.session.connection().execute(select(STATE.c.token).where(STATE.c.survey_id == survey_id)).scalar()


def agency_tokens(survey_id: int) -> dict[int, UUID]:
    """The names of the present counts at each agency where anything was ever counted."""
    statement = select(AGENCY_STATE.c.agency_id, AGENCY_STATE.c.token).where(AGENCY_STATE.c.survey_id == survey_id)
    return {row.agency_id: row.token for row in db.session.connection().execute(statement)}


def waiting_responses(*, survey_id: int, limit: int) -> int:
    """How many responses of a survey wait to be counted, or to be counted anew; at most `limit`. Those that are
    counted, but not told apart yet, wait for nothing that is late."""
    late = or_(~QUEUE.c.held, QUEUE.c.counted == {})
    found = select(QUEUE.c.response_id).where(QUEUE.c.survey_id == survey_id, late).limit(limit).subquery()
    return db.session.connection().execute(select(func.count()).select_from(found)).scalar_one()


def counts_lag(*, survey_id: int) -> bool:
    """Whether responses of a survey changed since they were counted, or wait without being held."""
    free = select(QUEUE.c.response_id).where(QUEUE.c.survey_id == survey_id, ~QUEUE.c.held).limit(1)
    return db.session.connection().execute(free).first() is not None


def counting_lags(*, survey_id: int, batch: int, before: datetime, closed: bool) -> bool:
    """Whether responses that came before a moment could have been counted and were not: free ones, all of a closed
    survey, or `batch` held ones of an agency and kind. Looks at no more than LOOKED_AT rows."""
    kind = [column.label(f"kind_{number}") for number, column in enumerate(KIND)]
    came = (
        select(QUEUE.c.agency_id, *kind)
        .join(RESPONSE, ITS_RESPONSE)
        .where(QUEUE.c.survey_id == survey_id, RESPONSE.c.received_at < before)
    )
    free = came.limit(1) if closed else came.where(~QUEUE.c.held).limit(1)
    held = came.where(QUEUE.c.held, QUEUE.c.counted == {}).limit(LOOKED_AT).subquery()
    full = select(held.c.agency_id).group_by(*held.c).having(func.count() >= batch).limit(1)
    connection = db.session.connection()
    return connection.execute(free).first() is not None or connection.execute(full).first() is not None


def free_keys(*, limit: int) -> list[tuple[int, UUID]]:
    """(agency, response) of the first queue rows that nothing holds back, by id.

    Ids are ordered by time for the most part: neighbours share days, and so tally rows, in all agencies at once.
    """
    statement = (
        select(QUEUE.c.agency_id, QUEUE.c.response_id).where(~QUEUE.c.held).order_by(QUEUE.c.response_id).limit(limit)
    )
    return [(agency_id, response_id) for agency_id, response_id in db.session.connection().execute(statement)]


def present_responses(dialect: Dialect, at: At, *which: ColumnElement[bool]) -> CompoundSelect[Any]:
    """What the tallies hold, response by response: HEADER, `answers` and the `agency_id`; `at` chooses the agencies,
    `which` those of responses that wait for nothing.

    Stored responses that do not wait in the queue, and the counted form of those that changed after they were counted.
    """
    counted = QUEUE.c.counted
    named: dict[str, ColumnElement[Any]] = {
        **RESPONSE.c,
        "procedure": func.coalesce(RESPONSE.c.procedure_code, ""),
        "starts_on": RESPONSE.c.counted_on,
    }
    released = (
        select(
            *(named[name].label(name) for name in HEADER),
            RESPONSE.c.answers,
            RESPONSE.c.agency_id,
        )
        .select_from(RESPONSE.outerjoin(QUEUE, ITS_RESPONSE))
        .where(at(RESPONSE.c.agency_id), RESPONSE.c.state == "stored", QUEUE.c.response_id.is_(None), *which)
    )
    procedure, day = func.coalesce(counted["procedure"].as_string(), ""), counted["day"].as_string()
    held_by_corrections = select(
        counted["survey_id"].as_integer(),
        procedure,
        dialect.day(day),
        dialect.day(case((procedure != "", func.coalesce(counted["named_on"].as_string(), day)))),
        counted["version_id"].as_integer(),
        counted["channel"].as_string(),
        counted["verified"].as_boolean(),
        counted["flagged"].as_boolean(),
        counted["answers"],
        QUEUE.c.agency_id,
    ).where(at(QUEUE.c.agency_id), counted != {})
    return union_all(released, held_by_corrections)


def _keys(source: Subquery, by: Sequence[str]) -> list[ColumnElement[Any]]:
    """The columns that `by` names, labelled."""
    return [source.c[DIMENSIONS[name]].label(f"key_{index}") for index, name in enumerate(by)]


def _is_marked(part: Slice, by: Sequence[str]) -> bool:
    """Whether a channel or a mark is asked about."""
    filtered = (part.channel, part.verified, part.flagged) != (None, None, None)
    return filtered or bool({"channel", "verified", "flagged"} & set(by))


def _spans(part: Slice, by: Sequence[str]) -> tuple[tuple[Span, ...], bool]:
    """What to read of a period, and whether that is of single procedures (`apart`): totals where neither a channel nor
    a mark is asked about; half months, but for marks of all procedures together."""
    apart, marked = part.procedure is not None or "procedure" in by, _is_marked(part, by)
    if "day" in by:
        return (Span("day", part.from_on, part.to_on),), apart
    spans = split_period(part.from_on, part.to_on, halves=apart or not marked)
    return spans if marked else tuple(s._replace(grain="total") if s.grain == "month" else s for s in spans), apart


def _tally_rows(part: Slice, span: Span, by: Sequence[str]) -> Subquery:
    """The tally rows of a span, by range of the primary key, with the first day of the `month`."""
    counted = (TALLY.c.count if span.sign > 0 else -TALLY.c.count).label("count")
    # What is longer than a day starts with its month, and stands in the order of the key.
    month = DIALECTS[db.session.connection().dialect.name].month
    available = {**TALLY.c, "month": month(TALLY.c.starts_on) if span.grain == "day" else TALLY.c.starts_on}
    columns = (*dict.fromkeys(DIMENSIONS.values()), "question", "option")
    every = "procedure" in by and part.procedure is None
    rows = select(*(available[name].label(name) for name in columns), counted).where(
        TALLY.c.agency_id.in_(part.agency_ids),
        TALLY.c.survey_id == part.survey_id,
        TALLY.c.grain == span.grain,
        TALLY.c.procedure != "" if every else TALLY.c.procedure == (part.procedure or ""),
    )
    if part.questions is not None:
        rows = rows.where(TALLY.c.question.in_(part.questions))
    # Without a channel stands what is counted but not told apart yet.
    rows = rows.where(TALLY.c.channel != "") if _is_marked(part, by) else rows
    return _within(rows, TALLY.c, TALLY.c.starts_on, part, span).subquery()


def _response_packs(part: Slice, span: Span, by: Sequence[str]) -> Iterator[Sequence[Any]]:
    """The released responses of a span that name a procedure, as packs of each agency asked for: nearly all of them
    share their answers with others, so that these are taken apart once."""
    below = select(CLOSURE.c.descendant_id).where(CLOSURE.c.ancestor_id.in_(part.agency_ids))
    dialect = DIALECTS[db.session.connection().dialect.name]
    names_one = RESPONSE.c.procedure_code.is_not(None)
    present = present_responses(dialect, lambda agency_id: agency_id.in_(below), names_one).subquery("present")
    month = dialect.month(present.c.named_on)
    available = {**present.c, "agency_id": CLOSURE.c.ancestor_id, "month": month, "starts_on": present.c.named_on}
    above = and_(CLOSURE.c.descendant_id == present.c.agency_id, CLOSURE.c.ancestor_id.in_(part.agency_ids))
    rows = (
        select(*(available[DIMENSIONS[name]] for name in by), cast(present.c.answers, Text))
        .select_from(present.join(CLOSURE, above))
        .where(
            present.c.survey_id == part.survey_id,
            present.c.procedure != "" if part.procedure is None else present.c.procedure == part.procedure,
            present.c.channel != "" if _is_marked(part, by) else true(),
        )
    )
    choices_of: dict[str, tuple[str, str]] = {}
    for *key, answers in db.session.connection().execute(_within(rows, present.c, present.c.named_on, part, span)):
        if answers not in choices_of:
            chosen = {"": ""} | json.loads(answers)
            told = [f"{q}.{o}" for q, o in chosen.items() if part.questions is None or q in part.questions]
            choices_of[answers] = ",".join(told), ",".join([str(span.sign)] * len(told))
        if choices_of[answers][0]:
            yield *key, *choices_of[answers]


def _within(rows: Select[Any], columns: Any, day: ColumnElement[Any], part: Slice, span: Span) -> Select[Any]:
    """The rows of the span's days and of the slice's channel and marks."""
    if span.first is not None:
        rows = rows.where(day >= span.first)
    if span.last is not None:
        rows = rows.where(day <= span.last)
    for name in ("channel", "verified", "flagged"):
        if (wanted := getattr(part, name)) is not None:
            rows = rows.where(columns[name] == wanted)
    return rows
