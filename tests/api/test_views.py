"""What programs get below /api/v1: the panels of the pages, in the declared shapes, errors as JSON."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel
from sqlalchemy.orm import Session, scoped_session

from survey_app.access import EVERYWHERE, public
from survey_app.api import shapes, views
from survey_app.figures.builders import PANELS, build_panel
from survey_app.figures.exports import panel_csv, panel_json
from survey_app.surveys.models import Survey
from tests.factories import bearing, make_agency, make_api_token, make_survey, make_user, sign_in
from tests.figures.examples import BENTRE, counted_survey

Db = scoped_session[Session]
MIXED = {
    "access": {"very_low": 9, "low": 31, "average": 2, "high": 50, "very_high": 40, "no_opinion": 12},
    "transparency": {"high": 10, "very_high": 6},
    "staff": {"high": 2},
    "timeliness": {"late": 4, "on_time": 60, "early": 30, "not_received": 1},
}


@pytest.fixture
def survey(session: Db) -> Survey:
    return counted_survey(MIXED, code="mixed", provenance="simulated")


@pytest.fixture
def get(client: FlaskClient, survey: Survey) -> Callable[..., Any]:
    """`get(path)`: the answer to a program that may read everything."""
    headers = bearing(make_api_token())
    return lambda path, **options: client.get(f"/api/v1{path}", headers=headers, **options)


def is_exactly(answer: Any, shape: type[BaseModel]) -> Any:
    """The answer's JSON, after it was checked against the declared shape, types too."""
    shape.model_validate_json(answer.data)
    return answer.get_json()


def test_the_surveys_of_the_scope(client: FlaskClient, survey: Survey) -> None:
    mine = make_agency()
    make_survey(mine, "mine", titles={"vi": "Của tôi", "en": "Mine"})
    answer = client.get("/api/v1/surveys?lang=en", headers=bearing(make_api_token(mine)))
    told = is_exactly(answer, shapes.Surveys)
    assert [each["code"] for each in told["surveys"]] == ["mine"]
    assert told["surveys"][0]["title"] == "Mine"
    assert told["surveys"][0]["agency"]["code"] == mine.code


def test_a_session_reads_the_same(client: FlaskClient, get: Callable[..., Any]) -> None:
    by_token = get("/surveys").get_json()
    assert sign_in(client, make_user("viewer")).get("/api/v1/surveys").get_json() == by_token


def test_a_survey_in_full(get: Callable[..., Any]) -> None:
    told = is_exactly(get("/surveys/mixed"), shapes.Survey)
    assert told["simulated"] is True
    assert told["panels"] == list(PANELS)
    assert [q["code"] for q in told["questions"]][:2] == ["access", "transparency"]
    assert [o["code"] for o in told["questions"][0]["options"]][:2] == ["very_low", "low"]


@pytest.mark.parametrize("key", ["overview", "distribution"])
@pytest.mark.parametrize("query", ["", "?channel=kiosk", "?from=2016-05-10&to=2016-05-10", "?from=2030-01-01"])
def test_a_panel_is_the_panel_of_the_page(get: Callable[..., Any], survey: Survey, key: str, query: str) -> None:
    told = is_exactly(get(f"/surveys/mixed/figures/{key}{query}"), shapes.Panel)
    assert told["key"] == key
    if not query:
        assert told == panel_json(build_panel(key, survey=survey, scope=EVERYWHERE))


def test_csv_is_the_same_panel(get: Callable[..., Any], survey: Survey) -> None:
    answer = get("/surveys/mixed/figures/distribution.csv")
    assert answer.mimetype == "text/csv"
    assert answer.text == panel_csv(build_panel("distribution", survey=survey, scope=EVERYWHERE))
    told = get("/surveys/mixed/figures/distribution").get_json()
    listed = {(row["question"], o["option"]): o["count"] for row in told["rows"] for o in row["options"]}
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {(r["question"], r["option"]): int(r["count"]) if r["count"] else None for r in rows} == listed


def test_figures_stay_within_the_scope_of_the_token(client: FlaskClient, session: Db) -> None:
    top, other = make_agency(), make_agency()
    part = make_agency(parent=top)
    counted_survey(BENTRE, top, code="whole")
    counted_survey(BENTRE, other, code="foreign")
    headers = bearing(make_api_token(part))
    told = client.get("/api/v1/surveys/whole/figures/distribution", headers=headers).get_json()
    assert {row["n"] for row in told["rows"]} == {0}
    for path in ("foreign", "foreign/figures/distribution", "foreign/figures/distribution.csv", "none"):
        answer = client.get(f"/api/v1/surveys/{path}", headers=headers)
        assert answer.status_code == 404, path
        assert is_exactly(answer, shapes.Error)["code"] == "not_found"
    for code in (top.code, other.code, "none"):
        answer = client.get(f"/api/v1/surveys/whole/figures/distribution?agency={code}", headers=headers)
        assert answer.status_code == 422, code


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/surveys/mixed/figures/none", 404, "not_found"),
        ("/surveys/mixed/figures/none.csv", 404, "not_found"),
        ("/surveys/mixed/figures/distribution?from=yesterday&channel=fax", 422, "invalid"),
        ("/surveys/mixed/figures/distribution?from=2021-02-01&to=2021-01-01", 422, "invalid"),
        ("/surveys/%00", 404, "not_found"),
        ("/nowhere", 404, "not_found"),
        ("", 404, "not_found"),
    ],
)
def test_errors_are_json(get: Callable[..., Any], path: str, status: int, code: str) -> None:
    answer = get(path)
    assert (answer.status_code, answer.mimetype) == (status, "application/json")
    told = is_exactly(answer, shapes.Error)
    assert told["code"] == code
    if "yesterday" in path:
        assert [problem["where"] for problem in told["errors"]] == ["from", "channel"]


def test_a_stranger_a_wrong_method_and_too_many(
    client: FlaskClient, get: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.get("/api/v1/surveys")
    assert (answer.status_code, is_exactly(answer, shapes.Error)["code"]) == (401, "unauthorized")
    answer = client.delete("/api/v1/openapi.json")
    assert (answer.status_code, is_exactly(answer, shapes.Error)["code"]) == (405, "method_not_allowed")
    monkeypatch.setattr(views, "LIMIT", views.parse("2 per minute"))
    assert [get("/surveys").status_code for _ in range(3)] == [200, 200, 429]
    answer = get("/surveys/mixed/figures/overview.csv")
    assert is_exactly(answer, shapes.Error)["code"] == "too_many_requests"
    assert answer.headers["Retry-After"] == "60"


def test_a_fault_of_ours_says_nothing_of_it(app: Flask) -> None:
    @public
    def broken() -> str:
        raise RuntimeError("not for readers")

    app.add_url_rule("/api/v1/broken", "broken", broken)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    answer = app.test_client().get("/api/v1/broken")
    assert (answer.status_code, is_exactly(answer, shapes.Error)["code"]) == (500, "internal")
    assert "not for readers" not in answer.text


def test_the_page_for_programmers(client: FlaskClient, survey: Survey) -> None:
    page = sign_in(client, make_user("analyst")).get("/manage/api").text
    assert "/api/v1/surveys/mixed/figures/distribution" in page
    assert "/manage/api-tokens" not in page
    assert "/manage/api-tokens" in sign_in(client, make_user("administrator")).get("/manage/api").text
