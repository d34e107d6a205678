"""Every SELECT on responses. Responses are found by agency and id: no other way in is fast or private."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import TableValuedAlias

from survey_app.agencies.models import Agency, AgencyAncestor
from survey_app.db import db
from survey_app.responses.models import Response, ResponseText, TallyQueueItem

RESPONSE: Table = Response.__table__  # type: ignore[assignment]
TEXT: Table = ResponseText.__table__  # type: ignore[assignment]
QUEUE: Table = TallyQueueItem.__table__  # type: ignore[assignment]
CLOSURE: Table = AgencyAncestor.__table__  # type: ignore[assignment]
# Literals: an index of part of the rows is found by its own words.
FLAGGED: ColumnElement[bool] = literal_column("response.flagged")
WITH_REASONS: ColumnElement[bool] = literal_column("response.reasons <> '{}'")
PAGE = 2000
TOLD_BY_MARKS = QUEUE.c.response_id.is_(None) | (QUEUE.c.counted["channel"].as_string() != "")
ANSWERED_ON: ColumnElement[date] = func.coalesce(RESPONSE.c.moved_from, RESPONSE.c.counted_on).label("answered_on")
# By what responses can be counted, beside days and months.
KEYS: dict[str, ColumnElement[Any]] = {
    "agency": CLOSURE.c.ancestor_id,
    "channel": RESPONSE.c.channel,
    "procedure": RESPONSE.c.procedure_code,
}
BEFORE_ALL = UUID(int=0)


class Identity(NamedTuple):
    """What tells a repeated submission from a conflict."""

    survey_id: int
    sha256: str
    state: str


class Among(NamedTuple):
    """Which counted responses are asked about: at agencies and below them, counted on local days (inclusive, None:
    open), of one channel and one procedure (None: all)."""

    survey_id: int
    agency_ids: tuple[int, ...]
    from_on: date | None
    to_on: date | None
    channel: str | None
    procedure: str | None


class Written(NamedTuple):
    """A free text with the day on which its response is counted, its language and answers, and the response's id to
    order it by a keyed hash. Not to be changed."""

    response_id: UUID
    counted_on: date
    language: str
    text: str
    answers: Mapping[str, str]


class StoredResponse(NamedTuple):
    """A response as an export needs it, with the day of the answer and the one on which it is counted; `texts` are its
    free texts, the comment among them. Not to be changed."""

    agency_id: int
    id: UUID
    channel: str
    language: str
    procedure_code: str | None
    answered_on: date
    counted_on: date
    answered_at: datetime | None
    verified: bool
    answers: Mapping[str, str]
    reasons: Mapping[str, list[str]]
    flags: Sequence[str]
    texts: dict[str, str]


def stored_identity(*, agency_id: int, response_id: UUID) -> Identity | None:
    """The survey, hash and state of a stored response, or None."""
    statement = select(RESPONSE.c.survey_id, RESPONSE.c.sha256, RESPONSE.c.state).where(
        RESPONSE.c.agency_id == agency_id, RESPONSE.c.id == response_id
    )
    row = db.session.connection().execute(statement).one_or_none()
    return Identity(*row) if row else None


def responses_by_id(*, agency_id: int, ids: Collection[UUID]) -> list[Response]:
    """The responses of an agency that have these ids; at most some thousand ids."""
    return list(db.session.scalars(select(Response).where(Response.agency_id == agency_id, Response.id.in_(ids))))


def responses_to_flag(
    *, agency_id: int, device_id: int | None, flag: str, first: datetime, last: datetime
) -> list[Response]:
    """A device's completed, stored responses between two instants (inclusive) that do not carry a flag yet, locked
    until the transaction ends."""
    statement = select(Response).where(
        Response.agency_id == agency_id,
        Response.device_id == device_id,
        Response.answered_at.between(first, last),
        Response.completed,
        Response.state == "stored",
        cast(Response.flags, Text).not_like(f'%"{flag}"%'),
    )
    return list(db.session.scalars(statement.order_by(Response.id).with_for_update()))


def texts_by_response(*, agency_id: int, ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """The free texts of an agency's responses, {response: {question: text}}; those without any are left out."""
    found: dict[UUID, dict[str, str]] = {}
    rows = select(ResponseText).where(ResponseText.agency_id == agency_id, ResponseText.response_id.in_(ids))
    for row in db.session.scalars(rows):
        found.setdefault(row.response_id, {})[row.question] = row.text
    return found


