"""The short form of `equality`, on both databases; and the faults that it must see."""

import pytest
from flask import Flask
from sqlalchemy import update

from survey_app.db import db, transaction
from survey_app.tallies.changes import rename_all
from survey_app.tallies.models import Tally
from tests.faults.equality import Outcome, Surveyed, compare, run

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_figures_are_equal_everywhere(app: Flask) -> None:
    found = run(app, sets=40, answers=900, pages=8, reports=20)
    assert found.problems == []
    assert min(found.told, found.hidden) > 100
    assert min(found.pages, found.reports) > 1


@SQLITE
def test_a_page_that_says_in_words_that_nobody_answered_says_zero(app: Flask) -> None:
    with app.app_context():
        surveyed, outcome = Surveyed(app, 1, 300), Outcome()
        compare(surveyed, {"from": "2024-12-28", "to": "2024-12-29"}, outcome, page=True, report=True)
    assert (outcome.problems, outcome.pages) == ([], 1)
    assert outcome.told > 20


@SQLITE
def test_a_wrong_count_and_a_place_of_its_own_would_be_seen(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        surveyed = Surveyed(app, 1, 300)
        other = surveyed.in_csv({"agency": "so-0"})
        with transaction():
            db.session.execute(update(Tally).where(Tally.option != "").values(count=Tally.count + 1))
            rename_all(db.session.connection())
        outcome = Outcome()
        compare(surveyed, {}, outcome, page=False, report=False)
        assert "in the rows" in " ".join(outcome.problems)
        monkeypatch.setattr(surveyed, "in_csv", lambda _query: other)
        outcome = Outcome()
        compare(surveyed, {}, outcome, page=False, report=False)
        assert any(": csv says" in problem for problem in outcome.problems)
