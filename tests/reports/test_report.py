"""Reports from stored answers: the panel's numbers, in either language, honest about what is hidden or unknown."""

import io
from datetime import date
from typing import Any

import pikepdf
import pytest

from survey_app.access import EVERYWHERE
from survey_app.clock import today
from survey_app.db import db, transaction
from survey_app.errors import NotFound
from survey_app.figures.builders import build_panel
from survey_app.i18n import in_language
from survey_app.procedures.models import CaseFigures
from survey_app.reports.blocks import Heading, Picture, Sentence, Signature, Table
from survey_app.reports.catalogue import REPORTS, build_report, panel_report
from survey_app.reports.report import Report, date_line
from survey_app.reports.request import live_path
from survey_app.reports.wording import VIETNAMESE
from survey_app.reports.writers import WRITERS
from survey_app.surveys.models import Survey
from tests.factories import day, make_agency
from tests.figures.examples import BENTRE, add_answers, counted_survey
from tests.reports.test_sentences import NONE_DISSATISFIED, NONE_LATE

pytestmark = pytest.mark.usefixtures("session")
YEAR = {"opens_on": date(2016, 1, 1), "closes_on": date(2016, 12, 31)}


def overview(survey: Survey, language: str = "vi", **asked: object) -> Report:
    return build_report("overview", survey=survey, scope=EVERYWHERE, language=language, **asked)  # type: ignore[arg-type]


def resolved(survey: Survey, *, total: int, overdue: int, last: str = "2016-12-31") -> None:
    with transaction():
        figures = CaseFigures(agency_id=survey.agency_id, period_from=day("2016-01-01"), period_to=day(last))
        figures.resolved_total, figures.resolved_overdue = total, overdue
        db.session.add(figures)


def test_the_year_2016_is_told_as_it_was_published() -> None:
    agency = make_agency(name="Sở Thông tin và Truyền thông tỉnh Bến Tre", short_name="Sở Thông tin và Truyền thông")
    report = overview(counted_survey(BENTRE, agency, **YEAR, provenance="reconstruction"))
    text = "\n".join(report.sentences)
    for part in (
        "tại Sở Thông tin và Truyền thông: cao đạt trên 74% và rất cao đạt trên 25%.",
        "cao đạt trên 57% và rất cao đạt trên 42%.",
        "cao đạt trên 39% và rất cao đạt trên 60%.",
        f"Sớm hơn giấy hẹn đạt trên 37% và Đúng hẹn đạt trên 62%. {NONE_LATE}",
        f"Hài lòng đạt trên 45% và Rất hài lòng đạt trên 54%. {NONE_DISSATISFIED}",
    ):
        assert part in text
    assert text.endswith("(khảo sát 66 lượt)")
    assert "(n = 66; " in report.source
    assert "01/01/2016" in report.source
    assert "31/12/2016" in report.source
    assert report.date_on == today()


def test_case_figures_of_the_period_give_the_response_rate_and_may_contradict() -> None:
    survey = counted_survey(BENTRE, **YEAR)
    resolved(survey, total=150, overdue=2)
    sentences = overview(survey).sentences
    assert sentences[-1].endswith("(khảo sát 66 lượt, tỷ lệ phản hồi 44%)")
    assert NONE_LATE not in sentences[3]
    assert "2 hồ sơ quá hạn" in sentences[3]
    # Answers of one channel are no share of all cases.
    assert overview(survey, channel="web").sentences[-1].endswith("(khảo sát 66 lượt)")
    assert overview(survey, from_on=date(2016, 2, 1)).sentences[-1].endswith("(khảo sát 66 lượt)")


def test_case_figures_without_overdue_cases_confirm() -> None:
    survey = counted_survey(BENTRE, **YEAR)
    alone = overview(survey)
    resolved(survey, total=150, overdue=0)
    confirmed = overview(survey)
    assert NONE_LATE in alone.sentences[3]
    assert NONE_LATE in confirmed.sentences[3]
    assert VIETNAMESE.note_survey_alone in alone.notes
    assert VIETNAMESE.note_survey_alone not in confirmed.notes


@pytest.mark.parametrize("overdue", [0, 2])
def test_case_figures_of_a_part_of_the_period_contradict_but_never_confirm(overdue: int) -> None:
    survey = counted_survey(BENTRE, **YEAR)
    resolved(survey, total=150, overdue=overdue, last="2016-03-31")
    report = overview(survey)
    assert report.sentences[-1].endswith("(khảo sát 66 lượt)")
    assert (NONE_LATE in report.sentences[3]) == (overdue == 0)
    assert (VIETNAMESE.note_survey_alone in report.notes) == (overdue == 0)


