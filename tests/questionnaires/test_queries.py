import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from survey_app.db import db, transaction
from survey_app.errors import NotFound
from survey_app.questionnaires import queries
from survey_app.questionnaires.actions import draft_version, publish_version

DatabaseSession = scoped_session[Session]
DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parent / "short-1.json").read_text(encoding="utf-8"))


def test_the_default_questionnaire_comes_with_the_migrations(session: DatabaseSession) -> None:
    version = queries.require_version("five-criteria")
    codes = [question.code for question in queries.version_content(version.id).questions]
    assert (version.number, codes) == (1, ["access", "transparency", "staff", "timeliness", "results"])


def test_the_newest_published_version_is_meant(session: DatabaseSession) -> None:
    with transaction():
        first = draft_version("short", DOCUMENT)
        publish_version(first)
        second = draft_version("short", DOCUMENT)
    assert queries.require_version("short") is first
    assert queries.require_version("short", 2) is second


@pytest.mark.parametrize(("code", "number"), [("none", None), ("five-criteria", 9), ("", None)])
def test_an_unknown_version_is_not_found(session: DatabaseSession, code: str, number: int | None) -> None:
    with pytest.raises(NotFound):
        queries.require_version(code, number)


def test_a_version_without_a_published_one_is_not_found(session: DatabaseSession) -> None:
    with transaction():
        draft_version("short", DOCUMENT)
    with pytest.raises(NotFound):
        queries.require_version("short")


def test_a_published_version_is_read_once(session: DatabaseSession) -> None:
    version = queries.require_version("five-criteria")
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    first = queries.version_content(version.id)
    # The document, and the translations beside it.
    assert len(statements) == 2
    assert queries.version_content(version.id) is first
    assert len(statements) == 2


def test_a_draft_is_read_as_it_stands(session: DatabaseSession) -> None:
    with transaction():
        version = draft_version("short", DOCUMENT)
    assert queries.version_content(version.id).titles["vi"] == "Phiếu ngắn"
    with transaction():
        version.content = {**DOCUMENT, "titles": {"vi": "Phiếu khác"}}
    assert queries.version_content(version.id).titles["vi"] == "Phiếu khác"


def test_no_content_without_a_version(session: DatabaseSession) -> None:
    with pytest.raises(NotFound):
        queries.version_content(4711)


def test_versions_are_listed_newest_first(session: DatabaseSession) -> None:
    with transaction():
        draft_version("short", DOCUMENT)
        draft_version("short", DOCUMENT)
    found = [(version.questionnaire.code, version.number) for version in queries.versions()]
    assert found == [("five-criteria", 1), ("short", 2), ("short", 1)]
    assert [questionnaire.code for questionnaire in queries.questionnaires()] == ["five-criteria", "short"]
