"""The demonstration: loaded once, marked, with accounts whose passwords follow from the installation's key."""

from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from survey_app.figures.models import PublishedFigure
from survey_app.procedures.models import CaseFigures, CaseFiguresEdition
from survey_app.responses.models import Response
from survey_app.surveys.models import Survey
from tests.factories import make_survey


def _count(session: scoped_session[Session], model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def _count_simulated(session: scoped_session[Session]) -> int:
    simulated = CaseFiguresEdition.source == "số liệu mô phỏng"
    return session.scalar(select(func.count()).select_from(CaseFiguresEdition).where(simulated)) or 0


def test_twice_is_once(cli: FlaskCliRunner, session: scoped_session[Session]) -> None:
    for _ in range(2):
        result = cli.invoke(args=["demo", "load", "--responses", "120"])
        assert result.exit_code == 0, result.output
        assert _count(session, Response) == 66 + 120
    provenances = {survey.code: survey.provenance for survey in session.scalars(select(Survey))}
    assert provenances == {"bentre-2016": "reconstruction", "demo": "simulated"}
    assert _count(session, PublishedFigure) == 12
    # One real quarter of 2021; the rest is simulated, and says so.
    assert _count(session, CaseFigures) == 1 + _count_simulated(session) > 60
    verified = cli.invoke(args=["tallies", "verify"])
    assert verified.exit_code == 0, verified.output


def test_an_installation_with_a_survey_is_left_alone(cli: FlaskCliRunner, session: scoped_session[Session]) -> None:
    make_survey()
    assert cli.invoke(args=["demo", "load", "--if-empty"]).exit_code == 0
    assert _count(session, Survey) == 1
    assert cli.invoke(args=["demo", "show"]).output == ""


def test_the_accounts_shown_can_sign_in(cli: FlaskCliRunner, client: FlaskClient, app: Flask) -> None:
    cli.invoke(args=["demo", "load", "--responses", "0"])
    lines = [line.split(" ") for line in cli.invoke(args=["demo", "show"]).output.splitlines() if "@" in line]
    assert [line[0] for line in lines] == ["administrator", "analyst", "leader", "officer", "viewer"]
    assert {len(line) for line in lines} == {3}
    page = client.get("/sign-in").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    _role, email, password = lines[2]
    answer = client.post("/sign-in", data={"csrf_token": token, "email": email, "password": password})
    assert answer.status_code == 303
    assert client.get("/dashboards").status_code == 200
