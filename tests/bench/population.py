"""A province for measurements: a tree of agencies in four levels and as many responses of one year as wanted."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Table, insert

from survey_app.agencies.models import Agency
from survey_app.clock import now, uuid7_of
from survey_app.db import db, transaction
from survey_app.responses.models import Response, TallyQueueItem
from survey_app.surveys.models import Survey
from tests.factories import make_agency, make_survey

RESPONSE: Table = Response.__table__  # type: ignore[assignment]
QUEUE: Table = TallyQueueItem.__table__  # type: ignore[assignment]
BRANCHES, TWIGS, LEAVES = 4, 4, 10
YEAR_FROM = date(2025, 1, 1)
YEAR_DAYS = 365
# What a province answers in a year, at the least.
YEAR_RESPONSES = 1_000_000
SEED = 20161231
CHANNELS, CHANNEL_SHARES = ("kiosk", "web", "qr", "paper", "phone"), (52, 20, 16, 9, 3)
FIVE, FIVE_SHARES = ("very_low", "low", "average", "high", "very_high"), (1, 3, 10, 46, 40)
THREE, THREE_SHARES = ("late", "on_time", "early"), (8, 62, 30)
RESULTS = ("very_dissatisfied", "dissatisfied", "neutral", "satisfied", "very_satisfied")
CHUNK = 20_000


def make_province() -> tuple[Survey, list[Agency]]:
    """A survey at the root of a tree, and the agencies that collect: 160 leaves, each with three ancestors."""
    root = make_agency("province", tier="province")
    leaves = []
    for branch in range(BRANCHES):
        above = make_agency(f"branch-{branch}", parent=root)
        for twig in range(TWIGS):
            middle = make_agency(f"twig-{branch}-{twig}", parent=above)
            leaves += [make_agency(f"leaf-{branch}-{twig}-{n}", parent=middle, tier="unit") for n in range(LEAVES)]
    return make_survey(root, "year"), leaves


def respond(survey: Survey, leaves: list[Agency], count: int, *, queued: bool, days: int = YEAR_DAYS) -> None:
    """Store `count` responses of so many days, in bulk; `queued` ones wait for the fold as imported ones do."""
    rows = _responses(survey, [leaf.id for leaf in leaves], count, days, Random(SEED))
    while chunk := list(islice(rows, CHUNK)):
        with transaction():
            connection = db.session.connection()
            _insert(connection, RESPONSE, chunk)
            if queued:
                _insert(connection, QUEUE, [_queue_item(row) for row in chunk])
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _responses(survey: Survey, agencies: list[int], count: int, days: int, random: Random) -> Iterator[dict[str, Any]]:
    received_at = now()
    for _ in range(count):
        answered_on = YEAR_FROM + timedelta(days=random.randrange(days))
        at = datetime.combine(answered_on, datetime.min.time()) + timedelta(
            seconds=random.randrange(8 * 3600, 17 * 3600)
        )
        yield {
            "agency_id": random.choice(agencies),
            "id": uuid7_of(int(at.timestamp() * 1000), random.randbytes(10)),
            "survey_id": survey.id,
            "version_id": survey.version_id,
            "channel": random.choices(CHANNELS, CHANNEL_SHARES)[0],
            "language": "vi",
            "answered_on": answered_on,
            "received_at": received_at,
            "answers": _answers(random),
            "reasons": {},
            "completed": True,
            "end_reason": "done",
            "verified": False,
            "flags": [],
            "flagged": False,
            "state": "stored",
            "state_reason": "",
            "sha256": "0" * 64,
        }


def _answers(random: Random) -> dict[str, str]:
    access, transparency, staff = random.choices(FIVE, FIVE_SHARES, k=3)
    return {
        "access": access,
        "transparency": transparency,
        "staff": staff,
        "timeliness": random.choices(THREE, THREE_SHARES)[0],
        "results": random.choices(RESULTS, FIVE_SHARES)[0],
    }


def _queue_item(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "agency_id": row["agency_id"],
        "response_id": row["id"],
        "survey_id": row["survey_id"],
        "held": False,
        "counted": {},
    }


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Many rows: by COPY on PostgreSQL."""
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), rows)
        return
    columns = list(rows[0])
    with connection.connection.cursor().copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([Jsonb(value) if isinstance(value, dict | list) else value for value in row.values()])
