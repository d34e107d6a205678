"""The workbook, opened again: exact numbers side by side, charts that refer to them, no formula anywhere."""

import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from survey_app.reports.report import Report
from survey_app.reports.writers import WRITERS
from survey_app.reports.writers.xlsx_book import sheet_name
from tests.reports.conftest import Make
from tests.reports.samples import ACCENTED, panel, row


def opened(report: Report) -> Workbook:
    book = openpyxl.load_workbook(io.BytesIO(WRITERS["xlsx"].write(report)))
    cells = [cell for sheet in book for line in sheet for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    return book


def line_of(sheet: Worksheet, first: str) -> list[object]:
    return next(list(line) for line in sheet.values if line[0] == first)


def said(book: Workbook) -> str:
    return "\n".join(str(cell) for sheet in book for line in sheet.values for cell in line if cell is not None)


def test_a_questions_counts_stand_side_by_side_in_scale_order(make_report: Make) -> None:
    figures = opened(make_report()).worksheets[1]
    line = line_of(figures, "Tiếp cận dịch vụ")
    assert line[1:7] == [66, 0, 0, 0, 49, 17]
    # The file's 16 digits.
    assert line[10:12] == pytest.approx([49 / 66, 17 / 66], rel=1e-15)
    words = next(list(values) for values in figures.values if values[1] == "n")
    assert words[2:7] == ["Rất thấp", "Thấp", "Trung bình", "Cao", "Rất cao"]
    time = line_of(figures, "Thời gian giải quyết")
    assert time[1:8] == pytest.approx([66, 0, 41, 25, 0, 41 / 66, 25 / 66], rel=1e-15)


def test_the_summary_holds_sentences_filters_and_source(make_report: Make) -> None:
    report = make_report()
    summary = said(opened(report))
    for needed in (report.title, *report.sentences, *report.notes, report.source, "n = 66"):
        assert needed in summary


def test_charts_refer_to_the_shares_in_their_cells(make_report: Make) -> None:
    content = WRITERS["xlsx"].write(make_report())
    archive = zipfile.ZipFile(io.BytesIO(content))
    charts = sorted(name for name in archive.namelist() if name.startswith("xl/charts/chart"))
    assert len(charts) == 3
    first = archive.read(charts[0]).decode()
    figures = openpyxl.load_workbook(io.BytesIO(content)).sheetnames[1]
    quoted = f"'{figures}'" if not figures.isalnum() or not figures.isascii() else figures
    assert f"{quoted}!$H$5:$H$7" in first or f"{figures}!$H$5:$H$7" in first
    assert "74%" in first
    assert 'descr="Tiếp cận dịch vụ (n = 66)' in archive.read("xl/drawings/drawing1.xml").decode()


def test_hidden_figures_are_dots_and_too_few_have_no_share(make_report: Make) -> None:
    hidden = row("timeliness", {"late": 2, "on_time": 50, "early": 48}, hidden=("late", "early"))
    few = row("access", {"high": 20, "low": 5})
    figures = opened(make_report(panel((hidden, few)))).worksheets[1]
    assert line_of(figures, "Thời gian giải quyết")[1:8] == [100, "…", 50, "…", "…", 0.5, "…"]
    assert line_of(figures, "Tiếp cận dịch vụ")[1:12] == [25, 0, 5, 0, 20, 0, None, None, None, None, None]


def test_published_figures_are_words_and_the_interval_they_leave(make_report: Make) -> None:
    figures = opened(make_report()).worksheets[1]
    published = [line for line in figures.values if line[0] == "Tiếp cận dịch vụ" and line[2] == "Cao"]
    assert len(published) == 1
    assert "74%" in str(published[0][3])


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://a")', "{=1+1}", "http://example.org", "+1", "-1", "@A1"])
def test_no_text_becomes_a_formula_or_a_link(make_report: Make, text: str) -> None:
    figure = row("timeliness", {"on_time": 40})
    options = tuple(replace(option, label=text) for option in figure.options)
    report = make_report(panel((replace(figure, options=options, label=text),), title=text), title=text)
    assert said(opened(report)).count(text) > 5


def test_sheet_names_are_safe() -> None:
    assert sheet_name("a[b]:c*?/\\d'") == "abcd"
    assert len(sheet_name("x" * 50)) == 31
    assert sheet_name("'[]'") == "Sheet"


def test_every_vietnamese_letter_survives(make_report: Make) -> None:
    assert ACCENTED in said(opened(make_report(title=ACCENTED)))
