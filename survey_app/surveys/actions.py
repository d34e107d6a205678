"""Every write to surveys and their devices; tickets have a module of their own."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from survey_app import audit
from survey_app.accounts.tokens import digest_of, new_token
from survey_app.agencies.models import Agency
from survey_app.agencies.rules import clean_name
from survey_app.clock import now
from survey_app.db import db
from survey_app.errors import Conflict, Invalid, NotFound, Problem
from survey_app.procedures.models import Procedure
from survey_app.questionnaires.models import QuestionnaireVersion
from survey_app.surveys import devices
from survey_app.surveys.models import Device, Pairing, QrCode, Survey
from survey_app.surveys.opening_hours import OFFICE_HOURS, Hours
from survey_app.surveys.queries import require_collecting, survey_by_code, waiting_pairing
from survey_app.surveys.rules import (
    CHANNELS,
    LONGEST_PLACE,
    LONGEST_TITLE,
    PAIRING_TIME,
    PROVENANCES,
    QR_SIGNS,
    is_code,
    pairing_code,
)

# A device reports itself often; what it says is written down this often at most.
SEEN_EVERY = timedelta(seconds=5)


def create_survey(
    *,
    code: str,
    titles: Mapping[str, str],
    version: QuestionnaireVersion,
    agency: Agency,
    channels: Sequence[str] = CHANNELS,
    opens_on: date | None = None,
    closes_on: date | None = None,
    provenance: str = "collected",
) -> Survey:
    """A new survey on a published version, collecting at an agency and everything below it.

    `titles` are texts by language. Raises Invalid (one Problem for each wrong field) and Conflict where the code is
    taken.
    """
    titles = {tag: " ".join(title.split()) for tag, title in titles.items() if title.strip()}
    problems = [*_wrong_words(code, titles), *_wrong_terms(version, channels, opens_on, closes_on, provenance)]
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    if survey_by_code(code):
        raise _taken(code)
    survey = Survey(
        code=code,
        titles=titles,
        version=version,
        agency=agency,
        channels=[channel for channel in CHANNELS if channel in channels],
        opens_on=opens_on,
        closes_on=closes_on,
        provenance=provenance,
        created_at=now(),
    )
    db.session.add(survey)
    try:
        db.session.flush()
    except IntegrityError as error:
        # Somebody else took the code since we looked.
        raise _taken(code) from error
    return survey


def begin_pairing() -> tuple[str, str]:
    """A new code for a device's screen and the secret that it keeps; pairings whose time is over are forgotten."""
    code, (secret, digest) = devices.new_code(), new_token("pairing")
    db.session.execute(delete(Pairing).where(Pairing.expires_at <= now()))
    db.session.add(
        Pairing(
            secret_hash=digest,
            code_hash=devices.code_hash(code),
            expires_at=now() + PAIRING_TIME,
        )
    )
    db.session.flush()
    return code, secret


def pair_device(*, code: str, survey: Survey, agency: Agency, actor: str, place: str = "") -> Device:
    """Let the device that shows this code collect for a survey at an agency.

    Raises NotFound (no device shows it: mistyped, used or too old) and Invalid (the survey does not collect there, the
    place is no text).
    """
    pairing = _waiting(code)
    device = _new_device(survey, agency, place, OFFICE_HOURS, devices.token_of(pairing))
    _take(pairing, device)
    audit.record(actor, "collect.pair_device", survey.code, agency=agency.code, device=device.id)
    return device


def replace_device(old: Device, *, code: str, actor: str) -> Device:
    """Let the device that shows this code stand in for another: same survey, agency, place and opening hours.

    The old one is revoked. Raises NotFound as `pair_device` does.
    """
    pairing = _waiting(code)
    new = _new_device(old.survey, old.agency, old.place, old.opening_hours, devices.token_of(pairing))
    _take(pairing, new)
    audit.record(actor, "collect.replace_device", old.survey.code, agency=old.agency.code, old=old.id, device=new.id)
    revoke_device(old, actor=actor)
    return new


def create_qr_code(survey: Survey, agency: Agency, procedure: Procedure | None, place: str) -> QrCode:
    """The QR code of a procedure or a counter; the one there is, where it was made before.

    Raises Invalid where neither is given or the place is no short text.
    """
    place = _clean_place(place)
    if procedure is None and not place:
        words = _("Please give a procedure or a counter; the agency itself has a QR code already.")
        raise Invalid(words, errors=(Problem("place", "nothing", words),))
    key = procedure.code if procedure else ""
    same = (QrCode.survey_id == survey.id, QrCode.agency_id == agency.id)
    statement = select(QrCode).where(*same, QrCode.procedure_key == key, QrCode.place == place)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        signs = "".join(secrets.choice(QR_SIGNS) for _sign in range(8))
        found = QrCode(
            code=f"~{signs}",
            survey=survey,
            agency=agency,
            procedure=procedure,
            procedure_key=key,
            place=place,
            created_at=now(),
        )
        db.session.add(found)
        db.session.flush()
    return found


def add_device(*, survey: Survey, agency: Agency, actor: str, place: str = "") -> str:
    """The token of a new device, to be shown once. Raises Invalid as `pair_device` does."""
    token, _digest = new_token("device")
    device = _new_device(survey, agency, place, OFFICE_HOURS, token)
    audit.record(actor, "collect.pair_device", survey.code, agency=agency.code, device=device.id)
    return token


