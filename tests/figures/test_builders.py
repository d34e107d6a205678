from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from survey_app.access import EVERYWHERE, Scope
from survey_app.db import transaction
from survey_app.errors import Invalid, NotFound
from survey_app.figures.actions import import_published
from survey_app.figures.builders import PANELS, build_panel, responses_counted
from survey_app.figures.panels import Panel, QuestionFigure
from survey_app.i18n import in_language
from survey_app.surveys.models import Survey
from tests.factories import day, make_agency, make_survey
from tests.figures.examples import BENTRE, PUBLISHED, add_answers, counted_survey

pytestmark = pytest.mark.usefixtures("session")


def distribution(survey: Survey, **asked: object) -> Panel:
    return build_panel("distribution", **{"survey": survey, "scope": EVERYWHERE} | asked)


def row(panel: Panel, question: str) -> QuestionFigure:
    return next(row for row in panel.rows if row.question == question)


def test_the_reconstruction_of_2016() -> None:
    panel = distribution(counted_survey(BENTRE))
    access = row(panel, "access")
    assert panel.responses == access.n == 66
    assert [option.option for option in access.options] == ["very_low", "low", "average", "high", "very_high"]
    assert [option.count for option in access.options] == [0, 0, 0, 49, 17]
    assert [option.text for option in access.options] == ["0%", "0%", "0%", "74%", "26%"]
    assert access.option("high").share == 49 / 66
    assert (access.option("high").low, access.option("high").high) == pytest.approx((0.626, 0.833), abs=5e-4)
    assert access.excluded == {"no_opinion": 0}
    assert [option.level for option in row(panel, "timeliness").options] == [1, 4, 5]
    assert (access.positive.count, access.positive.text) == (66, "100%")
    assert (access.top.option, access.other and access.other.option) == ("very_high", "high")
    assert {row.state for row in panel.rows} == {"ok"}


def test_thirty_answers_are_needed_for_shares() -> None:
    few = row(distribution(counted_survey({"access": {"high": 20, "very_high": 9}})), "access")
    assert (few.state, few.n, few.option("high").count, few.option("low").count) == ("too_few", 29, 20, 0)
    assert {(o.share, o.low, o.high, o.text) for o in few.options} == {(None, None, None, "")}
    assert (few.positive.count, few.positive.share) == (29, None)
    enough = row(distribution(counted_survey({"access": {"high": 20, "very_high": 10}})), "access")
    assert (enough.state, enough.option("high").text) == ("ok", "67%")


def test_a_small_row_says_nothing() -> None:
    survey = counted_survey({"access": {"high": 3, "no_opinion": 30}, "staff": {"high": 33}})
    access = row(distribution(survey), "access")
    assert (access.state, access.n, access.excluded) == ("suppressed", None, {"no_opinion": None})
    assert all(o.suppressed and o.count is None and o.share is None for o in access.options)
    assert access.positive.count is None


def test_a_small_cell_never_stands_alone() -> None:
    access = row(
        distribution(counted_survey({"access": {"low": 2, "average": 9, "high": 40, "very_high": 60}})), "access"
    )
    assert access.n == 111
    assert [o.suppressed for o in access.options] == [False, True, True, False, False]
    assert [o.count for o in access.options] == [0, None, None, 40, 60]
    assert access.option("low").text == ""
    assert access.positive.count == 100


def test_the_positive_sum_is_hidden_where_it_would_tell() -> None:
    access = row(distribution(counted_survey({"access": {"low": 3, "high": 20, "very_high": 60}})), "access")
    assert [o.count for o in access.options] == [0, None, 0, None, 60]
    assert (access.positive.count, access.positive.share, access.positive.text) == (None, None, "")


def test_nothing_answered_is_shown_as_zero() -> None:
    panel = distribution(make_survey())
    access = row(panel, "access")
    assert (panel.responses, access.n, access.state) == (0, 0, "too_few")
    assert {option.count for option in access.options} == {0}


def test_days_and_channel_narrow_the_figures() -> None:
    survey = counted_survey({"access": {"high": 40}}, answered_on="2016-05-31")
    add_answers(survey, {"access": {"high": 50}}, answered_on=day("2016-06-01"), channel="kiosk")
    assert distribution(survey).responses == 90
    assert distribution(survey, to_on=day("2016-05-31")).responses == 40
    assert distribution(survey, from_on=day("2016-06-01")).responses == 50
    assert distribution(survey, channel="kiosk").responses == 50


def test_missing_days_are_the_survey_s_own() -> None:
    survey = counted_survey({"access": {"high": 40}}, opens_on=day("2016-01-01"), closes_on=day("2016-12-31"))
    add_answers(survey, {"access": {"high": 7}}, answered_on=day("2017-02-01"))
    panel = distribution(survey, from_on=day("2016-03-01"))
    assert (panel.filters.from_on, panel.filters.to_on) == (day("2016-03-01"), day("2016-12-31"))
    assert distribution(survey).responses == 40


def test_missing_days_are_those_of_the_answers_where_the_survey_has_none() -> None:
    survey = counted_survey({"access": {"high": 40}}, answered_on="2016-02-03")
    add_answers(survey, {"access": {"high": 7}}, answered_on=day("2017-02-01"))
    filters = distribution(survey).filters
    assert (filters.from_on, filters.to_on) == (day("2016-02-03"), day("2017-02-01"))
    assert distribution(make_survey()).filters.from_on is None