def test_a_few_late_answers_are_said_without_number() -> None:
    survey = counted_survey({**BENTRE, "timeliness": {"late": 2, "on_time": 39, "early": 25}}, **YEAR)
    sentence = overview(survey).sentences[3]
    assert "Có trường hợp trễ hẹn (ít hơn 5, không nêu số)." in sentence
    assert "Sớm hơn giấy hẹn … và Đúng hẹn đạt trên 59%." in sentence
    assert "Không có" not in sentence


def test_a_count_hidden_for_the_sake_of_another_is_not_called_small() -> None:
    survey = counted_survey({**BENTRE, "timeliness": {"late": 12, "on_time": 50, "early": 4}}, **YEAR)
    sentence = overview(survey).sentences[3]
    assert "Có trường hợp trễ hẹn (không nêu số)." in sentence
    assert "12" not in sentence


def test_a_survey_without_answers_says_so_and_can_be_drawn() -> None:
    report = overview(counted_survey({}, **YEAR))
    assert report.sentences == ("Chưa có dữ liệu khảo sát trong kỳ.",)
    assert len([block for block in report.body if isinstance(block, Table)]) == 5


def test_english_reports_are_english() -> None:
    report = overview(counted_survey(BENTRE, **YEAR), "en", date_on=date(2017, 1, 5), number="7")
    assert report.sentences[0] == "Access: over 74% rated high and over 25% very high."
    assert report.title == "Report on survey results"
    assert "Test survey" in report.subtitle
    assert report.panels[0].rows[0].label == "Access"
    with in_language("en"):
        assert date_line(report) == "…, 05/01/2017"


def test_the_body_holds_each_chart_table_and_sentence_once() -> None:
    report = overview(counted_survey(BENTRE, **YEAR))
    kinds = [type(block) for block in report.body]
    assert (kinds.count(Sentence), kinds.count(Picture), kinds.count(Table), kinds.count(Heading)) == (5, 3, 5, 5)
    assert kinds[-1] is Signature


def test_the_reports_panel_is_the_pages_panel() -> None:
    survey = counted_survey(BENTRE, **YEAR)
    with in_language("vi"):
        panel = build_panel("distribution", survey=survey, scope=EVERYWHERE)
    assert overview(survey).panels == (panel,)
    assert panel_report(panel, survey.agency, language="vi").panels == (panel,)


