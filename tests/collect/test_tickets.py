"""Tickets from outside: on the form, in JSON, made on the page and by programs."""

import csv
import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.agencies.models import Agency
from survey_app.agencies.queries import require_agency
from survey_app.clock import now, today, uuid7
from survey_app.db import db, transaction
from survey_app.responses.models import Response
from survey_app.surveys.actions import add_device
from survey_app.surveys.models import Survey, Ticket, TicketBatch
from survey_app.surveys.tickets import issue_tickets
from tests.factories import HAPPY, bearing, make_agency, make_api_token, make_survey, make_user, sign_in

Db = scoped_session[Session]
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PAGE = "/manage/surveys/thu/tickets"
CALL = "/api/v1/surveys/thu/tickets"


@pytest.fixture
def survey(session: Db) -> Survey:
    """At a department with a counter below it."""
    department = make_agency("so-mot", name="Sở Một")
    make_agency("quay", parent=department, name="Quầy Một")
    return make_survey(department, "thu")


def counter(_survey: Survey) -> Agency:
    return require_agency("quay")


def new_ticket(survey: Survey) -> str:
    with transaction():
        issued = issue_tickets(survey=survey, agency=counter(survey), count=1, actor="x")
    return issued.tickets[0]


def hidden(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}


def stored(session: Db) -> list[Response]:
    session.rollback()
    return list(session.scalars(select(Response).order_by(Response.received_at)))


def test_an_answer_with_a_ticket_is_verified_where_it_was_given(
    client: FlaskClient, survey: Survey, session: Db
) -> None:
    ticket = new_ticket(survey)
    page = client.get(f"/s/thu?t={ticket.lower().replace('-', '')}")
    assert page.status_code == 200
    assert "Quầy Một" in page.text
    fields = hidden(page.text)
    assert fields["ticket"] == ticket
    sent = client.post("/s/thu", data={**fields, "access": "high"})
    assert (sent.status_code, sent.location) == (303, "/s/thu/thanks")
    response = stored(session)[0]
    assert (response.verified, response.channel, response.agency_id) == (True, "web", counter(survey).id)
    thanks = client.get("/s/thu/thanks").text
    assert "Quầy Một" in thanks
    assert ticket not in thanks
    # The same again: the same thanks, nothing more stored, no other ticket asked for.
    assert client.post("/s/thu", data={**fields, "access": "high"}).status_code == 303
    assert len(stored(session)) == 1


@pytest.mark.parametrize(
    ("query", "channel"), [("qr=quay&t={}", "qr"), ("c=sms&t={}", "sms"), ("t={}", "web"), ("c=x&t={}", "web")]
)
def test_the_way_in_is_the_channel_and_is_kept(
    client: FlaskClient, survey: Survey, session: Db, query: str, channel: str
) -> None:
    ticket = new_ticket(survey)
    address = f"/s/thu?{query.format(ticket)}"
    page = client.get(address).text
    action = unescape(re.search(r'<form method="post" action="([^"]+)"', page)[1])  # type: ignore[index]
    fields = hidden(page)
    wrong = client.post(action, data=fields)
    assert wrong.status_code == 422
    assert hidden(wrong.text)["ticket"] == ticket
    english = client.get(f"{action.replace('lang=vi', 'lang=en')}").text
    assert hidden(english)["ticket"] == ticket
    assert client.post(action, data={**hidden(wrong.text), "access": "high"}).status_code == 303
    response = stored(session)[0]
    assert (response.channel, response.verified, response.agency_id) == (channel, True, counter(survey).id)


@pytest.mark.parametrize("ticket", ["", "x", "4-AAAAA-AAAAA-AAAAA-AAAAA", "%00", "é" * 30, "1" * 3000, "<script>"])
def test_a_ticket_that_does_not_count_loses_no_answer(
    client: FlaskClient, survey: Survey, session: Db, ticket: str
) -> None:
    page = client.get("/s/thu", query_string={"t": ticket})
    assert page.status_code == 200
    assert client.post("/s/thu", data={"ticket": ticket, **hidden(page.text), "access": "high"}).status_code == 303
    assert [(response.verified, response.answers) for response in stored(session)] == [(False, {"access": "high"})]


def test_forms_with_and_without_tickets_are_not_mixed_up(client: FlaskClient, survey: Survey, session: Db) -> None:
    first, second = new_ticket(survey), new_ticket(survey)
    for ticket in (first, None, second, first, None):
        page = client.get(f"/s/thu?qr=quay&t={ticket}" if ticket else "/s/thu?qr=quay").text
        assert hidden(page).get("ticket") == ticket
        for other in {first, second} - {ticket}:
            assert other not in page