def agencies_holding(*, survey_id: int, response_id: UUID) -> list[Agency]:
    """The agencies at which this id was answered in this survey: one look-up by key an agency."""
    statement = (
        select(Agency)
        .join(Response, (Response.agency_id == Agency.id) & (Response.id == response_id))
        .where(Response.survey_id == survey_id)
        .order_by(Agency.code)
    )
    return list(db.session.scalars(statement))


def stored_responses(
    *,
    survey_id: int,
    agency_ids: Sequence[int],
    from_on: date | None = None,
    to_on: date | None = None,
    released: bool = False,
    page: int = PAGE,
) -> Iterator[StoredResponse]:
    """The responses in state "stored" between two local days (inclusive), by agency (as given) and id; `released`:
    without those that wait to be counted.

    One snapshot, taken when the first is asked for, on a connection of its own; pages by key, so that memory stays
    flat. Needs an application context only for the call, not for the iteration.
    """
    statement = _page_statement(survey_id, from_on, to_on).limit(page)
    if released:
        waits = exists().where(QUEUE.c.agency_id == RESPONSE.c.agency_id, QUEUE.c.response_id == RESPONSE.c.id)
        statement = statement.where(~waits)
    return _pages(db.engine, statement, agency_ids, page)


def _page_statement(survey_id: int, from_on: date | None, to_on: date | None) -> Select[*tuple[Any, ...]]:
    known: dict[str, ColumnElement[Any]] = {**RESPONSE.c, "answered_on": ANSWERED_ON}
    columns = [known[name] for name in StoredResponse._fields[:-4]]
    documents = [cast(RESPONSE.c[name], Text) for name in ("answers", "reasons", "flags")]
    statement = select(*columns, *documents).where(
        RESPONSE.c.agency_id == bindparam("agency_id"),
        RESPONSE.c.id > bindparam("last"),
        RESPONSE.c.survey_id == survey_id,
        RESPONSE.c.state == "stored",
        *_between(ANSWERED_ON, from_on, to_on),
    )
    return statement.order_by(RESPONSE.c.id)


def _pages(
    engine: Engine, statement: Select[*tuple[Any, ...]], agency_ids: Sequence[int], page: int
) -> Iterator[StoredResponse]:
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect() as connection:
        # SQLite reads from one snapshot in any case.
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(**options)
        for agency_id in agency_ids:
            last = BEFORE_ALL
            while rows := connection.execute(statement, {"agency_id": agency_id, "last": last}).all():
                first, last = rows[0].id, rows[-1].id
                texts = _texts_between(connection, agency_id, first, last)
                for row in rows:
                    yield _stored_response(row, texts.get(row.id, {}))
                if len(rows) < page:
                    break


def _stored_response(row: Sequence[Any], texts: dict[str, str]) -> StoredResponse:
    *values, answers, reasons, flags = row
    return StoredResponse._make((*values, _parsed(answers), _parsed(reasons), _parsed(flags), texts))


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Any:
    """Most responses share their answers with many others: reading them once takes a third off an export."""
    return json.loads(text)


def _texts_between(connection: Connection, agency_id: int, first: UUID, last: UUID) -> dict[UUID, dict[str, str]]:
    statement = select(TEXT.c.response_id, TEXT.c.question, TEXT.c.text).where(
        TEXT.c.agency_id == agency_id, TEXT.c.response_id >= first, TEXT.c.response_id <= last
    )
    found: dict[UUID, dict[str, str]] = {}
    for response_id, question, text in connection.execute(statement):
        found.setdefault(response_id, {})[question] = text
    return found