def revoke_device(device: Device, *, actor: str) -> None:
    """Shut a device out from its next request on. Once revoked, nothing changes any more."""
    if device.revoked_at is None:
        device.revoked_at = now()
        audit.record(actor, "collect.revoke_device", device.survey.code, agency=device.agency.code, device=device.id)
        db.session.flush()


def change_device(device: Device, *, place: str, opening_hours: Hours, actor: str) -> None:
    """Where a device stands and when that place is open. Raises Invalid (the place is no text)."""
    device.place = _clean_place(place)
    device.opening_hours = _stored(opening_hours)
    audit.record(actor, "collect.change_device", device.survey.code, agency=device.agency.code, device=device.id)
    db.session.flush()


def note_heartbeat(
    device_id: int, *, queue_length: int, oldest_queued_at: datetime | None, app_version: str, clock_skew: int
) -> None:
    """What a device just said about itself; written down every few seconds at most, however often it says so."""
    moment = now()
    seen_long_ago = or_(Device.last_seen_at.is_(None), Device.last_seen_at < moment - SEEN_EVERY)
    values: dict[str, Any] = {
        "last_seen_at": moment,
        "queue_length": queue_length,
        "oldest_queued_at": oldest_queued_at,
        "app_version": app_version,
        "clock_skew": clock_skew,
    }
    db.session.execute(update(Device).where(Device.id == device_id, seen_long_ago).values(values))


def _waiting(text: str) -> Pairing:
    code = pairing_code(text)
    pairing = waiting_pairing(devices.code_hash(code)) if code else None
    if pairing is None:
        raise _not_shown()
    return pairing


def _take(pairing: Pairing, device: Device) -> None:
    """Whoever is first has it; the device gets its time anew to fetch its token."""
    free = Pairing.secret_hash == pairing.secret_hash, Pairing.device_id.is_(None)
    values = {"device_id": device.id, "expires_at": now() + PAIRING_TIME}
    taken = db.session.execute(update(Pairing).where(*free).values(values))
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise _not_shown()


def _not_shown() -> NotFound:
    return NotFound(_("No device shows this code. It may be mistyped, used already or older than ten minutes."))


def _new_device(survey: Survey, agency: Agency, place: str, hours: Hours, token: str) -> Device:
    require_collecting(survey, agency)
    device = Device(
        survey=survey,
        agency=agency,
        place=_clean_place(place),
        token_hash=digest_of("device", token),
        opening_hours=_stored(hours),
        created_at=now(),
    )
    db.session.add(device)
    try:
        db.session.flush()
    except IntegrityError as error:
        # Somebody else typed the same code just now.
        raise _not_shown() from error
    return device


def _clean_place(text: str) -> str:
    place = clean_name(text)
    if len(place) > LONGEST_PLACE or not place.isprintable():
        words = _("A place has at most %(most)s characters.", most=LONGEST_PLACE)
        raise Invalid(words, errors=(Problem("place", "bad_place", words),))
    return place


def _stored(hours: Hours) -> list[list[list[str]]]:
    return [[list(span) for span in day] for day in hours]


def _wrong_words(code: str, titles: Mapping[str, str]) -> list[Problem]:
    problems = []
    if not is_code(code):
        words = _("A code is 1 to 40 lower-case letters without accents, digits or hyphens, e.g. quy-1-2026.")
        problems.append(Problem("code", "bad_code", words))
    if not titles:
        problems.append(Problem("title", "no_title", _("A survey needs a title.")))
    if any(len(title) > LONGEST_TITLE for title in titles.values()):
        words = _("A title has at most %(most)s characters.", most=LONGEST_TITLE)
        problems.append(Problem("title", "long_title", words))
    return problems


def ask_version(survey: Survey, version: QuestionnaireVersion) -> None:
    """From now on the survey asks a later version of its questionnaire; answers to earlier ones stay counted, under
    the questions that continue theirs. Raises Conflict for any other version."""
    if version.published_at is None:
        raise Conflict(_("Only a published version can be asked."))
    same = version.questionnaire_id == survey.version.questionnaire_id
    if not same or version.number <= survey.version.number:
        raise Conflict(_("A survey can go on only with a later version of its questionnaire."))
    survey.version = version
    db.session.flush()


def _wrong_terms(
    version: QuestionnaireVersion,
    channels: Sequence[str],
    opens_on: date | None,
    closes_on: date | None,
    provenance: str,
) -> list[Problem]:
    problems = []
    if version.published_at is None:
        problems.append(Problem("version", "draft", _("Only a published version can be asked.")))
    if not channels or not set(channels) <= set(CHANNELS):
        words = _("The channels must be some of %(channels)s.", channels=", ".join(CHANNELS))
        problems.append(Problem("channels", "bad_channels", words))
    if opens_on and closes_on and closes_on < opens_on:
        problems.append(Problem("closes_on", "bad_dates", _("The last day lies before the first.")))
    if provenance not in PROVENANCES:
        words = _("The provenance must be one of %(provenances)s.", provenances=", ".join(PROVENANCES))
        problems.append(Problem("provenance", "bad_provenance", words))
    return problems


def _taken(code: str) -> Conflict:
    return Conflict(_("A survey with the code %(code)s exists already.", code=code))
