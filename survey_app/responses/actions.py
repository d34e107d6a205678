"""The only place that stores, excludes or erases an answer."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby, islice
from typing import Any, NamedTuple
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Table, and_, bindparam, delete, not_, select
from sqlalchemy.dialects import postgresql, sqlite

from survey_app import audit
from survey_app.clock import now
from survey_app.db import db
from survey_app.errors import Conflict, Gone, IdConflict, Invalid, NotFound, Problem
from survey_app.questionnaires.content import COMMENT
from survey_app.questionnaires.queries import version_content
from survey_app.responses import queries, rules
from survey_app.responses.evidence import evidence_for
from survey_app.responses.flags import Evidence, burst_members, found_flags
from survey_app.responses.imports import Progress, Reading, Refusal
from survey_app.responses.lines import Line
from survey_app.responses.models import Response, ResponseText, TallyQueueItem
from survey_app.responses.submission import Recorded, Submission
from survey_app.surveys.models import Survey
from survey_app.surveys.rules import CHANNELS
from survey_app.surveys.tickets import redeem_ticket, restore_ticket

RESPONSE: Table = Response.__table__  # type: ignore[assignment]
TEXT: Table = ResponseText.__table__  # type: ignore[assignment]
QUEUE: Table = TallyQueueItem.__table__  # type: ignore[assignment]
INSERT_NEW = {
    "sqlite": sqlite.insert(RESPONSE).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(RESPONSE).on_conflict_do_nothing(),
}
INSERT_ONE = {name: insert.execution_options(preserve_rowcount=True) for name, insert in INSERT_NEW.items()}
INSERT_MANY = {name: insert.returning(RESPONSE.c.agency_id, RESPONSE.c.id) for name, insert in INSERT_NEW.items()}
INSERT_TEXT = TEXT.insert()
INSERT_QUEUE_ITEM = QUEUE.insert()
# Locks a row that is there: the fold cannot take it before the change is committed. What is taken out of the figures
# waits for nobody, and fills nobody's unit; what is counted already is corrected at once.
INSERT_OR_LOCK_QUEUE_ITEM = {
    name: insert(QUEUE).on_conflict_do_update(
        index_elements=[QUEUE.c.agency_id, QUEUE.c.response_id],
        set_={"held": and_(QUEUE.c.held, QUEUE.c.counted == {}, not_(bindparam("taken_out")))},
    )
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
BATCH = 1000
LONGEST_REASON = 200


class Outcome(NamedTuple):
    """What an import did: `read` = `stored` + `already` + `refused`; the refusals by line (of very many the first)."""

    read: int
    stored: int
    already: int
    refused: int
    refusals: list[Refusal]


def record_response(submission: Submission) -> Recorded:
    """Store one response and its place in the tally queue, in the edge's transaction; the only door for answers.

    The same id with the same body gives the first one back. Raises Invalid (one Problem a fault), IdConflict (same
    id, other body or other survey; the first is kept) and Gone (the id was erased).
    """
    texts = _clean_texts(submission)
    _check(submission, texts)
    connection = db.session.connection()
    ticket = _redeemed(submission)
    evidence = evidence_for(submission, now(), verified=ticket is not None)
    row = _response_row(submission, evidence)
    if ticket is not None:
        row |= _about(submission, submission.procedure_code or ticket["procedure_code"])
    inserted = connection.execute(INSERT_ONE[connection.dialect.name], row)
    if inserted.rowcount == 0:
        if ticket is not None:
            restore_ticket(ticket)
        return _repeated(submission)
    _flag_burst(submission, evidence)
    key = {"agency_id": submission.agency_id, "response_id": submission.id}
    connection.execute(
        INSERT_QUEUE_ITEM, {**key, "survey_id": submission.survey.id, "held": submission.live, "counted": {}}
    )
    if texts:
        known = {**key, "survey_id": row["survey_id"], "counted_on": row["counted_on"]}
        connection.execute(INSERT_TEXT, [{**known, "question": where, "text": text} for where, text in texts.items()])
    return _recorded(submission, submission.body_hash, created=True)


def store_lines(reading: Reading, *, channel: str = "import", progress: Progress = lambda lines: None) -> Outcome:
    """Store the good lines of a file that are not there yet, all in the edge's transaction.

    `channel` is that of lines which name none. A known id with the same content counts as `already`; one with other
    content, or whose response was erased, is refused. `progress` is told of the lines of each batch.
    """
    read, stored, already = reading.read, 0, reading.already
    for batch in _batches(iter(reading)):
        new = _insert_batch(reading.survey, batch, channel)
        known = [line for line in batch if (line.agency_id, line.id) not in new]
        refused = list(_refused(reading.survey, known))
        for refusal in refused:
            reading.refusals.add(*refusal)
        stored += len(new)
        already += len(known) - len(refused)
        progress(len(batch))
    refusals = reading.refusals
    return Outcome(read, stored, already, refusals.count, refusals.in_order())


def exclude_response(
    survey: Survey, response_id: UUID, reason: str, actor: str, *, agency_id: int | None = None
) -> None:
    """Take a response out of every figure; it stays stored and says why. Once excluded, nothing changes any more.

    Raises NotFound, Gone (erased), Conflict (several agencies hold this id: name one) and Invalid (no reason).
    """
    reason = rules.clean_text(reason)
    if not 0 < len(reason) <= LONGEST_REASON or rules.FORBIDDEN.search(reason):
        words = _("A reason needs 1 to %(most)s characters.", most=LONGEST_REASON)
        raise Invalid(words, errors=(Problem("reason", "bad_reason", words),))
    response = _locked(survey, response_id, agency_id)
    if response.state == "erased":
        raise Gone(_("This response was erased."))
    if response.state == "excluded":
        return
    _queue_correction(response)
    response.state, response.state_reason = "excluded", reason
    audit.record(actor, "responses.exclude", f"{survey.code}/{response_id}", reason=reason)
    db.session.flush()


def erase_response(survey: Survey, response_id: UUID, actor: str, *, agency_id: int | None = None) -> None:
    """Forget what a response says, for ever; its id stays taken. Once erased, nothing changes any more.

    Gone are answers, reasons, texts, flags, times, procedure, device and the hash (of few possible answers it would
    give them away). Raises NotFound and Conflict (several agencies hold this id: name one).
    """
    response = _locked(survey, response_id, agency_id)
    if response.state == "erased":
        return
    if response.state == "stored":
        _queue_correction(response)
    response.answers, response.reasons, response.flags, response.flagged = {}, {}, [], False
    response.answered_at = response.started_at = response.procedure_code = response.device_id = None
    response.named_on = response.moved_from = None
    response.state, response.state_reason, response.sha256 = "erased", "", ""
    db.session.execute(
        delete(ResponseText).where(
            ResponseText.agency_id == response.agency_id, ResponseText.response_id == response.id
        )
    )
    audit.record(actor, "responses.erase", f"{survey.code}/{response_id}")
    db.session.flush()


def _redeemed(submission: Submission) -> dict[str, Any] | None:
    """The ticket that came along, used up by now; None without one that counts."""
    if submission.ticket is None:
        return None
    key = {"survey_id": submission.survey.id, "agency_id": submission.agency_id}
    return redeem_ticket(submission.ticket, **key, day=submission.answered_on)


def _clean_texts(submission: Submission) -> dict[str, str]:
    """The free texts that there are, the comment among them, as they are stored."""
    given = {**submission.texts, COMMENT: submission.comment}
    cleaned = {where: rules.clean_text(text) for where, text in given.items()}
    return {where: text for where, text in cleaned.items() if text}


def _check(submission: Submission, texts: dict[str, str]) -> None:
    if submission.channel not in CHANNELS:
        raise ValueError(f"unknown channel {submission.channel!r}")
    others = {where: text for where, text in texts.items() if where != COMMENT}
    problems = rules.submission_problems(
        version_content(submission.survey.version_id),
        submission.answers,
        submission.reasons,
        others,
        texts.get(COMMENT, ""),
    )
    if problems:
        raise Invalid(errors=tuple(Problem(p.where, p.code, _(p.message)) for p in problems))


def _response_row(submission: Submission, evidence: Evidence) -> dict[str, Any]:
    flags = found_flags(evidence)
    return {
        "agency_id": submission.agency_id,
        "id": submission.id,
        "survey_id": submission.survey.id,
        "version_id": submission.survey.version_id,
        "channel": submission.channel,
        "language": submission.language,
        **_about(submission, submission.procedure_code),
        "device_id": submission.device_id,
        "counted_on": submission.answered_on,
        "moved_from": None,
        "answered_at": submission.answered_at,
        "started_at": submission.started_at,
        "received_at": evidence.received_at,
        "answers": submission.answers,
        "reasons": {question: codes for question, codes in submission.reasons.items() if codes},
        "completed": submission.completed,
        "end_reason": submission.end_reason,
        "verified": evidence.verified,
        "flags": flags,
        "flagged": bool(flags),
        "state": "stored",
        "state_reason": "",
        "sha256": submission.body_hash,
    }


def _about(submission: Submission, procedure_code: str | None) -> dict[str, Any]:
    """The procedure, and the day on which the response is counted by it."""
    return {"procedure_code": procedure_code, "named_on": submission.answered_on if procedure_code else None}


def _flag_burst(submission: Submission, evidence: Evidence) -> None:
    """Flag the earlier answers of a burst too: it was none yet when they came."""
    moment = evidence.answered_at
    if moment is None or not evidence.completed or not evidence.device_times:
        return
    members = burst_members(moment, evidence.device_times)
    if not members:
        return
    # Only those without the flag: a device that sends for minutes would read all its own answers at each.
    unflagged = queries.responses_to_flag(
        agency_id=submission.agency_id,
        device_id=submission.device_id,
        flag="burst",
        first=min(members),
        last=max(members),
    )
    for response in unflagged:
        if response.answered_at in members:
            _queue_correction(response, taken_out=False)
            response.flags, response.flagged = sorted({*response.flags, "burst"}), True
    db.session.flush()


def _repeated(submission: Submission) -> Recorded:
    """What the holder of this id answers to the same id again."""
    first = queries.stored_identity(agency_id=submission.agency_id, response_id=submission.id)
    if first is None:
        raise RuntimeError("a response is in the way and yet not there")
    if first.state == "erased":
        raise Gone()
    if (first.survey_id, first.sha256) != (submission.survey.id, submission.body_hash):
        conflict = IdConflict()
        conflict.kept = first.sha256
        raise conflict
    return _recorded(submission, first.sha256, created=False)


def _recorded(submission: Submission, sha256: str, *, created: bool) -> Recorded:
    secret: str = current_app.config["SETTINGS"].secret_key
    return Recorded(
        id=submission.id,
        agency_id=submission.agency_id,
        sha256=sha256,
        receipt=rules.receipt(secret, submission.agency_id, submission.id),
        created=created,
    )


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """In the order of the key, so that two imports at once seldom wait for each other crosswise."""
    while batch := list(islice(lines, BATCH)):
        yield sorted(batch, key=lambda line: (line.agency_id, line.id))


def _insert_batch(survey: Survey, batch: Sequence[Line], channel: str) -> set[tuple[int, str]]:
    """Insert the lines whose ids are free; returns their keys."""
    connection = db.session.connection()
    received_at = now()
    submissions = [_submission(survey, line, channel) for line in batch]
    rows = [_response_row(submission, evidence_for(submission, received_at)) for submission in submissions]
    inserted = connection.execute(INSERT_MANY[connection.dialect.name], rows)
    new = {(agency_id, str(response_id)) for agency_id, response_id in inserted}
    items, texts = [], []
    for line in batch:
        if (line.agency_id, line.id) not in new:
            continue
        key = {"agency_id": line.agency_id, "response_id": UUID(line.id)}
        items.append({**key, "survey_id": survey.id, "held": False, "counted": {}})
        key |= {"survey_id": survey.id, "counted_on": date.fromisoformat(line.content["answered_on"])}
        texts += [{**key, "question": name, "text": text} for name, text in line.content.get("texts", {}).items()]
    if items:
        connection.execute(INSERT_QUEUE_ITEM, items)
    if texts:
        connection.execute(INSERT_TEXT, texts)
    return new


def _submission(survey: Survey, line: Line, channel: str) -> Submission:
    content = line.content
    answered_at = content.get("answered_at")
    return Submission(
        id=UUID(line.id),
        survey=survey,
        agency_id=line.agency_id,
        channel=content.get("channel", channel),
        language=content.get("language") or current_app.config["SETTINGS"].default_locale,
        answers=content.get("answers", {}),
        reasons=content.get("reasons", {}),
        procedure_code=content.get("procedure"),
        answered_on=date.fromisoformat(content["answered_on"]),
        answered_at=datetime.fromisoformat(answered_at) if answered_at else None,
        body_hash=line.sha256,
        live=False,
    )


def _refused(survey: Survey, known: Sequence[Line]) -> Iterator[Refusal]:
    """Those lines whose id is taken by something else; the others are there already."""
    for agency_id, group in groupby(known, key=lambda line: line.agency_id):
        lines = list(group)
        ids = [UUID(line.id) for line in lines]
        stored = {str(row.id): row for row in queries.responses_by_id(agency_id=agency_id, ids=ids)}
        texts = queries.texts_by_response(agency_id=agency_id, ids=ids)
        for line in lines:
            response = stored[line.id]
            if response.state == "erased":
                yield Refusal(line.number, _("the response %(id)s was erased", id=line.id))
            elif line.own_id and not _is_same(line, survey, response, texts.get(response.id, {})):
                yield Refusal(line.number, _("conflict: the id %(id)s is stored with other content", id=line.id))


def _is_same(line: Line, survey: Survey, response: Response, texts: dict[str, str]) -> bool:
    """Whether a line says what is stored; of what it leaves to be supposed, nothing is compared."""
    stored = {
        "answered_on": response.answered_on.isoformat(),
        "answered_at": response.answered_at.isoformat() if response.answered_at else None,
        "channel": response.channel,
        "language": response.language,
        "procedure": response.procedure_code,
        "answers": response.answers or None,
        "reasons": {question: sorted(codes) for question, codes in response.reasons.items()} or None,
        "texts": texts or None,
    }
    supposed = {"answered_at", "channel", "language"} - line.content.keys()
    compared = stored.keys() - supposed
    return response.survey_id == survey.id and all(stored[key] == line.content.get(key) for key in compared)


def _locked(survey: Survey, response_id: UUID, agency_id: int | None) -> Response:
    """The response, locked until the transaction ends."""
    holders = queries.agencies_holding(survey_id=survey.id, response_id=response_id)
    chosen = [agency for agency in holders if agency_id in (None, agency.id)]
    if not chosen:
        raise NotFound(_("The survey %(survey)s has no response %(id)s.", survey=survey.code, id=response_id))
    if len(chosen) > 1:
        codes = ", ".join(agency.code for agency in chosen)
        raise Conflict(_("Several agencies hold this id: %(agencies)s. Name one.", agencies=codes))
    statement = select(Response).where(Response.agency_id == chosen[0].id, Response.id == response_id)
    return db.session.scalars(statement.with_for_update().execution_options(populate_existing=True)).one()


def _queue_correction(response: Response, *, taken_out: bool = True) -> None:
    """Tell the tallies to take off what they hold of a released response; one that waits just keeps its row.
    `taken_out` of all figures, or only marked otherwise."""
    connection = db.session.connection()
    counted = rules.counted_form(
        survey_id=response.survey_id,
        version_id=response.version_id,
        day=response.counted_on,
        channel=response.channel,
        verified=response.verified,
        flagged=response.flagged,
        procedure=response.procedure_code or "",
        named_on=response.named_on,
        answers=response.answers,
    )
    row = {
        "agency_id": response.agency_id,
        "response_id": response.id,
        "survey_id": response.survey_id,
        "held": False,
        "counted": counted,
    }
    connection.execute(INSERT_OR_LOCK_QUEUE_ITEM[connection.dialect.name], row | {"taken_out": taken_out})
