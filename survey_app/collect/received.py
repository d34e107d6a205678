"""A JSON body of the right shape as a Submission."""

import json
from typing import Any
from uuid import UUID

from survey_app.clock import local_date, now
from survey_app.collect.bodies import LARGEST, require_depth, translated
from survey_app.collect.shapes import moment
from survey_app.errors import Invalid, TooLarge
from survey_app.questionnaires.content import Content
from survey_app.questionnaires.queries import version_content
from survey_app.responses.rules import body_hash, canonical_id
from survey_app.responses.submission import Submission
from survey_app.surveys.queries import FormSurvey


def submission_of(
    body: dict[str, Any], *, survey: FormSurvey, agency_id: int, device_id: int | None = None
) -> Submission:
    """What a body of the shape RESPONSE says, for the survey in the version that was shown.

    The counted day is the one on which it says it was answered, or the one on which it came where that was earlier: a
    clock that runs ahead cannot count answers on days to come. Raises Invalid ("invalid_id").
    """
    answered_at, received_at = moment(body["answered_at"]) or now(), now()
    answers, texts = _answers(version_content(survey.version_id), body["answers"])
    return Submission(
        id=sent_id(body),
        survey=survey,
        agency_id=agency_id,
        channel=body["channel"],
        language=body["language"],
        answers=answers,
        texts=texts,
        reasons=body.get("reasons", {}),
        comment=body.get("comment") or "",
        procedure_code=body.get("procedure"),
        device_id=device_id,
        ticket=body.get("ticket"),
        body_hash=sent_hash(body),
        answered_on=local_date(min(answered_at, received_at)),
        answered_at=answered_at,
        started_at=moment(body.get("started_at", "")),
        completed=body.get("completed", True),
        end_reason=body.get("end_reason", "done"),
    )


def check_size(body: Any) -> None:
    """That one body of many is no larger and no deeper than a body may be. Raises TooLarge and Invalid ("too_deep")."""
    if len(json.dumps(body, default=str, ensure_ascii=False).encode("utf-8", "surrogatepass")) > LARGEST:
        raise TooLarge()
    require_depth(body)


def sent_id(body: dict[str, Any]) -> UUID:
    """The id of a body. Raises Invalid in the reader's language."""
    try:
        return canonical_id(body["id"])
    except Invalid as error:
        raise Invalid(errors=translated(error.errors)) from error


def sent_hash(body: dict[str, Any]) -> str:
    """The hash of a body as it came, without its ticket, its id in canonical form."""
    return body_hash({**{name: value for name, value in body.items() if name != "ticket"}, "id": str(sent_id(body))})


def _answers(content: Content, given: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Options by question, and the words given to questions that ask for words."""
    words = {question.code for question in content.text_questions}
    options = {code: answer for code, answer in given.items() if code not in words}
    return options, {code: answer for code, answer in given.items() if code in words}
