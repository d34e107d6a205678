"""One writer a format: a Report in, bytes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from survey_app.figures.charts import Chart
from survey_app.i18n import in_language
from survey_app.reports.report import Report, printable_report


@dataclass(frozen=True, slots=True)
class Writer:
    """A format: its media type, whether a terminal can show it, and how it is written.

    `several` says whether a report becomes a zip of many files in this format; `pictures`: it holds charts alone.
    """

    media_type: str
    readable: bool
    draw: Callable[[Report], bytes]
    several: Callable[[Report], bool] = lambda report: False
    pictures: bool = False

    def write(self, report: Report) -> bytes:
        """The report as a file, in the report's own language."""
        with in_language(report.language):
            return self.draw(printable_report(report))


def _late(module: str, function: str) -> Callable[[Report], Any]:
    """A function of a writer, loaded at its first use: document libraries are slow to load and few processes write."""

    def call(report: Report) -> Any:
        return getattr(import_module(f"{__name__}.{module}"), function)(report)

    return call


def chart_svg(chart: Chart, language: str) -> bytes:
    """One chart as an SVG of 160 x 90 mm."""
    drawn: bytes = import_module(f"{__name__}.image").chart_svg(chart, language)
    return drawn


OFFICE = "application/vnd.openxmlformats-officedocument"
WRITERS: Mapping[str, Writer] = {
    "docx": Writer(f"{OFFICE}.wordprocessingml.document", False, _late("docx", "draw")),
    "pptx": Writer(f"{OFFICE}.presentationml.presentation", False, _late("pptx", "draw")),
    "xlsx": Writer(f"{OFFICE}.spreadsheetml.sheet", False, _late("xlsx", "draw")),
    "pdf": Writer("application/pdf", False, _late("pdf", "draw")),
    "csv": Writer("text/csv; charset=utf-8", True, _late("csv", "draw")),
    "png": Writer("image/png", False, _late("image", "draw_png"), _late("image", "several"), pictures=True),
    "svg": Writer("image/svg+xml", False, _late("image", "draw_svg"), _late("image", "several"), pictures=True),
    "txt": Writer("text/plain; charset=utf-8", True, _late("text", "draw")),
}
