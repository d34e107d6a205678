"""The ground the other tests stand on: fresh databases, separate contexts, and no silent gaps in CI."""

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from tests.needs import missing


def test_the_database_is_of_the_kind_asked_for(session: Session, database_kind: str) -> None:
    assert session.connection().dialect.name == database_kind


@pytest.mark.parametrize("turn", ["first", "second"])
def test_nothing_of_one_test_reaches_the_next(session: Session, turn: str) -> None:
    assert "left_behind" not in inspect(session.connection()).get_table_names()
    session.execute(text("CREATE TABLE left_behind (turn TEXT)"))
    session.commit()


def test_each_request_has_a_context_of_its_own(app: Flask, session: Session, client: FlaskClient) -> None:
    seen: list[str | None] = []

    def look() -> None:
        seen.append(g.get("mark"))
        g.mark = "an earlier request"

    app.before_request(look)
    g.mark = "the test"
    client.get("/livez")
    client.get("/livez")
    assert seen == [None, None]


def test_what_is_missing_fails_in_ci_and_is_skipped_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="a browser"):
        missing("a browser")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="a browser"):
        missing("a browser")