def flags_grouped(among: Among, by: Sequence[str]) -> dict[tuple[Any, ...], dict[str, int]]:
    """{key: {flag: responses that carry it}} of those told by their marks, "" for any; `by` names KEYS. An agency
    stands for all below it too; without it none of those asked about may lie below another."""
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    flags_of = [cast(RESPONSE.c.flags, Text)]
    for key, (flags,), count in _grouped(_released(), among, by, flags_of, FLAGGED & TOLD_BY_MARKS):
        counts = found.setdefault(key, {})
        for name in ("", *_parsed(flags)):
            counts[name] = counts.get(name, 0) + count
    return found


def reasons_grouped(among: Among, by: Sequence[str]) -> dict[tuple[Any, ...], dict[tuple[str, str], int]]:
    """{key: how often each (question, reason) was given}; (question, "") counts the responses that gave any. `by` as in
    `flags_grouped`."""
    asked = _members("asked", RESPONSE.c.reasons)
    given = _elements("given", asked.c.value)
    source = _released().join(asked, true())
    people = _grouped(source, among, by, [asked.c.key], WITH_REASONS)
    each = _grouped(source.join(given, true()), among, by, [asked.c.key, given.c.value], WITH_REASONS)
    found: dict[tuple[Any, ...], dict[tuple[str, str], int]] = {}
    for key, (question, *reason), count in (*people, *each):
        counts, choice = found.setdefault(key, {}), (question, *(reason or [""]))
        counts[choice] = counts.get(choice, 0) + count
    return found


def texts_grouped(among: Among, by: Sequence[str], *, question: str) -> dict[tuple[Any, ...], int]:
    """{key: free texts to a question}; `by` as in `flags_grouped`."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for key, _none, count in _grouped(_with_texts(), among, by, [], and_(*_texts(among, question, by))):
        counts[key] += count
    return counts


def texts_by_answers(
    among: Among, by: Sequence[str], *, question: str
) -> Iterator[tuple[tuple[Any, ...], Mapping[str, str], int]]:
    """(key, answers, how many with just these wrote a free text to a question); keys as in `flags_grouped`, more than
    once. The answers are not to be changed."""
    source, condition = _with_texts(), and_(*_texts(among, question, by))
    for key, (answers,), count in _grouped(source, among, by, [cast(RESPONSE.c.answers, Text)], condition):
        yield key, _parsed(answers), count


def texts_among(
    among: Among, *, question: str, limit: int, where: Callable[[Mapping[str, str]], bool] | None = None
) -> list[Written]:
    """The newest free texts to a question ("comment" for the comment) of those whose answers `where` takes; at most
    `limit`."""
    found: list[Written] = []
    waiting = _days_with_texts(among, question)
    while waiting and len(found) < limit:
        last, read = waiting[0][0], 0
        while waiting and read < 2 * limit:
            first, count = waiting.pop(0)
            read += count
        written = _texts_of_days(among, question, TEXT.c.counted_on.between(first, last), None if where else limit)
        found += [each for each in written if where is None or where(each.answers)]
    return found[:limit]


def _days_with_texts(among: Among, question: str) -> list[tuple[date, int]]:
    """The days with texts to a question and how many there may be, newest first: read from an index alone."""
    statement = select(TEXT.c.counted_on, func.count()).where(*_texts(among, question))
    ordered = statement.group_by(TEXT.c.counted_on).order_by(TEXT.c.counted_on.desc())
    return [(day, count) for day, count in db.session.connection().execute(ordered)]


def _texts_of_days(among: Among, question: str, days: ColumnElement[bool], limit: int | None) -> list[Written]:
    statement = (
        select(RESPONSE.c.id, TEXT.c.counted_on, RESPONSE.c.language, TEXT.c.text, cast(RESPONSE.c.answers, Text))
        .select_from(_with_texts())
        .where(*_among(among), *_texts(among, question), days)
        .order_by(TEXT.c.counted_on.desc(), RESPONSE.c.id)
        .limit(limit)
    )
    rows = db.session.connection().execute(statement)
    return [Written._make((*written, _parsed(answers))) for *written, answers in rows]


def _grouped(
    source: Any, among: Among, by: Sequence[str], what: Sequence[ColumnElement[Any]], condition: ColumnElement[bool]
) -> Iterator[tuple[tuple[Any, ...], Sequence[Any], int]]:
    """(key, values of `what`, number); a month's key comes once for each of its days."""
    columns = [*(KEYS[name] if name in KEYS else _day(among, by) for name in by), *what]
    below = (CLOSURE.c.descendant_id == RESPONSE.c.agency_id) & CLOSURE.c.ancestor_id.in_(among.agency_ids)
    statement = select(*columns, func.count()).select_from(source.join(CLOSURE, below))
    statement = statement.where(*_among(among, by), condition).group_by(*columns)
    for *values, count in db.session.connection().execute(statement):
        key = zip(by, values, strict=False)
        yield tuple(v.replace(day=1) if name == "month" else v for name, v in key), values[len(by) :], count


