"""Reading counts."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, update

from survey_app.agencies.models import Agency
from survey_app.db import db, transaction
from survey_app.responses.actions import erase_response
from survey_app.responses.models import Response
from survey_app.surveys.models import Survey
from survey_app.tallies.actions import fold
from survey_app.tallies.queries import DIMENSIONS, first_and_last_day, grouped_counts, option_counts
from survey_app.tallies.rules import Slice, split_period
from tests.factories import day, make_agency, make_response, make_responses, make_survey

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

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.extend([statement] if statement.startswith("SELECT") else [])

        event.listen(db.engine, "before_cursor_execute", note)
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


@pytest.mark.usefixtures("session")
class TestGroupedCounts:
    def test_any_slice_by_any_dimensions(self) -> None:
        root = make_agency()
        left, right = make_agency(parent=root), make_agency(parent=root)
        agencies = [root, left, right, make_agency(parent=left)]
        below = {root: set(agencies), left: {left, agencies[3]}, right: {right}, agencies[3]: {agencies[3]}}
        survey = make_survey(root)
        rows = respond(survey, agencies)
        random = Random(5)
        groupings = [(), *combinations(DIMENSIONS, 1), *combinations(DIMENSIONS, 2)]
        for number in range(200):
            by = groupings[number % len(groupings)]
            places = random.choice([[root], [left, right], [agencies[3]]])
            asked = {
                "channel": random.choice((None, "web")),
                "verified": random.choice((None, True, False)),
                "flagged": random.choice((None, False)),
                "procedure": random.choice((None, "1.001")),
            }
            days = sorted(random.choices([row["day"] for row in rows], k=2))
            part = Slice(survey.id, tuple(place.id for place in places), *random.choice([days, (None, None)]), **asked)
            expected: dict[Any, Counter[Any]] = {}
            for place, row in product(places, rows):
                inside = row["agency"] in below[place] and all(v in (None, row[k]) for k, v in asked.items())
                inside = inside and (part.from_on or row["day"]) <= row["day"] <= (part.to_on or row["day"])
                if inside and (row["procedure"] or "procedure" not in by):
                    said = row | {"agency": place.id, "month": row["day"].replace(day=1), "version": survey.version_id}
                    counts = expected.setdefault(tuple(said[name] for name in by), Counter())
                    counts["", ""] += 1
                    counts.update(row["answers"].items())
            assert grouped_counts(part, by) == expected, (part, by)

    def test_is_one_statement(self) -> None:
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.extend([statement] if statement.startswith("SELECT") else [])

        event.listen(db.engine, "before_cursor_execute", note)
        db.session.connection()
        statements.clear()
        part = Slice(1, (1, 2), day("2020-01-15"), day("2021-01-15"))
        assert grouped_counts(part, ("agency", "month")) == {}
        assert len(statements) == 1
        assert grouped_counts(replace(part, procedure="1.001"), ("agency", "month")) == {}
        assert grouped_counts(replace(part, procedure="1.001"), ()) == {}
        assert len(statements) == 1 + 2 * len(split_period(part.from_on, part.to_on, halves=True))

    def test_no_agency_is_nothing(self) -> None:
        assert grouped_counts(Slice(1, ()), ("agency",)) == {}


def respond(survey: Survey, agencies: list[Agency]) -> list[dict[str, Any]]:
    """120 folded responses of all kinds over four months, as their rows; what one of them said is erased since, and
    still counted."""
    random, rows = Random(4), []
    for _ in range(120):
        row = {
            "agency": random.choice(agencies),
            "day": FIRST + timedelta(days=random.randrange(110)),
            "channel": random.choice(("web", "qr")),
            "procedure": random.choice(("", "1.001", "1.002")),
            "verified": random.random() < 0.3,
            "flagged": random.random() < 0.3,
            "answers": {"access": random.choice(("high", "low"))},
        }
        stored = make_response(
            survey,
            row["agency"],
            answers=row["answers"],
            answered_on=row["day"],
            channel=row["channel"],
            procedure_code=row["procedure"] or None,
            live=False,
        )
        with transaction():
            marks = {"verified": row["verified"], "flagged": row["flagged"]}
            db.session.execute(update(Response).where(Response.id == stored.id).values(marks))
        rows.append(row)
    fold()
    with transaction():
        erase_response(survey, stored.id, "tests")
    return rows