def test_the_days_of_a_few_answers_stay_hidden() -> None:
    filters = distribution(counted_survey({"access": {"high": 4}}, closes_on=day("2016-12-31"))).filters
    assert (filters.from_on, filters.to_on) == (None, day("2016-12-31"))


def test_the_short_way_to_the_responses_says_the_same() -> None:
    for survey in (counted_survey(BENTRE), counted_survey({"access": {"high": 4}}), make_survey()):
        panel = distribution(survey)
        assert responses_counted(survey=survey, scope=EVERYWHERE) == (panel.filters, panel.responses)


def test_an_open_end_never_lies_before_the_day_asked_for() -> None:
    survey = counted_survey({"access": {"high": 40}}, closes_on=day("2016-12-31"))
    panel = distribution(survey, from_on=day("2017-01-01"))
    assert (panel.filters.to_on, panel.responses) == (None, 0)


@pytest.mark.parametrize("asked", [{"channel": "fax"}, {"from_on": date(2016, 2, 1), "to_on": date(2016, 1, 1)}])
def test_impossible_filters_are_invalid(asked: dict[str, object]) -> None:
    with pytest.raises(Invalid) as caught:
        distribution(make_survey(), **asked)
    assert caught.value.errors


def test_an_unknown_panel_says_which_exist() -> None:
    with pytest.raises(NotFound, match="distribution"):
        build_panel("weather", survey=make_survey(), scope=EVERYWHERE)


def test_readers_see_their_own_part() -> None:
    top = make_agency()
    north, south, elsewhere = make_agency(parent=top), make_agency(parent=top), make_agency()
    survey = counted_survey({"access": {"high": 40}}, top)
    add_answers(survey, {"access": {"high": 50}}, agency=north)
    assert distribution(survey, scope=Scope(top.id)).responses == 90
    own = distribution(survey, scope=Scope(north.id))
    assert (own.responses, own.filters.agency, own.filters.agency_name) == (50, None, north.name)
    asked = distribution(survey, scope=Scope(top.id), agency=north)
    assert (asked.responses, asked.filters.agency) == (50, north.code)
    for scope, agency in ((Scope(north.id), south), (Scope(elsewhere.id), None), (EVERYWHERE, elsewhere)):
        with pytest.raises(NotFound):
            distribution(survey, scope=scope, agency=agency)


def test_published_figures_stand_beside_the_whole_survey_only(tmp_path: object, session: Session) -> None:
    top = make_agency()
    survey = counted_survey(BENTRE, top, opens_on=day("2016-01-01"), closes_on=day("2016-12-31"))
    add_answers(survey, BENTRE, agency=(below := make_agency(parent=top)), answered_on=day("2016-07-01"))
    published(survey, tmp_path)
    values = {value.option: value for value in row(distribution(survey), "access").published}
    assert (values["high"].value_low, values["high"].value_high, values["high"].qualifier) == (74, 75, "floor")
    assert row(distribution(survey, from_on=day("2016-01-01"), to_on=day("2016-12-31")), "access").published
    narrower: list[dict[str, object]] = [{"agency": below}, {"channel": "web"}, {"from_on": day("2016-02-01")}]
    for asked in narrower:
        assert row(distribution(survey, **asked), "access").published == ()


def published(survey: Survey, folder: object) -> None:
    path = folder / "published.csv"  # type: ignore[operator]
    path.write_text(PUBLISHED, encoding="utf-8")
    with transaction():
        import_published(path, survey)


@pytest.mark.parametrize("tag", ["vi", "en"])
def test_notes_say_how_figures_were_made(tag: str, tmp_path: object) -> None:
    survey = counted_survey(BENTRE, provenance="reconstruction")
    published(survey, tmp_path)
    with in_language(tag):
        plain, whole = distribution(counted_survey(BENTRE)), distribution(survey)
    assert len(plain.note) < len(whole.note)
    assert "Wilson" in whole.note
    assert "%(" not in whole.note + whole.subtitle + whole.source
    assert not whole.filters.simulated


def test_the_chart_draws_the_rows() -> None:
    margins = BENTRE | {"staff": {"low": 2, "average": 3, "high": 21, "very_high": 40}, "results": {"satisfied": 12}}
    panel = distribution(counted_survey(margins))
    chart = panel.chart
    assert chart is not None
    assert [group.key for group in chart.groups] == ["LEVEL5", "TIME3", "SAT5"]
    level5 = chart.groups[0]
    assert [bar.key for bar in level5.bars] == ["staff", "transparency", "access"]
    assert [item.level for item in level5.legend] == [1, 2, 3, 4, 5]
    bars = {bar.key: bar for bar in chart.bars}
    assert {segment.key for segment in bars["staff"].segments} == {"very_low", "high", "very_high"}
    assert bars["staff"].note
    assert (bars["results"].segments, bars["results"].n) == ((), 12)
    assert bars["results"].note
    tops = [bar.segments[-1].share for bar in level5.bars]
    assert all(a >= b for a, b in pairwise(tops))
    for figure in panel.rows:
        for segment in bars[figure.question].segments:
            option = figure.option(segment.key)
            assert (segment.count, segment.share, segment.text) == (option.count, option.share, option.text)
    assert row(panel, "access").top.text in chart.alternative


def test_every_panel_can_be_built() -> None:
    survey = counted_survey(BENTRE)
    for key in PANELS:
        panel = build_panel(key, survey=survey, scope=EVERYWHERE)
        assert panel.key == key
        assert panel.title
        assert panel.rows or panel.measures or panel.remarks or panel.note
        assert len(panel.shown) <= 5
