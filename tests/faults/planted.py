"""The application with one guard taken out, for a server process: `flask --app "tests.faults.planted:app('...')"`.

Every fault here must be seen by a harness: its green means nothing otherwise.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid5

from flask import Flask

from survey_app import create_app
from survey_app.collect import received
from survey_app.collect.views import submit
from survey_app.db import db, transaction


def _every_spelling_is_an_id() -> None:
    """An id is what was written: upper case is another answer."""
    received.canonical_id = lambda text: uuid5(UUID(int=0), text)  # type: ignore[attr-defined]


def _acknowledged_before_it_is_stored() -> None:
    """Now and then the answer goes out and the commit does not happen."""

    @contextmanager
    def careless() -> Iterator[None]:
        with transaction():
            yield
            if random.random() < 0.1:
                db.session.rollback()

    submit.transaction = careless  # type: ignore[attr-defined]


FAULTS: dict[str, Callable[[], None]] = {
    "spelling": _every_spelling_is_an_id,
    "careless": _acknowledged_before_it_is_stored,
}


def app(fault: str) -> Flask:
    """The application with that fault."""
    FAULTS[fault]()
    return create_app()
