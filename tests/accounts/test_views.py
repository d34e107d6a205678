"""Signing in and out, and who manages whose account."""

import re
import time
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from config import load_settings
from survey_app import create_app
from survey_app.accounts import attempts, passwords
from survey_app.accounts.models import User
from survey_app.accounts.queries import user_by_email
from survey_app.accounts.sessions import IDLE_SECONDS
from survey_app.audit import AuditEvent
from survey_app.db import db, transaction
from tests.factories import PASSWORD, make_agency, make_user, sign_in

Db = scoped_session[Session]
ACCOUNTS = "/manage/accounts"
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
EMAIL = "an@example.vn"


def _token(client: FlaskClient, page: str) -> str:
    found = TOKEN.search(client.get(page).text)
    assert found
    return found[1]


def _enter(client: FlaskClient, password: str = PASSWORD, email: str = EMAIL, **fields: str) -> Any:
    token = _token(client, "/sign-in")
    return client.post("/sign-in", data={"csrf_token": token, "email": email, "password": password, **fields})


def _is_in(client: FlaskClient) -> bool:
    return client.get(ACCOUNTS).status_code == 200


@pytest.fixture
def user(session: Db) -> User:
    return make_user(email=EMAIL)


def test_in_and_out(client: FlaskClient, user: User) -> None:
    assert not _is_in(client)
    answer = _enter(client, email=" AN@example.vn ")
    assert answer.status_code == 303
    assert _is_in(client)
    assert client.get("/sign-out").status_code == 405
    assert _is_in(client)
    assert client.post("/sign-out", data={"csrf_token": _token(client, ACCOUNTS)}).location == "/sign-in"
    assert not _is_in(client)


def test_signing_out_needs_the_token(client: FlaskClient, user: User) -> None:
    sign_in(client, user)
    assert client.post("/sign-out").status_code == 400
    assert _is_in(client)


def test_without_the_token_nobody_gets_in(client: FlaskClient, user: User) -> None:
    assert client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD}).status_code == 400
    assert not _is_in(client)


def test_what_is_wrong_is_said_alike_and_recorded_without_the_password(client: FlaskClient, user: User) -> None:
    closed = make_user(email="closed@example.vn")
    with transaction():
        closed.active = False
    answers = [
        _enter(client, password="wrong password"),
        _enter(client, email="nobody@example.vn"),
        _enter(client, email="closed@example.vn"),
    ]
    assert {answer.status_code for answer in answers} == {422}
    texts = {TOKEN.sub("", re.sub(r'value="[^"]*@example.vn"', "", answer.text)) for answer in answers}
    assert len(texts) == 1
    assert "error-summary" in texts.pop()
    assert not _is_in(client)
    events = list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)))
    assert [e.subject for e in events] == [EMAIL, "nobody@example.vn", "closed@example.vn"]
    assert {e.action for e in events} == {"accounts.sign_in_failed"}
    assert "wrong password" not in str([(e.actor, e.subject, e.details) for e in events])


def test_an_unknown_address_costs_a_hash_too(session: Db, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    real = passwords.hasher

    class Counting:
        """The real hasher, which notes what it verifies."""

        hash = staticmethod(real.hash)

        def verify(self, stored: str, password: str) -> bool:
            verified.append(stored)
            return real.verify(stored, password)

    monkeypatch.setattr(passwords, "hasher", Counting())
    for email in (EMAIL, "nobody@example.vn", "no address"):
        assert passwords.user_with_password(email, "wrong password") is None
    assert len(verified) == 3
    assert {stored.split("$")[3] for stored in verified} == {"m=47104,t=1,p=1"}


def test_empty_fields_are_named(client: FlaskClient, user: User) -> None:
    answer = _enter(client, email="", password="")
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text
    assert 'id="password-error"' in answer.text


@pytest.mark.parametrize("email", ["a\x00@example.vn", "x" * 5000, "ư@example.vn"])
def test_odd_addresses_are_just_wrong(client: FlaskClient, user: User, email: str) -> None:
    assert _enter(client, email=email).status_code == 422


def test_success_is_recorded(client: FlaskClient, user: User) -> None:
    _enter(client)
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.actor, event.action) == (EMAIL, "accounts.sign_in")


