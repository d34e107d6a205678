"""Finding users: by address, by session, and inside a scope only."""

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from survey_app.access import EVERYWHERE, Scope
from survey_app.accounts.actions import set_active
from survey_app.accounts.queries import require_user, user_by_email, user_of_session, users_in
from survey_app.db import db, transaction
from survey_app.errors import NotFound
from tests.factories import make_agency, make_user

Db = scoped_session[Session]


def test_by_email(session: Db) -> None:
    user = make_user(email="an@example.vn")
    assert user_by_email(" AN@example.vn") is user
    assert user_by_email("other@example.vn") is None
    assert user_by_email("an@example.vn\x00") is None


def test_a_session_is_good_until_its_number_changes(session: Db) -> None:
    user = make_user()
    name = user.get_id()
    assert user_of_session(name) is user
    with transaction():
        set_active(user, False, actor="")
    assert user_of_session(name) is None
    assert user_of_session(user.get_id()) is None
    with transaction():
        set_active(user, True, actor="")
    assert user_of_session(name) is None
    assert user_of_session(user.get_id()) is user
    assert user_of_session("nonsense") is None


def test_a_session_costs_one_query(session: Db) -> None:
    name = make_user(agency=make_agency()).get_id()
    session.expunge_all()
    session.connection()
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    user = user_of_session(name)
    assert user
    assert user.may("dashboards.view")
    assert user.scope.agency_id
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(statements) == 1


def test_a_scope_holds_the_users_of_its_agencies(session: Db) -> None:
    root = make_agency()
    below = make_agency(parent=root)
    chief = make_user(email="chief@example.vn")
    one = make_user(agency=root, email="b@example.vn")
    two = make_user(agency=below, email="a@example.vn")
    assert users_in(EVERYWHERE) == [two, one, chief]
    assert users_in(Scope(root.id)) == [two, one]
    assert users_in(Scope(below.id)) == [two]
    assert require_user(one.id, Scope(root.id)) is one
    for hidden in (one.id, chief.id, 0):
        with pytest.raises(NotFound):
            require_user(hidden, Scope(below.id))
