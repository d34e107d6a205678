"""Typing sheets in: drafts of one officer, checked by another, then answers that nobody can trace."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.clock import today, uuid7
from survey_app.collect.models import EntryBatch, EntrySheet
from survey_app.db import db, transaction
from survey_app.responses.models import Response, TallyQueueItem
from survey_app.surveys.models import Survey
from tests.factories import HAPPY, make_agency, make_survey, make_user, sign_in

LIST = "/manage/surveys/demo/entry"


@pytest.fixture
def survey(session: scoped_session[Session]) -> Survey:
    return make_survey(make_agency("counter"), "demo")


@pytest.fixture
def officer(client: FlaskClient, survey: Survey) -> FlaskClient:
    return sign_in(client, make_user("officer", survey.agency, email="first@example.vn"))


@pytest.fixture
def colleague(app: Flask, survey: Survey) -> FlaskClient:
    return sign_in(app.test_client(), make_user("officer", survey.agency, email="second@example.vn"))


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the last form that has most of them: the sheet's."""
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}


def token(client: FlaskClient) -> str:
    return hidden(client.get(LIST).text)["csrf_token"]


def opened(client: FlaskClient, **fields: str) -> str:
    """A new batch; its address."""
    given = {"agency": "counter", "channel": "paper", "language": "vi", "answered_on": today().isoformat()} | fields
    answer = client.post(LIST, data={"csrf_token": token(client)} | given)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def typed(client: FlaskClient, address: str, **fields: Any) -> Any:
    return client.post(address, data={"csrf_token": token(client), "response_id": str(uuid7())} | fields)


def all_of(model: Any) -> list[Any]:
    db.session.rollback()
    return list(db.session.scalars(select(model)))


def test_sheets_become_answers_when_the_batch_is_finished(officer: FlaskClient) -> None:
    batch = opened(officer)
    for _sheet in range(3):
        assert typed(officer, batch, **HAPPY, comment="Tốt").status_code == 303
    page = officer.get(batch).text
    assert "Đã nhập: 3." in page
    assert "Phiếu số 4" in page
    assert all_of(Response) == []
    assert officer.post(f"{batch}/finish", data={"csrf_token": token(officer)}).status_code == 303
    rows = all_of(Response)
    assert [(row.channel, row.answers, row.answered_on, row.language) for row in rows] == [
        ("paper", HAPPY, today(), "vi")
    ] * 3
    assert all(row.answered_at is None for row in rows)
    assert not any(item.held for item in all_of(TallyQueueItem))
    assert all_of(EntryBatch) == all_of(EntrySheet) == []
    assert officer.get(batch).status_code == 404


def test_a_double_send_is_one_sheet(officer: FlaskClient) -> None:
    batch, same = opened(officer), str(uuid7())
    for _time in range(2):
        assert typed(officer, batch, response_id=same, **HAPPY).status_code == 303
    assert len(all_of(EntrySheet)) == 1


@pytest.mark.parametrize("fields", [{}, {"access": "best"}, {"access": "high", "response_id": "7"}, {"wish": "x"}])
def test_a_wrong_sheet_is_refused_and_nothing_typed_is_lost(officer: FlaskClient, fields: dict[str, str]) -> None:
    answer = typed(officer, opened(officer), **fields)
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text
    assert ("access" not in fields or fields["access"] != "high") or re.search('value="high"[^>]*checked', answer.text)
    assert all_of(EntrySheet) == []


def test_the_last_sheet_is_taken_out(officer: FlaskClient) -> None:
    batch = opened(officer)
    typed(officer, batch, access="high")
    typed(officer, batch, access="low")
    assert typed(officer, batch, **{"entry-act": "remove"}).status_code == 303
    assert [sheet.first["answers"] for sheet in all_of(EntrySheet)] == [{"access": "high"}]


def test_a_second_typing_finds_the_differences(officer: FlaskClient, colleague: FlaskClient) -> None:
    batch = opened(officer)
    typed(officer, batch, access="high", comment="a")
    typed(officer, batch, access="low")
    assert typed(colleague, f"{batch}/again", **{"entry-sheet": "1"}, access="average", comment="a").status_code == 303
    assert typed(colleague, f"{batch}/again", **{"entry-sheet": "2"}, access="low").status_code == 303
    refused = officer.post(f"{batch}/finish", data={"csrf_token": token(officer)})
    assert refused.location.endswith("/check")
    page = officer.get(f"{batch}/check").text
    assert page.count("Phiếu số 1") >= 1
    assert "Phiếu số 2" not in page
    assert "average" in page
    assert typed(officer, f"{batch}/check", **{"entry-sheet": "1"}, **{"entry-take": "second"}).status_code == 303
    officer.post(f"{batch}/finish", data={"csrf_token": token(officer)})
    assert sorted(row.answers["access"] for row in all_of(Response)) == ["average", "low"]


