"""History beside live figures: published values hollow, without intervals; breaks with footnotes; today's structure."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session

from survey_app.access import EVERYWHERE, Scope
from survey_app.agencies.actions import record_succession
from survey_app.agencies.models import Agency
from survey_app.db import transaction
from survey_app.errors import Invalid
from survey_app.figures.actions import Imported, import_published
from survey_app.figures.builders import build_panel
from survey_app.figures.charts import Point, Trend
from survey_app.figures.panels import Panel
from survey_app.figures.plotly_chart import plotly_figure
from survey_app.figures.queries import published_figures
from survey_app.figures.rules import change_since, published_interval
from survey_app.i18n import in_language
from survey_app.surveys.models import Survey
from tests.factories import day, make_agency, make_survey
from tests.figures.examples import add_answers, counted_survey

Db = scoped_session[Session]
HEADER = "question,option,value_percent,qualifier,period_from,period_to,source\n"
OLD = HEADER + (
    "results,very_satisfied,54,floor,2016-01-01,2016-12-31,Báo cáo 2016\n"
    "results,very_satisfied,61.5,exact,2017-01-01,2017-12-31,\n"
    "results,satisfied,45,floor,2016-01-01,2016-12-31,\n"
)


@pytest.fixture
def load(tmp_path: Path) -> Callable[[Survey, str], Imported]:
    def load(survey: Survey, text: str) -> Imported:
        (path := tmp_path / "published.csv").write_text(text, encoding="utf-8")
        with transaction():
            return import_published(path, survey)

    return load


def trend(survey: Survey, **asked: object) -> tuple[Panel, Trend]:
    with in_language("en"):
        panel = build_panel("trend", survey=survey, scope=EVERYWHERE, **asked)  # type: ignore[arg-type]
    assert isinstance(panel.chart, Trend)
    return panel, panel.chart


def published(chart: Trend) -> list[Point]:
    return [point for point in chart.points if point.published]


@given(st.integers(0, 99), st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.999))
def test_the_change_since_a_floor_holds_every_change_that_is_possible(
    value: int, a: float, b: float, rest: float
) -> None:
    low, high = min(a, b), max(a, b)
    found = change_since((low, high), (value, value + 1))
    for share in (low, high, (low + high) / 2):
        assert found[0] <= share - (value + rest) / 100 <= found[1] + 1e-12


def test_the_change_since_25_is_never_one_number() -> None:
    assert change_since((0.5, 0.5), published_interval(25, "floor")) == (0.24, 0.25)  # type: ignore[arg-type]


def test_periods_are_read_replaced_and_known_again(session: Db, load: Callable[[Survey, str], Imported]) -> None:
    survey = make_survey()
    assert load(survey, OLD).stored == 3
    assert load(survey, OLD) == Imported(read=3, stored=0, known=3)
    changed = OLD.replace("54,floor", "55,floor")
    assert load(survey, changed) == Imported(read=3, stored=1, known=2)
    stored = {
        (f.option, *map(str, f.period)): (float(f.value), f.source) for f in published_figures(survey_id=survey.id)
    }
    assert stored["very_satisfied", "2016-01-01", "2016-12-31"] == (55.0, "Báo cáo 2016")
    assert len(stored) == 3


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("results,satisfied,45,floor,2016-01-01,,", "period"),
        ("results,satisfied,45,floor,2016-12-31,2016-01-01,", "period"),
        ("results,satisfied,45,floor,2016-13-01,2016-12-31,", "period"),
        ("results,satisfied,45,floor,1/1/2016,31/12/2016,", "period"),
        (f"results,satisfied,45,floor,,,{'x' * 301}", "source"),
    ],
)
def test_wrong_periods_refuse_the_file(
    session: Db, load: Callable[[Survey, str], Imported], line: str, code: str
) -> None:
    survey = make_survey()
    with pytest.raises(Invalid) as refusal:
        load(survey, HEADER + "results,satisfied,45,floor,2015-01-01,2015-12-31,\n" + line)
    assert [(problem.where, problem.code) for problem in refusal.value.errors] == [("line 3", code)]
    assert published_figures(survey_id=survey.id) == []


def test_the_same_option_may_stand_in_each_period_once(session: Db, load: Callable[[Survey, str], Imported]) -> None:
    with pytest.raises(Invalid) as refusal:
        load(make_survey(), OLD + "results,very_satisfied,54,floor,2016-01-01,2016-12-31,\n")
    assert [problem.code for problem in refusal.value.errors] == ["repeated"]


def live_survey(load: Callable[[Survey, str], Imported]) -> Survey:
    survey = counted_survey({"results": {"satisfied": 20, "very_satisfied": 60}}, answered_on="2026-03-10")
    load(survey, OLD)
    return survey


def test_history_stands_hollow_before_what_is_counted(session: Db, load: Callable[[Survey, str], Imported]) -> None:
    panel, chart = trend(live_survey(load))
    assert [(point.label, point.published) for point in chart.points] == [
        ("2016", True),
        ("2017", True),
        ("03/2026", False),
    ]
    for point in published(chart):
        assert (point.n, point.low, point.high, point.lower, point.upper) == (None,) * 5
    assert [(p.text, p.share, p.until) for p in published(chart)] == [("over 54%", 0.54, 0.55), ("61.5%", 0.615, None)]
    assert "Báo cáo 2016" in published(chart)[0].note
    assert [line.before for line in chart.breaks] == ["2026-03"]
    assert "another method" in panel.note
    assert "2016: over 54%" in chart.alternative


def test_the_change_since_then_is_an_interval_of_both(session: Db, load: Callable[[Survey, str], Imported]) -> None:
    panel, _chart = trend(live_survey(load))
    # Wilson of 60/80: 0.6452 to 0.8318; less [54, 55) and less 61.5.
    assert "Against 2016 (published: over 54%): +10 to +29 percentage points" in panel.note
    assert "Against 2017 (published: 61.5%): +3 to +22 percentage points" in panel.note


def test_history_never_stands_beside_a_part(session: Db, load: Callable[[Survey, str], Imported]) -> None:
    survey = live_survey(load)
    assert published(trend(survey, channel="web")[1]) == []
    part = make_agency(parent=survey.agency)
    assert published(trend(survey, agency=part)[1]) == []


def test_the_page_draws_a_floor_with_what_it_leaves_open(session: Db, load: Callable[[Survey, str], Imported]) -> None:
    figure = plotly_figure(trend(live_survey(load))[1])
    hollow = next(t for t in figure["data"] if t.get("marker", {}).get("symbol") == "circle-open")
    assert hollow["y"] == [0.54, 0.615]
    assert "error_y" not in hollow
    hatched = next(t for t in figure["data"] if t["type"] == "bar")
    assert (hatched["base"], hatched["y"]) == ([0.54], [0.01])
    assert hatched["marker"]["pattern"]["shape"] == "/"


# Two communes become one on 1 June: how many were happy and how many were not, before and after.
BEFORE, AFTER = date(2026, 4, 10), date(2026, 7, 10)


@pytest.fixture
def merged(session: Db) -> tuple[Survey, dict[str, Agency]]:
    top = make_agency("top", name="Tỉnh")
    agencies = {code: make_agency(code, parent=top, name=f"Xã {code}") for code in ("old-a", "old-b", "new", "lost")}
    survey = counted_survey({}, top, code="merger")
    for code, on, happy, other in (
        *(("old-a", BEFORE, 90, 10), ("old-b", BEFORE, 30, 270)),
        *(("new", AFTER, 80, 20), ("lost", BEFORE, 40, 10)),
    ):
        margins = {"results": {"very_satisfied": happy, "satisfied": other}}
        add_answers(survey, margins, agency=agencies[code], answered_on=on)
    for code in ("old-a", "old-b"):
        succeed(agencies[code], agencies["new"], "merge")
    succeed(agencies["lost"], agencies["new"], "split", field="đất đai")
    return survey, agencies


def succeed(old: Agency, new: Agency, kind: str, field: str = "") -> None:
    with transaction():
        record_succession(
            kind=kind,
            predecessor=old,
            successor=new,
            effective_on=day("2026-06-01"),
            legal_basis="Nghị quyết 1",
            field=field,
        )


def test_counts_are_pooled_and_percentages_never_averaged(merged: tuple[Survey, dict[str, Agency]]) -> None:
    survey, agencies = merged
    reported = build_panel("distribution", survey=survey, scope=EVERYWHERE, agency=agencies["new"])
    current = build_panel("distribution", survey=survey, scope=EVERYWHERE, agency=agencies["new"], structure="current")
    row = next(row for row in reported.rows if row.question == "results")
    assert (row.n, row.top.share) == (100, 0.8)
    row = next(row for row in current.rows if row.question == "results")
    # (90 + 30 + 80) of (100 + 300 + 100); the mean of the three percentages would be 0.6.
    assert (row.n, row.top.count, row.top.share) == (500, 200, 0.4)


def test_a_split_is_left_out_and_said_so(merged: tuple[Survey, dict[str, Agency]]) -> None:
    survey, agencies = merged
    panel, _chart = trend(survey, agency=agencies["new"], structure="current")
    assert "Not added: Xã lost passed on only a part of its work (đất đai)" in panel.note
    assert "the answers of Xã old-a, Xã old-b are added" in panel.note


def test_the_trend_breaks_where_they_merged(merged: tuple[Survey, dict[str, Agency]]) -> None:
    survey, agencies = merged
    panel, chart = trend(survey, agency=agencies["new"], structure="current")
    assert [(line.before, line.mark) for line in chart.breaks] == [("2026-06", "¹")]
    assert "¹ 01/06/2026" in panel.note
    assert "Nghị quyết 1" in panel.note
    _panel, reported = trend(survey, agency=agencies["new"])
    assert [point.n for point in reported.points if point.n] == [100]


def test_today_s_agencies_stand_beside_each_other_with_all_they_are_made_of(
    merged: tuple[Survey, dict[str, Agency]],
) -> None:
    survey, _agencies = merged
    for structure, expected in (
        (None, {"old-a": 100, "old-b": 300, "new": 100, "lost": 50}),
        ("current", {"new": 500, "lost": 50}),
    ):
        panel = build_panel("agencies", survey=survey, scope=EVERYWHERE, structure=structure)
        shown = {r.leading.key: r.n for r in panel.rows if r.leading and r.question == "results"}
        assert shown == expected


def test_nobody_s_answers_are_pooled_beyond_the_scope(merged: tuple[Survey, dict[str, Agency]]) -> None:
    survey, agencies = merged
    panel = build_panel("distribution", survey=survey, scope=Scope(agencies["new"].id), structure="current")
    assert panel.responses == 100
    assert "no other agency" in panel.note or "không cộng" in panel.note.lower()
