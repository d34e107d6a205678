"""Panels with several rows of one question: who or when they speak of, what they claim, what they hide."""

from datetime import date

import pytest

from survey_app.access import EVERYWHERE
from survey_app.agencies.models import Agency
from survey_app.errors import Invalid
from survey_app.figures.builders import build_panel
from survey_app.figures.charts import Funnel, Intervals, StackedBars, Trend
from survey_app.figures.exports import panel_csv, panel_json
from survey_app.figures.panels import Panel
from survey_app.statistics import newcombe
from survey_app.surveys.models import Survey
from tests.factories import day, make_agency, make_survey
from tests.figures.examples import add_answers, counted_survey

pytestmark = pytest.mark.usefixtures("session")


def results(top: int, n: int) -> dict[str, dict[str, int]]:
    return {"results": {"satisfied": n - top, "very_satisfied": top}}


def panel(key: str, survey: Survey, **asked: object) -> Panel:
    return build_panel(key, survey=survey, scope=EVERYWHERE, **asked)  # type: ignore[arg-type]


def by_month(tops: list[int], n: int = 200, year: int = 2025) -> Survey:
    survey = make_survey(opens_on=date(year, 1, 1), closes_on=date(year, len(tops), 28))
    for month, top in enumerate(tops, 1):
        add_answers(survey, results(top, n), answered_on=date(year, month, 15))
    return survey


def test_twelve_months_have_limits_and_an_outlier_is_a_signal() -> None:
    shown = panel("trend", by_month([100, 112, 97, 110, 99, 111, 98, 112, 102, 109, 101, 150]), question="results")
    chart = shown.chart
    assert isinstance(chart, Trend)
    assert [point.key for point in chart.points][::11] == ["2025-01", "2025-12"]
    last = chart.points[-1]
    assert (last.signal, last.better, last.text) == ("outside", True, "75%")
    assert last.upper is not None
    assert last.upper < 0.75
    assert [point.signal for point in chart.points[:11]] == [""] * 11
    assert [line.value for line in chart.lines] == [last.upper, last.centre, last.lower]
    assert "12/2025" in chart.alternative
    assert shown.rows[-1].leading is not None
    assert panel_json(shown)["rows"][0]["period"] == "2025-01"


def test_eight_months_have_a_median_and_seven_nothing() -> None:
    for months, centre in ((8, 0.5), (7, None)):
        chart = panel("trend", by_month([100] * months), question="results").chart
        assert isinstance(chart, Trend)
        assert chart.points[0].centre == centre
        assert all(point.lower is None and not point.signal for point in chart.points)


