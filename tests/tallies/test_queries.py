"""Reading counts."""

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import event

from survey_app.db import db
from survey_app.tallies.actions import fold
from survey_app.tallies.queries import first_and_last_day, option_counts
from tests.factories import day, make_agency, make_responses, make_survey

FIRST = day("2020-11-20")
DAYS = [FIRST + timedelta(days) for days in range(0, 140, 3)]


@pytest.mark.usefixtures("session")
class TestOptionCounts:
    def test_any_period_at_any_agency(self) -> None:
        root = make_agency()
        leaf = make_agency(parent=root)
        survey = make_survey(root)
        for number, answered_on in enumerate(DAYS):
            where, channel = (leaf, "web") if number % 2 else (root, "qr")
            make_responses(
                survey, [{"access": "high"}, {}], where, comment="x", answered_on=answered_on, channel=channel
            )
        fold()
        ends = [None, FIRST, day("2020-12-01"), day("2020-12-31"), day("2021-01-13"), day("2021-02-28"), DAYS[-1]]
        for from_on, to_on, channel in product(ends, ends, (None, "web")):
            days = [
                d
                for number, d in enumerate(DAYS)
                if (from_on or d) <= d <= (to_on or d) and (channel is None or number % 2)
            ]
            expected = {("", ""): 2 * len(days), ("access", "high"): len(days)} if days else {}
            found = option_counts(agency_id=root.id, survey_id=survey.id, from_on=from_on, to_on=to_on, channel=channel)
            assert found == expected, (from_on, to_on, channel)
        assert option_counts(agency_id=leaf.id, survey_id=survey.id, channel="qr") == {}

    def test_is_one_statement(self) -> None:
        survey = make_survey()
        statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *parts: statements.append(parts[2]))
        db.session.connection()
        statements.clear()
        option_counts(agency_id=1, survey_id=survey.id, from_on=day("2020-01-15"), to_on=day("2021-01-15"))
        assert len(statements) == 1

    def test_a_period_turned_round_holds_nothing(self) -> None:
        survey = make_survey()
        assert option_counts(agency_id=1, survey_id=survey.id, from_on=day("2020-01-02"), to_on=date(2020, 1, 1)) == {}


@pytest.mark.usefixtures("session")
class TestFirstAndLastDay:
    def test_of_the_agency_and_below(self) -> None:
        root = make_agency()
        leaf, other = make_agency(parent=root), make_agency(parent=root)
        survey = make_survey(root)
        make_responses(survey, [{"access": "high"}], leaf, answered_on=day("2021-02-03"))
        make_responses(survey, [{"access": "high"}], root, answered_on=day("2021-01-31"))
        fold()
        assert first_and_last_day(agency_id=root.id, survey_id=survey.id) == (day("2021-01-31"), day("2021-02-03"))
        assert first_and_last_day(agency_id=leaf.id, survey_id=survey.id) == (day("2021-02-03"), day("2021-02-03"))
        assert first_and_last_day(agency_id=other.id, survey_id=survey.id) is None
