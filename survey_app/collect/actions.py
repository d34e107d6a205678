"""Storing what devices and programs send, and keeping what cannot be stored."""

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from survey_app import audit, strict_json
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import covers
from survey_app.clock import now, today, uuid7
from survey_app.collect.bodies import translated
from survey_app.collect.entries import differences, submission_of_sheet, typed
from survey_app.collect.models import EntryBatch, EntrySheet, RefusedBody
from survey_app.collect.queries import refused_count, sheets_of
from survey_app.collect.queue_files import QueueItem, QueueOutcome, another_survey
from survey_app.collect.received import check_size, sent_hash, sent_id, submission_of
from survey_app.collect.rules import FilledForm
from survey_app.collect.senders import Sender
from survey_app.collect.shapes import RESPONSE, shape_problems
from survey_app.db import db
from survey_app.errors import Conflict, DomainError, Failed, Forbidden, IdConflict, Invalid, NotFound, Problem
from survey_app.questionnaires.queries import published_version_id, version_content
from survey_app.responses.actions import record_response
from survey_app.responses.rules import submission_problems
from survey_app.responses.submission import Recorded
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import FormSurvey, survey_for_form

log = logging.getLogger(__name__)
ENTERED = ("paper", "phone")
# Of one device: a faulty one must not fill the disk.
MOST_KEPT = 200
INSERT_REFUSED = {
    "sqlite": sqlite.insert(RefusedBody).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(RefusedBody).on_conflict_do_nothing(),
}


def submit(sender: Sender, survey_code: str, body: Any) -> Recorded:
    """Store what a device or a program sent; `body` as `strict_json.parsed` gives it. Nothing is written when it fails.

    Raises what `record_response` raises; also Forbidden (not this sender's survey or agency) and NotFound.
    """
    problems = [*strict_json.faults(body)] or shape_problems(body, RESPONSE)
    if problems:
        raise Invalid(errors=translated(problems))
    survey, agency_id = _asked(sender, survey_code, body)
    device_id = sender.device.id if sender.device else None
    return record_response(submission_of(body, survey=survey, agency_id=agency_id, device_id=device_id))


def submit_apart(sender: Sender, survey_code: str, body: Any) -> Recorded:
    """The same for one body of many: whatever goes wrong with it leaves the others alone.

    Raises also TooLarge, and Failed for an error of ours; a database that does not answer ends them all.
    """
    check_size(body)
    try:
        with db.session.begin_nested():
            return submit(sender, survey_code, body)
    except (DomainError, OperationalError):
        raise
    except Exception as error:
        log.exception("one of several bodies could not be stored")
        raise Failed() from error


def import_queue(sender: Sender, items: Sequence[QueueItem], survey: str = "") -> QueueOutcome:
    """Store what a kiosk exported, each item by itself; what is there already counts as `already`. Ids stay.

    Refused are also items that were changed since the kiosk hashed them, and those of others than `survey`, if given.
    """
    stored = already = 0
    refusals: list[tuple[int, str]] = []
    for item in items:
        try:
            if survey and item.survey != survey:
                raise Invalid(another_survey(item))
            recorded = _submit_unchanged(sender, item)
        except DomainError as error:
            refusals.append((item.number, _reasons(error)))
            note_refusal(sender, item.survey, item.body, error)
            continue
        stored += recorded.created
        already += not recorded.created
    return QueueOutcome(len(items), stored, already, refusals)


def _submit_unchanged(sender: Sender, item: QueueItem) -> Recorded:
    with db.session.begin_nested():
        recorded = submit_apart(sender, item.survey, item.body)
        if item.sha256 not in ("", recorded.sha256):
            raise Invalid(_("This answer was changed after the kiosk had stored it."))
    return recorded


def _reasons(error: DomainError) -> str:
    words = [f"{problem.where}: {problem.message}".removeprefix(": ") for problem in error.errors]
    return " ".join(words) or error.message or error.code


def note_refusal(sender: Sender, survey_code: str, body: Any, error: DomainError) -> None:
    """Write down why a body was not stored: a conflict with both hashes in the audit log; what a device sent is kept.

    `body` is as for `submit`, or the text that was no JSON.
    """
    if isinstance(error, IdConflict):
        hashes = {"kept": error.kept, "refused": sent_hash(body)}
        audit.record(sender.name, "responses.conflict", f"{survey_code}/{sent_id(body)}", **hashes)
    if isinstance(error, Invalid) and sender.device is not None:
        text = body if isinstance(body, str) else json.dumps(body, default=str, ensure_ascii=True)
        _keep(sender.device.agency_id, sender.device.id, text, error)
    db.session.flush()


def erase_refused(refused: RefusedBody, *, actor: str) -> None:
    """Forget what a device sent in vain."""
    device = refused.device
    audit.record(actor, "collect.erase_refused", device.survey.code, device=device.id, sha256=refused.sha256)
    db.session.delete(refused)
    db.session.flush()