def test_a_month_with_few_answers_is_a_gap() -> None:
    survey = make_survey(opens_on=date(2025, 1, 1), closes_on=date(2025, 4, 30))
    for month, n in ((1, 100), (2, 20), (3, 3)):
        add_answers(survey, results(n // 2, n), answered_on=date(2025, month, 15))
    shown = panel("trend", survey, question="results")
    assert isinstance(shown.chart, Trend)
    assert [(p.n, p.share) for p in shown.chart.points] == [(100, 0.5), (20, None), (None, None), (0, None)]
    assert [row.state for row in shown.rows] == ["ok", "too_few", "suppressed", "too_few"]


def test_months_as_bars() -> None:
    shown = panel("periods", by_month([100, 120]), question="results")
    assert isinstance(shown.chart, StackedBars)
    assert [(bar.label, bar.n) for bar in shown.chart.bars] == [("01/2025", 200), ("02/2025", 200)]


@pytest.fixture
def province() -> tuple[Survey, dict[str, Agency]]:
    """Nine agencies alike and one far below; one with 20 answers, one with 3."""
    top = make_agency(code="top")
    names = [f"a{i}" for i in range(9)] + ["low", "few", "tiny"]
    below = {name: make_agency(code=name, parent=top, name=name) for name in names}
    survey = make_survey(top, opens_on=date(2025, 1, 1), closes_on=date(2025, 12, 31))
    for name, agency in below.items():
        n = {"few": 20, "tiny": 3}.get(name, 200)
        share = 0.3 if name == "low" else 0.6
        add_answers(survey, results(round(n * share), n), agency=agency, answered_on=day("2025-05-05"))
    return survey, below


def test_agencies_are_marked_beyond_the_limits_of_chance(province: tuple[Survey, dict[str, Agency]]) -> None:
    survey, _below = province
    shown = panel("agencies", survey, question="results")
    roles = {row.leading.key: row.difference.role for row in shown.rows if row.leading and row.difference}
    assert roles.pop("low") == "below"
    assert (roles.pop("few"), roles.pop("tiny")) == ("few", "few")
    assert set(roles.values()) == {"same"}
    assert isinstance(shown.chart, Intervals)
    notes = {row.key: row.note for row in shown.chart.rows}
    assert notes["few"]
    assert notes["tiny"]
    assert not notes["low"]
    assert "low" in shown.chart.alternative
    funnel = panel("funnel", survey, question="results").chart
    assert isinstance(funnel, Funnel)
    assert {point.key: point.role for point in funnel.points if point.role != "same"} == {"low": "below"}
    assert {"few", "tiny"}.isdisjoint(point.key for point in funnel.points)
    assert all(
        limit.lowest <= limit.low <= funnel.centre.value <= limit.high <= limit.highest for limit in funnel.limits
    )


def test_the_difference_to_the_whole_is_that_to_the_others_in_proportion() -> None:
    top = make_agency()
    one, two = make_agency(code="one", parent=top), make_agency(code="two", parent=top)
    survey = make_survey(top)
    add_answers(survey, results(56, 70), agency=one, answered_on=day("2025-05-05"))
    add_answers(survey, results(48, 80), agency=two, answered_on=day("2025-05-05"))
    row = panel("agencies", survey, question="results").rows[0]
    assert row.difference is not None
    low, high = newcombe(56, 70, 48, 80)
    assert row.difference.value == pytest.approx(56 / 70 - 104 / 150)
    assert (row.difference.low, row.difference.high) == pytest.approx((low * 80 / 150, high * 80 / 150))


def test_without_a_question_there_are_rows_of_all_and_one_is_drawn(province: tuple[Survey, dict[str, Agency]]) -> None:
    survey, below = province
    shown = panel("agencies", survey)
    assert len(shown.rows) == 5 * len(below)
    assert shown.rows[0].question == "access"
    assert isinstance(shown.chart, Intervals)
    assert len(shown.chart.rows) == len(below)
    assert panel_csv(shown).splitlines()[0].startswith("agency,question,option")


def test_channels_stand_apart() -> None:
    survey = make_survey()
    add_answers(survey, results(160, 200), answered_on=day("2025-05-05"), channel="kiosk")
    add_answers(survey, results(90, 200), answered_on=day("2025-05-05"), channel="phone")
    add_answers(survey, results(30, 60), answered_on=day("2025-05-05"), channel="paper")
    shown = panel("channels", survey, question="results")
    found = {row.leading.key: (row.n, row.difference.role) for row in shown.rows if row.leading and row.difference}
    assert found == {"kiosk": (200, "above"), "phone": (200, "below"), "paper": (60, "same")}
    kinds = {row.leading.key: row.n for row in panel("verified", survey, question="results").rows if row.leading}
    assert kinds == {"no": 460}


def test_procedures_most_answers_first() -> None:
    survey = make_survey()
    for code, n in (("1.001", 40), ("1.002", 90)):
        add_answers(survey, results(n // 2, n), answered_on=day("2025-05-05"), procedure_code=code)
    add_answers(survey, results(20, 40), answered_on=day("2025-05-05"))
    shown = panel("procedures", survey, question="results")
    assert [(row.leading.key, row.n) for row in shown.rows if row.leading] == [("1.002", 90), ("1.001", 40)]
    one = panel("distribution", survey, procedure="1.001")
    assert one.rows[-1].n == 40


def test_change_has_newcombe_s_interval_and_words() -> None:
    survey = make_survey(opens_on=date(2024, 1, 1), closes_on=date(2025, 12, 31))
    before = {"results": {"satisfied": 99, "very_satisfied": 381}, "staff": {"high": 240, "very_high": 240}}
    now = {"results": {"satisfied": 70, "very_satisfied": 430}, "staff": {"high": 245, "very_high": 255}}
    add_answers(survey, before, answered_on=day("2025-02-02"))
    add_answers(survey, now, answered_on=day("2025-04-02"))
    asked = {"from_on": date(2025, 4, 1), "to_on": date(2025, 6, 30)}
    shown = panel("change", survey, compare="previous", **asked)
    rows = {row.question: row for row in shown.rows}
    change = rows["results"].difference
    assert change is not None
    assert change.value == pytest.approx(430 / 500 - 381 / 480)
    assert (change.low, change.high) == pytest.approx(newcombe(430, 500, 381, 480))
    assert change.role == "above"
    staff = rows["staff"].difference
    assert staff is not None
    assert staff.role == "same"
    access = rows["access"].difference
    assert access is not None
    assert (access.role, access.value) == ("few", None)
    document = {row["question"]: row for row in panel_json(shown)["rows"]}
    assert document["results"]["before"]["n"] == 480
    year = panel("change", survey, compare="year_ago", **asked)
    assert {row.difference.role for row in year.rows if row.difference} == {"few"}


def test_change_without_a_comparison_says_what_is_missing() -> None:
    shown = panel("change", counted_survey(results(50, 100)))
    assert (shown.rows, shown.chart) == ((), None)
    assert shown.note


@pytest.mark.parametrize("asked", [{"compare": "yesterday"}, {"question": "weather"}])
def test_unknown_comparisons_and_questions_are_refused(asked: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        panel("change", make_survey(), **asked)
