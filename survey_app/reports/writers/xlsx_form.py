"""Official forms in Excel: a sheet across, merged headings repeated on every page, counts as numbers, no formula.

What a sheet holds is what procedures/form_06a.py reads back in.
"""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from survey_app.reports.blocks import Form, FormLine, Note, Source
from survey_app.reports.form_parts import WIDTH, head_lines, placed
from survey_app.reports.report import Report, date_line
from survey_app.reports.rules import ELLIPSIS
from survey_app.reports.writers.xlsx_book import Formats, set_foot, sheet_name

LAST = WIDTH - 1
ORDER_WIDTH, NAME_WIDTH, COUNT_WIDTH = 6, 38, 10
# Letters on one line over the width of the sheet.
LETTERS = 140


def write_form_sheet(book: Any, formats: Formats, report: Report, form: Form) -> Any:
    """A sheet with the form; below it, where the report is a form, its notes and who signs."""
    sheet = book.add_worksheet(sheet_name(form.label))
    _set_page(sheet)
    first = _write_over(sheet, formats, form)
    sheet.repeat_rows(first, first + len(form.head))
    row = _write_table(sheet, formats, form, first)
    if report.is_form:
        notes = [each.text for each in report.body if isinstance(each, Note | Source)]
        # The code of a finalised form is read from its cells.
        row = _write_notes(sheet, formats, [*notes, *([report.foot] if report.foot else [])], row)
        _write_signature(sheet, formats, report, row + 1)
    set_foot(sheet, report.foot)
    return sheet


def _set_page(sheet: Any) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, ORDER_WIDTH)
    sheet.set_column(1, 1, NAME_WIDTH)
    sheet.set_column(2, LAST, COUNT_WIDTH)


def _write_over(sheet: Any, formats: Formats, form: Form) -> int:
    """What stands over the table; returns the row that its heading begins in."""
    over = (
        (form.label, "bold"), (form.title, "form_title"), (form.period, "form_period"), (form.reporter, "free"),
        (form.receiver, "free"), (form.unit, "form_unit"),
    )  # fmt: skip
    for row, (words, look) in enumerate(over):
        sheet.merge_range(row, 0, row, LAST, "", formats[look])
        sheet.write_string(row, 0, words, formats[look])
    sheet.set_row(1, 22)
    return len(over)


def _write_table(sheet: Any, formats: Formats, form: Form, first: int) -> int:
    for row, column, cell in placed(form.head):
        if cell.rows > 1 or cell.columns > 1:
            bottom, right = first + row + cell.rows - 1, column + cell.columns - 1
            sheet.merge_range(first + row, column, bottom, right, "", formats["head"])
        sheet.write_string(first + row, column, cell.text, formats["head"])
    for column, words in enumerate(head_lines(form)[-1]):
        sheet.write_string(first + len(form.head), column, words, formats["numbering"])
    for row in range(first, first + len(form.head) + 1):
        sheet.set_row(row, 30)
    row = first + len(form.head) + 1
    for line in form.lines:
        _write_line(sheet, formats, line, row)
        row += 1
    return row


def _write_line(sheet: Any, formats: Formats, line: FormLine, row: int) -> None:
    strong = "_bold" if line.strong else ""
    sheet.write_string(row, 0, line.order, formats[f"order{strong}"])
    sheet.write_string(row, 1, line.name, formats[f"name{strong}"])
    for column, count in enumerate(line.counts, 2):
        if count is None:
            sheet.write_blank(row, column, None, formats[f"count{strong}"])
        else:
            sheet.write_number(row, column, count, formats[f"count{strong}"])


def _write_notes(sheet: Any, formats: Formats, notes: Sequence[str], row: int) -> int:
    row += 1
    for words in notes:
        sheet.merge_range(row, 0, row, LAST, "", formats["note"])
        # The word before it keeps a note from being read as a row of the form.
        text = _("Note: %(words)s", words=words)
        sheet.write_string(row, 0, text, formats["note"])
        sheet.set_row(row, 16 * (1 + len(text) // LETTERS))
        row += 1
    return row


def _write_signature(sheet: Any, formats: Formats, report: Report, row: int) -> None:
    """The words stand in the first column of each half, so that no row has a name."""
    head = report.head
    signing = [date_line(report), *(line.upper() for line in (head.authority, head.signer_title) if line)]
    half = 1 + WIDTH // 2
    for place, (left, right) in enumerate(zip(["", _("Drawn up by"), *[""] * len(signing)], signing, strict=False)):
        _write_pair(sheet, formats, row + place, half, (left, right))
    _write_pair(sheet, formats, row + len(signing) + 4, half, (ELLIPSIS, head.signer_name))


def _write_pair(sheet: Any, formats: Formats, row: int, half: int, words: tuple[str, str]) -> None:
    for first, last, text in ((0, half - 1, words[0]), (half, LAST, words[1])):
        sheet.merge_range(row, first, row, last, "", formats["signature"])
        sheet.write_string(row, first, text, formats["signature"])
