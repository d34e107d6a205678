"""The only place that stores, excludes or erases an answer."""

from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from survey_app.clock import now
from survey_app.db import db
from survey_app.errors import Gone, IdConflict, Invalid, Problem
from survey_app.questionnaires.content import COMMENT
from survey_app.questionnaires.queries import version_content
from survey_app.responses import queries, rules
from survey_app.responses.models import Response, ResponseText, TallyQueueItem
from survey_app.responses.submission import Recorded, Submission
from survey_app.surveys.rules import CHANNELS

RESPONSE: Table = Response.__table__  # type: ignore[assignment]
TEXT: Table = ResponseText.__table__  # type: ignore[assignment]
QUEUE: Table = TallyQueueItem.__table__  # type: ignore[assignment]
INSERT_RESPONSE = {
    "sqlite": sqlite.insert(RESPONSE).on_conflict_do_nothing().execution_options(preserve_rowcount=True),
    "postgresql": postgresql.insert(RESPONSE).on_conflict_do_nothing().execution_options(preserve_rowcount=True),
}
INSERT_TEXT = TEXT.insert()
INSERT_QUEUE_ITEM = QUEUE.insert()


def record_response(submission: Submission) -> Recorded:
    """Store one response and its place in the tally queue, in the edge's transaction; the only door for answers.

    The same id with the same body gives the first one back. Raises Invalid (one Problem a fault), IdConflict (same
    id, other body or other survey; the first is kept) and Gone (the id was erased).
    """
    texts = _clean_texts(submission)
    _check(submission, texts)
    connection = db.session.connection()
    inserted = connection.execute(INSERT_RESPONSE[connection.dialect.name], _response_row(submission))
    if inserted.rowcount == 0:
        return _repeated(submission)
    key = {"agency_id": submission.agency_id, "response_id": submission.id}
    connection.execute(
        INSERT_QUEUE_ITEM, {**key, "survey_id": submission.survey.id, "held": submission.live, "counted": {}}
    )
    if texts:
        connection.execute(INSERT_TEXT, [{**key, "question": where, "text": text} for where, text in texts.items()])
    return _recorded(submission, submission.body_hash, created=True)


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


def _response_row(submission: Submission) -> dict[str, Any]:
    received_at = now()
    flags = rules.flags(
        answered_on=submission.answered_on,
        answered_at=submission.answered_at,
        received_at=received_at,
        opens_on=submission.survey.opens_on,
        closes_on=submission.survey.closes_on,
        live=submission.live,
    )
    return {
        "agency_id": submission.agency_id,
        "id": submission.id,
        "survey_id": submission.survey.id,
        "version_id": submission.survey.version_id,
        "channel": submission.channel,
        "language": submission.language,
        "procedure_code": submission.procedure_code,
        "answered_on": submission.answered_on,
        "answered_at": submission.answered_at,
        "started_at": submission.started_at,
        "received_at": received_at,
        "answers": submission.answers,
        "reasons": {question: codes for question, codes in submission.reasons.items() if codes},
        "completed": submission.completed,
        "end_reason": submission.end_reason,
        "verified": False,
        "flags": flags,
        "flagged": bool(flags),
        "state": "stored",
        "state_reason": "",
        "sha256": submission.body_hash,
    }


def _repeated(submission: Submission) -> Recorded:
    """What the holder of this id answers to the same id again."""
    first = queries.stored_identity(agency_id=submission.agency_id, response_id=submission.id)
    if first is None:
        raise RuntimeError("a response is in the way and yet not there")
    if first.state == "erased":
        raise Gone()
    if (first.survey_id, first.sha256) != (submission.survey.id, submission.body_hash):
        raise IdConflict()
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
