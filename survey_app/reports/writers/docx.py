# mypy: allow-untyped-calls
"""Word: real styles, native charts, and texts that stay texts. Page and sizes after Decree 30/2020, appendix I."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from survey_app.reports.blocks import (
    Block,
    Heading,
    Note,
    Picture,
    Sentence,
    Source,
    Table,
    blocks,
    date_line,
    number_line,
)
from survey_app.reports.report import Report
from survey_app.reports.rules import printable
from survey_app.reports.writers.office_chart import add_chart_part

FONT = "Times New Roman"
TEXT_WIDTH = Mm(165)
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}


@dataclass(slots=True)
class Draft:
    """A document being written, and how many charts it has so far."""

    document: DocumentType
    charts: int = 0


def draw(report: Report) -> bytes:
    """A4, margins 20, 20, 30 and 15 mm, Times New Roman 13, page numbers on top from the second page."""
    document = Document()
    _set_page(document)
    _set_styles(document, LANGUAGES[report.language])
    properties = document.core_properties
    properties.title, properties.subject = printable(report.title), printable(report.subtitle)
    properties.author, properties.comments, properties.language = "", "", LANGUAGES[report.language]
    _write_head(document, report)
    draft = Draft(document)
    for block in blocks(report):
        DRAW[type(block)](draft, block)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _set_page(document: DocumentType) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        element.text = text or None
        number.add_run()._r.append(element)


def _set_styles(document: DocumentType, language: str) -> None:
    _style(document, "Normal", size=13, after=6, line=1.15)
    _style(document, "Title", size=14, bold=True, after=4, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, "Subtitle", size=13, bold=True, after=12, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, "Heading 1", size=13, bold=True, before=12, after=6, keep=True)
    _style(document, "Body Text", size=13, after=6, line=1.15, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    _style(document, "Caption", size=13, italic=True, before=6, after=4, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, "Quote", size=11, italic=True, after=8)
    _style(document, "List", size=11, after=4)
    marks = document.styles.element.find(".//" + qn("w:rPrDefault") + "//" + qn("w:lang"))
    if marks is not None:
        marks.set(qn("w:val"), language)


def _style(
    document: DocumentType,
    name: str,
    *,
    size: int,
    bold: bool = False,
    italic: bool = False,
    before: int = 0,
    after: int = 0,
    line: float = 1.0,
    align: WD_ALIGN_PARAGRAPH | None = None,
    keep: bool = False,
) -> None:
    """Give a built-in style our font (for every script), black, size and spacing; nothing of its theme is left."""
    style = document.styles[name]
    if not isinstance(style, ParagraphStyle):
        raise TypeError(f"{name} is no paragraph style")
    for old in (style.element.rPr, style.element.pPr):
        if old is not None:
            style.element.remove(old)
    font, spacing = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic, font.color.rgb = FONT, Pt(size), bold, italic, RGBColor(0, 0, 0)
    for script in ("w:eastAsia", "w:cs"):
        style.element.rPr.rFonts.set(qn(script), FONT)
    spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(before), Pt(after), line
    spacing.alignment, spacing.keep_with_next = align, keep
    spacing.left_indent = spacing.first_line_indent = Mm(0)
    if name.startswith("Heading"):
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), "0")
        style.element.get_or_add_pPr().append(level)


def _write_head(document: DocumentType, report: Report) -> None:
    first = document.add_paragraph()
    first.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, alignment=2)
    first.add_run(printable(number_line(report)) + "\t")
    first.add_run(date_line(report)).italic = True
    document.add_paragraph(printable(report.title).upper(), "Title")
    document.add_paragraph(printable(report.subtitle), "Subtitle")
    for name, words in report.filters:
        line = document.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        line.add_run(f"{name}: ").bold = True
        line.add_run(printable(words))


def _draw_text(style: str) -> Callable[[Draft, Any], object]:
    return lambda draft, block: _text(draft, block.text, style)


def _text(draft: Draft, text: str, style: str) -> Paragraph:
    return draft.document.add_paragraph(printable(text), style)


def _draw_picture(draft: Draft, picture: Picture) -> None:
    draft.charts += 1
    relation = add_chart_part(draft.document, picture.group, draft.charts)
    place = draft.document.add_paragraph()
    place.paragraph_format.keep_with_next = True
    height = Mm(22 + 11 * len(picture.group.bars))
    place.add_run()._r.append(_drawing(relation, draft.charts, picture, Mm(160), height))
    _text(draft, picture.caption, "Caption").paragraph_format.keep_with_next = True


def _drawing(relation: str, number: int, picture: Picture, width: Length, height: Length) -> Any:
    drawing: Any = parse_xml(
        f"<w:drawing {nsdecls('w', 'wp', 'a', 'r')}><wp:inline distT='0' distB='0' distL='0' distR='0'>"
        f"<wp:extent cx='{width}' cy='{height}'/><wp:docPr id='{number}' name=''/><wp:cNvGraphicFramePr/>"
        "<a:graphic><a:graphicData uri='http://schemas.openxmlformats.org/drawingml/2006/chart'>"
        "<c:chart xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart'/>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    properties = drawing.find(".//" + qn("wp:docPr"))
    properties.set("name", printable(picture.caption))
    properties.set("descr", printable(picture.alternative))
    drawing.find(".//" + qn("c:chart")).set(qn("r:id"), relation)
    return drawing


def _draw_table(draft: Draft, table: Table) -> None:
    _text(draft, table.caption, "Caption").paragraph_format.keep_with_next = True
    grid = draft.document.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    for position, row in enumerate((table.columns, *table.rows)):
        _fill_row(grid, row, heading=position == 0, last=position == len(table.rows))
    _set_widths(grid)
    if table.note:
        _text(draft, table.note, "List").paragraph_format.space_before = Pt(4)
    else:
        _text(draft, "", "List").paragraph_format.space_after = Pt(0)


def _fill_row(grid: WordTable, texts: tuple[str, ...], *, heading: bool, last: bool) -> None:
    row = grid.add_row()
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if heading:
        properties.append(OxmlElement("w:tblHeader"))
    for position, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.paragraph_format.keep_with_next = not last
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if position else WD_ALIGN_PARAGRAPH.LEFT
        run = paragraph.add_run(printable(text))
        run.font.size, run.bold = Pt(12), heading


def _set_widths(grid: WordTable) -> None:
    """Count, share, interval and published figure as wide as their headings; the first column takes the rest."""
    figures = [Mm(19), Mm(19), Mm(46), Mm(40)][: len(grid.columns) - 1]
    widths = [TEXT_WIDTH - sum(figures), *figures]
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Length(width)
        for cell in column.cells:
            cell.width = Length(width)


DRAW: dict[type[Block], Callable[[Draft, Any], object]] = {
    Heading: _draw_text("Heading 1"),
    Sentence: _draw_text("Body Text"),
    Note: _draw_text("List"),
    Source: _draw_text("Quote"),
    Table: _draw_table,
    Picture: _draw_picture,
}
