"""Drafting and publishing versions. What is published can never change: the database refuses it too."""

from collections.abc import Mapping
from typing import Any

from survey_app.clock import now
from survey_app.db import db
from survey_app.errors import Conflict, Invalid, Problem
from survey_app.questionnaires.models import Questionnaire, QuestionnaireVersion
from survey_app.questionnaires.queries import last_number, published_versions, questionnaire_by_code
from survey_app.questionnaires.rules import comparison_problems, content_hash, content_of, is_code, parse_content


def draft_version(code: str, document: Mapping[str, Any]) -> QuestionnaireVersion:
    """Store a document as the next version of a questionnaire, which is made where it is new.

    Raises Invalid with every problem of the document, or of the code.
    """
    if not is_code(code):
        raise Invalid(errors=(Problem("code", "code", "lower-case letters, digits and hyphen, at most 40 characters"),))
    parse_content(document)
    questionnaire = questionnaire_by_code(code)
    if questionnaire is None:
        questionnaire = Questionnaire(code=code)
        db.session.add(questionnaire)
        db.session.flush()
    version = QuestionnaireVersion(
        questionnaire=questionnaire,
        number=last_number(questionnaire.id) + 1,
        content=dict(document),
        sha256=content_hash(document),
        published_at=None,
    )
    db.session.add(version)
    db.session.flush()
    return version


def publish_version(version: QuestionnaireVersion) -> None:
    """Freeze a draft for ever. Raises Conflict when it is published already, Invalid when answers to a question that
    it keeps could not be compared with those to any version published before.
    """
    if version.published_at is not None:
        raise Conflict(f"version {version.number} is published already")
    content = content_of(version.content)
    problems = dict.fromkeys(
        problem
        for earlier in published_versions(version.questionnaire_id)
        for problem in comparison_problems(content_of(earlier.content), content)
    )
    if problems:
        raise Invalid("answers could not be compared with the versions published before", errors=tuple(problems))
    version.sha256 = content_hash(version.content)
    version.published_at = now()
    db.session.flush()
