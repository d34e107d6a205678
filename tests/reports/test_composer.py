"""Blocks of the composer that bring more than a panel: the cover, comments, and what was promised."""

import io
import zipfile
from datetime import date

import pytest
from docx import Document
from pptx import Presentation

from survey_app.access import EVERYWHERE
from survey_app.db import transaction
from survey_app.figures.builders import build_panel
from survey_app.i18n import in_language
from survey_app.reports.blocks import Cover, Table
from survey_app.reports.catalogue import build_report
from survey_app.reports.composer import KINDS, READY, Part, composed_report, panels_of, read_parts, stored_parts
from survey_app.reports.report import Report
from survey_app.reports.request import Request
from survey_app.reports.snapshot import Snapshot, freeze, thaw
from survey_app.reports.writers import WRITERS
from survey_app.surveys.models import Survey
from survey_app.tallies.actions import fold
from tests.factories import HAPPY, make_agency, make_commitment, make_response, make_survey

DAYS = (date(2026, 1, 1), date(2026, 9, 30))
PHONE = "0912345678"


@pytest.fixture
def survey(session: object) -> Survey:
    survey = make_survey(make_agency("so", name="Sở Mẫu"), "khao-sat")
    for place in range(12):
        text = f"Ý kiến {place}, gọi {PHONE}"
        make_response(survey, answers=dict(HAPPY), answered_on=date(2026, 2, 3), comment=text, channel="import")
    fold()
    return survey


def composed(survey: Survey, *parts: Part, language: str = "vi") -> Report:
    request = Request(survey, EVERYWHERE, None, *DAYS, None, language, date(2026, 10, 5), "7")
    with in_language(language):
        return composed_report(read_parts(stored_parts(parts)), "Báo cáo riêng", request)


@pytest.mark.parametrize("extension", ["docx", "pptx", "xlsx", "pdf", "txt"])
def test_a_cover_is_the_first_page_wherever_it_was_put(survey: Survey, extension: str) -> None:
    report = composed(survey, Part("introduction"), Part("cover", text="Họp giao ban"), Part("cover"))
    assert [type(block) for block in report.body].count(Cover) == 1
    assert report.cover == report.body[0]
    assert report.cover is not None
    assert report.cover.lines[-1] == "Họp giao ban"
    assert thaw(freeze(Snapshot(report, ()))).report.cover == report.cover
    content = WRITERS[extension].write(report)
    if extension == "docx":
        document = Document(io.BytesIO(content))
        assert "BÁO CÁO RIÊNG" in document.tables[0].rows[0].cells[0].text
        assert "CỘNG HÒA" in document.tables[1].rows[0].cells[1].text
        assert 'w:type="page"' in document.element.xml
    if extension == "pptx":
        assert Presentation(io.BytesIO(content)).slides[0].shapes.title.text_frame.text == "Báo cáo riêng"
    if extension == "txt":
        assert content.decode().startswith("BÁO CÁO RIÊNG\nKết quả")
    if extension == "xlsx":
        strings = zipfile.ZipFile(io.BytesIO(content)).read("xl/sharedStrings.xml").decode()
        assert "Họp giao ban" in strings


def test_comments_are_those_of_the_panel_masked_and_by_the_day(survey: Survey) -> None:
    report = composed(survey, Part("comments", "distribution"))
    (table,) = (block for block in report.body if isinstance(block, Table))
    with in_language("vi"):
        panel = build_panel("comments", survey=survey, scope=EVERYWHERE, from_on=DAYS[0], to_on=DAYS[1])
    assert [row[1] for row in table.rows] == [remark.text for remark in panel.remarks]
    assert len(table.rows) >= 10
    assert {row[0] for row in table.rows} == {"03/02/2026"}
    assert PHONE not in WRITERS["txt"].write(report).decode()
    # The panel that a block always has counts for its reader's rights.
    asked = {"blocks": stored_parts(read_parts([{"kind": "comments", "panel": "distribution", "text": ""}]))}
    assert panels_of(asked) == ("distribution", "comments")


def test_few_comments_are_not_told(survey: Survey) -> None:
    request = Request(survey, EVERYWHERE, None, date(2026, 5, 1), DAYS[1], None, "vi", DAYS[1], "")
    with in_language("vi"):
        report = composed_report((Part("comments", "comments"),), "x", request)
    assert "quá ít ý kiến" in WRITERS["txt"].write(report).decode()


def test_promises_stand_with_their_finding_owner_and_day(survey: Survey) -> None:
    assert not [block for block in composed(survey, Part("commitments")).body if isinstance(block, Table)]
    held = make_commitment(survey)
    reports = [composed(survey, Part("commitments"))]
    reports += [
        build_report(name, survey=survey, scope=EVERYWHERE, language="vi", from_on=DAYS[0], to_on=DAYS[1])
        for name in ("survey-year", "quarter")
    ]
    for report in reports:
        (table,) = (b for b in report.body if isinstance(b, Table) and b.caption == "Bạn nói, chúng tôi làm")
        (row,) = table.rows
        assert "60%" in row[0]
        assert "n = 100" in row[0]
        assert row[1:3] == ("Đặt biển chỉ dẫn", "Văn phòng, 30/06/2026")
    with transaction():
        held.done_on, held.outcome = date(2026, 5, 4), "Đã đặt ba biển"
    with in_language("vi"):
        told = composed(survey, Part("commitments")).body[0]
    assert isinstance(told, Table)
    assert told.rows[0][3].startswith("Hoàn thành ngày 04/05/2026: Đã đặt ba biển")
    earlier = Request(survey, EVERYWHERE, None, date(2025, 1, 1), date(2025, 12, 31), None, "vi", DAYS[1], "")
    with in_language("vi"):
        assert composed_report((Part("commitments"),), "x", earlier).body == ()


def test_the_usual_blocks_are_known_kinds() -> None:
    assert {"comments", "commitments"} <= {part.kind for part in READY}
    assert {part.kind for part in READY} <= set(KINDS)
