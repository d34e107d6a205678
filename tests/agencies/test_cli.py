"""flask agencies create."""

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.agencies.models import Agency
from survey_app.agencies.queries import ancestor_ids, require_agency
from survey_app.audit import AuditEvent
from tests.factories import make_agency


def test_create(cli: FlaskCliRunner, session: scoped_session[Session]) -> None:
    root = make_agency("mau")
    command = ["agencies", "create", "mau-snv", "--name", "Sở Nội vụ", "--tier", "department", "--parent", "mau"]
    result = cli.invoke(args=command)
    assert result.exit_code == 0, result.output
    agency = require_agency("mau-snv")
    assert ancestor_ids(agency.id) == (agency.id, root.id)
    event = session.scalars(select(AuditEvent)).one()
    assert (event.actor, event.action, event.subject) == ("command line", "agencies.create", "mau-snv")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mau", "--name", "x", "--tier", "province"], "mau"),
        (["x", "--name", "x", "--tier", "ministry"], "province, department, commune"),
        (["x", "--name", "x", "--tier", "unit", "--parent", "nowhere"], "nowhere"),
        (["x y", "--name", "x", "--tier", "unit"], "so-noi-vu"),
    ],
)
def test_what_is_refused_says_why_in_one_line(
    cli: FlaskCliRunner, session: scoped_session[Session], arguments: list[str], words: str
) -> None:
    make_agency("mau")
    result = cli.invoke(args=["agencies", "create", *arguments])
    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert len(session.scalars(select(Agency)).all()) == 1
