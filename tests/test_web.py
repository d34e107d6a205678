"""What every answer has, the error pages, the health addresses and the trusted host."""

from collections.abc import Mapping
from typing import ClassVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from wtforms import StringField
from wtforms.validators import InputRequired

from config import load_settings
from survey_app import create_app
from survey_app.access import public
from survey_app.db import db, transaction
from survey_app.errors import Gone, IdConflict, Invalid, NotFound, Problem
from survey_app.web import NAV_SHOWN, Form, split_nav

KEY = "0123456789abcdefghijklmnopqrstuvwxyz"


def test_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/livez").data == b"ok"
    assert client.get("/readyz").json == {"status": "ok"}


def test_not_ready_without_the_database_but_alive(tmp_path) -> None:  # type: ignore[no-untyped-def]
    gone = f"sqlite:///{tmp_path}/no-such-folder/survey.db"
    app = create_app(load_settings({"SURVEY_SECRET_KEY": KEY, "SURVEY_ENV": "testing", "SURVEY_DATABASE_URL": gone}))
    assert app.test_client().get("/livez").status_code == 200
    assert app.test_client().get("/readyz").status_code == 503


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_unknown_page_is_a_page(client: FlaskClient, lang: str) -> None:
    answer = client.get(f"/no/such/page?lang={lang}")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert f'lang="{lang}"' in answer.text


def test_an_error_below_api_is_json(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")  # type: ignore[index]


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotFound(), 404), (IdConflict(), 409), (Gone(), 410), (Invalid(errors=(Problem("x", "bad", "sai"),)), 422)],
)
def test_domain_errors_become_statuses_at_the_edge(app: Flask, error: Exception, status: int) -> None:
    @public
    def broken() -> str:
        raise error

    app.add_url_rule("/api/broken", "broken", broken)
    app.add_url_rule("/broken", "broken_page", broken)
    answer = app.test_client().get("/api/broken")
    assert answer.status_code == status
    assert answer.json["code"]  # type: ignore[index]
    assert app.test_client().get("/broken").status_code == status


def test_another_host_is_refused_where_a_base_address_is_set(tmp_path) -> None:  # type: ignore[no-untyped-def]
    environ = {
        "SURVEY_SECRET_KEY": KEY,
        "SURVEY_ENV": "production",
        "SURVEY_BASE_URL": "https://khaosat.example.vn",
        "SURVEY_DATABASE_URL": f"sqlite:///{tmp_path}/survey.db",
    }
    client = create_app(load_settings(environ)).test_client()
    assert client.get("/livez", headers={"Host": "khaosat.example.vn"}).status_code == 200
    assert client.get("/livez", headers={"Host": "evil.example"}).status_code == 400


def _insert_and_fail() -> None:
    with transaction():
        db.session.execute(text("INSERT INTO questionnaire (code) VALUES ('lost')"))
        raise RuntimeError


def test_a_transaction_commits_whole_or_not_at_all(app: Flask) -> None:
    with app.app_context():
        with transaction():
            db.session.execute(text("INSERT INTO questionnaire (code) VALUES ('kept')"))
        with pytest.raises(RuntimeError):
            _insert_and_fail()
        codes = set(db.session.scalars(text("SELECT code FROM questionnaire")))
        assert "kept" in codes
        assert "lost" not in codes


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_sqlite_is_durable_and_writers_queue(app: Flask) -> None:
    with app.app_context():
        values = {
            name: db.session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
        assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_postgresql_commits_synchronously(app: Flask) -> None:
    with app.app_context():
        assert db.session.scalar(text("SHOW synchronous_commit")) == "on"


def test_a_long_menu_keeps_its_end_and_never_the_present_page_behind_more() -> None:
    lines = [(f"page {number}", f"/{number}", number == 8) for number in range(10)]
    shown, more = split_nav(lines)
    assert shown == [*lines[:NAV_SHOWN], lines[8]]
    assert more == [line for line in lines[NAV_SHOWN:] if line != lines[8]]
    assert split_nav(lines[: NAV_SHOWN + 1]) == (lines[: NAV_SHOWN + 1], [])


class NameForm(Form):
    PLACES: ClassVar[Mapping[str, str]] = {"title": "name"}

    name = StringField(validators=[InputRequired()])


def carried_out(app: Flask, act, *, name: str = "x", otherwise: str = "") -> tuple[object, dict[str, object]]:  # type: ignore[no-untyped-def]
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(method="POST", data={"name": name}):
        form = NameForm()
        return form.carry_out(act, otherwise=otherwise), form.errors


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_form_carries_out_what_it_asks_for_or_says_where_it_is_wrong(app: Flask) -> None:
    def refuse(*problems: Problem):  # type: ignore[no-untyped-def]
        def act() -> object:
            raise Invalid("no", errors=problems)

        return act

    assert carried_out(app, lambda: "done") == ("done", {})
    assert carried_out(app, lambda: pytest.fail("carried out"), name="")[1].keys() == {"name"}
    assert carried_out(app, refuse(Problem("title", "bad", "A title!"))) == (None, {"name": ["A title!"]})
    assert carried_out(app, refuse(), otherwise="name") == (None, {"name": ["no"]})
    with pytest.raises(Invalid):
        carried_out(app, refuse(Problem("elsewhere", "bad", "What?")))
