import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from survey_app.db import transaction
from survey_app.errors import Conflict, Invalid
from survey_app.questionnaires.actions import draft_version, publish_version
from survey_app.questionnaires.models import QuestionnaireVersion
from survey_app.questionnaires.queries import require_version
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
