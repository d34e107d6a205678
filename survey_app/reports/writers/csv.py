"""CSV: the figures of each panel; exact numbers, and no cell that a spreadsheet would calculate."""

from survey_app.figures.exports import panel_csv
from survey_app.reports.report import Report


def draw(report: Report) -> bytes:
    """The panels' CSV one after the other, an empty line between, the code of a finalised report last; UTF-8 with a
    mark, which spreadsheets need."""
    parts = [panel_csv(panel) for panel in report.panels]
    if report.seal:
        parts.append(f"{report.seal}\r\n")
    return "\r\n".join(parts).encode("utf-8-sig")
