"""Plain text: what the report says, without its charts and tables."""

from survey_app.reports.blocks import date_line, number_line
from survey_app.reports.report import Report
from survey_app.reports.rules import printable


def draw(report: Report) -> bytes:
    """UTF-8 without a mark, one paragraph a line, parts set apart by empty lines."""
    parts = (
        (number_line(report), date_line(report)),
        (report.title, report.subtitle),
        tuple(f"{name}: {words}" for name, words in report.filters),
        report.sentences,
        report.notes,
        (report.source,),
    )
    return ("\n\n".join("\n".join(map(_line, part)) for part in parts if part) + "\n").encode()


def _line(text: str) -> str:
    return " ".join(printable(text).split("\n"))
