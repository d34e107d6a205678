"""What is printed for a survey: posters with QR codes, and the form on paper."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from config import LOCALES
from survey_app import audit
from survey_app.access import may, reader, requires, scope
from survey_app.agencies.models import Agency
from survey_app.collect.paper_form import paper_form_pdf
from survey_app.collect.posters import PAPERS, Poster, poster_pdf
from survey_app.db import transaction
from survey_app.errors import Invalid, NotFound
from survey_app.i18n import language_name
from survey_app.procedures.queries import catalogue, procedure_by_code
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.actions import create_qr_code
from survey_app.surveys.links import form_url
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import qr_codes, require_survey_in, survey_agencies, survey_for_form

blueprint = Blueprint("prints", __name__, template_folder="../templates")


@blueprint.get("/manage/surveys/<code>/prints")
@requires("surveys.view")
def index(code: str) -> str:
    """Posters of each agency, procedure and counter of the reader, and the form on paper."""
    return _page(require_survey_in(code, scope()))


@blueprint.post("/manage/surveys/<code>/prints")
@requires("surveys.manage")
def create(code: str) -> BaseResponse | tuple[str, int]:
    """A QR code for a procedure or a counter."""
    survey = require_survey_in(code, scope())
    agency = _agency(survey, request.form.get("agency", ""))
    procedure = procedure_by_code(request.form.get("procedure", ""))
    try:
        with transaction():
            made = create_qr_code(survey, agency, procedure, request.form.get("place", ""))
            audit.record(reader().email, "surveys.qr_code", survey.code, code=made.code, agency=agency.code)
    except Invalid as error:
        return _page(survey, error.message), 422
    flash(_("The QR code was made. Print its poster below."), "success")
    return redirect(url_for("prints.index", code=survey.code), 303)


@blueprint.get("/manage/surveys/<code>/poster.pdf")
@requires("surveys.view")
def poster(code: str) -> Response:
    """`qr`: an agency's code or that of a QR code; `paper` a4 or a5; `language` one of the catalogues."""
    survey = require_survey_in(code, scope())
    qr, paper = request.args.get("qr", ""), request.args.get("paper", "a4")
    language = request.args.get("language", LOCALES[0])
    made = next((each for each in qr_codes(survey, scope()) if each.code == qr), None)
    agency = made.agency if made else _agency(survey, qr)
    form = survey_for_form(survey.code, qr or agency.code)
    if paper not in PAPERS or language not in LOCALES or form is None:
        raise NotFound()
    drawn = poster_pdf(Poster(survey, form, form_url(survey, qr or agency.code), made), paper, language)
    return _pdf(drawn, f"{survey.code}-poster-{paper}-{language}.pdf")


@blueprint.get("/manage/surveys/<code>/form.pdf")
@requires("surveys.view")
def paper_form(code: str) -> Response:
    """The form on paper at `agency`, in `language`, one of those of the survey's version."""
    survey = require_survey_in(code, scope())
    languages = version_content(survey.version_id).languages
    language = request.args.get("language") or languages[0]
    if language not in languages:
        raise NotFound()
    agency = _agency(survey, request.args.get("agency", ""))
    return _pdf(paper_form_pdf(survey, agency.name, language), f"{survey.code}-form-{language}.pdf")


def _page(survey: Survey, error: str = "") -> str:
    return render_template(
        "collect/prints.html",
        survey=survey,
        agencies=survey_agencies(survey, scope()),
        codes=qr_codes(survey, scope()),
        procedures=catalogue(),
        languages=[(tag, language_name(tag)) for tag in version_content(survey.version_id).languages],
        catalogues=[(tag, language_name(tag)) for tag in LOCALES],
        papers=PAPERS,
        may_create=may("surveys.manage"),
        error=error,
    )


def _agency(survey: Survey, code: str) -> Agency:
    """The agency with this code among the reader's of this survey, the first without a code. Raises NotFound."""
    agencies = survey_agencies(survey, scope())
    found = next((agency for agency in agencies if agency.code == code or not code), None)
    if found is None:
        raise NotFound()
    return found


def _pdf(drawn: bytes, name: str) -> Response:
    answer = Response(drawn, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=name)
    return answer
