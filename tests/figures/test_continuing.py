"""A question goes on under another code in a later version of the questionnaire: one series where it is comparable."""

from datetime import date

import pytest

from survey_app.access import EVERYWHERE
from survey_app.db import transaction
from survey_app.errors import Conflict
from survey_app.figures.builders import build_panel
from survey_app.figures.charts import Trend
from survey_app.figures.panels import Panel
from survey_app.questionnaires.actions import draft_version, publish_version, store_link
from survey_app.questionnaires.crosswalk import Link
from survey_app.questionnaires.models import QuestionnaireVersion
from survey_app.questionnaires.queries import require_version
from survey_app.surveys.actions import ask_version
from survey_app.surveys.models import Survey
from tests.factories import make_survey
from tests.figures.examples import add_answers
from tests.questionnaires.test_crosswalk import renamed

pytestmark = pytest.mark.usefixtures("session")


def publish(document: dict[str, object]) -> QuestionnaireVersion:
    with transaction():
        version = draft_version("short", document)
        publish_version(version)
    return version


@pytest.fixture
def survey() -> Survey:
    """Two months of version 1: 40 of 100, then 50 of 100 very satisfied."""
    version = publish(renamed("short-1"))
    survey = make_survey(version_id=version.id, opens_on=date(2025, 1, 1), closes_on=date(2025, 4, 30))
    for month, top in ((1, 40), (2, 50)):
        answer(survey, "overall", month, top)
    return survey


def answer(survey: Survey, question: str, month: int, top: int) -> None:
    margins = {question: {"satisfied": 100 - top, "very_satisfied": top}}
    add_answers(survey, margins, answered_on=date(2025, month, 10))


def go_on(survey: Survey, example: str, code: str) -> None:
    """The survey asks version 2, where the question has another code, for two more months."""
    version = publish(renamed(example, {"overall": code, "wish": "hope"}))
    with transaction():
        ask_version(survey, version)
    for month, top in ((3, 60), (4, 70)):
        answer(survey, code, month, top)


def join(survey: Survey, question: str, comparable: bool) -> None:
    with transaction():
        store_link(survey.version.questionnaire, Link(2, question, 1, "overall", comparable), actor="test")


def panel(key: str, survey: Survey, **asked: object) -> Panel:
    return build_panel(key, survey=survey, scope=EVERYWHERE, **asked)  # type: ignore[arg-type]


def months(survey: Survey, question: str) -> list[tuple[int | None, int | None]]:
    return [(row.n, row.top.count) for row in panel("trend", survey, question=question).rows]


def test_one_series_over_both_versions_with_a_line_that_says_so(survey: Survey) -> None:
    go_on(survey, "short-2-comparable", "satisfaction")
    assert months(survey, "satisfaction") == [(0, 0), (0, 0), (100, 60), (100, 70)]
    join(survey, "satisfaction", True)
    assert months(survey, "satisfaction") == [(100, 40), (100, 50), (100, 60), (100, 70)]
    shown = panel("trend", survey, question="satisfaction")
    assert isinstance(shown.chart, Trend)
    assert [each.before for each in shown.chart.breaks] == ["2025-03"]
    assert "overall" in shown.chart.breaks[0].footnote
    bars = panel("periods", survey, question="satisfaction")
    assert [row.n for row in bars.rows] == [100] * 4
    assert "overall" in bars.note
    whole = {row.question: row.n for row in panel("distribution", survey).rows}
    assert whole["satisfaction"] == 400


def test_change_pools_both_versions(survey: Survey) -> None:
    go_on(survey, "short-2-comparable", "satisfaction")
    join(survey, "satisfaction", True)
    asked = {"from_on": date(2025, 3, 1), "to_on": date(2025, 4, 30), "compare": "previous"}
    row = next(row for row in panel("change", survey, **asked).rows if row.question == "satisfaction")
    assert (row.n, row.top.count) == (200, 130)
    assert row.before is not None
    assert (row.before.n, row.before.top.count) == (200, 90)
    assert row.difference is not None
    assert row.difference.role == "above"


def test_what_cannot_be_compared_is_not_pooled_and_the_line_says_it(survey: Survey) -> None:
    go_on(survey, "short-2-incomparable", "rating")
    join(survey, "rating", False)
    assert months(survey, "rating") == [(0, 0), (0, 0), (100, 0), (100, 0)]
    chart = panel("trend", survey, question="rating").chart
    assert isinstance(chart, Trend)
    assert "overall" in chart.breaks[0].footnote
    asked = {"from_on": date(2025, 3, 1), "to_on": date(2025, 4, 30), "compare": "previous"}
    row = next(row for row in panel("change", survey, **asked).rows if row.question == "rating")
    assert row.difference is not None
    assert row.difference.value is None


def test_small_counts_stay_hidden_after_they_are_pooled(survey: Survey) -> None:
    go_on(survey, "short-2-comparable", "satisfaction")
    join(survey, "satisfaction", True)
    add_answers(survey, {"satisfaction": {"not_satisfied": 2}}, answered_on=date(2025, 4, 11))
    row = next(row for row in panel("distribution", survey).rows if row.question == "satisfaction")
    assert row.option("not_satisfied").count is None


def test_a_survey_goes_on_only_with_a_later_version_of_its_own(survey: Survey) -> None:
    with pytest.raises(Conflict), transaction():
        ask_version(survey, survey.version)
    with pytest.raises(Conflict), transaction():
        ask_version(survey, require_version("five-criteria"))
    with pytest.raises(Conflict), transaction():
        ask_version(survey, draft_version("short", renamed("short-2-comparable")))
