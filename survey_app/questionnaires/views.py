"""Management pages: what is asked, version by version."""

from flask import Blueprint, render_template

from survey_app.access import requires
from survey_app.questionnaires import queries

blueprint = Blueprint("questionnaires", __name__, template_folder="templates")


@blueprint.get("/manage/questionnaires")
@requires("questionnaires.view")
def index() -> str:
    """Every questionnaire with its versions."""
    return render_template("questionnaires/index.html", versions=queries.versions())


@blueprint.get("/manage/questionnaires/<code>/<int:number>")
@requires("questionnaires.view")
def version(code: str, number: int) -> str:
    """One version: its questions, their options as counted, and the reasons."""
    found = queries.require_version(code, number)
    return render_template("questionnaires/version.html", version=found, content=queries.version_content(found.id))
