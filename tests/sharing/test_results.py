"""Public results: only what is switched on, under the public minimum, the same numbers on page, CSV, JSON and badge."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.audit import AuditEvent
from survey_app.clock import today
from survey_app.db import db, transaction
from survey_app.figures.exports import COLUMNS
from survey_app.sharing.actions import publish_results, withdraw_results
from survey_app.sharing.open_data import dictionary
from survey_app.surveys.models import Survey
from tests.factories import day, make_agency, make_survey, make_user, sign_in
from tests.figures.examples import add_answers, counted_survey

Db = scoped_session[Session]
CSRF = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
COUNTS = {
    "access": {"average": 60, "high": 80, "very_high": 60},
    "transparency": {"low": 6, "high": 100, "very_high": 94},
    "results": {"neutral": 20, "satisfied": 100, "very_satisfied": 80},
}
CLOSED = {"opens_on": day("2025-01-01"), "closes_on": day("2025-12-31")}


def public(survey: Survey, **fields: Any) -> Survey:
    with transaction():
        publish_results(survey, **({"from_on": None, "to_on": None, "actor": "a"} | fields))
    return survey


@pytest.fixture
def survey(session: Db) -> Survey:
    return public(counted_survey(COUNTS, answered_on="2025-05-10", code="known", provenance="simulated", **CLOSED))


def listed(client: FlaskClient, address: str) -> dict[tuple[str, str], str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return {(row["question"], row["option"]): row["count"] for row in csv.DictReader(io.StringIO(answer.text))}


SUFFIXES = ("", ".csv", ".json", "/badge.svg")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_only_what_is_switched_on_is_there(client: FlaskClient, session: Db, suffix: str) -> None:
    survey = counted_survey(COUNTS, answered_on="2025-05-10", code="known", **CLOSED)
    yesterday, tomorrow = today() - timedelta(days=1), today() + timedelta(days=1)
    missing = client.get(f"/results/none{suffix}")
    assert client.get(f"/results/known{suffix}").status_code == missing.status_code == 404
    for fields, status in (
        ({}, 200),
        ({"from_on": tomorrow}, 404),
        ({"to_on": yesterday}, 404),
        ({"from_on": today(), "to_on": today()}, 200),
    ):
        public(survey, **fields)
        assert client.get(f"/results/known{suffix}").status_code == status, fields
    with transaction():
        withdraw_results(survey, actor="a")
    assert client.get(f"/results/known{suffix}").status_code == 404


def test_the_public_minimum_hides_what_staff_may_see(client: FlaskClient, survey: Survey) -> None:
    public_counts = listed(client, "/results/known.csv")
    assert public_counts["access", "average"] == "60"
    # Six people: enough for staff (5), too few for everybody (10); and one more, or n would give them away.
    assert public_counts["transparency", "low"] == ""
    shown = [public_counts["transparency", option] for option in ("high", "very_high")]
    assert "" in shown or client.get("/results/known.json").get_json()["panel"]["rows"][1]["n"] is None
    staff = sign_in(client, make_user("administrator"))
    inside = listed(staff, "/api/v1/surveys/known/figures/distribution.csv")
    assert inside["transparency", "low"] == "6"


def test_page_csv_json_and_badge_say_the_same(client: FlaskClient, survey: Survey) -> None:
    data = client.get("/results/known.json?lang=en").get_json()
    counts = {
        (row["question"], option["option"]): "" if option["count"] is None else str(option["count"])
        for row in data["panel"]["rows"]
        for option in row["options"]
    }
    assert listed(client, "/results/known.csv") == counts
    page = html.fromstring(client.get("/results/known?lang=en").text)
    text = " ".join(page.text_content().split())
    assert "simulated figures" in text
    assert "n = 200" in text
    assert "40%" in text
    badge = client.get("/results/known/badge.svg?lang=en").text
    assert "90% very satisfied or satisfied (n = 200) · simulated figures" in badge
    assert "<script" not in badge
    assert "style=" not in badge


def test_the_data_comes_with_dictionary_and_licence(client: FlaskClient, survey: Survey) -> None:
    data = client.get("/results/known.json?lang=vi").get_json()
    assert [column["name"] for column in data["dictionary"]] == list(COLUMNS)
    assert all(column["description"] for column in data["dictionary"])
    assert data["licence"] == {"name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
    assert data["publisher"] == survey.agency.name
    answer = client.get("/results/known.csv")
    assert answer.text.splitlines()[0].split(",") == [column["name"] for column in dictionary()]
    assert 'rel="license"' in answer.headers["Link"]


def test_no_filter_and_no_comment(client: FlaskClient, survey: Survey) -> None:
    plain = client.get("/results/known.csv").text
    for query in ("channel=kiosk", "from=2025-05-10&to=2025-05-10", "agency=x", "structure=current", "question=access"):
        assert client.get(f"/results/known.csv?{query}").text == plain, query
    assert "comment" not in client.get("/results/known?lang=en").text.lower().replace("comments stay hidden", "")


def test_kept_for_some_minutes_and_asked_again_by_tag(client: FlaskClient, survey: Survey) -> None:
    for suffix in SUFFIXES:
        answer = client.get(f"/results/known{suffix}")
        assert answer.headers["Cache-Control"] == "public, max-age=300", suffix
        assert "Cookie" in answer.headers["Vary"]
        if suffix:
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            again = client.get(f"/results/known{suffix}", headers={"If-None-Match": answer.headers["ETag"]})
            assert again.status_code == 304, suffix
    signed_in = sign_in(client, make_user()).get("/results/known")
    assert "public" not in signed_in.headers["Cache-Control"]


def test_an_open_survey_is_told_by_whole_months(client: FlaskClient, session: Db) -> None:
    survey = public(counted_survey({"results": {"satisfied": 40}}, answered_on="2026-03-10", code="open"))
    with time_machine.travel("2026-03-31T12:00:00+07:00"):
        assert set(listed(client, "/results/open.csv").values()) == {"0"}
    with time_machine.travel("2026-04-02T12:00:00+07:00"):
        assert listed(client, "/results/open.csv")["results", "satisfied"] == "40"
        add_answers(survey, {"results": {"satisfied": 9}}, answered_on=day("2026-04-01"))
        assert listed(client, "/results/open.csv")["results", "satisfied"] == "40"
    with time_machine.travel("2026-05-02T12:00:00+07:00"):
        # Nine more would be nine people's answers: they wait for others.
        assert listed(client, "/results/open.csv")["results", "satisfied"] == "40"
        add_answers(survey, {"results": {"satisfied": 1}}, answered_on=day("2026-04-02"))
        assert listed(client, "/results/open.csv")["results", "satisfied"] == "50"


def test_the_list_names_what_is_public(client: FlaskClient, survey: Survey) -> None:
    make_survey(make_agency(), "hidden", titles={"vi": "Chưa công khai"})
    page = html.fromstring(client.get("/results").text)
    assert [link.get("href") for link in page.xpath("//article//a")] == ["/results/known"]
    assert "Chưa công khai" not in page.text_content()


def test_who_sees_the_whole_survey_switches_it_on(client: FlaskClient, session: Db) -> None:
    top = make_agency("top")
    make_survey(top, "known")
    whole, part = make_user("leader", top, email="an@example.vn"), make_user("leader", make_agency("part", parent=top))
    address = "/manage/sharing/known"
    for user, status in ((part, 403), (whole, 303)):
        sign_in(client, user)
        found = CSRF.search(client.get(address).text)
        assert found
        form = {"csrf_token": found[1], "licence": "CC0-1.0", "public_from": "", "public_to": ""}
        assert client.post(f"{address}/publication", data=form).status_code == status
    assert client.post(f"{address}/publication", data=form | {"licence": "mine"}).status_code == 422
    backwards = {"public_from": "2026-02-01", "public_to": "2026-01-01"}
    assert client.post(f"{address}/publication", data=form | backwards).status_code == 422
    assert client.get("/results/known.json").get_json()["licence"]["name"] == "CC0-1.0"
    assert client.post(f"{address}/publication/withdraw", data=form).status_code == 303
    assert client.get("/results/known").status_code == 404
    db.session.rollback()
    told = [(e.action, e.actor) for e in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert told == [("sharing.publish", "an@example.vn"), ("sharing.withdraw", "an@example.vn")]
