# mypy: allow-untyped-calls
"""Official forms in Word: a page across, merged headings that repeat on every page, counts as they were delivered."""

from collections.abc import Iterator
from html import escape
from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from survey_app.reports.blocks import Form, HeadCell
from survey_app.reports.form_parts import form_widths, placed, shown_counts
from survey_app.reports.rules import printable
from survey_app.reports.writers.word_page import TWIPS, WIDE_WIDTH, add_before_end, line, side_by_side

LABEL_WIDTH, SENDER_WIDTH = 42.0, 72.0


def write_form(document: Document, form: Form) -> None:
    """What stands over the table in three columns, its unit at the right, the table."""
    over = side_by_side(
        [line(form.label, 12, bold=True, align="left")],
        [line(form.title, 13, bold=True), line(form.period, 13, italic=True)],
        [line(f"- {words}", 12, align="left") for words in (form.reporter, form.receiver)],
        room=(LABEL_WIDTH, WIDE_WIDTH - LABEL_WIDTH - SENDER_WIDTH, SENDER_WIDTH),
    )
    add_before_end(document, over)
    unit = document.add_paragraph(style="Quote")
    unit.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    unit.paragraph_format.space_before, unit.paragraph_format.space_after = Pt(6), Pt(3)
    unit.add_run(printable(form.unit))
    add_before_end(document, _table(form))
    document.add_paragraph(style="List").paragraph_format.space_after = Pt(0)


def _table(form: Form) -> Any:
    widths = [round(width * TWIPS) for width in form_widths(form, WIDE_WIDTH)]
    rows = "".join(_heading_rows(form, widths))
    rows += _row(
        [_cell(text, width, size=9, side="center") for text, width in zip(form.numbers, widths, strict=True)],
        heading=True,
    )
    for each in form.lines:
        texts = (each.order, each.name, *shown_counts(each))
        sides = ("center", "left", *["right"] * len(each.counts))
        cells = [
            _cell(text, width, bold=each.strong, side=side)
            for text, width, side in zip(texts, widths, sides, strict=True)
        ]
        rows += _row(cells)
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/>'
        f'<w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>'
    )


def _heading_rows(form: Form, widths: list[int]) -> Iterator[str]:
    """Each row of the heading, with the cells that a cell from above reaches into."""
    corners = list(placed(form.head))
    for row in range(len(form.head)):
        cells = ""
        for top, column, cell in sorted(corners, key=lambda each: each[1]):
            if top <= row < top + cell.rows:
                width = sum(widths[column : column + cell.columns])
                cells += _cell(
                    cell.text if top == row else "", width, bold=True, size=10, side="center", merged=(cell, top == row)
                )
        yield _row([cells], heading=True)


def _row(cells: list[str], *, heading: bool = False) -> str:
    marks = "<w:cantSplit/>" + ("<w:tblHeader/>" if heading else "")
    return f"<w:tr><w:trPr>{marks}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(
    text: str, width: int, *, side: str, bold: bool = False, size: int = 11, merged: tuple[HeadCell, bool] | None = None
) -> str:
    spans = ""
    if merged:
        cell, is_first = merged
        spans += f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
        if cell.rows > 1:
            spans += '<w:vMerge w:val="restart"/>' if is_first else "<w:vMerge/>"
    marks = ("<w:b/>" if bold else "") + f'<w:sz w:val="{size * 2}"/>'
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>'
        f'<w:pStyle w:val="TableText"/><w:jc w:val="{side}"/></w:pPr><w:r><w:rPr>{marks}</w:rPr>'
        f'<w:t xml:space="preserve">{escape(printable(text))}</w:t></w:r></w:p></w:tc>'
    )