@pytest.mark.parametrize("place", ["/manage/accounts?lang=en", "/dashboards/demo?from=2016-01-01"])
def test_onward_to_where_one_wanted_to_go(client: FlaskClient, user: User, place: str) -> None:
    page = client.get("/sign-in", query_string={"next": place}).text
    assert f'value="{place}"' in page
    assert _enter(client, next=place).location == place
    assert client.get("/sign-in", query_string={"next": place}).location == place


@pytest.mark.parametrize("place", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", ""])
def test_never_onward_to_another_site(client: FlaskClient, user: User, place: str) -> None:
    location = _enter(client, next=place).location
    assert location.startswith("/")
    assert "evil" not in location
    assert "evil" not in client.get("/sign-in", query_string={"next": place}).location


def test_a_refused_page_comes_back_after_signing_in(client: FlaskClient, user: User) -> None:
    location = client.get(f"{ACCOUNTS}?lang=en").location
    assert location.startswith("/sign-in?next=")
    page = client.get(location).text
    onward = re.search(r'name="next"[^>]* value="([^"]+)"', page)
    assert onward
    assert _enter(client, next=onward[1]).location == f"{ACCOUNTS}?lang=en"


def test_ten_failures_and_the_address_waits(app: Flask, client: FlaskClient, user: User) -> None:
    other = make_user(email="other@example.vn")
    with time_machine.travel("2026-03-02T08:00:00Z", tick=False) as clock:
        for _ in range(attempts.MOST):
            assert _enter(client, password="wrong password").status_code == 422
        answer = _enter(client)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert "error-summary" in answer.text
        assert _enter(app.test_client(), email="AN@EXAMPLE.VN ").status_code == 429
        assert _enter(app.test_client(), email=other.email).status_code == 303
        clock.shift(attempts.WAIT_SECONDS + 1)
        assert _enter(client).status_code == 303


def test_an_unknown_address_waits_alike(client: FlaskClient, session: Db) -> None:
    codes = [_enter(client, email="nobody@example.vn").status_code for _ in range(attempts.MOST + 1)]
    assert codes == [422] * attempts.MOST + [429]


def test_success_starts_the_count_again(client: FlaskClient, app: Flask, user: User) -> None:
    for _ in range(attempts.MOST - 1):
        _enter(client, password="wrong password")
    assert _enter(app.test_client()).status_code == 303
    assert _enter(client, password="wrong password").status_code == 422
    assert _enter(client).status_code == 303


def test_nothing_of_the_session_before_survives(client: FlaskClient, user: User) -> None:
    token = _token(client, "/sign-in")
    with client.session_transaction() as session:
        session["planted"] = "x"
        before = session["csrf_token"]
    client.post("/sign-in", data={"csrf_token": token, "email": EMAIL, "password": PASSWORD})
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before


def test_an_idle_session_ends_and_a_used_one_goes_on(client: FlaskClient, user: User) -> None:
    with time_machine.travel("2026-03-02T08:00:00Z", tick=False) as clock:
        _enter(client)
        for _ in range(3):
            clock.shift(IDLE_SECONDS - 60)
            assert _is_in(client)
        clock.shift(IDLE_SECONDS + 1)
        assert not _is_in(client)


@pytest.mark.parametrize("change", [{"active": False}, {"session_number": 2}])
def test_a_closed_or_renewed_account_is_out_at_once(client: FlaskClient, user: User, change: dict[str, Any]) -> None:
    sign_in(client, user)
    assert _is_in(client)
    with transaction():
        for name, value in change.items():
            setattr(user, name, value)
    assert not _is_in(client)


@pytest.mark.parametrize("name", ["", "x", "1", "1.1.1", "99999999999999999999.1", "0.1"])
def test_a_session_that_names_nobody(client: FlaskClient, user: User, name: str) -> None:
    with client.session_transaction() as session:
        session.update({"_user_id": name, "_fresh": True, "seen_at": int(time.time())})
    assert not _is_in(client)


def test_demonstration_accounts_stay_out_of_production(database_url: str, session: Db) -> None:
    user = make_user(email=EMAIL, demonstration=True)
    environ = {
        "SURVEY_ENV": "production",
        "SURVEY_SECRET_KEY": "0123456789abcdefghijklmnopqrstuv",
        "SURVEY_BASE_URL": "http://localhost",
        "SURVEY_DATABASE_URL": database_url,
    }
    app = create_app(load_settings(environ))
    try:
        assert _enter(app.test_client()).status_code == 422
        assert not _is_in(sign_in(app.test_client(), user))
    finally:
        with app.app_context():
            db.engine.dispose()


def test_the_page_of_accounts(client: FlaskClient, user: User) -> None:
    make_user("leader", email="lead@example.vn", name="<i>An</i>")
    page = sign_in(client, user).get(ACCOUNTS).text
    assert "lead@example.vn" in page
    assert "&lt;i&gt;An&lt;/i&gt;" in page
    assert f"{ACCOUNTS}/{user.id}/deactivate" not in page


def _new(client: FlaskClient, **fields: str) -> Any:
    new = {"email": "new@example.vn", "name": "", "role": "viewer", "agency": "", "password": PASSWORD}
    return client.post(ACCOUNTS, data=new | fields | {"csrf_token": _token(client, ACCOUNTS)})


def test_an_account_is_added(client: FlaskClient, user: User) -> None:
    agency = make_agency("mau")
    assert _new(sign_in(client, user), agency="mau", name="Nguyễn An").status_code == 303
    added = user_by_email("new@example.vn")
    assert added
    assert (added.role, added.name, added.agency_id) == ("viewer", "Nguyễn An", agency.id)
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.actor, event.action, event.subject) == (EMAIL, "accounts.create", "new@example.vn")
    assert PASSWORD not in str(event.details)


