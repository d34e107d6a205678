"""The pages made of panels."""

from typing import Any

from flask import Blueprint, render_template, request

from survey_app.access import requires, scope
from survey_app.dashboards.pages import figures, filter_choices, survey_cards, tags
from survey_app.errors import Invalid
from survey_app.figures.filters import KEYS, read_selection
from survey_app.i18n import localized
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import require_survey_in
from survey_app.web import allow_inline_styles

blueprint = Blueprint("dashboards", __name__, template_folder="templates")


@blueprint.get("/dashboards")
@requires("dashboards.view")
def index() -> str:
    """The surveys that the reader may see, each with how many answers it has."""
    return render_template("dashboards/index.html", cards=survey_cards(scope()))


@blueprint.get("/dashboards/<code>")
@requires("dashboards.view")
def survey(code: str) -> str | tuple[str, int]:
    """One survey: the address is the state. Wrong filters come back to be corrected, with what was asked for."""
    found = require_survey_in(code, scope())
    try:
        selection = read_selection(request.args, survey=found, scope=scope())
    except Invalid as error:
        return _page(found, problems=[(problem.message, f"#{problem.where}") for problem in error.errors]), 422
    # Plotly sets style attributes.
    allow_inline_styles()
    return _page(found, problems=[], **figures(found, selection, scope()))


def _page(found: Survey, **shown: Any) -> str:
    return render_template(
        "dashboards/survey.html",
        survey=found,
        title=localized(found.titles),
        tags=tags(found),
        asked={key: request.args.get(key, "").strip() for key in KEYS},
        choices=filter_choices(found, scope()),
        **shown,
    )
