"""Excel: what the report says, the exact figures, and native charts that refer to their cells. No text is a formula."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from xlsxwriter import Workbook

from survey_app.reports.blocks import (
    Appendix,
    Block,
    Contents,
    Cover,
    Form,
    Heading,
    Headline,
    Link,
    Note,
    Picture,
    Sentence,
    Signature,
    Source,
    Table,
    Text,
    caption_words,
)
from survey_app.reports.report import Report, date_line, number_line
from survey_app.reports.rules import appendix_words
from survey_app.reports.writers.office_data import OPTIONS
from survey_app.reports.writers.qr import qr_png
from survey_app.reports.writers.xlsx_book import Sheets, cell_formats, open_sheets, row_height, set_foot
from survey_app.reports.writers.xlsx_figures import place_charts, write_figures
from survey_app.reports.writers.xlsx_form import write_form_sheet

FEWEST_COLUMNS = 6
FIRST_WIDTH, OTHER_WIDTHS, LEAST_WIDTH = 34.0, 80.0, 8.0
Draw = Callable[[Sheets, Report, int, Any], int]


def draw(report: Report) -> bytes:
    """Three sheets: summary, figures (counts of a question side by side, worst to best; exact shares and 95%
    intervals), charts; one more for each form. Hidden figures are "…"."""
    file = BytesIO()
    columns = max((len(block.columns) for block in report.body if isinstance(block, Table)), default=0)
    with Workbook(file, OPTIONS) as book:
        book.set_properties({"title": report.title, "subject": report.subtitle})
        if report.is_form:
            _write_forms(book, report)
        else:
            sheets = open_sheets(book, max(columns, FEWEST_COLUMNS))
            _write_summary(sheets, report)
            place_charts(sheets, write_figures(sheets, report.panels))
    return file.getvalue()


def _write_forms(book: Workbook, report: Report) -> None:
    """Nothing but the form, as it is sent and read in."""
    formats = cell_formats(book)
    for block in report.body:
        if isinstance(block, Form):
            write_form_sheet(book, formats, report, block)


def _write_summary(sheets: Sheets, report: Report) -> None:
    """The report in reading order, one paragraph a row."""
    sheet, formats = sheets.summary, sheets.formats
    for column, letters in enumerate(_widths(sheets)):
        sheet.set_column(column, column, letters, formats["text"])
    head = report.head
    for row, (words, look) in enumerate(
        (
            (f"{head.superior}    {number_line(report)}".strip(), "text"),
            (f"{head.issuing}    {date_line(report)}", "text"),
            (report.title, "title"),
            (report.subtitle, "bold"),
        )
    ):
        _paragraph(sheets, row, words, look)
    row = 5
    for block in report.body:
        row = DRAW[type(block)](sheets, report, row, block)
    if report.foot:
        _paragraph(sheets, row + 1, report.foot, "note")
    for sheet in (sheets.summary, sheets.figures, sheets.charts):
        set_foot(sheet, report.foot)


def _paragraph(sheets: Sheets, row: int, text: str, look: str) -> int:
    """A text over the width of the sheet; returns the next free row."""
    sheets.summary.merge_range(row, 0, row, sheets.columns - 1, "", sheets.formats[look])
    sheets.summary.write_string(row, 0, text, sheets.formats[look])
    sheets.summary.set_row(row, row_height((text,), (sum(_widths(sheets)),), look))
    return row + 1


def _widths(sheets: Sheets) -> list[float]:
    """The columns of the summary in letters."""
    others = sheets.columns - 1
    return [FIRST_WIDTH, *[max(LEAST_WIDTH, OTHER_WIDTHS / others)] * others]


def _draw_text(look: str, *, above: int = 0) -> Draw:
    return lambda sheets, _report, row, block: _paragraph(sheets, row + above, block.text, look)


def _draw_nothing(_sheets: Sheets, _report: Report, row: int, _block: Contents) -> int:
    """There are no pages to point at."""
    return row


def _draw_cover(sheets: Sheets, _report: Report, row: int, cover: Cover) -> int:
    """The sheet says who issues it and when; here stand the title and what it is about."""
    for words, look in ((cover.title, "title"), *((line, "text") for line in cover.lines)):
        row = _paragraph(sheets, row, words, look)
    return row + 1


def _draw_texts(sheets: Sheets, row: int, lines: Sequence[tuple[str, ...]]) -> int:
    """Texts over as many columns of the sheet as there are for each."""
    widths, count = _widths(sheets), len(lines[0])
    ends = [1 + (len(widths) - 1) * place // max(1, count - 1) for place in range(count)]
    starts = [0, *ends[:-1]]
    rooms = [sum(widths[start:end]) for start, end in zip(starts, ends, strict=True)]
    for position, line in enumerate(lines, row):
        look = "name" if position > row else "head"
        for start, end, text in zip(starts, ends, line, strict=True):
            if end - start > 1:
                sheets.summary.merge_range(position, start, position, end - 1, "", sheets.formats[look])
            sheets.summary.write_string(position, start, text, sheets.formats[look])
        sheets.summary.set_row(position, row_height(line, rooms, look))
    return row + len(lines)


def _draw_lines(sheets: Sheets, row: int, lines: Sequence[tuple[str, ...]]) -> int:
    for position, line in enumerate(lines):
        for column, text in enumerate(line):
            look = "head" if position == 0 else "name" if column == 0 else "words"
            sheets.summary.write_string(row + position, column, text, sheets.formats[look])
        look = "name" if position else "head"
        sheets.summary.set_row(row + position, row_height(line, _widths(sheets)[: len(line)], look))
    return row + len(lines)


def _draw_table(sheets: Sheets, _report: Report, row: int, table: Table) -> int:
    """The table in the report's words; the exact figures stand on the next sheet."""
    row = _paragraph(sheets, row + 1, caption_words(table), "note") if table.caption else row + 1
    if table.wordy:
        row = _draw_texts(sheets, row, (table.columns, *table.rows))
    else:
        row = _draw_lines(sheets, row, (table.columns, *table.rows))
    return _paragraph(sheets, row, table.note, "note") if table.note else row


