"""CSV: the figures of each panel and form; exact numbers, and no cell that a spreadsheet would calculate."""

import io

from survey_app.figures.exports import panel_csv
from survey_app.reports.blocks import Form
from survey_app.reports.form_parts import grid
from survey_app.reports.report import Report
from survey_app.sheets.csv_cells import write_rows


def draw(report: Report) -> bytes:
    """The panels' CSV, then the forms', one after the other, an empty line between, the code of a finalised report
    last; UTF-8 with a mark, which spreadsheets need."""
    parts = [panel_csv(panel) for panel in report.panels]
    parts += [_form_csv(block) for block in report.body if isinstance(block, Form)]
    if report.seal:
        parts.append(f"{report.seal}\r\n")
    return "\r\n".join(parts).encode("utf-8-sig")


def _form_csv(form: Form) -> str:
    file = io.StringIO(newline="")
    write_rows(file, grid(form))
    return file.getvalue()
