"""What a citizen opens: the first page, the form, the thanks, and what becomes of the answers."""

import time
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.wrappers import Response
from wtforms import ValidationError

from survey_app.access import public
from survey_app.agencies.queries import agency_code
from survey_app.clock import local_date, now, today, uuid7
from survey_app.collect.pace import require_turn
from survey_app.collect.pages import Visit, blank_page, closed_page, notice_page, refused_page
from survey_app.collect.rules import RESPONSE_ID, TICKET, TOKEN, FilledForm, filled_form, opened_at
from survey_app.collect.turns import Crowds
from survey_app.db import transaction
from survey_app.errors import DomainError, Gone, IdConflict, Invalid, NotFound, NotOpen, Problem
from survey_app.i18n import content_language, text_language, use_content_language
from survey_app.questionnaires.queries import version_content
from survey_app.responses.actions import record_response
from survey_app.responses.queries import stored_identity
from survey_app.responses.rules import body_hash, canonical_id, receipt
from survey_app.responses.submission import Submission
from survey_app.surveys.queries import FormSurvey, open_surveys, survey_for_form
from survey_app.surveys.rules import form_state, ticket_agency
from survey_app.web import csrf

blueprint = Blueprint("collect", __name__, template_folder="../templates")
LARGEST_FORM = 256 * 1024
Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@public
def landing() -> str:
    """The surveys that can be answered now, and the way in for staff."""
    return render_template("collect/landing.html", surveys=open_surveys(today(), "web"))


@blueprint.get("/privacy")
@public
def privacy() -> str:
    """What is stored, by whom, for how long, and what should not be written."""
    return render_template("collect/privacy.html", least=current_app.config["SETTINGS"].min_cell)


@blueprint.get("/s/<code>")
@public
def form(code: str) -> Answer:
    """The blank form; its id makes a double click or a resend one answer."""
    visit = _visit(code)
    state = _state(visit)
    if state != "open":
        return closed_page(visit, state), 403
    _keep_session()
    return blank_page(visit, uuid7(), generate_csrf())


