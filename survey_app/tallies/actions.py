"""Counting: the fold takes responses off the queue into the tallies; the recount makes or checks all tallies anew.

These actions own their transactions: call them at the edge, outside of `transaction()`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, case, delete, func, select

from survey_app.agencies.queries import ancestors_by_agency
from survey_app.clock import today
from survey_app.db import db, transaction
from survey_app.responses.rules import contribution
from survey_app.tallies import changes, queries, recount
from survey_app.tallies.queries import QUEUE, RESPONSE, SURVEY, TALLY
from survey_app.tallies.rules import Cell, Counts, Group, released, spread

# Responses in one transaction: the more, the fewer tally rows are written twice; on SQLite answers wait meanwhile.
BATCHES = {"sqlite": 5_000, "postgresql": 20_000}
# So many are looked for at once: to find the first of a long queue takes a pass over it.
PLANNED_BATCHES = 10
IDS_IN_STATEMENT = 500
MOST_DIFFERENCES = 1_000
# Any number of our own: the key of the advisory lock that lets one folder work at a time on PostgreSQL.
FOLD_LOCK = 7_461_696

Key = tuple[int, UUID]
FoldProgress = Callable[[int], object]
RecountProgress = Callable[[int, int], object]

_chosen: BindParameter[list[UUID]] = bindparam("ids", expanding=True)
TAKE = (
    delete(QUEUE)
    .where(QUEUE.c.agency_id == bindparam("agency"), QUEUE.c.response_id.in_(_chosen))
    .returning(QUEUE.c.response_id, case((QUEUE.c.counted != {}, QUEUE.c.counted)).label("counted"))
)
_grouped: dict[str, ColumnElement[Any]] = {
    **RESPONSE.c,
    "day": RESPONSE.c.answered_on,
    "procedure": func.coalesce(RESPONSE.c.procedure_code, ""),
}
STORED = select(*(_grouped[name] for name in Group._fields), RESPONSE.c.answers).where(
    RESPONSE.c.agency_id == bindparam("agency"), RESPONSE.c.id.in_(_chosen), RESPONSE.c.state == "stored"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A tally row whose count is not the one that recounting gives; 0 where there is no such row."""

    cell: Cell
    counted: int
    recounted: int


def fold(batch: int | None = None, progress: FoldProgress | None = None) -> int:
    """Count everything that may be counted now, each response exactly once; returns how many queue rows were taken.

    Held responses of an agency and survey are taken together, once SURVEY_RELEASE_BATCH of them wait or the survey is
    closed. `batch` responses make a transaction; `progress` gets the number taken so far after each.
    """
    batch = batch or BATCHES[db.engine.dialect.name]
    taken = 0
    for transactions in (_release_held(batch), _take_free(batch)):
        for number in transactions:
            taken += number
            if progress:
                progress(taken)
    return taken


def _release_held(batch: int) -> Iterator[int]:
    """Count held responses, about `batch` in a transaction; gives the number of each."""
    while _released_keys(batch):
        with transaction():
            connection = db.session.connection()
            lock_folding(connection)
            # Only now nobody else releases: what waited a moment ago may be gone, and its followers too few.
            number = _count(connection, _released_keys(batch))
        yield number


def _take_free(batch: int) -> Iterator[int]:
    """Count what nothing holds back, `batch` in a transaction; gives the number of each."""
    while keys := queries.free_keys(limit=PLANNED_BATCHES * batch):
        for start in range(0, len(keys), batch):
            with transaction():
                connection = db.session.connection()
                lock_folding(connection)
                number = _count(connection, keys[start : start + batch])
            yield number


def _released_keys(limit: int) -> list[Key]:
    """(agency, response) of about `limit` held queue rows that are to be released; whole agencies where possible."""
    batch: int = current_app.config["SETTINGS"].release_batch
    keys: list[Key] = []
    for agency_id, survey_id, closed, waiting in queries.waiting(today=today()):
        number = released(waiting, batch=batch, closed=closed, limit=limit)
        if number and len(keys) < limit:
            ids = queries.held_ids(agency_id=agency_id, survey_id=survey_id, limit=number)
            keys += [(agency_id, response_id) for response_id in ids]
    return keys


