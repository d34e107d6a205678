"""The bulk upsert."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from survey_app.db import db, transaction
from survey_app.tallies.changes import add
from survey_app.tallies.models import Tally
from survey_app.tallies.rules import Change
from tests.factories import day


def change(option: str, count: int) -> Change:
    return (1, 1, "day", "", day("2021-05-06"), 1, "web", False, True, "access", option, count)


def added(*steps: Sequence[Change]) -> list[Change]:
    """The whole table after these steps in one transaction."""
    with transaction():
        for changes in steps:
            add(db.session.connection(), changes)
    rows = db.session.execute(select(Tally.__table__).order_by(Tally.option))
    return [tuple(row) for row in rows]  # type: ignore[misc]


@pytest.mark.usefixtures("session")
def test_steps_add_up_within_a_transaction_and_over_several() -> None:
    assert added([change("high", 2)], [change("high", 3), change("low", 1)]) == [change("high", 5), change("low", 1)]
    assert added([change("low", 1)], []) == [change("high", 5), change("low", 2)]


@pytest.mark.usefixtures("session")
def test_what_comes_to_zero_is_dropped_and_only_that() -> None:
    added([change("average", 1), change("high", 2), change("low", 1)])
    assert added([change("average", -1), change("high", -1)]) == [change("high", 1), change("low", 1)]