@pytest.mark.parametrize(
    ("fields", "marked"),
    [
        ({"email": "an"}, "email"),
        ({"email": EMAIL}, "email"),
        ({"role": "owner"}, "role"),
        ({"agency": "nowhere"}, "agency"),
        ({"password": "short"}, "password"),
        ({"name": "x" * 121}, "name"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: FlaskClient, user: User, fields: dict[str, str], marked: str
) -> None:
    answer = _new(sign_in(client, user), **fields)
    assert answer.status_code == 422
    assert f'id="{marked}-error"' in answer.text
    assert PASSWORD not in answer.text
    assert db.session.scalars(select(User)).all() == [user]


def _switch(client: FlaskClient, which: User, verb: str) -> int:
    token = _token(client, ACCOUNTS)
    return client.post(f"{ACCOUNTS}/{which.id}/{verb}", data={"csrf_token": token}).status_code


def test_an_account_is_closed_and_opened(app: Flask, client: FlaskClient, user: User) -> None:
    other = make_user(email="other@example.vn")
    others = sign_in(app.test_client(), other)
    assert _is_in(others)
    sign_in(client, user)
    assert _switch(client, other, "deactivate") == 303
    assert not _is_in(others)
    assert _switch(client, other, "activate") == 303
    assert not _is_in(others)
    db.session.refresh(other)
    assert other.active
    assert _switch(client, user, "deactivate") == 409


def test_a_scoped_administrator_stays_within_their_agencies(client: FlaskClient, session: Db) -> None:
    own = make_agency("own")
    make_agency("foreign")
    below = make_user("viewer", agency=make_agency(parent=own))
    foreign = make_user("viewer", agency=make_agency(), email="foreign@example.vn")
    everywhere = make_user(email="chief@example.vn")
    sign_in(client, make_user(agency=own))
    page = client.get(ACCOUNTS).text
    assert below.email in page
    assert foreign.email not in page
    assert everywhere.email not in page
    assert [_switch(client, user, "deactivate") for user in (below, foreign, everywhere)] == [303, 404, 404]
    assert [_new(client, agency=code).status_code for code in ("foreign", "", "own")] == [422, 422, 303]


@pytest.mark.parametrize("user_id", ["99999999", "99999999999999999999", "x", "-1"])
def test_an_account_that_is_none(client: FlaskClient, user: User, user_id: str) -> None:
    token = _token(sign_in(client, user), ACCOUNTS)
    assert client.post(f"{ACCOUNTS}/{user_id}/activate", data={"csrf_token": token}).status_code == 404


def test_the_menu_shows_what_one_may_open(client: FlaskClient, session: Db) -> None:
    page = sign_in(client, make_user("analyst")).get("/manage/agencies").text
    assert f'href="{ACCOUNTS}"' not in page
    page = sign_in(client, make_user("administrator")).get("/manage/agencies").text
    assert f'<a href="{ACCOUNTS}">' in page
    assert '<a href="/manage/agencies" aria-current="page">' in page
