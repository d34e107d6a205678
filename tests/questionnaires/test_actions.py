import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from survey_app.db import transaction
from survey_app.errors import Conflict, Invalid
from survey_app.questionnaires.actions import (
    draft_version,
    offer_translation,
    publish_version,
    review_translation,
    store_translation,
)
from survey_app.questionnaires.models import QuestionnaireTranslation, QuestionnaireVersion
from survey_app.questionnaires.queries import require_version, version_content
from survey_app.questionnaires.rules import content_hash

DatabaseSession = scoped_session[Session]
HERE = Path(__file__).parent
FROZEN = "a published questionnaire version never changes"


def example(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return document


def published(name: str = "short-1") -> QuestionnaireVersion:
    with transaction():
        version = draft_version("short", example(name))
        publish_version(version)
    return version


def test_a_draft_is_stored_with_its_hash(session: DatabaseSession) -> None:
    with transaction():
        version = draft_version("short", example("short-1"))
    session.expire_all()
    assert (version.number, version.published_at, version.questionnaire.code) == (1, None, "short")
    assert version.content == example("short-1")
    assert version.sha256 == content_hash(example("short-1"))


def test_versions_are_numbered(session: DatabaseSession) -> None:
    with transaction():
        numbers = [draft_version("short", example("short-1")).number for _ in range(3)]
        other = draft_version("other", example("short-1")).number
    assert (numbers, other) == ([1, 2, 3], 1)


def test_a_wrong_document_stores_nothing(session: DatabaseSession) -> None:
    document = example("short-1")
    document["questions"][0]["code"] = "comment"
    with pytest.raises(Invalid) as raised, transaction():
        draft_version("short", document)
    assert [problem.code for problem in raised.value.errors] == ["reserved"]
    assert session.query(QuestionnaireVersion).count() == 1


@pytest.mark.parametrize("code", ["", "Short", "a b", "-a", "a" * 41])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_bad_code_is_refused(session: DatabaseSession, code: str) -> None:
    with pytest.raises(Invalid), transaction():
        draft_version(code, example("short-1"))


def test_publishing_freezes(session: DatabaseSession) -> None:
    version = published()
    assert version.published_at is not None
    assert require_version("short").id == version.id
    with pytest.raises(Conflict), transaction():
        publish_version(version)


def test_the_database_refuses_a_change_through_the_orm(session: DatabaseSession) -> None:
    version = published()
    with pytest.raises(IntegrityError, match=FROZEN), transaction():
        version.content = example("short-2-comparable")


def test_the_database_refuses_to_take_publishing_back(session: DatabaseSession) -> None:
    version = published()
    with pytest.raises(IntegrityError, match=FROZEN), transaction():
        version.published_at = None


def test_the_database_refuses_a_change_by_statement(session: DatabaseSession) -> None:
    version = published()
    statement = update(QuestionnaireVersion.__table__).where(QuestionnaireVersion.id == version.id).values(number=7)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError, match=FROZEN), transaction():
        session.execute(statement)


def test_the_database_refuses_a_deletion(session: DatabaseSession) -> None:
    version = published()
    with pytest.raises(IntegrityError, match=FROZEN), transaction():
        session.execute(delete(QuestionnaireVersion.__table__).where(QuestionnaireVersion.id == version.id))  # type: ignore[arg-type]
    with pytest.raises(IntegrityError, match=FROZEN), transaction():
        session.delete(version)


def test_a_draft_can_still_change_and_go(session: DatabaseSession) -> None:
    with transaction():
        version = draft_version("short", example("short-1"))
    with transaction():
        version.content = example("short-2-comparable")
    with transaction():
        session.delete(version)
    assert session.query(QuestionnaireVersion).count() == 1


def test_a_comparable_version_is_published(session: DatabaseSession) -> None:
    published()
    assert published("short-2-comparable").number == 2
    assert require_version("short").number == 2


def test_an_incomparable_version_is_refused_with_its_reasons(session: DatabaseSession) -> None:
    published()
    with transaction():
        version = draft_version("short", example("short-2-incomparable"))
    with pytest.raises(Invalid) as raised, transaction():
        publish_version(version)
    words = {f"{problem.where}: {problem.message}" for problem in raised.value.errors}
    assert "overall.not_satisfied: score was 1, now 0: give the question a new code" in words
    assert "wish: was a text question, now choice: give the question a new code" in words
    session.expire_all()
    assert version.published_at is None


def test_a_question_that_comes_back_is_compared_with_all_versions_before(session: DatabaseSession) -> None:
    published()
    published("short-2-comparable")
    document = example("short-1")
    wish = {**document["questions"][0], "code": "wish"}
    document["questions"] = [wish]
    with transaction():
        version = draft_version("short", document)
    with pytest.raises(Invalid) as raised, transaction():
        publish_version(version)
    assert [(problem.where, problem.code) for problem in raised.value.errors] == [("wish", "kind_changed")]


def test_a_language_is_added_to_a_published_version_without_touching_it(session: DatabaseSession) -> None:
    version = published()
    fingerprint = version.sha256
    assert "km" not in version_content(version.id).languages
    texts = {f"{question.code}.text": "សំណួរ" for question in version_content(version.id).questions}
    with transaction():
        store_translation(version, "km", texts)
    assert "km" in version_content(version.id).languages
    session.expire_all()
    assert require_version("short").sha256 == fingerprint
    with transaction():
        offer_translation(session.get_one(QuestionnaireTranslation, (version.id, "km")), False)
    assert "km" not in version_content(version.id).languages


def test_a_language_that_the_version_speaks_is_not_added(session: DatabaseSession) -> None:
    with pytest.raises(Conflict), transaction():
        store_translation(require_version("five-criteria"), "en", {"titles": "Other"})


@pytest.mark.parametrize(("language", "texts"), [("km_KH", {"titles": "x"}), ("km", {"nothing": "x"}), ("km", {})])
def test_a_wrong_translation_is_refused(session: DatabaseSession, language: str, texts: dict[str, str]) -> None:
    with pytest.raises(Invalid), transaction():
        store_translation(require_version("five-criteria"), language, texts)


def test_what_was_reviewed_never_changes(session: DatabaseSession) -> None:
    version = published()
    with transaction():
        translation = store_translation(version, "km", {"titles": "ក"})
        review_translation(translation, "reader@example.vn")
    with pytest.raises(Conflict), transaction():
        store_translation(version, "km", {"titles": "ខ"})
    with pytest.raises(Conflict), transaction():
        review_translation(translation, "other@example.vn")
    # The database says it too; whether the language is offered may change.
    for statement in (
        update(QuestionnaireTranslation)
        .where(QuestionnaireTranslation.version_id == version.id)
        .values(sha256="0" * 64),
        delete(QuestionnaireTranslation).where(QuestionnaireTranslation.version_id == version.id),
    ):
        with pytest.raises(IntegrityError, match="a reviewed translation never changes"), transaction():
            session.execute(statement)
    with transaction():
        offer_translation(translation, False)
