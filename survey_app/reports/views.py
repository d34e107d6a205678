"""The list of reports, and downloads: a report in any format, and one panel's chart as a picture or as figures."""

from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import Forbidden

from survey_app.access import may, requires, scope
from survey_app.errors import NotFound
from survey_app.figures.builders import build_panel, permission_for
from survey_app.figures.filters import Selection, read_selection
from survey_app.i18n import language
from survey_app.reports.catalogue import build_report, panel_report, read_filters
from survey_app.reports.report import Report
from survey_app.reports.rules import ascii_name, printable
from survey_app.reports.writers import WRITERS
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import require_survey_in, surveys_in

CHART_FORMATS = ("png", "svg", "csv", "xlsx")
blueprint = Blueprint("reports", __name__, template_folder="templates")


@blueprint.get("/reports")
@requires("reports.export")
def index() -> str:
    """The surveys that the reader may see, each with its report in every format."""
    return render_template("reports/index.html", surveys=surveys_in(scope()), formats=tuple(WRITERS))


@blueprint.get("/reports/<name>/<code>.<extension>")
@requires("reports.export")
def document(name: str, code: str, extension: str) -> Response:
    """A report under the filters `from to agency channel`, in the reader's language."""
    _require_format(extension, tuple(WRITERS))
    survey = require_survey_in(code, scope())
    asked = read_filters(name, request.args, survey=survey, scope=scope())
    report = build_report(
        name,
        survey=survey,
        scope=scope(),
        language=language(),
        agency=asked.agency,
        from_on=asked.from_on,
        to_on=asked.to_on,
        channel=asked.channel,
    )
    return _download(report, survey.code, extension)


@blueprint.get("/reports/chart/<panel>/<code>.<extension>")
@requires("dashboards.view")
def chart(panel: str, code: str, extension: str) -> Response:
    """One panel's chart, or its figures as CSV, under the same filters."""
    _require_format(extension, CHART_FORMATS)
    if not may(permission_for(panel)):
        raise Forbidden
    survey, asked = _asked(code)
    built = build_panel(panel, survey=survey, scope=scope(), **asked.asked())
    return _download(panel_report(built, language=language()), survey.code, extension)


def _require_format(extension: str, known: tuple[str, ...]) -> None:
    if extension not in known:
        raise NotFound(
            _("There is no format “%(name)s”; there are: %(names)s.", name=extension[:10], names=", ".join(known))
        )


def _asked(code: str) -> tuple[Survey, Selection]:
    survey = require_survey_in(code, scope())
    return survey, read_selection(request.args, survey=survey, scope=scope())


def _download(report: Report, code: str, extension: str) -> Response:
    """The file under a name that every system takes, and under its title where the browser can."""
    writer = WRITERS[extension]
    zipped = writer.several(report)
    response = Response(writer.write(report), mimetype=None, content_type=writer.media_type)
    if zipped:
        response.content_type, extension = "application/zip", "zip"
    title = printable(f"{report.title} - {code}.{extension}").replace("/", "-")
    response.headers.set(
        "Content-Disposition",
        "attachment",
        filename=f"{ascii_name(report.name)}-{ascii_name(code)}.{extension}",
        **{"filename*": f"UTF-8''{quote(title, safe='')}"},
    )
    response.headers["Cache-Control"] = "no-store"
    return response
