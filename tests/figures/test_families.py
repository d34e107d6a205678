"""Panels with several rows of one question: who or when they speak of, what they claim, what they hide."""

import json
from datetime import date
from typing import Any

import pytest

from survey_app.access import EVERYWHERE
from survey_app.agencies.models import Agency
from survey_app.errors import Invalid
from survey_app.figures.builders import PANELS, build_panel
from survey_app.figures.charts import Funnel, Intervals, StackedBars, Trend
from survey_app.figures.exports import panel_csv, panel_json
from survey_app.figures.panels import Measure, Panel
from survey_app.questionnaires.queries import version_content
from survey_app.statistics import newcombe
from survey_app.surveys.models import Survey
from tests.factories import day, make_agency, make_case_figures, make_survey
from tests.figures.examples import add_answers, counted_survey

pytestmark = pytest.mark.usefixtures("session")


def results(top: int, n: int) -> dict[str, dict[str, int]]:
    return {"results": {"satisfied": n - top, "very_satisfied": top}}


def panel(key: str, survey: Survey, **asked: object) -> Panel:
    return build_panel(key, survey=survey, scope=EVERYWHERE, **asked)  # type: ignore[arg-type]


def by_month(tops: list[int], n: int = 200, year: int = 2025) -> Survey:
    days = [date(year + month // 12, month % 12 + 1, 15) for month in range(len(tops))]
    survey = make_survey(opens_on=days[0], closes_on=days[-1])
    for answered_on, top in zip(days, tops, strict=True):
        add_answers(survey, results(top, n), answered_on=answered_on)
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


def test_signals_beyond_the_limits_carry_their_figure_but_not_side_by_side() -> None:
    tops = [100] * 12 + [160, 170] + [100] * 10
    chart = panel("trend", by_month(tops), question="results").chart
    assert isinstance(chart, Trend)
    assert {point.key for point in chart.points if point.signal} >= {"2026-01", "2026-02"}
    assert [point.key for point in chart.points if point.labelled] == ["2026-02", "2026-12"]


def test_eight_months_have_a_median_and_seven_nothing() -> None:
    for months, centre in ((8, 0.5), (7, None)):
        chart = panel("trend", by_month([100] * months), question="results").chart
        assert isinstance(chart, Trend)
        assert chart.points[0].centre == centre
        assert all(point.lower is None and not point.signal for point in chart.points)


def test_a_month_with_few_answers_is_a_gap() -> None:
    survey = make_survey(opens_on=date(2025, 1, 1), closes_on=date(2025, 4, 30))
    for month, n in ((1, 100), (2, 20), (3, 20), (4, 3)):
        add_answers(survey, results(n // 2, n), answered_on=date(2025, month, 15))
    shown = panel("trend", survey, question="results")
    assert isinstance(shown.chart, Trend)
    assert [(p.n, p.share) for p in shown.chart.points] == [(100, 0.5), (20, None), (None, None), (None, None)]
    # The whole year less the other months would give the last one away: the one beside it is hidden too.
    assert [row.state for row in shown.rows] == ["ok", "too_few", "suppressed", "suppressed"]


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


def test_all_units_at_the_foot_of_the_tree_tell_what_each_tells_of_itself() -> None:
    top = make_agency(tier="province")
    wards = [make_agency(parent=top, tier="commune") for _ in range(2)]
    units = [make_agency(parent=ward, tier="unit") for ward in wards for _ in range(2)]
    survey = make_survey(top)
    for n, agency in zip((40, 60, 80, 3), units, strict=True):
        add_answers(survey, results(n // 2, n), agency=agency)
    add_answers(survey, results(20, 40), agency=wards[0])
    assert [row.leading.key for row in panel("agencies", survey).shown if row.leading] == [w.code for w in wards]
    for key in ("agencies", "funnel"):
        shown = panel(key, survey, level="leaves").shown
        assert [row.leading.key for row in shown if row.leading] == [unit.code for unit in units]
        assert [row.n for row in shown] == [40, 60, None, None]
        alone = [panel("overview", survey, agency=unit).rows[-1] for unit in units]
        assert [(row.n, row.top.count) for row in shown] == [(row.n, row.top.count) for row in alone]
    assert [row.n for row in panel("agencies", survey, level="leaves", agency=wards[0]).shown] == [40, 60]


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


# Plain figures and remarks


def measures(key: str, survey: Survey, **asked: object) -> dict[str, Measure]:
    return {m.leading.key: m for m in panel(key, survey, **asked).measures}


def test_quality_sets_answers_beside_the_cases_closed_in_the_same_days() -> None:
    survey = make_survey(opens_on=date(2025, 1, 1), closes_on=date(2025, 3, 31))
    add_answers(survey, results(40, 120) | {"access": {"high": 100}}, answered_on=day("2025-02-02"))
    make_case_figures(survey.agency, "2025-01-01", "2025-03-31", resolved_total=2000)
    found = measures("quality", survey)
    assert (found["response_rate"].share, found["response_rate"].warning) == (0.06, True)
    assert found["margin"].share == pytest.approx((1 / 120 - 1 / 2000) ** 0.5)
    assert (found["skipped_access"].count, found["skipped_access"].warning) == (20, True)
    assert (found["skipped_results"].count, found["skipped_results"].warning) == (0, False)
    assert "response_rate" not in measures("quality", survey, channel="web")
    assert "response_rate" not in measures("quality", survey, to_on=date(2025, 3, 30))


def test_what_was_skipped_gives_no_hidden_count_away() -> None:
    survey = make_survey()
    add_answers(
        survey, {"results": {"satisfied": 60}, "access": {"high": 50, "no_opinion": 3}}, answered_on=day("2025-02-02")
    )
    found = measures("quality", survey)["skipped_access"]
    assert (found.count, found.share, found.state) == (None, None, "suppressed")


def test_flags_are_counted_and_few_are_hidden() -> None:
    survey = make_survey(closes_on=date(2025, 1, 31))
    add_answers(survey, results(30, 60), answered_on=day("2025-01-02"))
    add_answers(survey, results(3, 3), answered_on=day("2025-02-02"))
    days = {"from_on": date(2025, 1, 1), "to_on": date(2025, 2, 28)}
    assert measures("flags", survey, **days)["outside_period"].count is None
    add_answers(survey, results(4, 9), answered_on=day("2025-02-03"))
    found = measures("flags", survey, **days)["outside_period"]
    assert (found.count, found.n) == (12, 72)
    quality = measures("quality", survey, **days)
    assert quality["flagged"].count == 12
    # 30 of 60 without, 37 of 72 with them.
    assert quality["sensitivity"].share == pytest.approx(30 / 60 - 37 / 72)


def test_cases_name_what_does_not_add_up() -> None:
    survey = make_survey(opens_on=date(2021, 1, 1), closes_on=date(2021, 3, 31))
    numbers = {"new_total": 139, "received_online": 55, "received_in_person_or_post": 70}
    make_case_figures(survey.agency, "2021-01-01", "2021-03-31", **numbers)
    shown = panel("cases", survey)
    assert {m.leading.key: m.count for m in shown.measures} == numbers
    assert "125" in shown.note
    assert panel("cases", make_survey()).measures == ()


def test_reasons_by_question_and_few_are_hidden() -> None:
    survey = make_survey()
    for reasons, n in ((["wait"], 20), (["wait", "noise"], 8), (["noise"], 2)):
        known = [reason.code for reason in version_content(survey.version_id).by_code["access"].reasons]
        codes = {"wait": known[0], "noise": known[1]}
        given = {"access": [codes[name] for name in reasons]}
        add_answers(survey, {"access": {"low": n}}, answered_on=day("2025-02-02"), reasons=given)
    first, *others, last = panel("reasons", survey, question="access").measures
    assert (first.count, first.share) == (10, 10 / 30)
    assert all(measure.count == 0 for measure in others)
    # 28 of 30, after all that are told: its place would tell something too.
    assert (last.count, last.n, last.share) == (None, 30, None)
    assert panel("reasons", survey, question="results").measures == ()


@pytest.mark.parametrize(("few", "told"), [(3, None), (8, 20)])
@pytest.mark.parametrize("by", ["agency", "month", "channel", "procedure"])
def test_no_difference_of_reasons_flags_and_comments_gives_few_away(by: str, few: int, told: int | None) -> None:
    """Of many here and few there, with all of both told, neither is told alone."""
    survey, many, rest, query = divided(by)
    reason = version_content(survey.version_id).by_code["access"].reasons[0].code
    other = version_content(survey.version_id).by_code["access"].reasons[1].code
    for side, number in ((many, 20), (rest, few)):
        for code, count in ((reason, number), (other, 20)):
            add_answers(survey, {"access": {"low": count}}, reasons={"access": [code]}, **side)
    whole = {m.leading.key: m.count for m in panel("reasons", survey, question="access").measures}
    assert (whole[reason], whole[other]) == (20 + few, 40)
    asked = {m.leading.key: m.count for m in panel("reasons", survey, question="access", **query).measures}
    assert asked[reason] == told


@pytest.mark.parametrize("by", ["agency", "month", "channel", "procedure"])
def test_comments_of_many_are_not_shown_where_those_of_few_are_left(by: str) -> None:
    survey, many, rest, query = divided(by)
    add_answers(survey, {"access": {"high": 12}}, comment="Tốt", **many)
    add_answers(survey, {"access": {"high": 4}}, comment="Chậm", **rest)
    add_answers(survey, {"access": {"high": 20}}, **rest)
    assert len(panel("comments", survey).remarks) == 16
    assert panel("comments", survey, **query).remarks == ()
    add_answers(survey, {"access": {"high": 8}}, comment="Chậm", **rest)
    assert {remark.text for remark in panel("comments", survey, **query).remarks} == {"Tốt"}


@pytest.mark.parametrize(("few", "told"), [(4, None), (12, 30)])
@pytest.mark.parametrize("by", ["agency", "month", "channel"])
def test_comments_by_rating_hide_groups_of_few_and_their_difference(by: str, few: int, told: int | None) -> None:
    survey, many, rest, query = divided(by)
    for side, number in ((many, 30), (rest, few)):
        add_answers(survey, {"access": {"high": number}, "staff": {"high": number}}, comment="Tốt", **side)
        add_answers(survey, {"staff": {"low": number}}, comment="Chậm", **side)
    whole = {each.leading.key: each.count for each in panel("commenters", survey).measures}
    assert whole == {"all-positive": 30 + few, "staff": 30 + few}
    asked = {each.leading.key: each.count for each in panel("commenters", survey, **query).measures}
    assert asked.get("staff") == told
    shown = panel("comments", survey, rating="staff", **query).remarks
    assert [remark.text for remark in shown] == ["Chậm"] * (told or 0)


def test_a_group_of_few_writers_takes_another_with_it() -> None:
    survey = make_survey()
    for option, number in (("high", 40), ("low", 4)):
        add_answers(survey, {"access": {option: number}}, comment="Tốt")
    add_answers(survey, {"access": {"low": 15}, "staff": {"low": 15}}, comment="Chậm")
    counts = {each.leading.key: each.count for each in panel("commenters", survey).measures}
    assert counts == {"all-positive": 40, "access": None, "several-low": None}
    assert panel("comments", survey, rating="several-low").remarks == ()
    assert len(panel("comments", survey, rating="all-positive").remarks) == 40


def test_flags_of_few_beside_many_are_hidden() -> None:
    survey = make_survey(closes_on=date(2025, 1, 31))
    for channel, late in (("web", 12), ("kiosk", 3)):
        add_answers(survey, results(30, 30), answered_on=day("2025-01-02"), channel=channel)
        add_answers(survey, results(late, late), answered_on=day("2025-02-02"), channel=channel)
    days = {"from_on": date(2025, 1, 1), "to_on": date(2025, 2, 28)}
    assert measures("flags", survey, **days)["outside_period"].count == 15
    assert measures("flags", survey, channel="web", **days)["outside_period"].count is None


def divided(by: str) -> tuple[Survey, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A survey, what the answers of one side of it have, those of the other, and the query for the first side."""
    survey = make_survey()
    one, two = make_agency(parent=survey.agency), make_agency(parent=survey.agency)
    january, february = day("2025-01-10"), day("2025-02-10")
    same = {"answered_on": january}
    return {
        "agency": (survey, {"agency": one, **same}, {"agency": two, **same}, {"agency": one}),
        "month": (survey, same, {"answered_on": february}, {"from_on": day("2025-01-01"), "to_on": day("2025-01-31")}),
        "channel": (survey, {"channel": "web", **same}, {"channel": "kiosk", **same}, {"channel": "web"}),
        "procedure": (survey, {"procedure_code": "A", **same}, {"procedure_code": "B", **same}, {"procedure": "A"}),
    }[by]


def test_comments_from_ten_on_masked_by_day_and_not_in_order() -> None:
    survey = make_survey()
    for i in range(9):
        add_answers(survey, results(1, 1), answered_on=date(2025, 1, 1 + i), comment=f"Số {i}: gọi 091234567{i}")
    assert panel("comments", survey).remarks == ()
    add_answers(survey, results(1, 1), answered_on=date(2025, 1, 20), comment="Cán bộ hướng dẫn nhiệt tình.")
    shown = panel("comments", survey)
    assert len(shown.remarks) == 10
    assert not any("0912" in remark.text for remark in shown.remarks)
    days = [remark.day for remark in shown.remarks]
    assert days not in (sorted(days), sorted(days, reverse=True))
    assert set(panel_json(shown)["rows"][0]) == {"day", "language", "text"}
    assert panel_csv(shown).splitlines()[0] == "day,language,text"


@pytest.mark.parametrize("key", [key for key in PANELS if not key.startswith("comment")])
def test_a_panel_of_three_answers_tells_nothing_of_them(key: str) -> None:
    survey = make_survey()
    add_answers(survey, results(2, 3), answered_on=day("2025-05-05"), comment="một ý kiến")
    document = panel_json(panel(key, survey, question="results"))
    assert "2025" not in json.dumps([document["rows"], document["from"], document["to"]])
    for row in document["rows"]:
        assert row["n"] in (None, 0)
        assert all(option["count"] in (None, 0) for option in row.get("options", ()))
        assert row.get("count") in (None, 0)


def test_findings_tell_what_fell_and_who_stands_out_and_nothing_else() -> None:
    months = by_month([120] * 6 + [60] * 3)
    shown = panel("findings", months)
    first = shown.measures[0]
    assert (first.leading.key, first.question) == ("change/", "results")
    assert (first.count, first.n, first.share) == (240, 600, 0.4)
    # The survey ends on 15 September: its last whole months are June, July and August.
    assert "01/06/2025" in shown.note
    assert isinstance(shown.chart, Intervals)
    assert shown.chart.rows[0].value == pytest.approx(-0.2)
    quiet = panel("findings", by_month([100, 101, 99, 100, 102, 98]))
    assert (quiet.measures, quiet.chart) == ((), None)


def test_findings_of_agencies_hold_all_criteria_and_the_lower_ones_first() -> None:
    top = make_agency()
    survey = make_survey(agency=top)
    agencies = {}
    for name, best in {"low": 20, "high": 190, "same": 105, "other": 100}.items():
        agencies[name] = make_agency(code=name, parent=top)
        add_answers(survey, results(best, 200), agency=agencies[name])
    found = [each.leading.key for each in panel("findings", survey, question="access").measures]
    assert found == ["agencies/low", "agencies/high"]
    assert panel("findings", survey, agency=agencies["low"]).measures == ()