def _texts(among: Among, question: str, by: Sequence[str] = ()) -> list[ColumnElement[bool]]:
    below = select(CLOSURE.c.descendant_id).where(CLOSURE.c.ancestor_id.in_(among.agency_ids))
    conditions = [TEXT.c.agency_id.in_(below), TEXT.c.survey_id == among.survey_id, TEXT.c.question == question]
    if _day(among, by) is RESPONSE.c.counted_on:
        conditions += _between(TEXT.c.counted_on, among.from_on, among.to_on)
    return conditions


def _between(day: ColumnElement[Any], first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    after = [] if first is None else [day >= first]
    return after if last is None else [*after, day <= last]


def _day(among: Among, by: Sequence[str]) -> ColumnElement[Any]:
    """The day on which responses are counted: by procedure it can be another."""
    return RESPONSE.c.named_on if "procedure" in by or among.procedure else RESPONSE.c.counted_on


def _released() -> Any:
    waits = (QUEUE.c.agency_id == RESPONSE.c.agency_id) & (QUEUE.c.response_id == RESPONSE.c.id)
    return RESPONSE.outerjoin(QUEUE, waits)


def _with_texts() -> Any:
    same = (TEXT.c.agency_id == RESPONSE.c.agency_id) & (TEXT.c.response_id == RESPONSE.c.id)
    return _released().join(TEXT, same)


def _among(among: Among, by: Sequence[str] = ()) -> list[ColumnElement[bool]]:
    """The conditions; only answers that are told by channel or procedure where that is asked about."""
    apart = {name for name in ("channel", "procedure") if name in by or getattr(among, name) is not None}
    counted: ColumnElement[bool] = QUEUE.c.response_id.is_(None)
    if "procedure" not in apart:
        channel = QUEUE.c.counted["channel"].as_string()
        counted |= channel != "" if apart else channel.is_not(None)
    below = select(CLOSURE.c.descendant_id).where(CLOSURE.c.ancestor_id.in_(among.agency_ids))
    conditions = [
        RESPONSE.c.agency_id.in_(below),
        RESPONSE.c.survey_id == among.survey_id,
        RESPONSE.c.state == "stored",
        counted,
        *_between(_day(among, by), among.from_on, among.to_on),
    ]
    # Not as the index of procedures has it: what else is asked about chooses far fewer responses.
    procedure = func.coalesce(RESPONSE.c.procedure_code, "")
    if "procedure" in by:
        conditions.append(procedure != "")
    fixed = ((RESPONSE.c.channel, among.channel), (procedure, among.procedure))
    return conditions + [column == value for column, value in fixed if value is not None]


def _elements(name: str, array: ColumnElement[Any]) -> TableValuedAlias:
    """A row (`value`, as text) for each element of a JSON array."""
    if db.session.connection().dialect.name == "postgresql":
        return func.jsonb_array_elements_text(type_coerce(array, JSONB)).table_valued("value", name=name)
    return func.json_each(array).table_valued("value", name=name)


def _members(name: str, document: ColumnElement[Any]) -> TableValuedAlias:
    """A row (`key`, `value`) for each member of a JSON object."""
    each = func.json_each
    if db.session.connection().dialect.name == "postgresql":
        each = func.jsonb_each
    return each(document).table_valued("key", "value", name=name)
