"""When live answers are told: in units of SURVEY_RELEASE_BATCH at least, so that nothing that is told moves by fewer.

A unit is of one agency and survey and alike in all that figures are cut by (`rules.Kind`). It enters every figure
whole, at once and on one day. By procedure its answers are told with others of several units, on one day too, once no
difference of figures concerns fewer people (`rules.told_procedures`). Who finds nobody alike for WAITS_AT_MOST makes a
unit with others of that fate, told by nothing that they do not share. What is not told of an answer stands in its queue
row, until the survey closes and everything is told.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Connection, Table, bindparam, case, delete, func, select, update

from survey_app.clock import now
from survey_app.responses.models import ResponseText
from survey_app.responses.rules import contribution, counted_form
from survey_app.tallies.queries import QUEUE, RESPONSE
from survey_app.tallies.rules import (
    WAITS_AT_MOST,
    Counts,
    Group,
    Kind,
    middle,
    told_procedures,
    unit_sizes,
)
from survey_app.tallies.waiting import Waiting, held_ids, unnamed_responses

TEXT: Table = ResponseText.__table__  # type: ignore[assignment]

IDS_IN_STATEMENT = 500
Row = dict[str, Any]

_chosen: BindParameter[list[UUID]] = bindparam("ids", expanding=True)
TAKE = (
    delete(QUEUE)
    .where(QUEUE.c.agency_id == bindparam("agency"), QUEUE.c.response_id.in_(_chosen))
    .returning(QUEUE.c.response_id, case((QUEUE.c.counted != {}, QUEUE.c.counted)).label("counted"))
)
_grouped: dict[str, ColumnElement[Any]] = {
    **RESPONSE.c,
    "day": RESPONSE.c.counted_on,
    "procedure": func.coalesce(RESPONSE.c.procedure_code, ""),
}
_these = (RESPONSE.c.agency_id == bindparam("agency"), RESPONSE.c.id.in_(_chosen))
STORED = select(RESPONSE.c.id, *(_grouped[name] for name in Group._fields), RESPONSE.c.answers).where(
    *_these, RESPONSE.c.state == "stored"
)
# Whoever changes one of them now is not waited for: it stays as it is until the next fold.
LOCK = select(RESPONSE.c.id).where(*_these).with_for_update(skip_locked=True, key_share=True)
MOVE = (
    update(RESPONSE)
    .where(*_these)
    .values(
        moved_from=func.coalesce(RESPONSE.c.moved_from, RESPONSE.c.counted_on),
        counted_on=bindparam("day"),
        named_on=case((RESPONSE.c.procedure_code.is_not(None), bindparam("day"))),
    )
)
MOVE_TEXT = (
    update(TEXT)
    .where(TEXT.c.agency_id == bindparam("agency"), TEXT.c.response_id.in_(_chosen))
    .values(counted_on=bindparam("day"))
)
NAME = update(RESPONSE).where(*_these).values(named_on=bindparam("day"))


class Counted(defaultdict[Group, Counts]):
    """What the tallies change by."""

    def __init__(self) -> None:
        super().__init__(Counter)

    def take_off(self, agency_id: int, form: Mapping[str, Any]) -> None:
        """What the tallies held of a response."""
        for key in contribution(form):
            self[Group(agency_id, *key[:8])][key.question, key.option] -= 1

    def add(self, group: Group, answers: Mapping[str, str]) -> None:
        """One response."""
        counts = self[group]
        counts["", ""] += 1
        counts.update(answers.items())


class Release(NamedTuple):
    """Held responses of an agency and survey that may be told now, `number` of them: of a kind; of a version those
    that found nobody alike; or, with neither, all."""

    agency_id: int
    survey_id: int
    number: int
    kind: Kind | None = None
    version_id: int | None = None

    @property
    def everything(self) -> bool:
        return self.kind is None and self.version_id is None


class Answer(NamedTuple):
    """A stored response and its group; `form` is what the tallies held of it ({}: nothing)."""

    id: UUID
    group: Group
    answers: Mapping[str, str]
    form: Mapping[str, Any]


def due(waiting: Iterable[Waiting], batch: int) -> Iterator[Release]:
    """What may be told, of all that waits."""
    overdue: Counter[tuple[int, int, int]] = Counter()
    for agency_id, survey_id, kind, responses, late in waiting:
        if kind is None or responses >= batch:
            yield Release(agency_id, survey_id, responses, kind)
        else:
            overdue[agency_id, survey_id, kind.version_id] += late
    for (agency_id, survey_id, version_id), number in overdue.items():
        if number >= batch:
            yield Release(agency_id, survey_id, number, version_id=version_id)


def count_free(connection: Connection, agency_id: int, ids: Sequence[UUID], counted: Counted) -> int:
    """Take these queue rows and count what their responses say now, as far as it was told before; returns how many
    were still there."""
    number, answers = _take(connection, agency_id, ids, counted)
    waiting = [_told(answer, _as_before(answer), counted, answer.form.get("unit")) for answer in answers]
    _wait(connection, waiting)
    return number


def release(connection: Connection, release: Release, batch: int, counted: Counted) -> int:
    """Tell what may be told; returns how many responses were counted first."""
    agency_id, survey_id, number, kind, version_id = release
    ids = held_ids(
        agency_id=agency_id,
        survey_id=survey_id,
        kind=kind,
        version_id=version_id,
        before=now() - WAITS_AT_MOST,
        limit=number,
    )
    if release.everything:
        taken, answers = _take(connection, agency_id, ids, counted)
        for answer in answers:
            counted.add(answer.group, answer.answers)
        return taken
    taken, answers = _take(connection, agency_id, _locked(connection, agency_id, ids), counted)
    alike: defaultdict[Any, list[Answer]] = defaultdict(list)
    for answer in answers:
        # What they are may have changed since they were chosen.
        alike[answer.group.kind if kind else answer.group.version_id].append(answer)
    waiting: list[Row | None] = []
    moved: defaultdict[date, list[UUID]] = defaultdict(list)
    for found in alike.values():
        if len(found) < batch:
            waiting += [_queued(answer, {}) for answer in found]
            taken -= len(found)
            continue
        for unit in _units(found, batch):
            waiting += _told_together(unit, counted, moved, mixed=kind is None)
    _wait(connection, waiting)
    for day, ids in moved.items():
        for statement in (MOVE, MOVE_TEXT):
            _on(connection, statement, agency_id, ids, day=day)
    if kind and any(answer.group.procedure for answer in answers):
        _tell_procedures(connection, agency_id, survey_id, kind, batch, counted)
    return taken


def _as_before(answer: Answer) -> Group:
    """What may be told of an answer that was counted already: no more than before."""
    if not answer.form:
        return answer.group
    if not answer.form["channel"]:
        return answer.group.unmarked
    return answer.group.unnamed if answer.form.get("procedure") == "" else answer.group


def _units(answers: Iterable[Answer], batch: int) -> Iterator[list[Answer]]:
    ordered = sorted(answers, key=lambda answer: (answer.group.day, answer.id))
    start = 0
    for size in unit_sizes([answer.group.day for answer in ordered], batch):
        yield ordered[start : start + size]
        start += size


def _told_together(
    unit: Sequence[Answer], counted: Counted, moved: Mapping[date, list[UUID]], *, mixed: bool
) -> list[Row | None]:
    """Count answers on one day; by procedure where all name the same one, by their marks unless they are `mixed`. Those
    whose day was another are `moved` to it; gives the queue rows of those who go on waiting."""
    day = middle([answer.group.day for answer in unit])
    procedures = Counter(answer.group.procedure for answer in unit)
    named = {"id": str(unit[0].id), "nameless": procedures[""]}
    waiting = []
    for answer in unit:
        if answer.group.day != day:
            moved[day].append(answer.id)
        group = answer.group._replace(day=day, named_on=answer.group.named_on and day)
        told = group.unmarked if mixed else group if len(procedures) == 1 else group.unnamed
        waiting.append(_told(answer._replace(group=group), told, counted, named))
    return waiting


def _tell_procedures(
    connection: Connection, agency_id: int, survey_id: int, kind: Kind, batch: int, counted: Counted
) -> None:
    """Tell the procedures of those told without them, as far as that leaves no small difference."""
    rows = unnamed_responses(agency_id=agency_id, survey_id=survey_id, kind=kind)
    locked = set(_locked(connection, agency_id, [row.response_id for row in rows]))
    waiting: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.response_id in locked:
            waiting[row.unit][row.procedure] += 1
            waiting[row.unit][""] = row.nameless
    for procedure in told_procedures(waiting, batch):
        ids = [row.response_id for row in rows if row.procedure == procedure and row.response_id in locked]
        _taken, answers = _take(connection, agency_id, ids, counted)
        day = middle([answer.group.day for answer in answers])
        moved = [answer.id for answer in answers if answer.group.named_on != day]
        if moved:
            _on(connection, NAME, agency_id, moved, day=day)
        for answer in answers:
            counted.add(answer.group._replace(named_on=day), answer.answers)


def _told(answer: Answer, told: Group, counted: Counted, unit: Mapping[str, Any] | None) -> Row | None:
    """Count an answer as `told`; the queue row with which it goes on waiting where that is not all."""
    counted.add(told, answer.answers)
    if told == answer.group:
        return None
    said = told._asdict()
    del said["agency_id"]
    return _queued(answer, counted_form(**said, answers=answer.answers, unit=unit if told.channel else None))


def _queued(answer: Answer, form: Mapping[str, Any]) -> Row:
    key = {"agency_id": answer.group.agency_id, "response_id": answer.id, "survey_id": answer.group.survey_id}
    return {**key, "held": True, "counted": form}


def _wait(connection: Connection, rows: Iterable[Row | None]) -> None:
    if found := [row for row in rows if row]:
        connection.execute(QUEUE.insert(), found)


def _take(connection: Connection, agency_id: int, ids: Sequence[UUID], counted: Counted) -> tuple[int, list[Answer]]:
    """Take queue rows, and take off what the tallies hold of them: how many were still there, and the stored ones.

    The responses are read after their queue rows are gone: whoever changes one of them meanwhile either has done so
    before, and it is counted as changed, or waits for us and then queues a correction.
    """
    number, answers = 0, []
    for start in range(0, len(ids), IDS_IN_STATEMENT):
        chosen = {"agency": agency_id, "ids": ids[start : start + IDS_IN_STATEMENT]}
        taken = {row.response_id: row.counted or {} for row in connection.execute(TAKE, chosen)}
        number += len(taken)
        for form in taken.values():
            counted.take_off(agency_id, form)
        for each, *header, given in connection.execute(STORED, {"agency": agency_id, "ids": list(taken)}):
            answers.append(Answer(each, Group(*header), given, taken[each]))
    return number, answers


def _locked(connection: Connection, agency_id: int, ids: Sequence[UUID]) -> list[UUID]:
    """Those of the responses that nobody else is changing now; nobody does until the end of the transaction."""
    return [row.id for rows in _on(connection, LOCK, agency_id, ids) for row in rows]


def _on(connection: Connection, statement: Any, agency_id: int, ids: Sequence[UUID], **given: Any) -> list[Any]:
    """A statement about some responses of an agency, in pieces."""
    starts = range(0, len(ids), IDS_IN_STATEMENT)
    pieces = ({"agency": agency_id, "ids": ids[start : start + IDS_IN_STATEMENT], **given} for start in starts)
    return [connection.execute(statement, piece) for piece in pieces]
