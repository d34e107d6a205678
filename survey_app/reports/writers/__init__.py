"""One writer a format: a Report in, bytes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from survey_app.i18n import in_language
from survey_app.reports.report import Report
from survey_app.reports.writers import csv, docx, image, pdf, text, xlsx


@dataclass(frozen=True, slots=True)
class Writer:
    """A format: its media type, whether a terminal can show it, and how it is written.

    `several` says whether a report becomes a zip of many files in this format.
    """

    media_type: str
    readable: bool
    draw: Callable[[Report], bytes]
    several: Callable[[Report], bool] = lambda report: False

    def write(self, report: Report) -> bytes:
        """The report as a file, in the report's own language."""
        with in_language(report.language):
            return self.draw(report)


OFFICE = "application/vnd.openxmlformats-officedocument"
WRITERS: Mapping[str, Writer] = {
    "docx": Writer(f"{OFFICE}.wordprocessingml.document", False, docx.draw),
    "xlsx": Writer(f"{OFFICE}.spreadsheetml.sheet", False, xlsx.draw),
    "pdf": Writer("application/pdf", False, pdf.draw),
    "csv": Writer("text/csv; charset=utf-8", True, csv.draw),
    "png": Writer("image/png", False, image.draw_png, image.several),
    "svg": Writer("image/svg+xml", False, image.draw_svg, image.several),
    "txt": Writer("text/plain; charset=utf-8", True, text.draw),
}
