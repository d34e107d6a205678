"""Drafting and publishing versions. What is published can never change: the database refuses it too."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _

from survey_app.clock import now
from survey_app.db import db
from survey_app.errors import Conflict, Invalid, Problem
from survey_app.questionnaires.audio import LARGEST, media_type, recordable
from survey_app.questionnaires.crosswalk import Link, link_problems
from survey_app.questionnaires.models import (
    Crosswalk,
    Questionnaire,
    QuestionnaireTranslation,
    QuestionnaireVersion,
    Recording,
)
from survey_app.questionnaires.queries import (
    last_number,
    links_of,
    published_versions,
    questionnaire_by_code,
    translation_of,
    version_content,
    version_document,
)
from survey_app.questionnaires.rules import (
    comparison_problems,
    content_hash,
    content_of,
    is_code,
    is_language,
    parse_content,
)
from survey_app.questionnaires.translation import translation_problems


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


def store_link(questionnaire: Questionnaire, link: Link, *, actor: str) -> None:
    """Say that a question continues one of an earlier version; it replaces what was said of it and that version.

    Raises Invalid: a version or question that does not exist, questions with one code, comparable ones that differ in
    kind or scale, and what would count a response twice.
    """
    versions = {version.number: version for version in published_versions(questionnaire.id)}
    contents = {number: content_of(version.content) for number, version in versions.items()}
    if problems := tuple(link_problems(link, contents, links_of(questionnaire.id))):
        raise Invalid("the questions cannot be joined", errors=problems)
    key = (versions[link.number].id, link.question, versions[link.earlier].id)
    found = db.session.get(Crosswalk, key)
    if found is None:
        found = Crosswalk(version_id=key[0], question=key[1], earlier_id=key[2])
        db.session.add(found)
    found.earlier_question, found.comparable = link.earlier_question, link.comparable
    found.recorded_at, found.recorded_by = now(), actor
    db.session.flush()


def store_translation(
    version: QuestionnaireVersion, language: str, texts: Mapping[str, str]
) -> QuestionnaireTranslation:
    """Add a language's texts to a version, or replace those it has; they count as not reviewed.

    Raises Invalid with one Problem a fault, and Conflict where the version itself speaks the language or the
    translation was reviewed: then a new version is due.
    """
    content = version_document(version)
    problems = list(translation_problems(content, texts))
    if not is_language(language):
        problems.insert(0, Problem("language", "language", f"{language!r} is no language tag such as km or mww-Latn"))
    if problems:
        raise Invalid("the translation is not valid", errors=tuple(problems))
    if language in content.languages:
        raise Conflict(f"version {version.number} itself is written in {language}")
    found = translation_of(version.id, language)
    if found is not None and found.reviewed_at is not None:
        raise Conflict(f"the translation into {language} was reviewed and is frozen")
    if found is None:
        found = QuestionnaireTranslation(version_id=version.id, language=language, offered=True, reviewed_by="")
        db.session.add(found)
    found.texts = {path: " ".join(text.split()) for path, text in texts.items()}
    found.sha256, found.changed_at = content_hash(found.texts), now()
    db.session.flush()
    return found


def review_translation(translation: QuestionnaireTranslation, reviewer: str) -> None:
    """A speaker of the language has read it and vouches for it: from now on its texts never change."""
    if translation.reviewed_at is not None:
        raise Conflict(f"the translation into {translation.language} was reviewed already")
    translation.reviewed_at, translation.reviewed_by = now(), reviewer
    db.session.flush()


def offer_translation(translation: QuestionnaireTranslation, offered: bool) -> None:
    """Whether citizens may choose the language."""
    translation.offered = offered
    db.session.flush()


def store_recording(
    version: QuestionnaireVersion, language: str, place: str, content: bytes, *, example: bool = False
) -> Recording:
    """Keep a recording of a question or an answer in a language; it replaces the one there was.

    Raises Invalid for another kind of file, one too large, or what the version does not ask.
    """
    problems = []
    if place not in recordable(version_content(version.id)) or not is_language(language):
        problems.append(Problem("place", "unknown", _("This version asks no such question in this language.")))
    kind = media_type(content)
    if kind is None:
        problems.append(Problem("file", "kind", _("Please choose a recording: MP3, Ogg (Opus) or M4A.")))
    if len(content) > LARGEST:
        problems.append(Problem("file", "too_large", _("A recording has at most %(most)s KB.", most=LARGEST // 1024)))
    if problems or kind is None:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    found = db.session.get(Recording, (version.id, language, place))
    if found is None:
        found = Recording(version_id=version.id, language=language, place=place)
        db.session.add(found)
    found.content, found.sha256, found.size = content, sha256(content).hexdigest(), len(content)
    found.media_type, found.example, found.changed_at = kind, example, now()
    db.session.flush()
    return found


def delete_recording(version: QuestionnaireVersion, language: str, place: str) -> None:
    """Forget a recording; nothing happens where there is none."""
    found = db.session.get(Recording, (version.id, language, place))
    if found is not None:
        db.session.delete(found)
        db.session.flush()
