"""Reading questionnaires and their versions."""

import time
from dataclasses import dataclass

from flask import current_app, has_app_context
from sqlalchemy import event, select
from sqlalchemy.orm import aliased, contains_eager

from survey_app.db import db
from survey_app.errors import NotFound
from survey_app.questionnaires.content import Content
from survey_app.questionnaires.crosswalk import Link, continued
from survey_app.questionnaires.models import (
    Crosswalk,
    Questionnaire,
    QuestionnaireTranslation,
    QuestionnaireVersion,
    Recording,
)
from survey_app.questionnaires.rules import content_of
from survey_app.questionnaires.translation import translated

FRESH_SECONDS = 10.0


@dataclass(slots=True)
class _Known:
    """A published version as this process read it: its frozen document, and with the translations of `read_at`."""

    document: Content
    translations: tuple[tuple[str, str], ...]
    content: Content
    read_at: float


def version_content(version_id: int) -> Content:
    """What a version asks, in every language offered; the same object as long as nothing changed. Raises NotFound.

    A published version is frozen, so its document is read once; its translations are read again after some seconds.
    """
    known: dict[int, _Known] = current_app.extensions["questionnaires"]
    entry = known.get(version_id)
    if entry is not None and time.monotonic() - entry.read_at < FRESH_SECONDS:
        return entry.content
    columns = select(QuestionnaireVersion.content, QuestionnaireVersion.published_at)
    if entry is None:
        row = db.session.execute(columns.where(QuestionnaireVersion.id == version_id)).one_or_none()
        if row is None:
            raise NotFound(f"there is no questionnaire version {version_id}")
        document = content_of(row.content)
        entry = _Known(document, (), document, 0.0)
        if row.published_at is not None:
            known[version_id] = entry
    _refresh(entry, version_id)
    return entry.content


def _refresh(entry: _Known, version_id: int) -> None:
    offered = [each for each in translations(version_id) if each.offered]
    state = tuple((each.language, each.sha256) for each in offered)
    if state != entry.translations:
        entry.content = translated(entry.document, {each.language: each.texts for each in offered})
        entry.translations = state
    entry.read_at = time.monotonic()


@event.listens_for(QuestionnaireTranslation, "after_insert")
@event.listens_for(QuestionnaireTranslation, "after_update")
def _read_again(_mapper: object, _connection: object, changed: QuestionnaireTranslation) -> None:
    """What this process changed, it sees at once; other processes within FRESH_SECONDS."""
    if has_app_context() and changed.version_id in current_app.extensions["questionnaires"]:
        current_app.extensions["questionnaires"][changed.version_id].read_at = -FRESH_SECONDS


def version_document(version: QuestionnaireVersion) -> Content:
    """What a version says itself, without the translations added later."""
    return content_of(version.content)


def translations(version_id: int) -> list[QuestionnaireTranslation]:
    """The translations of a version by language, offered or not."""
    rows = select(QuestionnaireTranslation).where(QuestionnaireTranslation.version_id == version_id)
    return list(db.session.scalars(rows.order_by(QuestionnaireTranslation.language)))


def translation_of(version_id: int, language: str) -> QuestionnaireTranslation | None:
    """A version's translation into a language."""
    return db.session.get(QuestionnaireTranslation, (version_id, language))


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


def published_version_id(version_id: int, number: int) -> int | None:
    """The id of the published version with this number, of the questionnaire that a version belongs to."""
    same = select(QuestionnaireVersion.questionnaire_id).where(QuestionnaireVersion.id == version_id).scalar_subquery()
    statement = select(QuestionnaireVersion.id).where(
        QuestionnaireVersion.questionnaire_id == same,
        QuestionnaireVersion.number == number,
        QuestionnaireVersion.published_at.is_not(None),
    )
    return db.session.scalars(statement).one_or_none()


def links_of(questionnaire_id: int) -> list[Link]:
    """Which questions of a questionnaire's versions continue earlier ones, the latest version first."""
    later, earlier = aliased(QuestionnaireVersion), aliased(QuestionnaireVersion)
    columns = (later.number, Crosswalk.question, earlier.number, Crosswalk.earlier_question, Crosswalk.comparable)
    statement = (
        select(*columns)
        .select_from(Crosswalk)
        .join(later, later.id == Crosswalk.version_id)
        .join(earlier, earlier.id == Crosswalk.earlier_id)
        .where(later.questionnaire_id == questionnaire_id)
        .order_by(later.number.desc(), Crosswalk.question, earlier.number.desc())
    )
    return [Link(*row) for row in db.session.execute(statement)]


def continued_questions(version: QuestionnaireVersion) -> dict[str, str]:
    """{code of an earlier question: code of the one that continues it} of a version (`crosswalk.continued`)."""
    # A first version has nothing before it: no statement.
    links = links_of(version.questionnaire_id) if version.number > 1 else []
    asked = {question.code for question in version_content(version.id).choices} if links else set()
    return continued(asked, version.number, links)


def last_number(questionnaire_id: int) -> int:
    """The highest version number given so far, 0 where there is none."""
    numbers = select(QuestionnaireVersion.number).where(QuestionnaireVersion.questionnaire_id == questionnaire_id)
    return db.session.scalars(numbers.order_by(QuestionnaireVersion.number.desc()).limit(1)).one_or_none() or 0


def recordings(version_id: int) -> list[Recording]:
    """The recordings of a version, without their content."""
    rows = select(Recording).where(Recording.version_id == version_id)
    return list(db.session.scalars(rows.order_by(Recording.language, Recording.place)))


def recording_content(sha256: str) -> tuple[str, bytes] | None:
    """The type and content of a recording that is still kept."""
    columns = select(Recording.media_type, Recording.content).where(Recording.sha256 == sha256).limit(1)
    row = db.session.execute(columns).one_or_none()
    return (row.media_type, row.content) if row else None


def audio_addresses(version_id: int) -> dict[str, dict[str, str]]:
    """{language: {place: address}} of the recordings of a version, as kiosks take them."""
    found: dict[str, dict[str, str]] = {}
    for each in recordings(version_id):
        found.setdefault(each.language, {})[each.place] = f"/k/audio/{each.sha256}"
    return found
