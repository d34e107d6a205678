from datetime import date

import pytest

from survey_app.agencies.models import Agency
from survey_app.db import db, transaction
from survey_app.procedures.models import CaseFigures
from survey_app.reports.queries import cases_of_period
from survey_app.reports.rules import Cases
from tests.factories import day, make_agency

pytestmark = pytest.mark.usefixtures("session")


def counted(agency: Agency, first: str, last: str, resolved: int | None, overdue: int | None) -> None:
    with transaction():
        figures = CaseFigures(agency_id=agency.id, period_from=day(first), period_to=day(last))
        figures.resolved_total, figures.resolved_overdue = resolved, overdue
        db.session.add(figures)


def cases(agency: Agency, first: str = "2021-01-01", last: str = "2021-03-31") -> Cases | None:
    return cases_of_period(agency_id=agency.id, from_on=date.fromisoformat(first), to_on=date.fromisoformat(last))


def test_the_cases_of_an_agency_and_all_below_it() -> None:
    top = make_agency(tier="province")
    below, other = make_agency(parent=top), make_agency()
    for agency, resolved, overdue in ((top, 100, 0), (below, 50, 3), (other, 7, 7)):
        counted(agency, "2021-01-01", "2021-03-31", resolved, overdue)
    assert cases(top) == Cases(overdue=3, resolved=150)
    assert cases(below) == Cases(overdue=3, resolved=50)


def test_no_figures_or_those_of_a_part_of_the_period_are_none() -> None:
    agency = make_agency()
    assert cases(agency) is None
    counted(agency, "2021-01-01", "2021-03-31", 100, 0)
    assert cases(agency, last="2021-12-31") is None
    assert cases(agency, last="2021-03-30") is None
    counted(agency, "2021-04-01", "2021-06-30", 20, 1)
    assert cases(agency, last="2021-06-30") == Cases(overdue=1, resolved=120)


def test_a_count_that_one_agency_lacks_is_not_known() -> None:
    top = make_agency(tier="province")
    counted(top, "2021-01-01", "2021-03-31", 100, 0)
    counted(make_agency(parent=top), "2021-01-01", "2021-03-31", 50, None)
    assert cases(top) == Cases(overdue=None, resolved=150)
