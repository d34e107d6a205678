"""The pages about surveys: which there are, a new one, its link and QR codes."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectChoice

from survey_app import audit
from survey_app.access import may, reader, requires, scope
from survey_app.agencies.queries import agencies_in, depths, require_agency
from survey_app.clock import today
from survey_app.errors import NotFound
from survey_app.i18n import localized
from survey_app.questionnaires.models import QuestionnaireVersion
from survey_app.questionnaires.queries import require_version, versions
from survey_app.surveys import links, queries
from survey_app.surveys.actions import create_survey
from survey_app.surveys.channels import CHANNEL_NAMES
from survey_app.surveys.forms import SurveyForm
from survey_app.surveys.models import Survey
from survey_app.surveys.pages import survey_pages
from survey_app.surveys.rules import form_state, is_closed

blueprint = Blueprint("surveys", __name__, template_folder="templates")
PICTURES = {"svg": (links.qr_svg, "image/svg+xml"), "png": (links.qr_png, "image/png")}


@blueprint.get("/manage/surveys")
@requires("surveys.view")
def index() -> str:
    """The surveys of the reader's agencies, with the form for a new one where they may add one."""
    return _page(_form() if may("surveys.manage") else None)


@blueprint.post("/manage/surveys")
@requires("surveys.manage")
def create() -> BaseResponse | tuple[str, int]:
    """A new survey at an agency of the reader's scope."""
    form = _form()
    survey = form.carry_out(lambda: _create(form), otherwise="code")
    if survey is None:
        return _page(form), 422
    flash(_("The survey was created. It takes answers from its first day on."), "success")
    return redirect(url_for("surveys.survey", code=survey.code), 303)


@blueprint.get("/manage/surveys/<code>")
@requires("surveys.view")
def survey(code: str) -> str:
    """One survey, with its link and its QR code for each agency."""
    found = queries.require_survey_in(code, scope())
    agencies = queries.survey_agencies(found, scope())
    chosen = _chosen_agency(found)
    return render_template(
        "surveys/survey.html",
        survey=found,
        state=_state(found),
        channel_names=CHANNEL_NAMES,
        agencies=agencies,
        chosen=chosen,
        link=links.form_url(found),
        qr_link=links.form_url(found, chosen),
        pages=survey_pages(found.code),
    )


@blueprint.get("/manage/surveys/<code>/qr.<any(svg, png):kind>")
@requires("surveys.view")
def qr(code: str, kind: str) -> Response:
    """The QR code of a survey's form at `?agency=`."""
    found = queries.require_survey_in(code, scope())
    agency = _chosen_agency(found)
    draw, mimetype = PICTURES[kind]
    response = Response(draw(links.form_url(found, agency)), mimetype=mimetype)
    if "download" in request.args:
        response.headers.set("Content-Disposition", "attachment", filename=f"qr-{found.code}-{agency}.{kind}")
    return response


def _chosen_agency(found: Survey) -> str:
    """The code of the agency asked for, else of the first one there is. Raises NotFound for one not in the scope."""
    codes = [agency.code for agency in queries.survey_agencies(found, scope())]
    wanted = request.args.get("agency") or codes[0]
    if wanted not in codes:
        raise NotFound()
    return wanted


def _state(found: Survey) -> str:
    if is_closed(today(), found.closes_on):
        return "closed"
    # Whether the days fit: any channel that is offered will do.
    return form_state(today(), found.opens_on, found.closes_on, found.channels, found.channels[0])


def _form() -> SurveyForm:
    form = SurveyForm()
    depth = depths()
    agencies = agencies_in(scope())
    top = depth[agencies[0].id] if agencies else 0
    form.agency.choices = [SelectChoice(a.code, "\u2003" * (depth[a.id] - top) + a.name) for a in agencies]
    published = [version for version in versions() if version.published_at]
    form.version.choices = [
        SelectChoice(_key(version), f"{localized(version.content['titles'])} ({version.number})")
        for version in published
    ]
    return form


def _key(version: QuestionnaireVersion) -> str:
    return f"{version.questionnaire.code} {version.number}"


def _create(form: SurveyForm) -> Survey:
    # The choices hold published versions and the reader's own agencies only: others were refused as wrong choices.
    questionnaire, number = form.version.data.split(" ")
    new = create_survey(
        code=(form.code.data or "").strip(),
        titles={"vi": form.title_vi.data or "", "en": form.title_en.data or ""},
        version=require_version(questionnaire, int(number)),
        agency=require_agency(form.agency.data),
        channels=form.channels.data or (),
        opens_on=form.opens_on.data,
        closes_on=form.closes_on.data,
    )
    audit.record(reader().email, "surveys.create", new.code, agency=form.agency.data, version=form.version.data)
    return new


def _page(form: SurveyForm | None) -> str:
    rows = [(found, _state(found)) for found in queries.surveys_in(scope())]
    return render_template("surveys/index.html", form=form, rows=rows)
