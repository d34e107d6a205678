"""Accounts are created, closed and given passwords; passwords are nowhere but in their hash."""

from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from config import load_settings
from survey_app import create_app
from survey_app.accounts.actions import change_password, create_user, record_failed_sign_in, record_sign_in, set_active
from survey_app.accounts.models import User
from survey_app.accounts.passwords import is_outdated, user_with_password
from survey_app.audit import AuditEvent
from survey_app.db import db, transaction
from survey_app.errors import Conflict, Forbidden, Invalid
from tests.factories import PASSWORD, make_agency, make_user

Db = scoped_session[Session]


def _create(**fields: Any) -> User:
    with transaction():
        return create_user(**{"email": "an@example.vn", "role": "viewer", "password": PASSWORD} | fields)


def test_an_account_is_stored_with_the_hash_alone(session: Db) -> None:
    agency = make_agency()
    user = _create(email=" An@Example.VN ", agency=agency, name=" Nguyễn  An ")
    assert (user.email, user.name, user.agency_id, user.active) == ("an@example.vn", "Nguyễn An", agency.id, True)
    assert user.password_hash.startswith("$argon2id$")
    assert not is_outdated(user.password_hash)
    assert user_with_password("AN@example.vn", PASSWORD) is user


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"email": "an"}, ["email"]),
        ({"role": "owner"}, ["role"]),
        ({"name": "x" * 121}, ["name"]),
        ({"name": "a\x00"}, ["name"]),
        ({"password": "short"}, ["password"]),
        ({"email": "a.very.long@example.vn", "password": "a.very.long@example.vn"}, ["password"]),
        ({"email": "", "role": "", "password": ""}, ["email", "role", "password"]),
    ],
)
def test_what_is_wrong_is_named(session: Db, fields: dict[str, Any], where: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        _create(**fields)
    assert [problem.where for problem in refusal.value.errors] == where
    assert session.scalars(select(User)).all() == []


def test_an_address_has_one_account(session: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    _create()
    with pytest.raises(Conflict, match="an@example"):
        _create(email="AN@example.vn", role="leader")
    monkeypatch.setattr("survey_app.accounts.actions.user_by_email", lambda email: None)
    with pytest.raises(Conflict, match="an@example"):
        _create()
    assert session.scalars(select(User)).one().role == "viewer"


def test_a_new_password_ends_the_sessions(session: Db) -> None:
    user = make_user()
    before = user.get_id()
    with pytest.raises(Invalid), transaction():
        change_password(user, "short")
    assert user.get_id() == before
    with transaction():
        change_password(user, "another password")
    assert user.get_id() != before
    assert user_with_password(user.email, PASSWORD) is None
    assert user_with_password(user.email, "another password") is user


def test_closing_and_opening_end_the_sessions_and_are_recorded(session: Db) -> None:
    user = make_user()
    names = {user.get_id()}
    for active, times in ((False, 1), (True, 2), (True, 2)):
        with transaction():
            set_active(user, active, actor="chief@example.vn")
        names.add(user.get_id())
        assert user.active is active
        assert len(names) == times + 1
    actions = [(e.actor, e.action, e.subject) for e in session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert actions == [
        ("chief@example.vn", "accounts.deactivate", user.email),
        ("chief@example.vn", "accounts.activate", user.email),
    ]


def test_nobody_locks_themselves_out(session: Db) -> None:
    user = make_user()
    with pytest.raises(Conflict), transaction():
        set_active(user, False, actor=user.email)
    assert user.active


def test_a_hash_of_other_parameters_is_made_anew_at_sign_in(session: Db) -> None:
    user = make_user()
    with transaction():
        user.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    assert user_with_password(user.email, PASSWORD) is user
    with transaction():
        record_sign_in(user, PASSWORD)
    assert not is_outdated(user.password_hash)
    assert user_with_password(user.email, PASSWORD) is user


def test_a_hash_that_is_none_opens_nothing(session: Db) -> None:
    user = make_user()
    with transaction():
        user.password_hash = "!"
    assert user_with_password(user.email, "!") is None


def test_what_is_no_address_may_be_a_password_and_is_not_recorded(session: Db) -> None:
    with transaction():
        record_failed_sign_in("my secret\x00")
        record_failed_sign_in("An@example.vn")
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.subject, event.details) == ("accounts.sign_in_failed", "an@example.vn", {})


def test_production_has_no_demonstration_accounts(database_url: str, app: Flask) -> None:
    environ = {
        "SURVEY_ENV": "production",
        "SURVEY_SECRET_KEY": "0123456789abcdefghijklmnopqrstuv",
        "SURVEY_BASE_URL": "https://khaosat.example.vn",
        "SURVEY_DATABASE_URL": database_url,
    }
    with app.app_context():
        _create(demonstration=True)
    with create_app(load_settings(environ)).app_context():
        with pytest.raises(Forbidden):
            _create(email="other@example.vn", demonstration=True)
        db.engine.dispose()