def test_a_kiosk_sends_a_ticket_along(client: FlaskClient, survey: Survey, session: Db) -> None:
    ticket = new_ticket(survey)
    with transaction():
        token = add_device(survey=survey, agency=counter(survey), actor="x")
    for expected in (True, False):
        body = {
            "id": str(uuid7()), "agency": "quay", "answered_at": now().isoformat(), "language": "vi",
            "channel": "kiosk", "answers": dict(HAPPY), "ticket": ticket,
        }  # fmt: skip
        answers = [client.post("/api/v1/surveys/thu/responses", json=body, headers=bearing(token)) for _twice in "ab"]
        assert [answer.status_code for answer in answers] == [201, 200]
        assert answers[0].json == answers[1].json
        assert stored(session)[-1].verified is expected
    assert [response.verified for response in stored(session)] == [True, False]


def test_an_officer_makes_tickets_and_gets_them_once(client: FlaskClient, survey: Survey, session: Db) -> None:
    sign_in(client, make_user("officer", counter(survey)))
    page = client.get(PAGE).text
    assert "Sở Một" not in re.search(r'<select[^>]*name="agency".*?</select>', page, re.DOTALL)[0]  # type: ignore[index]
    form = {"csrf_token": _token(page)}
    form |= {"agency": "quay", "count": "7", "procedure": " 1.001 ", "closing_date": "2026-01-05"}
    made = client.post(PAGE, data=form)
    assert (made.status_code, made.mimetype) == (200, "text/csv")
    assert "attachment" in made.headers["Content-Disposition"]
    rows = list(csv.DictReader(made.text.splitlines()))
    assert len(rows) == 7
    assert rows[0]["address"] == f"http://localhost/s/thu?qr=quay&t={rows[0]['ticket']}"
    assert (rows[0]["procedure"], rows[0]["expires_on"]) == ("1.001", (today() + timedelta(days=30)).isoformat())
    listed = client.get(PAGE).text
    assert rows[0]["ticket"] not in listed
    assert "Quầy Một" in listed
    assert client.get(f"/s/thu?t={rows[0]['ticket']}").status_code == 200
    for wrong in ({"agency": "so-mot"}, {"count": "0"}, {"count": "x"}, {"closing_date": "9000-01-01"}):
        refused = client.post(PAGE, data=form | wrong)
        assert refused.status_code == 422
        assert "field-error" in refused.text
    assert session.scalars(select(TicketBatch.count)).all() == [7]


def _token(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)[1]  # type: ignore[index]


def test_a_reader_sees_what_was_issued_at_their_agencies(client: FlaskClient, survey: Survey, session: Db) -> None:
    new_ticket(survey)
    with transaction():
        issue_tickets(survey=survey, agency=survey.agency, count=987, actor="x")
    sign_in(client, make_user("officer", counter(survey)))
    assert "987" not in client.get(PAGE).text
    foreign = make_survey(make_agency())
    assert client.get(f"/manage/surveys/{foreign.code}/tickets").status_code == 404


def test_a_program_makes_tickets_for_its_agencies(client: FlaskClient, survey: Survey, session: Db) -> None:
    program = make_api_token(counter(survey), permissions=["surveys.issue"])
    wanted = {"agency": "quay", "count": 3, "procedure": "1.001", "closing_date": "2026-01-05", "by_message": True}
    made = client.post(CALL, json=wanted, headers=bearing(program))
    assert made.status_code == 201
    assert made.json["expires_on"] == (today() + timedelta(days=30)).isoformat()
    ticket, address = made.json["tickets"][0]["ticket"], made.json["tickets"][0]["address"]
    assert address == f"http://localhost/s/thu?c=sms&t={ticket}"
    assert len(session.scalars(select(Ticket.digest)).all()) == 3
    for changes, status in (
        ({"agency": "so-mot"}, 403), ({"agency": "nowhere"}, 403), ({"count": 1001}, 422), ({"count": 0}, 422),
        ({"count": True}, 422), ({"closing_date": "x"}, 422), ({"procedure": "a" * 41}, 422), ({"more": 1}, 422),
    ):  # fmt: skip
        refused = client.post(CALL, json=wanted | changes, headers=bearing(program))
        assert (refused.status_code, refused.is_json) == (status, True), changes
    assert client.post("/api/v1/surveys/nowhere/tickets", json=wanted, headers=bearing(program)).status_code == 404


@SQLITE
def test_no_other_caller_makes_tickets(app: Flask, client: FlaskClient, survey: Survey, session: Db) -> None:
    with transaction():
        device = add_device(survey=survey, agency=survey.agency, actor="x")
    submitting = make_api_token(permissions=["responses.submit"])
    wanted = {"agency": "quay", "count": 1}
    assert client.post(CALL, json=wanted).status_code == 401
    for token in (device, submitting):
        assert client.post(CALL, json=wanted, headers=bearing(token)).status_code == 403
    # A cookie opens nothing here, so nobody can be made to do it.
    assert sign_in(app.test_client(), make_user("administrator")).post(CALL, json=wanted).status_code == 403
    assert sign_in(client, make_user("analyst")).get(PAGE).status_code == 403
    assert db.session.scalars(select(TicketBatch)).all() == []
