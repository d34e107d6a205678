"""What readers would stumble over on paper and on slides: breaks at the wrong place, cut words, empty slides."""

import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl.worksheet.worksheet import Worksheet
from pptx import Presentation

from survey_app.figures.panels import Leading
from survey_app.reports.blocks import Appendix, Block, Headline, Signature, Source, Table, Text, numbered
from survey_app.reports.parts import charts
from survey_app.reports.report import Report
from survey_app.reports.rules import column_widths, line_count, text_width
from survey_app.reports.writers import WRITERS
from tests.figures.charts import FUNNEL, INTERVALS, TREND
from tests.reports.conftest import Make
from tests.reports.samples import BENTRE, panel, row

CLOSING = "Trên đây là báo cáo của Sở./."
LONG = Table("Bảng dài", ("Tháng", "n"), tuple((f"{number:02}", "5") for number in range(25)))


def of(report: Report, *body: Block) -> Report:
    return replace(report, body=numbered(body))


def test_no_signature_and_no_source_stands_alone_on_a_page(make_report: Make) -> None:
    short = Table("Bảng", ("Mức", "n"), (("Cao", "5"), ("Thấp", "6")))
    report = of(make_report(), short, Source("Nguồn: khảo sát."), Text(CLOSING), Signature())
    document = Document(io.BytesIO(WRITERS["docx"].write(report)))
    body = list(document.element.body)
    places = {str(element.xpath("string(.)")): place for place, element in enumerate(body)}
    for before in (places["Nguồn: khảo sát."] - 1, places[CLOSING]):
        assert body[before].find(f".//{qn('w:keepNext')}") is not None
    grid = next(table for table in document.tables if table.cell(0, 0).text == "Mức")
    assert all(
        paragraph._p.find(f".//{qn('w:keepNext')}") is not None for paragraph in grid.columns[0].cells[2].paragraphs
    )


def test_headline_figures_stand_on_one_line(make_report: Make) -> None:
    report = of(make_report(), Headline((("Ngắn", "74%", "dưới"), ("Tên dài hơn nhiều so với cột", "26%", "dưới"))))
    document = Document(io.BytesIO(WRITERS["docx"].write(report)))
    rows = [[cell.text for cell in table_row.cells] for table_row in document.tables[1].rows]
    assert rows[1] == ["74%", "26%"]


@pytest.mark.parametrize("extension", ["docx", "pptx", "xlsx"])
def test_limits_are_named_with_a_decimal_comma(make_report: Make, extension: str) -> None:
    drawn = replace(panel(), chart=FUNNEL, rows=())
    content = WRITERS[extension].write(replace(of(make_report(), *charts([drawn])), panels=(drawn,)))
    archive = zipfile.ZipFile(io.BytesIO(content))
    charted = "".join(archive.read(name).decode() for name in archive.namelist() if "/charts/chart" in name)
    assert "99,8%" in charted
    assert "99.8" not in charted


@pytest.mark.parametrize("extension", ["docx", "pptx", "xlsx"])
def test_bars_begin_at_the_reference_and_names_carry_the_figures(make_report: Make, extension: str) -> None:
    drawn = replace(panel(), chart=INTERVALS, rows=())
    content = WRITERS[extension].write(replace(of(make_report(), *charts([drawn])), panels=(drawn,)))
    archive = zipfile.ZipFile(io.BytesIO(content))
    (name,) = [name for name in archive.namelist() if re.search(r"/charts/chart\d*\.xml", name)]
    chart = archive.read(name).decode()
    assert 'crossesAt val="0.761"' in chart
    assert "Vạch đứng: Chung 76%" in chart
    if extension != "xlsx":
        assert "Sở B (n = 263): 79%" in chart
    else:
        assert "Sở B (n = 263): 79%" in str(list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[1].values))


def slides_of(report: Report) -> list[list[str]]:
    deck = Presentation(io.BytesIO(WRITERS["pptx"].write(report)))
    return [[shape.text_frame.text for shape in slide.shapes if shape.has_text_frame] for slide in deck.slides]


