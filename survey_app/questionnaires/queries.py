"""Reading questionnaires and their versions."""

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from survey_app.db import db
from survey_app.errors import NotFound
from survey_app.questionnaires.content import Content
from survey_app.questionnaires.models import Questionnaire, QuestionnaireVersion
from survey_app.questionnaires.rules import content_of


def version_content(version_id: int) -> Content:
    """What a version asks. A published one is frozen, so the application reads it once. Raises NotFound."""
    known: dict[int, Content] = current_app.extensions["questionnaires"]
    if version_id in known:
        return known[version_id]
    columns = select(QuestionnaireVersion.content, QuestionnaireVersion.published_at)
    row = db.session.execute(columns.where(QuestionnaireVersion.id == version_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no questionnaire version {version_id}")
    content = content_of(row.content)
    if row.published_at is not None:
        known[version_id] = content
    return content


def require_version(code: str, number: int | None = None) -> QuestionnaireVersion:
    """A version by its number, or the newest published one, with its questionnaire loaded. Raises NotFound."""
    statement = (
        select(QuestionnaireVersion)
        .join(QuestionnaireVersion.questionnaire)
        .options(contains_eager(QuestionnaireVersion.questionnaire))
        .where(Questionnaire.code == code)
        .order_by(QuestionnaireVersion.number.desc())
        .limit(1)
    )
    if number is None:
        statement = statement.where(QuestionnaireVersion.published_at.is_not(None))
    else:
        statement = statement.where(QuestionnaireVersion.number == number)
    version = db.session.scalars(statement).one_or_none()
    if version is None:
        which = "published version" if number is None else f"version {number}"
        raise NotFound(f"there is no {which} of the questionnaire {code}")
    return version


def questionnaire_by_code(code: str) -> Questionnaire | None:
    """The questionnaire with that code."""
    return db.session.scalars(select(Questionnaire).where(Questionnaire.code == code)).one_or_none()


def questionnaires() -> list[Questionnaire]:
    """All questionnaires by code."""
    return list(db.session.scalars(select(Questionnaire).order_by(Questionnaire.code)))


def versions() -> list[QuestionnaireVersion]:
    """Every version of every questionnaire, by code, the newest first, each with its questionnaire loaded."""
    return list(
        db.session.scalars(
            select(QuestionnaireVersion)
            .join(QuestionnaireVersion.questionnaire)
            .options(contains_eager(QuestionnaireVersion.questionnaire))
            .order_by(Questionnaire.code, QuestionnaireVersion.number.desc())
        )
    )


def published_versions(questionnaire_id: int) -> list[QuestionnaireVersion]:
    """The frozen versions of a questionnaire, the oldest first."""
    return list(
        db.session.scalars(
            select(QuestionnaireVersion)
            .where(QuestionnaireVersion.questionnaire_id == questionnaire_id)
            .where(QuestionnaireVersion.published_at.is_not(None))
            .order_by(QuestionnaireVersion.number)
        )
    )


def last_number(questionnaire_id: int) -> int:
    """The highest version number given so far, 0 where there is none."""
    numbers = select(QuestionnaireVersion.number).where(QuestionnaireVersion.questionnaire_id == questionnaire_id)
    return db.session.scalars(numbers.order_by(QuestionnaireVersion.number.desc()).limit(1)).one_or_none() or 0
