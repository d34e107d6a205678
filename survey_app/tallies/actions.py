"""Counting: the fold takes responses off the queue into the tallies; the recount makes or checks all tallies anew.

These actions own their transactions: call them at the edge, outside of `transaction()`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from sqlalchemy import Connection, delete, func, select

from survey_app.agencies.queries import ancestors_by_agency
from survey_app.clock import now, today
from survey_app.db import db, transaction
from survey_app.tallies import changes, queries, recount
from survey_app.tallies.queries import TALLY
from survey_app.tallies.release import Counted, Release, count_free, due, release
from survey_app.tallies.rules import WAITS_AT_MOST, Cell, released, spread
from survey_app.tallies.waiting import waiting

# Responses in one transaction: the more, the fewer tally rows are written twice; on SQLite answers wait meanwhile.
BATCHES = {"sqlite": 5_000, "postgresql": 20_000}
# So many are looked for at once: to find the first of a long queue takes a pass over it.
PLANNED_BATCHES = 10
MOST_DIFFERENCES = 1_000
# Any number of our own: the key of the advisory lock that lets one folder work at a time on PostgreSQL.
FOLD_LOCK = 7_461_696

Key = tuple[int, UUID]
FoldProgress = Callable[[int], object]
RecountProgress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Difference:
    """A tally row whose count is not the one that recounting gives; 0 where there is no such row."""

    cell: Cell
    counted: int
    recounted: int


def fold(batch: int | None = None, progress: FoldProgress | None = None) -> int:
    """Count everything that may be counted now, each response exactly once; returns how many queue rows were taken.

    Held responses are taken together, once SURVEY_RELEASE_BATCH that are alike wait or the survey is closed
    (`tallies.release`). `batch` responses make a transaction; `progress` gets the number so far after each.
    """
    batch = batch or BATCHES[db.engine.dialect.name]
    taken = 0
    for transactions in (_release_held(batch), _take_free(batch)):
        for number in transactions:
            taken += number
            if progress:
                progress(taken)
    return taken


def _release_held(limit: int) -> Iterator[int]:
    """Count held responses, about `limit` in a transaction; gives the number of each."""
    batch: int = current_app.config["SETTINGS"].release_batch
    while _releases(batch, limit):
        with transaction():
            connection = db.session.connection()
            lock_folding(connection)
            counted = Counted()
            # Only now nobody else releases: what waited a moment ago may be gone, and its followers too few.
            number = sum(release(connection, each, batch, counted) for each in _releases(batch, limit))
            _change(connection, counted)
        yield number
        if not number:
            return  # somebody is changing what is to be told: the next fold sees to it


def _take_free(batch: int) -> Iterator[int]:
    """Count what nothing holds back, `batch` in a transaction; gives the number of each."""
    while keys := queries.free_keys(limit=PLANNED_BATCHES * batch):
        for start in range(0, len(keys), batch):
            with transaction():
                connection = db.session.connection()
                lock_folding(connection)
                number = _count(connection, keys[start : start + batch])
            yield number


def _releases(batch: int, limit: int) -> list[Release]:
    """What is to be released now, about `limit` held responses; all that are alike where possible."""
    found: list[Release] = []
    for each in due(waiting(today=today(), before=now() - WAITS_AT_MOST, batch=batch), batch):
        if sum(other.number for other in found) < limit:
            found.append(each._replace(number=released(each.number, batch=batch, limit=limit)))
    return found


def _count(connection: Connection, keys: Sequence[Key]) -> int:
    """Take queue rows and change the tallies by what they stand for; returns how many were still there."""
    counted = Counted()
    number = sum(count_free(connection, agency_id, ids, counted) for agency_id, ids in _by_agency(keys))
    _change(connection, counted)
    return number


def _change(connection: Connection, counted: Counted) -> None:
    changes.add(connection, spread(counted, ancestors_by_agency(group.agency_id for group in counted)))
    changes.rename_counts(connection, {group.survey_id for group in counted})


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
        changes.rename_all(connection)


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
    """The keys by agency."""
    ids: defaultdict[int, list[UUID]] = defaultdict(list)
    for agency_id, response_id in keys:
        ids[agency_id].append(response_id)
    for agency_id in sorted(ids):
        yield agency_id, ids[agency_id]
