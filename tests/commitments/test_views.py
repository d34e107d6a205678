"""Promising after a finding, keeping the promise, and the public board."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.clock import today
from survey_app.commitments.models import Commitment
from survey_app.commitments.queries import commitments_of
from survey_app.db import db, transaction
from survey_app.surveys.models import Survey
from survey_app.tallies.actions import fold
from tests.factories import HAPPY, make_agency, make_publication, make_responses, make_survey, make_user, sign_in

Db = scoped_session[Session]
UNHAPPY = {**HAPPY, "access": "low"}
BASE = "/manage/commitments"
BOARD = "/results/khao-sat/commitments"


@pytest.fixture
def survey(session: Db) -> Survey:
    survey = make_survey(make_agency("so", name="Sở Mẫu"), "khao-sat")
    answered = today() - timedelta(days=200)
    make_responses(survey, [dict(HAPPY)] * 60 + [dict(UNHAPPY)] * 40, answered_on=answered)
    fold()
    make_publication(survey)
    return survey


@pytest.fixture
def leader(app: Flask, survey: Survey) -> FlaskClient:
    return sign_in(app.test_client(), make_user("leader", agency=survey.agency))


def form(**changes: str) -> dict[str, str]:
    first, last = today() - timedelta(days=210), today() - timedelta(days=190)
    return {
        "agency": "so", "question": "access", "from_on": first.isoformat(), "to_on": last.isoformat(),
        "action": "Đặt biển chỉ dẫn", "owner": "Văn phòng",
        "due_on": (last + timedelta(days=10)).isoformat(), **changes,
    }  # fmt: skip


def posted(client: FlaskClient, path: str, **fields: str):  # type: ignore[no-untyped-def]
    page = client.get(f"{BASE}/new/khao-sat").text
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found
    return client.post(path, data={**fields, "csrf_token": found[1]})


def made() -> Commitment:
    db.session.rollback()
    return db.session.scalars(select(Commitment)).one()


def test_a_finding_becomes_a_promise_on_the_public_board(leader: FlaskClient, client: FlaskClient) -> None:
    assert posted(leader, f"{BASE}/new/khao-sat", **form()).status_code == 303
    assert (made().count, made().n) == (60, 100)
    board = client.get(BOARD).text
    assert "60% đánh giá tốt (n = 100)" in board
    assert "Đặt biển chỉ dẫn" in board
    assert "quá hạn" in board
    assert "lanhdao" not in board


def test_the_next_periods_result_stands_beside_it_once_it_is_over(
    leader: FlaskClient, client: FlaskClient, survey: Survey
) -> None:
    posted(leader, f"{BASE}/new/khao-sat", **form())
    commitment = made()
    done = today() - timedelta(days=170)
    with transaction():
        commitment.created_at -= timedelta(days=300)
    path = f"{BASE}/{commitment.id}"
    assert posted(leader, path, done_on=done.isoformat(), outcome="Đã đặt 12 biển chỉ dẫn").status_code == 303
    make_responses(survey, [dict(HAPPY)] * 95 + [dict(UNHAPPY)] * 15, answered_on=done + timedelta(days=3))
    fold()
    board = client.get(BOARD).text
    assert "Đã đặt 12 biển chỉ dẫn" in board
    assert "86% đánh giá tốt (n = 110)" in board
    assert "Tỷ lệ đã tăng." in board


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": "weather"},
        {"agency": "other"},
        {"action": " "},
        {"owner": ""},
        {"from_on": "2026-13-01"},
        {"to_on": "2020-01-01"},
        {"to_on": "2999-01-01", "due_on": "2999-01-01"},
        {"due_on": "2020-01-01"},
        {"from_on": "2001-01-01", "to_on": "2001-03-01"},
    ],
)
def test_what_is_wrong_or_too_few_is_not_promised(leader: FlaskClient, wrong: dict[str, str]) -> None:
    answer = posted(leader, f"{BASE}/new/khao-sat", **form(**wrong))
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    db.session.rollback()
    assert list(db.session.scalars(select(Commitment))) == []


def test_a_promise_cannot_have_been_kept_before_it_was_made_or_tomorrow(leader: FlaskClient) -> None:
    posted(leader, f"{BASE}/new/khao-sat", **form())
    for day in (date(2001, 1, 1), today() + timedelta(days=1)):
        answer = posted(leader, f"{BASE}/{made().id}", done_on=day.isoformat(), outcome="x")
        assert answer.status_code == 422
    assert made().done_on is None


def test_what_is_withdrawn_leaves_the_board(leader: FlaskClient, client: FlaskClient, survey: Survey) -> None:
    posted(leader, f"{BASE}/new/khao-sat", **form())
    assert posted(leader, f"{BASE}/{made().id}/withdraw").status_code == 303
    assert "Đặt biển chỉ dẫn" not in client.get(BOARD).text
    db.session.rollback()
    assert commitments_of(survey) == []
    assert leader.get(f"{BASE}/{made().id}").status_code == 404


def test_the_board_is_public_only_where_the_results_are(client: FlaskClient, session: Db) -> None:
    make_survey(make_agency("kin"), "kin")
    assert client.get("/results/kin/commitments").status_code == 404


def test_nobody_touches_the_promises_of_others(app: Flask, leader: FlaskClient) -> None:
    posted(leader, f"{BASE}/new/khao-sat", **form())
    stranger = sign_in(app.test_client(), make_user("leader", agency=make_agency("kin")))
    assert "Đặt biển chỉ dẫn" not in stranger.get(BASE).text
    assert stranger.get(f"{BASE}/{made().id}").status_code == 404
    assert stranger.get(f"{BASE}/new/khao-sat").status_code == 404
