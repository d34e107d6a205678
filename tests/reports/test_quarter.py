"""The quarter's report: the paragraph where the case figures reconcile, the finding where they do not."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import docx
import openpyxl
import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from survey_app.access import EVERYWHERE, Scope
from survey_app.db import transaction
from survey_app.errors import NotFound
from survey_app.procedures.actions import acknowledge, record_activity, record_scores
from survey_app.procedures.scorecards import LEGACY
from survey_app.reports.blocks import Form, Table
from survey_app.reports.catalogue import build_report
from survey_app.reports.report import Report
from survey_app.reports.rules import quarter_of
from survey_app.reports.writers import WRITERS
from survey_app.surveys.models import Survey
from survey_app.tallies.actions import fold
from tests.factories import HAPPY, day, make_agency, make_case_figures, make_responses, make_survey, make_user, sign_in

QUARTER = ("2021-01-01", "2021-03-31")
PUBLISHED = {
    "received_total": 150, "new_total": 139, "received_online": 55, "received_in_person_or_post": 70,
    "results_returned": 48, "carried_over": 11, "resolved_total": 150, "resolved_early": 150, "resolved_on_time": 0,
    "resolved_overdue": 0, "pending_total": 0, "pending_in_time": 0, "pending_overdue": 0, "digitally_signed": 150,
}  # fmt: skip
SOUND = PUBLISHED | {"received_in_person_or_post": 84}
IDENTITY = "new_total = received_online + received_in_person_or_post"
Write = Callable[..., Report]


@pytest.fixture
def survey(session: object) -> Survey:
    return make_survey(make_agency("so", name="Sở Mẫu"), "khao-sat")


@pytest.fixture
def write(survey: Survey) -> Write:
    def build(**asked: object) -> Report:
        values = {"from_on": day(QUARTER[0]), "to_on": day(QUARTER[1]), "scope": EVERYWHERE, "language": "vi", **asked}
        return build_report("quarter", survey=survey, **values)  # type: ignore[arg-type]

    return build


def rows(report: Report) -> list[tuple[str, int | None]]:
    """The rows of form II.06a but its tiers and total: name and how many cases were received."""
    (form,) = (block for block in report.body if isinstance(block, Form))
    return [(line.name, line.counts[0]) for line in form.lines if line.order and not line.order.isupper()]


def test_sound_figures_give_the_paragraph_of_the_article(survey: Survey, write: Write) -> None:
    make_case_figures(survey.agency, *QUARTER, **SOUND)
    with transaction():
        record_activity(
            agency_id=survey.agency_id, from_on=day(QUARTER[0]), to_on=day(QUARTER[1]), name="Tin, bài", count=4
        )
    sentences = write().sentences
    assert sentences[0] == (
        "Trong quý 1 năm 2021, Sở Mẫu tiếp nhận và giải quyết 150 hồ sơ TTHC, trong đó: số mới tiếp nhận trong kỳ: 139 "
        "(trực tuyến: 55 hồ sơ; trực tiếp và qua dịch vụ bưu chính: 84 hồ sơ); số từ kỳ trước chuyển qua: 11 hồ sơ."
    )
    assert (
        "Đã giải quyết: 150 hồ sơ (trước hạn và đúng hạn: 100,0%); trước hạn: 150; đúng hạn: 0; quá hạn: 0."
        in sentences
    )
    assert "Số hồ sơ được ký số: 150." in sentences
    assert "Các hoạt động khác: Tin, bài: 4." in sentences


def test_figures_that_do_not_add_up_give_the_finding_instead(survey: Survey, write: Write) -> None:
    figures = make_case_figures(survey.agency, *QUARTER, **PUBLISHED)
    report = write()
    assert "còn 14 hồ sơ chưa rõ ở đâu" in report.sentences[0]
    assert not any("tiếp nhận và giải quyết 150" in sentence for sentence in report.sentences)
    with transaction():
        acknowledge(figures, IDENTITY, reason="Hồ sơ giấy chưa nhập", actor="lanhdao@example.vn")
    report = write()
    assert "tiếp nhận và giải quyết 150 hồ sơ TTHC" in report.sentences[0]
    assert any("lanhdao@example.vn" in note and "14 hồ sơ" in note for note in report.notes)


def test_every_format_says_the_finding(survey: Survey, write: Write) -> None:
    make_case_figures(survey.agency, *QUARTER, **PUBLISHED)
    report = write()
    assert "còn 14 hồ sơ chưa rõ ở đâu" in WRITERS["txt"].write(report).decode()
    for extension in ("docx", "pdf", "xlsx"):
        assert len(WRITERS[extension].write(report)) > 1000


def test_the_form_is_an_appendix_on_a_page_across(survey: Survey, write: Write) -> None:
    make_case_figures(survey.agency, *QUARTER, **SOUND)
    report = write()
    document = docx.Document(io.BytesIO(WRITERS["docx"].write(report)))
    assert [section.page_width > section.page_height for section in document.sections] == [False, True]
    with pikepdf.open(io.BytesIO(WRITERS["pdf"].write(report))) as pdf:
        boxes = [page.mediabox for page in pdf.pages]
    assert [box[2] > box[3] for box in boxes] == [False, True]
    assert "II.06a" in openpyxl.load_workbook(io.BytesIO(WRITERS["xlsx"].write(report))).sheetnames[-1]


def test_without_an_agency_it_covers_every_agency_with_figures_in_the_period(survey: Survey, write: Write) -> None:
    other = make_agency("khac", name="Sở Khác")
    make_case_figures(survey.agency, *QUARTER, **SOUND)
    make_case_figures(other, *QUARTER, received_total=7, field="Báo chí")
    make_case_figures(other, "2021-04-01", "2021-06-30", received_total=9)
    assert rows(write()) == [("Sở Khác (cộng các lĩnh vực)", 7), ("Báo chí", 7), ("Sở Mẫu", 150)]
    assert rows(write(agency=other)) == [("Báo chí", 7)]
    assert "Khảo sát này không thu thập ý kiến tại cơ quan này." in WRITERS["txt"].write(write(agency=other)).decode()
    # All fields together, not once more each of them.
    make_case_figures(other, *QUARTER, received_total=7)
    assert rows(write()) == [("Sở Khác", 7), ("Báo chí", 7), ("Sở Mẫu", 150)]


def test_a_reader_gets_the_agencies_of_their_scope_alone(survey: Survey, write: Write) -> None:
    other = make_agency("khac", name="Sở Khác")
    make_case_figures(survey.agency, *QUARTER, **SOUND)
    make_case_figures(other, *QUARTER, received_total=7)
    scope = Scope(survey.agency_id)
    report = write(scope=scope)
    (form,) = (block for block in report.body if isinstance(block, Form))
    assert [line.counts[0] for line in form.lines] == [150, 150], "the agency and the total"
    assert "Sở Khác" not in WRITERS["txt"].write(report).decode()
    with pytest.raises(NotFound):
        write(scope=scope, agency=other)


def test_a_scorecard_stands_with_its_grade_and_its_age(survey: Survey, write: Write) -> None:
    make_case_figures(survey.agency, *QUARTER, **SOUND)
    scores = {each.code: (Decimal("1.3"), Decimal("1.0"), "") for each in LEGACY.indicators}
    with transaction():
        record_scores(LEGACY, agency_id=survey.agency_id, from_on=day(QUARTER[0]), to_on=day(QUARTER[1]), scores=scores)
    card = [block for block in write().body if isinstance(block, Table)][-1]
    assert card.rows[-1][1:] == ("18", "11,7", "9,0")
    assert card.note == "Xếp loại: Khá."


def test_what_citizens_answered_stands_beside_it_with_the_response_rate(survey: Survey, write: Write) -> None:
    make_case_figures(survey.agency, *QUARTER, **SOUND)
    make_responses(survey, [dict(HAPPY)] * 60, answered_on=day("2021-02-03"))
    fold()
    report = write()
    assert report.sentences[-1].endswith("(khảo sát 60 lượt, tỷ lệ phản hồi 40%)")
    assert report.panels


def test_without_days_it_is_the_quarter_that_ended_last(survey: Survey, write: Write) -> None:
    make_case_figures(survey.agency, *QUARTER, **SOUND)
    report = write(from_on=None, to_on=None, date_on=date(2021, 5, 2))
    assert "quý 1 năm 2021" in report.subtitle
    (form,) = (block for block in report.body if isinstance(block, Form))
    assert "Quý 1 năm 2021" in form.period


def test_a_period_without_figures_says_so(survey: Survey, write: Write) -> None:
    text = WRITERS["txt"].write(write()).decode()
    assert "Chưa có số liệu hồ sơ trong kỳ." in text
    assert "Chưa có dữ liệu khảo sát trong kỳ." in text


def test_the_command_and_the_page_take_any_agency_of_the_scope(
    app: Flask, survey: Survey, cli: FlaskCliRunner, client: FlaskClient
) -> None:
    other = make_agency("khac", name="Sở Khác")
    make_case_figures(other, *QUARTER, received_total=7)
    days = ("--from", QUARTER[0], "--to", QUARTER[1])
    result = cli.invoke(args=["reports", "write", "quarter", "--survey", "khao-sat", "--agency", "khac", *days])
    assert result.exit_code == 0, result.output
    assert "Sở Khác" in result.output
    address = f"/reports/quarter/khao-sat.txt?agency=khac&from={QUARTER[0]}&to={QUARTER[1]}"
    assert "Sở Khác" in sign_in(client, make_user("leader")).get(address).text
    mine = sign_in(app.test_client(), make_user("leader", agency=survey.agency))
    assert mine.get(address).status_code == 404


@pytest.mark.parametrize(
    ("days", "quarter"),
    [
        (("2021-01-01", "2021-03-31"), (1, 2021)),
        (("2020-12-15", "2021-03-14"), (1, 2021)),
        (("2021-09-15", "2021-12-14"), (4, 2021)),
        (("2021-10-01", "2021-12-31"), (4, 2021)),
        (("2021-01-01", "2021-03-30"), None),
        (("2020-01-01", "2021-03-31"), None),
    ],
)
def test_a_quarter_is_told_by_its_days(days: tuple[str, str], quarter: tuple[int, int] | None) -> None:
    assert quarter_of(day(days[0]), day(days[1])) == quarter