def test_a_sample_is_every_tenth_sheet(officer: FlaskClient, colleague: FlaskClient) -> None:
    batch = opened(officer)
    for _sheet in range(11):
        typed(officer, batch, access="high")
    assert "Phiếu số 1 –" in colleague.get(f"{batch}/again?sample=1").text
    typed(colleague, f"{batch}/again?sample=1", **{"entry-sheet": "1"}, access="high")
    assert "Phiếu số 11 –" in colleague.get(f"{batch}/again?sample=1").text
    assert typed(colleague, f"{batch}/again?sample=1", **{"entry-sheet": "11"}, access="high").status_code == 303
    assert colleague.get(f"{batch}/again?sample=1").location.endswith("/check")


def test_nobody_reads_what_somebody_else_types(officer: FlaskClient, colleague: FlaskClient) -> None:
    batch = opened(officer)
    typed(officer, batch, access="very_low", comment="bí mật")
    page = colleague.get(batch).text
    assert "entry-last" not in page
    assert "bí mật" not in colleague.get(f"{batch}/again").text
    assert 'very_low" checked' not in colleague.get(f"{batch}/again").text
    assert colleague.get(f"{batch}/check").status_code == 303
    assert typed(colleague, batch, access="high").status_code == 404
    assert typed(colleague, f"{batch}/finish").status_code == 404
    # And nobody checks their own typing.
    assert officer.get(f"{batch}/again").status_code == 303
    assert typed(officer, f"{batch}/again", **{"entry-sheet": "1"}, access="high").status_code == 404


def test_batches_of_other_agencies_are_out_of_reach(officer: FlaskClient, app: Flask, survey: Survey) -> None:
    batch = opened(officer)
    stranger = sign_in(app.test_client(), make_user("officer", make_agency("elsewhere")))
    assert stranger.get(batch).status_code == 404
    assert stranger.get(LIST).status_code == 404
    part = sign_in(app.test_client(), make_user("officer", make_agency("part", parent=survey.agency)))
    assert batch not in part.get(LIST).text
    assert part.get(batch).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"answered_on": "2999-01-01"},
        {"answered_on": "x"},
        {"channel": "web"},
        {"language": "tyz"},
    ],
)
def test_a_batch_that_cannot_be_is_refused(officer: FlaskClient, fields: dict[str, str]) -> None:
    given = {"agency": "counter", "channel": "paper", "language": "vi", "answered_on": today().isoformat()} | fields
    assert officer.post(LIST, data={"csrf_token": token(officer)} | given).status_code == 422
    assert all_of(EntryBatch) == []


def test_an_interview_has_its_script_on_the_screen(officer: FlaskClient) -> None:
    batch = opened(officer, channel="phone", answered_on=(today() - timedelta(days=1)).isoformat())
    page = officer.get(f"{batch}?lang=en").text
    assert "Only go on after a clear yes" in page
    assert "Mức độ hài lòng của Ông/Bà về chất lượng kết quả giải quyết hồ sơ?" in page
    typed(officer, batch, **HAPPY)
    officer.post(f"{batch}/finish", data={"csrf_token": token(officer)})
    assert [row.channel for row in all_of(Response)] == ["phone"]


def test_khmer_sheets_are_typed_in_khmer(officer: FlaskClient) -> None:
    page = officer.get(opened(officer, language="km")).text
    assert "ខ្ពស់ណាស់" in page
    assert '<legend lang="km">' in page


def test_a_batch_left_open_is_pointed_out_with_its_age(officer: FlaskClient, survey: Survey) -> None:
    opened(officer)
    assert "từ hôm nay" in officer.get(LIST).text
    assert "để dở" not in officer.get(LIST).text
    with transaction():
        batch = db.session.scalars(select(EntryBatch)).one()
        batch.created_at -= timedelta(days=3)
    page = officer.get(LIST).text
    assert "Còn 1 đợt nhập để dở" in page
    assert "3 ngày" in page
