"""One list of blocks: every writer draws every kind of block and of chart, with the exact figures behind it."""

import io
import re
import zipfile
from dataclasses import replace
from typing import Any, get_args

import openpyxl
import pytest
from pptx import Presentation

from survey_app.figures.charts import Chart, StackedBars
from survey_app.reports.blocks import (
    Appendix,
    Block,
    Contents,
    Drawing,
    Heading,
    Headline,
    Link,
    Note,
    Picture,
    Signature,
    Table,
    Text,
    numbered,
)
from survey_app.reports.parts import charts
from survey_app.reports.report import Report
from survey_app.reports.writers import WRITERS, docx, pptx, text, xlsx
from survey_app.reports.writers.office_plots import NATIVE
from survey_app.reports.writers.pdf import TEMPLATE
from survey_app.reports.writers.xlsx_plots import PLOTS
from tests.figures.charts import COLUMNS, EXAMPLES, FUNNEL, INTERVALS, TREND
from tests.reports.conftest import Make
from tests.reports.samples import panel

KINDS = set(get_args(Block))
DOCUMENTS = ("docx", "pptx", "xlsx", "pdf", "txt")
# One block of each kind that says something of its own.
SAMPLES: tuple[Block, ...] = (
    Contents(),
    Heading("Đầu mục mẫu", 2),
    Text("Đoạn văn mẫu."),
    Headline((("Tên mẫu", "74%", "dưới mẫu"),)),
    Table("Bảng mẫu", ("Cột", "Số"), (("Dòng mẫu", "12"),), "Ghi chú mẫu"),
    Note("Lưu ý mẫu."),
    Link("https://example.vn/dashboards/x?from=2016-01-01", "Trực tuyến mẫu"),
    Signature(),
    Appendix("Phụ lục mẫu"),
)
SAID = ("Đoạn văn mẫu.", "Tên mẫu", "74%", "dưới mẫu", "Bảng mẫu", "Dòng mẫu", "12", "Lưu ý mẫu.", "Trực tuyến mẫu")


def words_of(content: bytes) -> str:
    """Every text in the XML of an Office file."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    xml = " ".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    return re.sub(r"<[^>]+>", "", xml)


@pytest.mark.parametrize("writer", [docx, pptx, xlsx, text], ids=lambda module: module.__name__.rsplit(".", 1)[1])
def test_every_writer_draws_every_kind_of_block(writer: Any) -> None:
    assert set(writer.DRAW) == KINDS


def test_the_pdf_draws_every_kind_of_block() -> None:
    named = re.findall(r"^  ([a-z]+): write-", TEMPLATE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named) == {kind.__name__.lower() for kind in KINDS}


def test_every_kind_of_chart_is_native() -> None:
    assert set(NATIVE) == set(get_args(Drawing))
    assert set(PLOTS) == set(get_args(Chart)) - {StackedBars}
    assert {type(chart) for chart in EXAMPLES} == set(get_args(Chart))


@pytest.mark.parametrize("extension", DOCUMENTS)
def test_what_a_block_says_is_in_every_document(make_report: Make, extension: str) -> None:
    content = WRITERS[extension].write(make_report(more=SAMPLES))
    if extension == "pdf":
        return
    said = content.decode() if extension == "txt" else words_of(content)
    for words in (*SAID, "mẫu"):
        assert words in said
    assert "đầu mục mẫu" in said.lower()
    assert "phụ lục mẫu" in said.lower()


def plots(make_report: Make) -> Report:
    panels = tuple(replace(panel(), chart=chart, rows=()) for chart in EXAMPLES)
    report = make_report(panel())
    return replace(report, panels=panels, body=numbered(charts(panels)))


@pytest.mark.parametrize("extension", WRITERS)
def test_every_kind_of_chart_is_drawn(make_report: Make, extension: str) -> None:
    report = plots(make_report)
    assert sum(isinstance(block, Picture) for block in report.body) == len(EXAMPLES)
    assert WRITERS[extension].write(report)


def embedded(content: bytes) -> list[list[tuple[Any, ...]]]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    names = [name for name in archive.namelist() if "/embeddings/" in name]
    names.sort(key=lambda name: int(re.findall(r"(\d+)\.xlsx", name)[0]))
    return [list(openpyxl.load_workbook(io.BytesIO(archive.read(name)))["Sheet1"].values) for name in names]


@pytest.mark.parametrize("extension", ["docx", "pptx"])
def test_the_workbooks_behind_charts_hold_exact_figures(make_report: Make, extension: str) -> None:
    bars, diverging, trend, intervals, funnel, columns = embedded(WRITERS[extension].write(plots(make_report)))
    assert bars[1][1:] == (5, 5, 10, 50, 30)
    assert diverging[0][2:8] == ("Rất thấp", "Thấp", "Trung bình", "Cao", "Rất cao", "n")
    # Exact shares after what moves the bar, then n and the counts.
    assert diverging[1][1:] == (0, 0.05, 0.05, 0.1, 0.5, 0.3, 100, 5, 5, 10, 50, 30)
    assert [line[:2] for line in trend[1:]] == [(point.label, point.share) for point in TREND.points]
    assert trend[0][5:] == ("n", "Số lượt", "Cận dưới (95%)", "Cận trên (95%)")
    assert trend[12][5] == TREND.points[-1].n
    assert [line[1] for line in intervals[1:]] == [row.value for row in INTERVALS.rows]
    assert [line[2] for line in intervals[1:]] == [row.n for row in INTERVALS.rows]
    assert [line[:2] for line in columns[1:]] == [("Phải chờ lâu <b>", 12), ("Thái độ: đã ẩn", None)]
    values = {(line[0], line[1]) for line in funnel}
    assert {(point.n, point.value) for point in FUNNEL.points} <= values
    assert COLUMNS.title in str(columns[0])


def test_slides_are_wide_and_say_their_finding(make_report: Make) -> None:
    report = make_report(more=SAMPLES)
    deck = Presentation(io.BytesIO(WRITERS["pptx"].write(report)))
    assert round(deck.slide_width / deck.slide_height, 3) == round(16 / 9, 3)
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles[0] == report.subtitle
    assert "Rất cao: Tiếp cận dịch vụ 26%; Công khai, minh bạch 42%; Thái độ phục vụ 61%" in titles
    assert titles[-1] == "Phương pháp và nguồn số liệu"
    shown = [(slide, shape) for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(shown) == 3
    for slide, shape in shown:
        assert shape._element._nvXxPr.cNvPr.get("descr")
        notes = slide.notes_slide.notes_text_frame.text
        assert "n = 66" in notes
        assert report.source in [each.text_frame.text for each in slide.shapes if each.has_text_frame]
    room = (deck.slide_width, deck.slide_height)
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= room[0]
            assert shape.top + (0 if shape.has_table else shape.height) <= room[1]
