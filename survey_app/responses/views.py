"""Raw responses for administrators, streamed; and which flags the answers of a survey carry."""

from datetime import date

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from survey_app.access import requires, scope
from survey_app.errors import Invalid, Problem
from survey_app.responses.exports import STREAMS, Export
from survey_app.responses.flag_words import flag_words
from survey_app.responses.flags import FLAGS
from survey_app.surveys.queries import require_survey_in

blueprint = Blueprint("responses", __name__, template_folder="templates")


@blueprint.get("/manage/responses/<code>.<any(csv, jsonl):kind>")
@requires("responses.export")
def export(code: str, kind: str) -> Response:
    """The stored responses of a survey at the reader's agencies; `from` and `to` are inclusive local days."""
    survey = require_survey_in(code, scope())
    media_type, pieces = STREAMS[kind]
    answer = Response(pieces(Export(survey, scope(), _day("from"), _day("to"))), mimetype=media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename={survey.code}-responses.{kind}"
    return answer


@blueprint.get("/manage/surveys/<code>/flags")
@requires("surveys.view")
def flags(code: str) -> str:
    """Every flag with its rule and threshold; how many answers carry it is a figure, and stands with those."""
    survey = require_survey_in(code, scope())
    return render_template("responses/flags.html", survey=survey, flags=map(flag_words, FLAGS))


def _day(name: str) -> date | None:
    text = request.args.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        words = _("%(text)s is no date such as 2016-01-31.", text=text)
        raise Invalid(words, errors=(Problem(name, "bad_date", words),)) from error
