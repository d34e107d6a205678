"""The kiosk's pages: one that scripts take over and, without scripts, one screen at a time by form posts."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, abort, current_app, jsonify, redirect, request, send_from_directory, session
from flask import Response as FlaskResponse
from flask_wtf.csrf import validate_csrf
from werkzeug.wrappers import Response
from wtforms import ValidationError

from survey_app.access import EVERYWHERE, public
from survey_app.agencies.queries import require_agency
from survey_app.clock import local_date, now, timezone, today, uuid7
from survey_app.collect import shell, visits
from survey_app.collect.kiosk_screens import device_page, empty_page, unpaired_page
from survey_app.collect.rules import TOKEN
from survey_app.db import transaction
from survey_app.errors import DomainError
from survey_app.i18n import content_language, use_content_language
from survey_app.questionnaires.queries import version_content
from survey_app.responses.actions import record_response
from survey_app.responses.rules import body_hash
from survey_app.responses.submission import Submission
from survey_app.surveys.links import form_url, qr_svg
from survey_app.surveys.models import Device
from survey_app.surveys.queries import device_by_token, require_device, require_survey
from survey_app.surveys.rules import form_state
from survey_app.web import csrf

blueprint = Blueprint("kiosk", __name__)
COOKIE = "kiosk"
YEAR_SECONDS = 365 * 24 * 3600
VISIT, END = "kiosk_visit", "kiosk_end"


@blueprint.get("/k")
@public
def page() -> str | Response:
    """The screen of this device. `?token=` pairs the browser that opens it; the address is cleared by what it shows."""
    token = request.args.get("token")
    if token is not None:
        return _paired(token)
    device = _device()
    return device_page(device, session.get(VISIT), session.get(END)) if device else unpaired_page()


@blueprint.post("/k")
@public
@csrf.exempt  # type: ignore[untyped-decorator]  # checked below: a kiosk must never end on an error page
def press() -> Response | tuple[str, int]:
    """A button was pressed: start, an answer, back, skip, next, or send."""
    device = _device()
    try:
        validate_csrf(request.form.get(TOKEN))
    except ValidationError:
        _forget()
        return (device_page(device, None, None) if device else unpaired_page()), 400
    if device is None or not _is_open(device):
        return _reset()
    visit = session.get(VISIT)
    if visit is None:
        session.pop(END, None)
        session[VISIT] = visits.begun(str(uuid7()), now().isoformat())
        return redirect("/k", 303)
    content = version_content(device.survey.version_id)
    pressed = visits.after(content, visit, request.form.to_dict(flat=False))
    if pressed is None:
        return _reset()
    if pressed["place"] >= len(visits.steps(content, pressed["answers"])):
        return _ended(device, pressed)
    session[VISIT] = pressed
    return redirect("/k", 303)


@blueprint.get("/k/reset")
@public
def reset() -> Response:
    """Nobody pressed anything for a while: what was answered is kept as partial, the screen is cleared."""
    device, visit = _device(), session.get(VISIT)
    if device is not None and visit is not None and _is_open(device):
        _store(device, visit, completed=False)
    return _reset()


@blueprint.get("/k/shell")
@public
def empty() -> str:
    """The page that the service worker keeps: nothing of a device or a visit is in it."""
    return empty_page()


@blueprint.get(f"/k/files/<shell_version>/<any({', '.join(map(repr, shell.PAGE_FILES))}):name>")
@public
def file(shell_version: str, name: str) -> FlaskResponse:
    """A script or style sheet of the kiosk; the version in the address is checked, so it may be kept for ever."""
    if shell_version != shell.version():
        abort(404)
    answer = send_from_directory(shell.FOLDER, name, max_age=YEAR_SECONDS)
    answer.cache_control.immutable = True
    # Read whole, so that it can be compressed.
    answer.direct_passthrough = False
    return answer


@blueprint.get("/k/qr/<survey>/<agency>.svg")
@public
def qr(survey: str, agency: str) -> FlaskResponse:
    """The QR code of the form at an agency, to go on by phone."""
    picture = qr_svg(form_url(require_survey(survey), require_agency(agency).code))
    return FlaskResponse(picture, mimetype="image/svg+xml", headers={"Cache-Control": "public, max-age=3600"})


@blueprint.get("/sw.js")
@public
def service_worker() -> FlaskResponse:
    """The service worker; never kept by caches, so that a new version is found at once."""
    return FlaskResponse(shell.service_worker(), mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> FlaskResponse:
    """What a browser needs to install the kiosk."""
    answer = jsonify(shell.manifest())
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _paired(token: str) -> Response:
    """With scripts the page takes the token out of its address; without them the cookie does, and the page moves on."""
    answer: Response = current_app.make_response(empty_page("/k"))
    if device_by_token(token) is not None:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        answer.set_cookie(COOKIE, token, max_age=YEAR_SECONDS, path="/k", httponly=True, samesite="Lax", secure=secure)
    return answer


def _device() -> Device | None:
    identity = device_by_token(request.cookies.get(COOKIE, ""))
    return require_device(identity.id, EVERYWHERE) if identity else None


def _is_open(device: Device) -> bool:
    survey = device.survey
    return form_state(today(), survey.opens_on, survey.closes_on, survey.channels, "kiosk") == "open"


def _forget() -> None:
    session.pop(VISIT, None)
    session.pop(END, None)


def _reset() -> Response:
    _forget()
    return redirect(f"/k?lang={current_app.config['SETTINGS'].default_locale}", 303)


def _ended(device: Device, visit: visits.Visit) -> Response:
    says = bool(visit["answers"] or visit["comment"])
    if says:
        _store(device, visit, completed=True)
    session.pop(VISIT, None)
    session[END] = "thanks" if says else "nothing"
    return redirect("/k", 303)


def _store(device: Device, visit: visits.Visit, *, completed: bool) -> None:
    """Store what was said, if anything was. The id makes it one answer however often this is asked."""
    if not visit["answers"] and not visit["comment"]:
        return
    try:
        with transaction():
            record_response(_submission(device, visit, completed))
    except DomainError as error:
        current_app.logger.info("a kiosk's answer was there already or could not be taken: %s", error.code)


def _submission(device: Device, visit: visits.Visit, completed: bool) -> Submission:
    moment, content = now(), version_content(device.survey.version_id)
    use_content_language(content.languages)
    texts = {question.code for question in content.text_questions}
    said = visit["answers"]
    return Submission(
        id=UUID(visit["id"]),
        survey=device.survey,
        agency_id=device.agency_id,
        device_id=device.id,
        channel="kiosk",
        language=content_language(),
        answers={code: option for code, option in said.items() if code not in texts},
        texts={code: text for code, text in said.items() if code in texts},
        reasons={code: chosen for code, chosen in visit["reasons"].items() if chosen},
        comment=visit["comment"],
        # Not of the time: the same visit sent twice is one answer.
        body_hash=body_hash({**visit, "survey": device.survey.code, "completed": completed}),
        answered_on=local_date(moment),
        answered_at=moment.astimezone(timezone()),
        started_at=datetime.fromisoformat(visit["started_at"]),
        completed=completed,
        end_reason="done" if completed else "timeout",
    )
