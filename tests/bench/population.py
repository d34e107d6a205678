"""A province for measurements: a tree of agencies in four levels and as many responses of one year as wanted."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice, product
from typing import Any

import numpy as np
from sqlalchemy import Connection

from survey_app.agencies.models import Agency
from survey_app.clock import uuid7_of
from survey_app.db import db, transaction
from survey_app.surveys.models import Survey
from tests.factories import make_agency, make_survey

BRANCHES, TWIGS, LEAVES = 4, 4, 10
FLAT = 170
YEAR_FROM = date(2025, 1, 1)
YEAR_DAYS = 365
# What a province answers in a year, at the least.
YEAR_RESPONSES = 1_000_000
SEED = 20161231
CHANNELS, CHANNEL_SHARES = ("kiosk", "web", "qr", "paper", "phone"), (52, 20, 16, 9, 3)
FIVE, FIVE_SHARES = ("very_low", "low", "average", "high", "very_high"), (1, 3, 10, 46, 40)
THREE, THREE_SHARES = ("late", "on_time", "early"), (8, 62, 30)
RESULTS = ("very_dissatisfied", "dissatisfied", "neutral", "satisfied", "very_satisfied")
PROCEDURES = tuple(f"{number}.00.17.H61" for number in range(1, 21))
# Of varied responses: how many name a procedure, were verified, were flagged.
NAMED, VERIFIED, FLAGGED = 0.8, 0.2, 0.02
CHUNK = 20_000
RECEIVED_AT = "2026-01-01 00:00:00.000000"
Row = tuple[Any, ...]
# Values as both databases take them in text, so that a row is one tuple for either.
RESPONSE_COLUMNS = (
    *("agency_id", "id", "counted_on", "named_on", "channel", "procedure_code", "verified", "flagged", "answers"),
    *("survey_id", "version_id", "language", "received_at", "reasons", "completed", "end_reason", "flags", "state"),
    *("state_reason", "sha256"),
)
QUEUE_COLUMNS = ("agency_id", "response_id", "survey_id", "held", "counted")


def make_province(*, flat: bool = False) -> tuple[Survey, list[Agency]]:
    """A survey at the root of a tree, and the agencies that collect: 160 leaves, each with three ancestors; `flat`: 170
    right below the root, as communes and departments are since districts are gone."""
    root = make_agency("province", tier="province")
    if flat:
        return make_survey(root, "year"), [make_agency(f"unit-{n}", parent=root, tier="commune") for n in range(FLAT)]
    leaves = []
    for branch in range(BRANCHES):
        above = make_agency(f"branch-{branch}", parent=root)
        for twig in range(TWIGS):
            middle = make_agency(f"twig-{branch}-{twig}", parent=above)
            leaves += [make_agency(f"leaf-{branch}-{twig}-{n}", parent=middle, tier="unit") for n in range(LEAVES)]
    return make_survey(root, "year"), leaves


def respond(
    survey: Survey,
    leaves: list[Agency],
    count: int,
    *,
    queued: bool,
    days: int = YEAR_DAYS,
    varied: bool = False,
    seed: int = SEED,
) -> None:
    """Store `count` responses of so many days, in bulk; `queued` ones wait for the fold as imported ones do.

    `varied` ones name procedures, are verified or flagged in part: many more counts of the same responses. Another
    `seed` makes others.
    """
    rest = (survey.id, survey.version_id, "vi", RECEIVED_AT, "{}", 1, "done", "[]", "stored", "", "0" * 64)
    rows = (row + rest for row in _responses([leaf.id for leaf in leaves], count, days, varied, seed))
    while chunk := list(islice(rows, CHUNK)):
        with transaction():
            connection = db.session.connection()
            _insert(connection, "response", RESPONSE_COLUMNS, chunk)
            if queued:
                waiting = [(row[0], row[1], survey.id, 0, "{}") for row in chunk]
                _insert(connection, "tally_queue", QUEUE_COLUMNS, waiting)
    if count >= CHUNK:
        tidy_up()


def tidy_up() -> None:
    """What PostgreSQL does by itself some time after many rows came."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _responses(agencies: list[int], count: int, days: int, varied: bool, seed: int) -> Iterator[Row]:
    """The values that differ from response to response, in the order of RESPONSE_COLUMNS."""
    chance = np.random.default_rng(seed)
    answers, weights = _answers()
    drawn = zip(
        chance.choice(agencies, count).tolist(),
        chance.integers(0, days, count).tolist(),
        chance.integers(8 * 3600, 17 * 3600, count).tolist(),
        chance.choice(len(CHANNELS), count, p=_shares(CHANNEL_SHARES)).tolist(),
        chance.choice(len(answers), count, p=weights).tolist(),
        (chance.random(count) < VERIFIED * varied).tolist(),
        (chance.random(count) < FLAGGED * varied).tolist(),
        np.where(chance.random(count) < NAMED * varied, chance.integers(0, len(PROCEDURES), count), -1).tolist(),
        strict=True,
    )
    texts = [(YEAR_FROM + timedelta(days=day)).isoformat() for day in range(days)]
    midnight = int(datetime.combine(YEAR_FROM, datetime.min.time()).timestamp())
    for agency, day, second, channel, answer, verified, flagged, procedure in drawn:
        moment = (midnight + day * 24 * 3600 + second) * 1000
        yield (
            agency,
            uuid7_of(moment, chance.bytes(10)).hex,
            texts[day],
            None if procedure < 0 else texts[day],
            CHANNELS[channel],
            None if procedure < 0 else PROCEDURES[procedure],
            int(verified),
            int(flagged),
            answers[answer],
        )


def _answers() -> tuple[list[str], Sequence[float]]:
    """Every combination of answers as JSON, and how likely it is."""
    questions = {
        "access": (FIVE, FIVE_SHARES),
        "transparency": (FIVE, FIVE_SHARES),
        "staff": (FIVE, FIVE_SHARES),
        "timeliness": (THREE, THREE_SHARES),
        "results": (RESULTS, FIVE_SHARES),
    }
    options = product(*(options for options, _ in questions.values()))
    texts = [json.dumps(dict(zip(questions, chosen, strict=True))) for chosen in options]
    weights = np.array([1.0])
    for _, shares in questions.values():
        weights = np.outer(weights, _shares(shares)).ravel()
    return texts, weights


def _shares(parts: Sequence[int]) -> Any:
    return np.array(parts) / sum(parts)


def _insert(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Many rows: by COPY on PostgreSQL."""
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))
        return
    with connection.connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
