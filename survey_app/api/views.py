"""The addresses below /api/v1, and the page that explains them."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from limits import parse
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import Forbidden, TooManyRequests

from survey_app.access import may, public, reader, requires, scope
from survey_app.api.answers import survey_in_full, survey_summary
from survey_app.api.openapi import description
from survey_app.figures.builders import build_panel, permission_for
from survey_app.figures.exports import panel_csv, panel_json
from survey_app.figures.filters import read_selection
from survey_app.figures.panels import Panel
from survey_app.surveys.queries import require_survey_in, surveys_in
from survey_app.web import rates

blueprint = Blueprint("api", __name__, template_folder="templates")
V1 = "/api/v1"
MOST = 600
LIMIT = parse(f"{MOST} per 60 seconds")
HOUR_SECONDS = 3600


@blueprint.get(f"{V1}/openapi.json")
@public
def openapi() -> Response:
    """OpenAPI 3.1 of everything below /api/v1; the same for everybody."""
    response = jsonify(description())
    response.headers["Cache-Control"] = f"public, max-age={HOUR_SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@blueprint.get(f"{V1}/surveys")
@requires("dashboards.view")
def surveys() -> Response:
    """The surveys of the caller's scope, the newest first."""
    _count_request()
    return jsonify(surveys=[survey_summary(survey) for survey in surveys_in(scope())])


@blueprint.get(f"{V1}/surveys/<survey>")
@requires("dashboards.view")
def survey(survey: str) -> Response:
    """One survey: what it asks, the agencies of the caller's scope, the panels there are."""
    _count_request()
    return jsonify(survey_in_full(require_survey_in(survey, scope()), scope()))


@blueprint.get(f"{V1}/surveys/<survey>/figures/<panel>")
@requires("dashboards.view")
def figures(survey: str, panel: str) -> Response:
    """A panel as JSON, under the query keys of the dashboards."""
    return jsonify(panel_json(_panel(survey, panel)))


@blueprint.get(f"{V1}/surveys/<survey>/figures/<panel>.csv")
@requires("dashboards.view")
def figures_csv(survey: str, panel: str) -> Response:
    """The same panel as CSV."""
    return Response(panel_csv(_panel(survey, panel)), content_type="text/csv; charset=utf-8")


@blueprint.get("/manage/api")
@requires("dashboards.view")
def documentation() -> str:
    """What there is below /api/v1, with samples to copy."""
    base = request.url_root.rstrip("/")
    found = surveys_in(scope())
    sample = found[0].code if found else "SURVEY"
    operations = [
        (path, method.upper(), operation)
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    ]
    return render_template(
        "api/documentation.html",
        base=base,
        sample=sample,
        operations=operations,
        may_make_tokens=may("accounts.tokens"),
        most=MOST,
    )


def _panel(code: str, key: str) -> Panel:
    _count_request()
    if not may(permission_for(key)):
        raise Forbidden
    survey = require_survey_in(code, scope())
    asked = read_selection(request.args, survey=survey, scope=scope())
    return build_panel(
        key,
        survey=survey,
        scope=scope(),
        **asked.asked(),
    )


def _count_request() -> None:
    """Raises TooManyRequests where one caller asks for more than MOST a minute."""
    caller: Any = reader()
    if not MovingWindowRateLimiter(rates()).hit(LIMIT, "api", caller.email):
        raise TooManyRequests(retry_after=60)