def _count(connection: Connection, keys: Sequence[Key]) -> int:
    """Take queue rows and change the tallies by what they stand for; returns how many were still there.

    The responses are read after their queue rows are gone: whoever changes one of them meanwhile either has done so
    before, and it is counted as changed, or waits for us and then queues a correction.
    """
    groups: defaultdict[Group, Counts] = defaultdict(Counter)
    number = 0
    for agency_id, ids in _by_agency(keys):
        taken = connection.execute(TAKE, {"agency": agency_id, "ids": ids}).all()
        number += len(taken)
        for row in taken:
            for key in contribution(row.counted or {}):
                groups[Group(agency_id, *key[:7])][key.question, key.option] -= 1
        stored = {"agency": agency_id, "ids": [row.response_id for row in taken]}
        for *header, answers in connection.execute(STORED, stored):
            counts = groups[Group(*header)]
            counts["", ""] += 1
            counts.update(answers.items())
    changes.add(connection, spread(groups, ancestors_by_agency(group.agency_id for group in groups)))
    changes.rename_counts(connection, {group.survey_id for group in groups})
    return number


def lock_folding(connection: Connection) -> None:
    """Until the end of the transaction nobody else changes tallies (SQLite's write transaction sees to it itself)."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(FOLD_LOCK)))


def rebuild(progress: RecountProgress | None = None) -> None:
    """Recount everything released and replace all tallies, in one transaction: a reader sees the old or the new.

    Memory does not grow with the number of responses. On SQLite answers that come in meanwhile wait.
    `progress` gets the steps done and their number.
    """
    with transaction():
        connection = db.session.connection()
        lock_folding(connection)
        connection.execute(delete(TALLY))
        for agency_id in _recount(connection, progress):
            recount.write_tally(connection, agency_id)
        changes.rename_counts(connection, connection.execute(select(SURVEY.c.id)).scalars().all())


def verify(progress: RecountProgress | None = None) -> list[Difference]:
    """The tally rows that a recount of everything released does not confirm, at most MOST_DIFFERENCES of them.

    Changes nothing. What still waits in the queue is no difference.
    """
    found: list[Difference] = []
    # A transaction of its own, rolled back at the end with the temporary table that it made.
    with db.engine.connect() as connection:
        lock_folding(connection)
        for agency_id in _recount(connection, progress):
            for row in recount.differences(connection, agency_id):
                found.append(Difference(Cell._make(row[:-2]), int(row.counted), int(row.recounted)))
                if len(found) == MOST_DIFFERENCES:
                    return found
    return found


def _recount(connection: Connection, progress: RecountProgress | None) -> Iterator[int]:
    """Count all agencies' own responses, then give one by one the agencies whose tallies are to be looked at."""
    recount.begin(connection)
    own, all_agencies = recount.agencies_with_responses(connection), recount.agencies_to_tally(connection)
    steps = len(own) + len(all_agencies)
    for done, agency_id in enumerate(own, 1):
        recount.count_own(connection, agency_id)
        if progress:
            progress(done, steps)
    for done, agency_id in enumerate(all_agencies, len(own) + 1):
        yield agency_id
        if progress:
            progress(done, steps)


def _by_agency(keys: Sequence[Key]) -> Iterator[tuple[int, list[UUID]]]:
    """The keys by agency, in pieces that fit into a statement."""
    ids: defaultdict[int, list[UUID]] = defaultdict(list)
    for agency_id, response_id in keys:
        ids[agency_id].append(response_id)
    for agency_id in sorted(ids):
        for start in range(0, len(ids[agency_id]), IDS_IN_STATEMENT):
            yield agency_id, ids[agency_id][start : start + IDS_IN_STATEMENT]
