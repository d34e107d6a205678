"""Shares weighted to case figures: beside the unweighted ones, from told counts alone, and never where cases lack."""

from datetime import date

import pytest

from survey_app.access import EVERYWHERE
from survey_app.agencies.models import Agency
from survey_app.figures.builders import build_panel
from survey_app.figures.exports import panel_csv, panel_json
from survey_app.figures.panels import Panel
from survey_app.figures.tables import panel_table
from survey_app.statistics import stratified
from survey_app.surveys.models import Survey
from tests.factories import make_agency, make_case_figures, make_survey
from tests.figures.examples import add_answers

pytestmark = pytest.mark.usefixtures("session")
DAYS = {"opens_on": date(2025, 1, 1), "closes_on": date(2025, 3, 31)}


def add(survey: Survey, agency: Agency, channel: str, top: int, n: int) -> None:
    margins = {"results": {"satisfied": n - top, "very_satisfied": top}}
    add_answers(survey, margins, agency=agency, channel=channel, answered_on=date(2025, 2, 3))


def quarter(agency: Agency, closed: int, online: int, office: int) -> None:
    make_case_figures(agency, "2025-01-01", "2025-03-31", resolved_total=closed, received_online=online,
                      received_in_person_or_post=office)  # fmt: skip


def shown(survey: Survey, **asked: object) -> Panel:
    return build_panel("weighted", survey=survey, scope=EVERYWHERE, **asked)  # type: ignore[arg-type]


def test_kiosk_users_stand_for_no_more_than_their_cases() -> None:
    survey = make_survey(**DAYS)
    add(survey, survey.agency, "kiosk", 136, 160)
    add(survey, survey.agency, "web", 24, 40)
    quarter(survey.agency, 2000, 700, 300)
    panel = shown(survey, question="results")
    plain, weighted, effective = panel.measures
    estimate, _error, effect = stratified([(136, 160, 600), (24, 40, 1400)])
    assert (plain.share, plain.count, plain.n) == (0.8, 160, 200)
    assert weighted.share == pytest.approx(estimate)
    assert weighted.share == pytest.approx(0.675)
    assert effective.design_effect == pytest.approx(effect)
    assert effective.count is not None
    assert weighted.low is not None
    assert weighted.high is not None
    assert effective.count < 100
    assert weighted.low < 0.675 < weighted.high
    cells = panel_table(panel).rows[0]
    assert (cells[2], cells[4], cells[6]) == ("80%", "68%", "3,01")
    assert panel_json(panel)["rows"][2]["design_effect"] == pytest.approx(effect)
    assert "weighted_results" in panel_csv(panel)


def test_without_case_figures_nothing_is_weighted_and_it_says_so() -> None:
    survey = make_survey(**DAYS)
    add(survey, survey.agency, "kiosk", 60, 100)
    assert shown(survey).measures == ()
    assert "không có số liệu hồ sơ" in shown(survey).note
    quarter(survey.agency, 2000, 700, 300)
    assert shown(survey).measures
    assert shown(survey, to_on=date(2025, 3, 30)).measures == ()
    assert "bỏ các bộ lọc" in shown(survey, channel="kiosk").note


def test_an_agency_without_case_figures_is_named() -> None:
    above = make_agency()
    one, other, silent = make_agency(parent=above), make_agency(parent=above), make_agency(parent=above)
    survey = make_survey(above, **DAYS)
    for agency in (one, other):
        add(survey, agency, "kiosk", 60, 100)
    quarter(one, 500, 100, 400)
    panel = shown(survey)
    assert panel.measures == ()
    assert other.name in panel.note
    assert silent.name not in panel.note
    quarter(other, 500, 100, 400)
    assert shown(survey).measures


def test_what_is_hidden_stands_together_with_the_rest() -> None:
    """The weighted share follows from the agencies that are told and from what they leave of the whole."""
    above = make_agency()
    survey = make_survey(above, **DAYS)
    truth: dict[str, tuple[int, int, int]] = {}
    for top, n, cases in ((80, 100, 300), (45, 90, 200), (1, 20, 400), (2, 4, 100)):
        agency = make_agency(parent=above)
        add(survey, agency, "kiosk", top, n)
        quarter(agency, cases, 0, cases)
        truth[agency.code] = (top, n, cases)
    shares = build_panel("agencies", survey=survey, scope=EVERYWHERE, question="results")
    told = {row.leading.key for row in shares.rows if row.leading and row.top.count is not None and row.n}
    assert 0 < len(told) < 4
    rest = [truth[code] for code in truth.keys() - told]
    strata = [*(truth[code] for code in told), tuple(map(sum, zip(*rest, strict=True)))]
    weighted = shown(survey, question="results").measures[1]
    assert weighted.share == pytest.approx(sum(cases * top / n for top, n, cases in strata) / 1000)
