"""Raw responses over HTTP: administrators alone, their own agencies alone."""

import json

import pytest
from flask.testing import FlaskClient

from tests.factories import an_id, day, make_agency, make_response, make_survey, make_user, sign_in

pytestmark = pytest.mark.usefixtures("session")
URL = "/manage/responses/s.csv"


def test_without_sign_in(client: FlaskClient) -> None:
    make_survey(code="s")
    answer = client.get(URL)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/sign-in")


@pytest.mark.parametrize("role", ["analyst", "leader", "officer", "viewer"])
def test_no_other_role(client: FlaskClient, role: str) -> None:
    make_survey(code="s")
    sign_in(client, make_user(role))
    assert client.get(URL).status_code == 403


def test_an_administrator_gets_the_whole(client: FlaskClient) -> None:
    survey = make_survey(code="s")
    make_response(survey, id=an_id(1), comment="=1")
    sign_in(client, make_user("administrator"))
    answer = client.get(URL)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=s-responses.csv"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.is_streamed
    header, line = answer.get_data(as_text=True).splitlines()
    assert header.startswith("id,agency,channel,")
    assert line.startswith(f"{an_id(1)},")
    assert line.endswith(",'=1")
    answer = client.get(URL.replace("csv", "jsonl"))
    assert [json.loads(line)["comment"] for line in answer.get_data(as_text=True).splitlines()] == ["=1"]


def test_a_scope_sees_its_own_agencies(client: FlaskClient) -> None:
    survey = make_survey(code="s")
    below = make_agency("below", parent=survey.agency)
    make_response(survey, id=an_id(1))
    make_response(survey, below, id=an_id(2))
    make_survey(code="foreign")
    sign_in(client, make_user("administrator", below))
    lines = client.get("/manage/responses/s.jsonl").get_data(as_text=True).splitlines()
    assert [json.loads(line)["agency"] for line in lines] == ["below"]
    assert client.get("/manage/responses/foreign.csv").status_code == 404
    assert client.get("/manage/responses/none.csv").status_code == 404
    assert client.get("/manage/responses/s.exe").status_code == 404


def test_days(client: FlaskClient) -> None:
    make_response(make_survey(code="s"))
    sign_in(client, make_user("administrator"))
    assert len(client.get(URL + "?from=2000-01-01").get_data(as_text=True).splitlines()) == 2
    assert len(client.get(URL + "?to=2000-01-01").get_data(as_text=True).splitlines()) == 1
    assert client.get(URL + "?from=2000-13-01").status_code == 422


def test_officers_read_each_flag_with_its_rule_and_find_counts_where_figures_stand(client: FlaskClient) -> None:
    """Six carry one kind and one another: counts beside each other, each large enough, told the one."""
    survey = make_survey(code="s", closes_on=day("2026-01-01"))
    for number in range(7):
        make_response(survey, id=an_id(number + 1), live=False)
    sign_in(client, make_user("officer"))
    page = client.get("/manage/surveys/s/flags?lang=en").text
    assert "Less than 3 seconds between two completed answers on the same device." in page
    assert "More than 40 completed answers in 10 minutes" in page
    assert 'href="/dashboards/s/quality"' in page
    assert ">7<" not in page
    assert 'href="/manage/surveys/s/flags"' in client.get("/manage/surveys/s").text