def _asked(sender: Sender, survey_code: str, body: dict[str, Any]) -> tuple[FormSurvey, int]:
    """The survey in the version that was shown, and the agency at which it was."""
    device = sender.device
    if device is not None and (survey_code, body["agency"]) != (device.survey_code, device.agency_code):
        raise Forbidden(_("This device collects for another survey or agency."))
    survey = survey_for_form(survey_code, body["agency"])
    if survey is None:
        raise NotFound(_("There is no such survey."))
    if device is not None:
        if body["channel"] != "kiosk":
            raise _wrong("channel", "wrong_channel", _("A device sends what was answered on it: the channel is kiosk."))
        return _as_shown(survey, body), device.agency_id
    if survey.agency_code != body["agency"]:
        raise _wrong("agency", "unknown_agency", _("The survey does not collect at this agency."))
    if not covers(sender.scope, survey.agency_id):
        raise Forbidden(_("This token is for other agencies."))
    return _as_shown(survey, body), survey.agency_id


def _as_shown(survey: FormSurvey, body: dict[str, Any]) -> FormSurvey:
    """The survey with the version whose number the body names: what an older version asked is stored as such."""
    number = body.get("version", survey.version)
    if number == survey.version:
        return survey
    version_id = published_version_id(survey.version_id, number)
    if version_id is None:
        raise _wrong("version", "unknown_version", _("The questionnaire has no such version."))
    return replace(survey, version_id=version_id, version=number)


def _wrong(where: str, code: str, words: str) -> Invalid:
    return Invalid(errors=(Problem(where, code, words),))


def _keep(agency_id: int, device_id: int, text: str, error: Invalid) -> None:
    if refused_count(agency_id=agency_id, device_id=device_id) >= MOST_KEPT:
        return
    connection = db.session.connection()
    row = {
        "agency_id": agency_id,
        "device_id": device_id,
        "sha256": sha256(text.encode()).hexdigest(),
        "received_at": now(),
        "code": error.code,
        "errors": [{"where": p.where, "code": p.code} for p in error.errors],
        "body": text,
    }
    connection.execute(INSERT_REFUSED[connection.dialect.name], row)


def open_batch(
    survey: Survey, agency: Agency, *, channel: str, language: str, answered_on: date, actor: str
) -> EntryBatch:
    """A batch to type sheets into. Raises Invalid where the day lies ahead or the survey does not take the channel."""
    problems = []
    if answered_on > today():
        problems.append(Problem("answered_on", "future", _("This day has not come yet.")))
    if channel not in ENTERED or channel not in survey.channels:
        problems.append(Problem("channel", "bad_channel", _("This survey does not take answers in this way.")))
    if language not in version_content(survey.version_id).languages:
        problems.append(Problem("language", "bad_language", _("This survey does not speak this language.")))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    batch = EntryBatch(
        agency=agency,
        id=uuid7(),
        survey=survey,
        channel=channel,
        language=language,
        answered_on=answered_on,
        created_by=actor,
        created_at=now(),
        second_by="",
    )
    db.session.add(batch)
    audit.record(actor, "collect.open_batch", survey.code, agency=agency.code, channel=channel)
    db.session.flush()
    return batch


def enter_sheet(batch: EntryBatch, response_id: UUID, filled: FilledForm) -> None:
    """Add a sheet to a batch; the same id again is the same sheet. Raises Invalid as `record_response` does."""
    sheets = sheets_of(batch)
    if any(sheet.response_id == response_id for sheet in sheets):
        return
    said = _checked(batch, filled)
    number = sheets[-1].number + 1 if sheets else 1
    db.session.add(
        EntrySheet(
            agency_id=batch.agency_id,
            batch_id=batch.id,
            number=number,
            response_id=response_id,
            first=said,
            second={},
        )
    )
    db.session.flush()


def enter_again(batch: EntryBatch, sheet: EntrySheet, filled: FilledForm, actor: str) -> None:
    """Type a sheet a second time, to be compared with the first. Raises Invalid as `enter_sheet` does."""
    sheet.second = _checked(batch, filled)
    batch.second_by = actor
    db.session.flush()


def settle(sheet: EntrySheet, *, take_second: bool) -> None:
    """Say which of two typings of a sheet is right."""
    if take_second and sheet.second:
        sheet.first = sheet.second
    sheet.second = sheet.first
    db.session.flush()


def remove_last_sheet(batch: EntryBatch) -> None:
    """Take the last sheet out, to type it anew."""
    sheets = sheets_of(batch)
    if sheets:
        db.session.delete(sheets[-1])
        db.session.flush()


def finish_batch(batch: EntryBatch, actor: str) -> int:
    """Record every sheet as a response and forget the batch; how many there were.

    Raises Conflict while two typings of a sheet differ.
    """
    content, sheets = version_content(batch.survey.version_id), sheets_of(batch)
    if any(differences(content, sheet) for sheet in sheets):
        raise Conflict(_("Some sheets were typed in two ways. Settle them first."))
    checked = sum(bool(sheet.second) for sheet in sheets)
    for sheet in sheets:
        record_response(submission_of_sheet(batch, sheet))
        db.session.delete(sheet)
    db.session.flush()
    db.session.delete(batch)
    audit.record(actor, "collect.finish_batch", batch.survey.code, sheets=len(sheets), checked=checked)
    db.session.flush()
    return len(sheets)


def _checked(batch: EntryBatch, filled: FilledForm) -> dict[str, Any]:
    problems = submission_problems(
        version_content(batch.survey.version_id), filled.answers, filled.reasons, filled.texts, filled.comment
    )
    if problems:
        raise Invalid(errors=translated(problems))
    return typed(filled)
