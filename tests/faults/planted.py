"""An application with one guard taken out: every fault here must be seen by a harness, or its green means nothing."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from survey_app.collect import received
from survey_app.collect.views import submit
from survey_app.db import db, transaction
from survey_app.responses import actions
from survey_app.surveys import tickets

Patch = pytest.MonkeyPatch


def _every_spelling_is_an_id(_app: Flask, patch: Patch) -> None:
    """An id is what was written: upper case is another answer."""
    patch.setattr(received, "canonical_id", lambda text: uuid5(UUID(int=0), text))


def _acknowledged_before_it_is_stored(_app: Flask, patch: Patch) -> None:
    """Now and then the answer goes out and the commit does not happen."""

    @contextmanager
    def careless() -> Iterator[None]:
        with transaction():
            yield
            if random.random() < 0.1:
                db.session.rollback()

    patch.setattr(submit, "transaction", careless)


def _no_uniqueness(app: Flask, _patch: Patch) -> None:
    """The tables lost their keys."""
    with app.app_context(), transaction():
        for name in ("tally_queue", "response"):
            _drop_key(name)


def _nullable_id(app: Flask, patch: Patch) -> None:
    """A unique id that may be NULL, and is: NULL never equals NULL."""
    _no_uniqueness(app, patch)
    with app.app_context(), transaction():
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("ALTER TABLE response ALTER COLUMN id DROP NOT NULL"))
        db.session.execute(text("CREATE UNIQUE INDEX uq_response ON response (agency_id, id)"))
    whole = actions._response_row

    def row(*arguments: Any) -> dict[str, Any]:
        return {**whole(*arguments), "id": None}

    patch.setattr(actions, "_response_row", row)


def _hash_is_not_compared(_app: Flask, patch: Patch) -> None:
    """Whatever comes under a known id counts as the same answer."""
    patch.setattr(actions, "_repeated", lambda s: actions._recorded(s, s.body_hash, created=False))


def _erased_is_forgotten(_app: Flask, patch: Patch) -> None:
    """The row of an erased answer goes, and with it the knowledge that its id is taken."""
    patch.setattr(actions, "erase_response", lambda survey, response_id, actor: None)


def _half_a_ticket_is_enough(_app: Flask, patch: Patch) -> None:
    """The last sign of a ticket is not looked at."""
    patch.setattr(tickets, "ticket_digest", lambda text: sha256(text[:-1].encode()).hexdigest())


FAULTS: dict[str, Callable[[Flask, Patch], None]] = {
    "spelling": _every_spelling_is_an_id,
    "careless": _acknowledged_before_it_is_stored,
    "no uniqueness": _no_uniqueness,
    "nullable id": _nullable_id,
    "hash ignored": _hash_is_not_compared,
    "erasure": _erased_is_forgotten,
    "half a ticket": _half_a_ticket_is_enough,
}


@contextmanager
def planted(app: Flask, fault: str) -> Iterator[None]:
    """The application has that fault; what was changed in its database stays."""
    with pytest.MonkeyPatch.context() as patch:
        FAULTS[fault](app, patch)
        yield


def _drop_key(name: str) -> None:
    if db.engine.dialect.name == "postgresql":
        key = inspect(db.session.connection()).get_pk_constraint(name)["name"]
        db.session.execute(text(f"ALTER TABLE {name} DROP CONSTRAINT {key} CASCADE"))
        return
    for statement in (
        f"CREATE TABLE keyless AS SELECT * FROM {name}",
        f"DROP TABLE {name}",
        f"ALTER TABLE keyless RENAME TO {name}",
    ):
        db.session.execute(text(statement))
