"""Saved views: a page with its filters under a name, for oneself or for colleagues, never beyond a scope."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy.orm import Session, scoped_session

from survey_app.dashboards.rules import view_address
from tests.factories import make_agency, make_survey, make_user, sign_in

Db = scoped_session[Session]
CSRF = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("/dashboards/known", "/dashboards/known"),
        ("/dashboards/known?", "/dashboards/known"),
        (
            "/dashboards/known/trend?lang=vi&from=2026-01-01&to=&channel=kiosk",
            "/dashboards/known/trend?from=2026-01-01&channel=kiosk",
        ),
        (
            "/dashboards/known/agencies?view=rank&question=access",
            "/dashboards/known/agencies?view=rank&question=access",
        ),
        ("/dashboards/known2", None),
        ("/dashboards/known/../other", None),
        ("/dashboards/known/%2e%2e/other", None),
        ("/dashboards/known/\\evil", None),
        ("//evil.example/dashboards/known", None),
        ("https://evil.example/dashboards/known", None),
        ("javascript:alert(1)", None),
        ("/sign-out", None),
        ("", None),
        ("/dashboards/known?x=" + "a" * 600, None),
        ("/dashboards/known?a=\u0000", None),
    ],
)
def test_only_pages_of_the_survey_are_kept(text: str, kept: str | None) -> None:
    assert view_address(text, "known") == kept


def save(client: FlaskClient, address: str, name: str = "Kiosk", **fields: str) -> Any:
    found = CSRF.search(client.get("/dashboards").text)
    assert found
    form = {"csrf_token": found[1], "address": address, "name": name} | fields
    return client.post("/dashboards/known/views", data=form)


def listed(client: FlaskClient) -> dict[str, str]:
    page = html.fromstring(client.get("/dashboards").text)
    return {link.text: link.get("href") for link in page.xpath("//ul[@class='views']//a")}


@pytest.fixture
def top(session: Db) -> Any:
    top = make_agency("top")
    make_survey(top, "known")
    return top


def test_saved_listed_opened_renewed_and_removed(client: FlaskClient, top: Any) -> None:
    sign_in(client, make_user("viewer"))
    answer = save(client, "/dashboards/known/trend?channel=kiosk&lang=vi")
    assert (answer.status_code, answer.location) == (303, "/dashboards/known/trend?channel=kiosk")
    assert listed(client) == {"Kiosk": "/dashboards/known/trend?channel=kiosk"}
    assert client.get(listed(client)["Kiosk"]).status_code == 200
    save(client, "/dashboards/known?channel=web")
    assert listed(client) == {"Kiosk": "/dashboards/known?channel=web"}
    page = client.get("/dashboards").text
    remove = re.search(r'action="(/dashboards/views/\d+/remove)"', page)
    token = CSRF.search(page)
    assert remove
    assert token
    assert client.post(remove[1], data={"csrf_token": token[1]}).status_code == 303
    assert listed(client) == {}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/dashboards/other", "n"),
        ("/dashboards/known?channel=fax", "n"),
        ("/dashboards/known?agency=none", "n"),
        ("/dashboards/known", " "),
    ],
)
def test_what_cannot_be_opened_is_not_saved(client: FlaskClient, top: Any, address: str, name: str) -> None:
    sign_in(client, make_user("viewer"))
    assert save(client, address, name).status_code == 422
    assert listed(client) == {}


def test_shared_with_colleagues_who_may_see_it(client: FlaskClient, top: Any) -> None:
    one, other = make_agency("one", parent=top), make_agency("other", parent=top)
    sign_in(client, make_user("analyst", top))
    save(client, "/dashboards/known", "mine")
    save(client, "/dashboards/known?agency=one", "of one", shared="1")
    save(client, "/dashboards/known?channel=kiosk", "of all", shared="1")
    expected = ((top, {"of one", "of all"}), (one, {"of one", "of all"}), (other, {"of all"}), (make_agency(), set()))
    for agency, names in expected:
        assert set(listed(sign_in(client, make_user("viewer", agency)))) == names
    sign_in(client, make_user("analyst", one))
    save(client, "/dashboards/known?channel=web", "of my part", shared="1")
    assert "of my part" in listed(sign_in(client, make_user("viewer", top)))
    assert "of my part" not in listed(sign_in(client, make_user("viewer", other)))


def test_nobody_removes_a_colleague_s(client: FlaskClient, top: Any) -> None:
    sign_in(client, make_user("analyst", top))
    save(client, "/dashboards/known", "theirs", shared="1")
    sign_in(client, make_user("administrator"))
    page = client.get("/dashboards").text
    token = CSRF.search(page)
    assert token
    assert "/remove" not in page
    assert client.post("/dashboards/views/1/remove", data={"csrf_token": token[1]}).status_code == 404
    assert listed(client) == {"theirs": "/dashboards/known"}
