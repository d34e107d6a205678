"""A report as a file to be downloaded: its bytes, and the names that it bears."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Response

from survey_app.figures.charts import drawable
from survey_app.reports.report import Report
from survey_app.reports.rules import ascii_name, printable
from survey_app.reports.writers import WRITERS


@dataclass(frozen=True, slots=True)
class ReportFile:
    """`name` is one that every system takes; `title` the one for browsers that take any."""

    content: bytes
    media_type: str
    name: str
    title: str


def formats_of(report: Report) -> tuple[str, ...]:
    """The formats that a report can be written in: without a chart there is no picture."""
    has_charts = any(drawable(panel.chart) for panel in report.panels)
    return tuple(name for name, writer in WRITERS.items() if has_charts or not writer.pictures)


def report_file(report: Report, code: str, extension: str) -> ReportFile:
    """The report in a format of WRITERS; a zip where the format makes many files. `code` is the survey's."""
    writer = WRITERS[extension]
    zipped = writer.several(report)
    ending = "zip" if zipped else extension
    return ReportFile(
        content=writer.write(report),
        media_type="application/zip" if zipped else writer.media_type,
        name=f"{ascii_name(report.name)}-{ascii_name(code)}.{ending}",
        title=printable(f"{report.title} - {code}.{ending}").replace("/", "-"),
    )


def attachment(file: ReportFile) -> Response:
    """The file as an answer that no cache keeps."""
    response = Response(file.content, mimetype=None, content_type=file.media_type)
    names = {"filename": file.name, "filename*": f"UTF-8''{quote(file.title, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    response.headers["Cache-Control"] = "no-store"
    return response
