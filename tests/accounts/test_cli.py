"""flask accounts create-user / set-password."""

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.accounts.models import User
from survey_app.accounts.passwords import user_with_password
from survey_app.accounts.queries import user_by_email
from survey_app.audit import AuditEvent
from tests.factories import PASSWORD, make_agency, make_user

Db = scoped_session[Session]
CREATE = ["accounts", "create-user", "an@example.vn", "--role", "leader", "--password-stdin"]


def test_create_user(cli: FlaskCliRunner, session: Db) -> None:
    agency = make_agency("mau")
    result = cli.invoke(args=[*CREATE, "--agency", "mau", "--name", "An"], input=f"{PASSWORD}\r\nsecond line\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    user = user_with_password("an@example.vn", PASSWORD)
    assert user
    assert (user.role, user.name, user.agency_id, user.demonstration) == ("leader", "An", agency.id, False)
    event = session.scalars(select(AuditEvent)).one()
    assert (event.actor, event.action, event.subject) == ("command line", "accounts.create", "an@example.vn")
    assert PASSWORD not in str(event.details)


@pytest.mark.parametrize(
    ("arguments", "typed", "words"),
    [
        (["accounts", "create-user", "an@example.vn", "--role", "leader"], PASSWORD, "--password-stdin"),
        (
            ["accounts", "create-user", "an@example.vn", "--role", "chief", "--password-stdin"],
            PASSWORD,
            "administrator, ",
        ),
        (["accounts", "create-user", "an", "--role", "leader", "--password-stdin"], PASSWORD, "name@example.vn"),
        ([*CREATE, "--agency", "nowhere"], PASSWORD, "nowhere"),
        (CREATE, "short", "12"),
        (CREATE, "", "12"),
        (["accounts", "create-user", "HERE@example.vn", "--role", "leader", "--password-stdin"], PASSWORD, "here@exam"),
        (["accounts", "set-password", "nobody@example.vn", "--password-stdin"], PASSWORD, ""),
        (["accounts", "set-password", "here@example.vn", "--password-stdin"], "short", "12"),
    ],
)
def test_what_is_refused_says_why_in_one_line(
    cli: FlaskCliRunner, session: Db, arguments: list[str], typed: str, words: str
) -> None:
    here = make_user("viewer", email="here@example.vn")
    result = cli.invoke(args=arguments, input=typed)
    assert result.exit_code == 1
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    session.expire_all()
    assert session.scalars(select(User)).all() == [here]
    assert user_with_password(here.email, PASSWORD) is here


def test_set_password(cli: FlaskCliRunner, session: Db) -> None:
    before = make_user(email="an@example.vn").get_id()
    result = cli.invoke(
        args=["accounts", "set-password", "an@example.vn", "--password-stdin"], input="another password"
    )
    assert result.exit_code == 0, result.output
    session.expire_all()
    user = user_by_email("an@example.vn")
    assert user
    assert user.get_id() != before
    assert user_with_password("an@example.vn", "another password") is user