def test_slides_hold_no_closing_line_and_share_out_long_tables(make_report: Make) -> None:
    report = of(make_report(), Text("Mở đầu."), LONG, Source("Nguồn."), Text(CLOSING), Signature(), Appendix("Bảng"))
    slides = slides_of(report)
    assert not any(CLOSING in text for slide in slides for text in slide)
    assert [slide[0] for slide in slides[2:5]] == [f"Bảng 1. Bảng dài ({number}/3)" for number in (1, 2, 3)]
    deck = Presentation(io.BytesIO(WRITERS["pptx"].write(report)))
    lengths = [len(shape.table.rows) for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert max(lengths) - min(lengths) <= 1
    assert sum(lengths) == 25 + 3
    assert "Nguồn." in slides[4]


def sheets(report: Report) -> list[Worksheet]:
    return openpyxl.load_workbook(io.BytesIO(WRITERS["xlsx"].write(report))).worksheets


def test_rows_of_a_scale_stand_together_in_the_workbook(make_report: Make) -> None:
    rows = tuple(
        replace(row(code, BENTRE[code]), leading=Leading("period", f"2016-{month:02}", f"{month:02}/2016"))
        for month in (1, 2, 3)
        for code in ("access", "timeliness")
    )
    _summary, figures, _charts = sheets(make_report(panel(rows)))
    names = [line[0] for line in figures.values if str(line[0]).startswith("0")]
    assert names == [
        *(f"{month:02}/2016: Tiếp cận dịch vụ" for month in (1, 2, 3)),
        *(f"{month:02}/2016: Thời gian giải quyết" for month in (1, 2, 3)),
    ]
    assert sum(line[1] == "n" for line in figures.values) == 2


def test_the_workbook_prints_on_whole_pages(make_report: Make) -> None:
    drawn = [replace(panel(), chart=chart, rows=()) for chart in (TREND, INTERVALS, FUNNEL)]
    report = replace(make_report(), panels=(panel(), *drawn))
    summary, figures, plotted = sheets(report)
    for sheet in (summary, figures):
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # Anything but 1 would be written.
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert figures.page_setup.orientation == "landscape"
    assert plotted.row_breaks.brk
    ends = [each.id for each in plotted.row_breaks.brk]
    for chart in plotted._charts:
        first, last = chart.anchor._from.row, chart.anchor.to.row
        assert not [end for end in ends if first < end <= last]
    assert all("&P" in (sheet.oddFooter.right.text or "") for sheet in (summary, figures, plotted))


def test_rows_of_the_workbook_are_as_high_as_their_words(make_report: Make) -> None:
    summary, figures, _charts = sheets(make_report())
    head = next(line[0].row for line in figures.iter_rows() if line[1].value == "n" and line[2].value != "Rất thấp")
    assert figures.row_dimensions[head].height > 2 * 11
    long = max(
        (cell for line in summary.iter_rows() for cell in line if cell.value), key=lambda cell: len(str(cell.value))
    )
    assert summary.row_dimensions[long.row].height > 2 * 11


@pytest.mark.parametrize(("text", "lines"), [("", 1), ("ngắn", 1), ("một hai ba bốn năm sáu bảy", 3), ("m" * 60, 10)])
def test_lines_are_counted(text: str, lines: int) -> None:
    assert line_count(text, 11, 20) == pytest.approx(lines, abs=1)


def test_a_short_word_beside_long_texts_is_never_broken() -> None:
    heads = ("Ông/Bà nói", "Chúng tôi làm", "Ai, đến khi nào", "Kết quả")
    texts = (
        "Tiếp cận dịch vụ: 81% đánh giá tốt",
        "đặt biển chỉ dẫn " * 12,
        "Văn phòng UBND tỉnh Mẫu, 31/08/2026",
        "quá hạn",
    )
    widths = column_widths(heads, [texts], 165, 12)
    assert sum(widths) == pytest.approx(165)
    for width, column in zip(widths, zip(heads, texts, strict=True), strict=True):
        assert width > max(text_width(word, 12, bold=True) for text in column for word in text.split())


def test_texts_typed_on_a_page_keep_their_lines_and_show_no_codes(make_report: Make) -> None:
    text = "Đặt biển chỉ dẫn.\r\nIn lại tờ hướng dẫn."
    wide = Table("Rộng", tuple(f"({number})" for number in range(13)), (("Sở A", *["1"] * 12),))
    report = of(make_report(), wide, Table("Cam kết", ("Nói", "Làm"), (("Tiếp cận", text),), wordy=True))
    for extension in ("docx", "pptx", "xlsx"):
        archive = zipfile.ZipFile(io.BytesIO(WRITERS[extension].write(report)))
        said = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
        assert "Đặt biển chỉ dẫn." in said
        assert "_x000" not in said
    summary = sheets(report)[0]
    (cell,) = [cell for line in summary.iter_rows() for cell in line if str(cell.value).startswith("Đặt biển")]
    assert any(cell.coordinate in merged for merged in summary.merged_cells.ranges)
    assert summary.row_dimensions[cell.row].height < 4 * 11 * 1.3
