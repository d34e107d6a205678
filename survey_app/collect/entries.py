"""Typing sheets in: what one says, where two of the same differ, and how a batch becomes responses."""

from typing import Any, NamedTuple

from survey_app.collect.models import EntryBatch, EntrySheet
from survey_app.collect.rules import FilledForm
from survey_app.questionnaires.content import COMMENT, Content
from survey_app.responses.rules import body_hash
from survey_app.responses.submission import Submission

# Every so manieth sheet is typed again where a sample is enough.
SAMPLE = 10


class Difference(NamedTuple):
    """A question (or "comment") that was typed in two ways; as words of the version's codes."""

    where: str
    first: str
    second: str


def typed(filled: FilledForm) -> dict[str, Any]:
    """What was typed, as a sheet keeps it."""
    return {
        "answers": filled.answers,
        "reasons": {code: sorted(chosen) for code, chosen in filled.reasons.items() if chosen},
        "texts": {code: text for code, text in filled.texts.items() if text},
        COMMENT: filled.comment,
    }


def differences(content: Content, sheet: EntrySheet) -> list[Difference]:
    """Where the second typing says something else than the first; none where there was no second one."""
    if not sheet.second:
        return []
    found = []
    for question in content.questions:
        first, second = (_said(each, question.code) for each in (sheet.first, sheet.second))
        if first != second:
            found.append(Difference(question.code, first, second))
    if sheet.first[COMMENT] != sheet.second[COMMENT]:
        found.append(Difference(COMMENT, sheet.first[COMMENT], sheet.second[COMMENT]))
    return found


def to_check(sheets: list[EntrySheet], *, sample: bool) -> EntrySheet | None:
    """The next sheet to be typed again: of all, or of the first and every tenth after it."""
    due = sheets[::SAMPLE] if sample else sheets
    return next((sheet for sheet in due if not sheet.second), None)


def submission_of_sheet(batch: EntryBatch, sheet: EntrySheet) -> Submission:
    """The response that a sheet becomes: no longer a secret of the moment, so it is not held for a batch."""
    said = sheet.first
    body = {"id": str(sheet.response_id), "survey": batch.survey.code, "channel": batch.channel, **said}
    return Submission(
        id=sheet.response_id,
        survey=batch.survey,
        agency_id=batch.agency_id,
        channel=batch.channel,
        language=batch.language,
        answers=said["answers"],
        reasons=said["reasons"],
        texts=said["texts"],
        comment=said[COMMENT],
        answered_on=batch.answered_on,
        body_hash=body_hash(body),
        live=False,
    )


def _said(said: dict[str, Any], code: str) -> str:
    answer = said["answers"].get(code) or said["texts"].get(code, "")
    return " ".join([answer, *said["reasons"].get(code, ())]).strip()