@blueprint.post("/s/<code>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]  # checked below: what was filled in must not be lost
def send(code: str) -> Answer:
    """Store the answers and show the thanks; what is wrong is shown on the form, nothing filled in is lost."""
    require_turn()
    request.max_content_length = LARGEST_FORM
    _keep_session()
    try:
        validate_csrf(request.form.get(TOKEN))
        response_id = canonical_id(request.form.get(RESPONSE_ID, ""))
    except ValidationError:
        return _again(_visit(code), _id_or_new(), (Problem("", "csrf", ""),)), 400
    except Invalid as error:
        return _again(_visit(code), uuid7(), error.errors), 422
    try:
        return _store(code, response_id)
    except (Gone, IdConflict, Invalid, NotOpen) as error:
        return _refused(_visit(code), response_id, error)


@blueprint.get("/s/<code>/thanks")
@public
def thanks(code: str) -> Answer:
    """The receipt of the answer just sent from this browser; it stays when the page is loaded again."""
    kept_code, kept_receipt, agency, channel, qr = session.get("thanks", ("", "", None, "web", None))
    visit = Visit(_survey(code, agency if kept_code == code else None), channel, qr)
    if kept_code != code:
        return redirect(url_for("collect.form", code=code), 303)
    words = version_content(visit.survey.version_id).words
    return render_template("collect/thanks.html", survey=visit.survey, visit=visit, receipt=kept_receipt, words=words)


def _visit(code: str) -> Visit:
    """How this form was opened. A ticket names the agency at which it was given, else a QR code does."""
    qr, named = request.args.get("qr"), _ticket()
    survey = _survey(code, qr)
    if named and named[0] != survey.agency_id:
        survey = _survey(code, agency_code(named[0]) or qr)
    channel = "sms" if request.args.get("c") == "sms" else "web" if qr is None else "qr"
    return Visit(survey, channel, qr, named[1] if named else "")


def _ticket() -> tuple[int, str] | None:
    """The agency that the ticket of this visit names, and the ticket; what can be no ticket is none."""
    return ticket_agency(request.args.get("t") or request.form.get(TICKET, ""))


def _survey(code: str, agency: str | None) -> FormSurvey:
    survey = survey_for_form(code, agency)
    if survey is None:
        raise NotFound(_("There is no such survey."))
    use_content_language(version_content(survey.version_id).languages)
    return survey


def _keep_session() -> None:
    """A form may be left open overnight: the cookie that its token belongs to lasts for days, counted from today."""
    day = today().toordinal()
    if session.get("day") != day:
        session.permanent = True
        session["day"] = day


def _state(visit: Visit) -> str:
    survey = visit.survey
    return form_state(today(), survey.opens_on, survey.closes_on, survey.channels, visit.channel)


def _id_or_new() -> UUID:
    try:
        return canonical_id(request.form.get(RESPONSE_ID, ""))
    except Invalid:
        return uuid7()


def _store(code: str, response_id: UUID) -> Response:
    """One transaction: the survey is read where its answer is written."""
    with transaction():
        visit = _visit(code)
        state = _state(visit)
        if state != "open":
            raise NotOpen(code=state)
        record_response(_submission(visit, response_id, _filled(visit)))
    return _thanks(visit, response_id)


def _refused(visit: Visit, response_id: UUID, error: DomainError) -> Answer:
    """Once stored, the same id brings the same thanks, whatever comes with it and whenever."""
    first = stored_identity(agency_id=visit.survey.agency_id, response_id=response_id)
    if first is not None:
        return _gone(visit) if first.state == "erased" else _thanks(visit, response_id)
    if isinstance(error, NotOpen):
        return closed_page(visit, error.code), 403
    return _again(visit, response_id, error.errors), 422


def _again(visit: Visit, response_id: UUID, problems: tuple[Problem, ...]) -> str:
    return refused_page(visit, response_id, generate_csrf(), _filled(visit), problems)


def _filled(visit: Visit) -> FilledForm:
    return filled_form(version_content(visit.survey.version_id), request.form.items(multi=True))


def _submission(visit: Visit, response_id: UUID, filled: FilledForm) -> Submission:
    survey, moment = visit.survey, now()
    # The language in which the questions were shown, not the one asked for.
    tag = text_language(version_content(survey.version_id).questions[0].text, content_language())
    body = {
        "id": str(response_id),
        "survey": survey.code,
        "channel": visit.channel,
        "language": tag,
        "answers": filled.answers,
        "reasons": filled.reasons,
        "texts": filled.texts,
        "comment": filled.comment,
        **({"procedure": survey.procedure} if survey.procedure else {}),
    }
    return Submission(
        id=response_id,
        survey=survey,
        agency_id=survey.agency_id,
        channel=visit.channel,
        language=tag,
        answers=filled.answers,
        reasons=filled.reasons,
        texts=filled.texts,
        comment=filled.comment,
        body_hash=body_hash(body),
        answered_on=local_date(moment),
        answered_at=moment,
        started_at=opened_at(response_id, moment),
        procedure_code=survey.procedure,
        ticket=visit.ticket or None,
        crowd=_crowd(survey),
    )


def _crowd(survey: FormSurvey) -> int:
    crowds: Crowds = current_app.extensions["crowds"]
    return crowds.join(request.remote_addr or "", survey.id, survey.agency_id, time.monotonic())


def _thanks(visit: Visit, response_id: UUID) -> Response:
    secret: str = current_app.config["SETTINGS"].secret_key
    survey = visit.survey
    # With the way in, so that the thanks lead back to the same counter's form; without the ticket, which is used.
    kept = (receipt(secret, survey.agency_id, response_id), survey.agency_code, visit.channel, visit.qr)
    session["thanks"] = (survey.code, *kept)
    return redirect(url_for("collect.thanks", code=visit.survey.code), 303)


def _gone(visit: Visit) -> Answer:
    text = _("It was taken out of the survey at somebody's request. You can fill in the form again.")
    return notice_page(visit, _("This answer was erased"), text), 410
