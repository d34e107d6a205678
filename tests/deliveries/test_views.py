"""The page about schedules, within its scope."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.clock import now
from survey_app.db import db, transaction
from survey_app.deliveries.actions import deliver_due
from survey_app.deliveries.models import Schedule
from survey_app.deliveries.queries import deliveries_stand_still, unqueued_period
from survey_app.deliveries.rules import PATIENCE
from tests.factories import make_agency, make_survey, make_user, sign_in

Db = scoped_session[Session]
BASE = "/manage/deliveries"
FORM = {
    "survey": "s", "agency": "so", "report": "overview", "file_format": "docx", "language": "vi",
    "frequency": "monthly", "addresses": "a@example.vn",
}  # fmt: skip


@pytest.fixture
def leader(app: Flask, session: Db) -> FlaskClient:
    agency = make_agency("so")
    make_survey(agency, "s")
    make_survey(make_agency("other"), "elsewhere")
    return sign_in(app.test_client(), make_user("leader", agency=agency))


def posted(client: FlaskClient, path: str = BASE, **form: str):  # type: ignore[no-untyped-def]
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(BASE).text)
    assert found
    return client.post(path, data={**form, "csrf_token": found[1]})


def test_a_leader_makes_and_stops_a_schedule(leader: FlaskClient) -> None:
    assert posted(leader, **FORM).status_code == 303
    (schedule,) = db.session.scalars(select(Schedule))
    page = leader.get(BASE).text
    assert "a@example.vn" in page
    assert "SURVEY_MAIL_URL" in page
    assert posted(leader, f"{BASE}/{schedule.id}/again").status_code == 303
    assert posted(leader, f"{BASE}/{schedule.id}/stop").status_code == 303
    db.session.rollback()
    assert schedule.stopped_at is not None


@pytest.mark.parametrize(
    "wrong", [{"addresses": "x"}, {"survey": "elsewhere"}, {"agency": "other"}, {"frequency": "at_close"}]
)
def test_what_is_wrong_is_shown_and_nothing_is_made(leader: FlaskClient, wrong: dict[str, str]) -> None:
    answer = posted(leader, **{**FORM, **wrong})
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert list(db.session.scalars(select(Schedule))) == []


def test_nobody_touches_the_schedules_of_others(app: Flask, leader: FlaskClient) -> None:
    posted(leader, **FORM)
    (schedule,) = db.session.scalars(select(Schedule))
    stranger = sign_in(app.test_client(), make_user("leader", agency=make_agency()))
    assert "a@example.vn" not in stranger.get(BASE).text
    assert posted(stranger, f"{BASE}/{schedule.id}/stop").status_code == 404
    assert posted(stranger, f"{BASE}/{schedule.id}/again").status_code == 404


def test_a_schedule_says_what_comes_next(leader: FlaskClient) -> None:
    posted(leader, **FORM)
    schedule = db.session.scalars(select(Schedule)).one()
    period = unqueued_period(schedule, now())
    assert period is not None
    assert f"{period.to_on:%d/%m/%Y}" in leader.get(BASE).text
    assert "flask jobs work" not in leader.get(BASE).text


def test_periods_that_nobody_queues_stand_still(leader: FlaskClient) -> None:
    posted(leader, **FORM)
    made, noon = datetime(2026, 11, 19, 5, tzinfo=UTC), datetime(2026, 11, 20, 5, tzinfo=UTC)
    with transaction():
        db.session.scalars(select(Schedule)).one().created_at = made
    assert not deliveries_stand_still(made + PATIENCE)
    assert deliveries_stand_still(noon)
    deliver_due(noon)
    assert not deliveries_stand_still(noon)
