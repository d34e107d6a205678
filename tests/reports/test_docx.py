"""The Word document, opened again: styles, texts, native charts with exact counts behind them."""

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.document import Document as DocumentType
from docx.oxml.ns import qn
from docx.table import Table

from survey_app.reports.report import Report
from survey_app.reports.writers import WRITERS
from tests.reports.conftest import Make
from tests.reports.samples import ACCENTED, BENTRE, panel, row

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"


def opened(report: Report) -> tuple[DocumentType, zipfile.ZipFile]:
    content = WRITERS["docx"].write(report)
    return Document(io.BytesIO(content)), zipfile.ZipFile(io.BytesIO(content))


def workbooks(archive: zipfile.ZipFile) -> list[list[tuple[Any, ...]]]:
    names = sorted(name for name in archive.namelist() if name.startswith("word/embeddings/"))
    books = [openpyxl.load_workbook(io.BytesIO(archive.read(name))) for name in names]
    assert not [cell for book in books for sheet in book for line in sheet for cell in line if cell.data_type == "f"]
    return [list(book["Sheet1"].values) for book in books]


def texts(document: DocumentType) -> str:
    cells = [cell.text for table in document.tables for line in table.rows for cell in line.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def grids(document: DocumentType) -> list[Table]:
    """The tables of figures; the head, the headline and the signature are tables without a grid."""
    return [table for table in document.tables if table.style is not None and table.style.name == "Table Grid"]


def test_it_says_what_every_document_must(make_report: Make) -> None:
    report = make_report()
    document, archive = opened(report)
    said = texts(document)
    for needed in (*report.sentences, report.source, "n = 66", "01/01/2016", "31/12/2016", "…/BC-…", "05 tháng 01"):
        assert needed in said
    assert document.core_properties.title == report.title
    assert 'w:val="vi-VN"' in archive.read("word/styles.xml").decode()


def test_charts_hold_the_panels_counts_beside_the_words_of_the_questionnaire(make_report: Make) -> None:
    report = make_report()
    _, archive = opened(report)
    levels, time, satisfaction = workbooks(archive)
    assert levels[0] == (None, "Rất thấp", "Thấp", "Trung bình", "Cao", "Rất cao")
    assert levels[1:] == [
        ("Tiếp cận dịch vụ (n = 66)", 0, 0, 0, 49, 17),
        ("Công khai, minh bạch (n = 66)", 0, 0, 0, 38, 28),
        ("Thái độ phục vụ (n = 66)", 0, 0, 0, 26, 40),
    ]
    assert time == [(None, "Trễ hẹn", "Đúng hẹn", "Sớm hơn giấy hẹn"), ("Thời gian giải quyết (n = 66)", 0, 41, 25)]
    assert satisfaction[1] == ("Kết quả giải quyết (n = 66)", 0, 0, 0, 30, 36)


def test_charts_are_native_described_and_labelled(make_report: Make) -> None:
    document, archive = opened(make_report())
    described = [properties.get("descr") for properties in document.element.iter(qn("wp:docPr"))]
    assert len(described) == 3
    assert "Thời gian giải quyết (n = 66): Trễ hẹn 0%, Đúng hẹn 62%, Sớm hơn giấy hẹn 38%." in described[1]
    chart = archive.read("word/charts/chart2.xml").decode()
    assert '<c:grouping val="percentStacked"/>' in chart
    assert "<a:t>62%</a:t>" in chart
    assert "<c:externalData" in chart
    relations = archive.read("word/charts/_rels/chart2.xml.rels").decode()
    assert "Microsoft_Excel_Sheet2.xlsx" in relations


def test_captions_stand_above_tables_and_below_charts(make_report: Make) -> None:
    document, _ = opened(make_report())
    body = list(document.element.body)
    captions = [i for i, e in enumerate(body) if e.tag == qn("w:p") and e.find(".//" + qn("w:pStyle")) is not None
                and e.find(".//" + qn("w:pStyle")).get(qn("w:val")) == "Caption"]  # fmt: skip
    after = [body[i + 1].tag == qn("w:tbl") for i in captions]
    before = [body[i - 1].find(".//" + qn("w:drawing")) is not None for i in captions]
    assert after == [False] * 3 + [True] * 5
    assert before == [True] * 3 + [False] * 5


def test_published_figures_stand_beside_the_answers(make_report: Make) -> None:
    document, _ = opened(make_report())
    access = grids(document)[0]
    assert len(access.columns) == 5
    assert [cell.text for cell in access.rows[5].cells][:3] == ["Rất cao", "17", "26%"]
    assert "25%" in access.rows[5].cells[4].text
    assert len(grids(document)[1].columns) == 4


def test_hidden_counts_are_a_part_of_their_own_and_never_stretched(make_report: Make) -> None:
    figure = row("timeliness", {"late": 2, "on_time": 50, "early": 48}, hidden=("late", "early"))
    document, archive = opened(make_report(panel((figure,))))
    (counts,) = workbooks(archive)
    assert counts[1][1:] == (None, 50, None, 50)
    cells = [cell.text for cell in grids(document)[0].rows[1].cells]
    assert cells == ["Trễ hẹn", "…", "…", "…"]
    assert "48" not in texts(document)


def test_too_few_answers_show_counts_and_no_share(make_report: Make) -> None:
    document, archive = opened(make_report(panel((row("access", {"high": 20, "low": 5}),))))
    lines = [[cell.text for cell in line.cells] for line in grids(document)[0].rows[1:]]
    assert [line[1] for line in lines] == ["0", "5", "0", "20", "0"]
    assert {line[2] for line in lines} == {"–"}
    assert workbooks(archive) == []


def test_a_question_with_too_few_answers_beside_others_has_an_empty_bar(make_report: Make) -> None:
    _, archive = opened(make_report(panel((row("staff", {"high": 40}), row("access", {"high": 20})))))
    (counts,) = workbooks(archive)
    assert counts[1][1:] == (0, 0, 0, 40, 0)
    assert counts[2][0].startswith("Tiếp cận dịch vụ (n = 20): ")
    assert set(counts[2][1:]) == {None}


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://example.org")', "+1", "@SUM(A1)", "\t=1", "<b>&amp;"])
def test_texts_stay_texts(make_report: Make, text: str) -> None:
    document, archive = opened(make_report(panel(title=text), title=text))
    workbooks(archive)
    assert text.strip() in texts(document)
    xml = archive.read("word/document.xml").decode()
    assert "w:hyperlink" not in xml
    codes = set(re.findall(r"<w:instrText[^>]*>([^<]*)<", xml))
    assert codes <= {r" SEQ Chart \* ARABIC ", r" SEQ Table \* ARABIC "}


def test_option_words_cannot_become_formulas_behind_a_chart(make_report: Make) -> None:
    figure = row("timeliness", {"on_time": 40})
    options = tuple(replace(option, label=f"=1+{i}") for i, option in enumerate(figure.options))
    _, archive = opened(make_report(panel((replace(figure, options=options, label="=cmd|' /C calc'!A0"),))))
    (counts,) = workbooks(archive)
    assert counts[0] == (None, "=1+0", "=1+1", "=1+2")
    assert counts[1][0].startswith("=cmd")


def test_every_vietnamese_letter_survives(make_report: Make) -> None:
    document, _ = opened(make_report(panel(title=ACCENTED), title=ACCENTED))
    said = texts(document)
    assert all(letter in said for letter in ACCENTED)


def test_control_characters_do_not_break_the_file(make_report: Make) -> None:
    document, _ = opened(make_report(panel(title="a\x00b\x0c"), title="x\x01y"))
    assert "ab: Tiếp cận" in texts(document)


def test_every_question_of_the_panel_has_its_table(make_report: Make) -> None:
    document, _ = opened(make_report())
    assert len(grids(document)) == len(BENTRE)
