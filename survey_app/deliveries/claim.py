"""Taking a row of the queue: one UPDATE decides which worker gets it (docs/decisions/0033-deliveries.md)."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import update

from survey_app.db import db, transaction
from survey_app.deliveries.models import Delivery, Export
from survey_app.deliveries.rules import STALE

Row = TypeVar("Row", Delivery, Export)


def claimed(table: type[Row], number: int, working: str, moment: datetime) -> Row | None:
    """The row, now ours to work on; None where another worker was faster. `working` is its state meanwhile."""
    claim = (
        update(table)
        .where(table.id == number, table.state.in_(("waiting", working)), table.try_at <= moment)
        .values(state=working, attempts=table.attempts + 1, try_at=moment + STALE)
    )
    with transaction():
        taken = db.session.connection().execute(claim).rowcount
    db.session.expire_all()
    return db.session.get_one(table, number) if taken else None