def test_an_unknown_report_says_which_exist() -> None:
    survey = counted_survey({})
    with pytest.raises(NotFound, match="overview"):
        build_report("weather", survey=survey, scope=EVERYWHERE, language="en")
    assert list(REPORTS) == ["overview", "survey-year", "brief", "slides", "sipas", "province", "quarter", "form-06a"]


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_composed_in_both_languages(name: str) -> None:
    top = make_agency("top", tier="province")
    survey = counted_survey(BENTRE, top, **YEAR)
    for code in ("a", "b"):
        add_answers(survey, BENTRE, agency=make_agency(code, parent=top), answered_on=date(2016, 6, 10))
    asked: dict[str, Any] = {"date_on": date(2017, 1, 5), "from_on": YEAR["opens_on"], "to_on": YEAR["closes_on"]}
    for language in ("vi", "en"):
        report = build_report(name, survey=survey, scope=EVERYWHERE, language=language, **asked)
        assert report.name == name
        # A report without panels is about cases alone.
        assert not REPORTS[name].panels or "198" in " ".join((*report.notes, report.source, *report.sentences))
        assert sum(isinstance(block, Signature) for block in report.body) == 1
        captions = [block for block in report.body if isinstance(block, Picture | Table)]
        numbers = [block.number for block in captions if isinstance(block, Table)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert WRITERS["txt"].write(report)


def test_the_brief_is_one_page() -> None:
    report = build_report("brief", survey=counted_survey(BENTRE, **YEAR), scope=EVERYWHERE, language="vi")
    with pikepdf.open(io.BytesIO(WRITERS["pdf"].write(report))) as pdf:
        assert len(pdf.pages) == 1


def test_the_index_is_the_share_of_positive_answers_and_their_mean() -> None:
    low = {**BENTRE, "access": {"low": 33, "high": 33}}
    report = build_report("sipas", survey=counted_survey(low, **YEAR), scope=EVERYWHERE, language="vi")
    index = next(block for block in report.body if isinstance(block, Table))
    assert index.rows[0][1:4] == ("66", "33", "50%")
    assert index.rows[-1][3] == "90%"


def test_the_report_by_agency_has_a_table_for_each_agency() -> None:
    top = make_agency("top", tier="province")
    survey = counted_survey({}, top, **YEAR)
    add_answers(survey, BENTRE, agency=make_agency("a", parent=top, name="Sở A"), answered_on=date(2016, 5, 1))
    few = {"access": {"very_high": 3}}
    add_answers(survey, few, agency=make_agency("b", parent=top, name="Sở B"), answered_on=date(2016, 5, 1))
    # All less the others would give the three away: the next smallest agency is hidden beside them.
    some = {"access": {"high": 30, "very_high": 10}}
    add_answers(survey, some, agency=make_agency("c", parent=top, name="Sở C"), answered_on=date(2016, 5, 1))
    report = build_report("province", survey=survey, scope=EVERYWHERE, language="vi")
    units = {block.caption: block for block in report.body if isinstance(block, Table)}
    compared = units["Tỷ lệ mức cao nhất"]
    assert compared.rows[0] == ("Sở A", "66", "26%", "42%", "61%", "38%", "55%")
    assert compared.rows[1][:3] == ("Sở B", "…", "…")
    assert units["Sở A"].rows[0][:3] == ("Tiếp cận dịch vụ", "66", "26%")
    assert units["Sở B"].rows[0][1:3] == ("…", "…")


@pytest.mark.parametrize("name", ["overview", "survey-year", "slides", "sipas", "province"])
def test_a_comparison_that_was_asked_for_is_in_the_report(name: str) -> None:
    survey = counted_survey(BENTRE, make_agency("top", tier="province"), answered_on="2016-02-10")
    add_answers(survey, BENTRE, answered_on=date(2016, 5, 10))
    days = {"from_on": date(2016, 4, 1), "to_on": date(2016, 6, 30)}
    asked: dict[str, Any] = {"survey": survey, "scope": EVERYWHERE, "language": "vi", **days}
    assert [panel.key for panel in build_report(name, **asked).panels] == [*REPORTS[name].panels]
    report = build_report(name, **asked, compare="previous")
    assert report.panels[-1].key == "change"
    assert dict(report.filters)["So với"] == "từ 01/01/2016 đến 31/03/2016"
    assert report.panels[-1].title in "".join(block.text for block in report.body if isinstance(block, Heading)) or any(
        isinstance(block, Picture) and report.panels[-1].title in block.caption for block in report.body
    )
    assert "compare=previous" in live_path(report.panels[0].filters)


def test_reports_that_compare_nothing_do_not_say_so() -> None:
    survey = counted_survey(BENTRE, **YEAR)
    for name in ("brief", "quarter"):
        report = build_report(name, survey=survey, scope=EVERYWHERE, language="vi", compare="previous")
        assert "So với" not in dict(report.filters)


def test_the_criterion_that_was_asked_for_is_the_one_that_is_drawn() -> None:
    survey = counted_survey(BENTRE, answered_on="2016-02-10")
    add_answers(survey, BENTRE, answered_on=date(2016, 5, 10))
    asked: dict[str, Any] = {"survey": survey, "scope": EVERYWHERE, "language": "vi", "question": "access"}
    report = build_report("survey-year", **asked)
    captions = [block.caption for block in report.body if isinstance(block, Table)]
    assert any(caption.endswith("Tiếp cận dịch vụ") for caption in captions), captions


def test_answers_about_one_procedure_have_no_response_rate() -> None:
    survey = counted_survey(BENTRE, **YEAR)
    resolved(survey, total=660, overdue=0)
    assert any("10%" in note for note in overview(survey).notes)
    told = overview(survey, procedure="1.0001")
    assert dict(told.filters)["Thủ tục"] == "1.0001"
    assert not any("10%" in note for note in told.notes)


def test_months_without_shares_are_not_laid_beside_each_other() -> None:
    """66 answers of one month compare nothing; those of another month beside them do."""

    def headings() -> str:
        told = build_report("survey-year", survey=survey, scope=EVERYWHERE, language="vi")
        return "; ".join(block.text for block in told.body if isinstance(block, Heading))

    survey = counted_survey(BENTRE, opens_on=date(2016, 1, 1), closes_on=date(2016, 12, 31))
    assert "THÁNG" not in headings()
    add_answers(survey, BENTRE, answered_on=date(2016, 7, 10))
    assert "THÁNG" in headings()


def test_an_unknown_response_rate_is_said_in_the_readers_language() -> None:
    told = build_report("overview", survey=counted_survey(BENTRE), scope=EVERYWHERE, language="vi")
    assert told.response_rate == "Tỷ lệ phản hồi: chưa xác định, vì kỳ này chưa có số liệu hồ sơ."