def _draw_form(sheets: Sheets, report: Report, row: int, form: Form) -> int:
    """Where the form stands; a sheet of its own."""
    sheet = write_form_sheet(sheets.book, sheets.formats, report, form)
    return _paragraph(sheets, row, f"{form.title}: {sheet.get_name()}", "note")


def _draw_headline(sheets: Sheets, _report: Report, row: int, headline: Headline) -> int:
    """A column each: name, figure and what stands below it."""
    for look, texts in zip(("head", "figure", "below"), zip(*headline.figures, strict=True), strict=True):
        for column, text in enumerate(texts):
            sheets.summary.write_string(row, column, text, sheets.formats[look])
        sheets.summary.set_row(row, row_height(texts, _widths(sheets)[: len(texts)], look))
        row += 1
    return row + 1


def _draw_picture(sheets: Sheets, _report: Report, row: int, picture: Picture) -> int:
    """Where the chart stands; it is drawn beside its figures."""
    words = _("%(caption)s (on the sheet “%(sheet)s”)", caption=caption_words(picture), sheet=sheets.charts.get_name())
    return _paragraph(sheets, row, words, "note")


def _draw_link(sheets: Sheets, _report: Report, row: int, link: Link) -> int:
    row = _paragraph(sheets, row, f"{link.text}: {link.address}", "note")
    words = _("QR code of %(address)s", address=link.address)
    options = {"image_data": BytesIO(qr_png(link.address)), "x_scale": 0.25, "y_scale": 0.25, "description": words}
    sheets.summary.insert_image(row, 0, "qr.png", options)
    return row + 7


def _draw_signature(sheets: Sheets, report: Report, row: int, _signature: Signature) -> int:
    head = report.head
    lines = (head.authority, head.signer_title, head.signer_name, _("Recipients:"), *head.recipients)
    for line in lines:
        row = _paragraph(sheets, row, line, "text") if line else row
    return row


def _draw_appendix(sheets: Sheets, _report: Report, row: int, appendix: Appendix) -> int:
    number = appendix_words(appendix.number, _("Appendix"))
    return _paragraph(sheets, row + 2, f"{number}. {appendix.title}", "bold")


DRAW: dict[type[Block], Draw] = {
    Cover: _draw_cover,
    Contents: _draw_nothing,
    Heading: _draw_text("bold", above=1),
    Sentence: _draw_text("text"),
    Text: _draw_text("text"),
    Note: _draw_text("note"),
    Source: _draw_text("note"),
    Headline: _draw_headline,
    Table: _draw_table,
    Form: _draw_form,
    Picture: _draw_picture,
    Link: _draw_link,
    Signature: _draw_signature,
    Appendix: _draw_appendix,
}
