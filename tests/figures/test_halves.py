"""A month that is cut after its 14th tells what its halves allow, and nobody by that."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from survey_app.db import db, transaction
from survey_app.figures.released import released_counts, released_groups
from survey_app.tallies.actions import fold
from survey_app.tallies.rules import Slice
from tests.factories import make_agency, make_survey
from tests.figures.examples import add_answers
from tests.figures.small_surveys import SmallSurvey, isolated, told_by_classes

pytestmark = pytest.mark.usefixtures("session")
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
MINIMUM = 5


def survey_of_both_halves(seed: int) -> SmallSurvey:
    """The people of a small survey on days before and after the 14th, on it, and in the month after."""
    small = SmallSurvey(seed, live=True)
    chance = small.random
    months = date(2025, 1, 1), date(2025, 2, 1)
    near = {months[0] + timedelta(days) for days in (chance.choice([12, 13]), chance.choice([14, 15]))}
    small.days = sorted(near | {chance.choice(months) + timedelta(chance.randrange(28)) for _ in range(3)})
    small.people = [replace(person, day=chance.choice(small.days)) for person in small.people]
    with transaction():
        for person in small.people:
            small.store(person, live=False)
    fold()
    return small


@SQLITE
@pytest.mark.parametrize("seed", [5, 20])
def test_nobody_is_isolated_by_halves_and_days_together(seed: int) -> None:
    small = survey_of_both_halves(seed)
    told = told_by_classes(small)
    cut = [each for question in told.values() for each in question if each.box.last.day in (13, 14)]
    assert len(cut) > 10
    assert isolated(small, told, MINIMUM) == []


def test_a_half_tells_options_that_single_days_hide() -> None:
    survey = make_survey()
    for number in range(1, 29):
        add_answers(survey, {"access": {"high": 6, "low": 1}}, answered_on=date(2025, 3, number))
    half, days = (
        released_counts(survey, Slice(survey.id, (survey.agency_id,), date(2025, 3, 1), date(2025, 3, last)))
        for last in (14, 11)
    )
    assert half.rows["access"] > days.rows["access"]
    assert half.counts["access", "low"] == 14
    assert days.has_row("access")


def test_a_reporting_period_reads_neither_days_nor_responses() -> None:
    root = make_agency()
    survey, leaf = make_survey(root), make_agency(parent=root)
    for month in (1, 2, 3, 4):
        for number in (3, 14, 15, 20):
            add_answers(survey, {"access": {"high": 9}}, agency=leaf, answered_on=date(2025, month, number))
    statements: list[tuple[str, str]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        statements.append((statement, str(parameters)))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        part = Slice(survey.id, (leaf.id,), date(2025, 1, 15), date(2025, 4, 14))
        groups = released_groups(survey, part, ("agency", "procedure"))
        single = released_groups(survey, part, ("agency",))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert single[leaf.id,].responses == 9 * 12
    assert not groups
    assert not [each for each, _ in statements if " response " in each]
    # But for the days on which anybody answered, anywhere.
    days = [given for each, given in statements if "'day'" in given and "tally.count" in each]
    assert days
    assert not [given for given in days if "access" in given]
