"""Tokens of programs: drawn, kept as a hash, accepted below /api and nowhere else, refused once revoked or over."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.accounts import tokens
from survey_app.accounts.actions import create_api_token, revoke_api_token
from survey_app.accounts.models import ApiToken, TokenReader
from survey_app.accounts.rules import TOKEN_PERMISSIONS, token_counts, token_purpose
from survey_app.accounts.sessions import api_reader
from survey_app.agencies.models import Agency
from survey_app.audit import AuditEvent
from survey_app.clock import now, today
from survey_app.db import db, transaction
from survey_app.errors import Invalid
from tests.factories import bearing, day, make_agency, make_api_token, make_survey, make_user, sign_in

Db = scoped_session[Session]
PAGE = "/manage/api-tokens"
CSRF = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
PURPOSES = ("api", "device", "share", "board")


def test_a_token_names_its_purpose_and_is_drawn_anew() -> None:
    drawn = {tokens.new_token(purpose)[0] for purpose in PURPOSES for _ in range(20)}
    assert len(drawn) == 80
    assert {token_purpose(text) for text in drawn} == set(PURPOSES)


@pytest.mark.parametrize("text", ["", "api_", "api", "api_x", "API_" + "a" * 43, "api_" + "a" * 44, "api_" + "á" * 43])
def test_what_cannot_be_a_token(text: str) -> None:
    assert token_purpose(text) is None


@pytest.mark.parametrize("asked", PURPOSES)
@pytest.mark.parametrize("drawn", PURPOSES)
def test_a_token_of_one_kind_is_none_of_another(drawn: str, asked: str) -> None:
    text, digest = tokens.new_token(drawn)
    assert (tokens.digest_of(asked, text) == digest) == (drawn == asked)
    renamed = f"{asked}_{text.partition('_')[2]}"
    assert (tokens.digest_of(asked, renamed) == digest) == (drawn == asked)


@pytest.mark.parametrize(
    ("expires_on", "revoked", "counts"),
    [(None, False, True), ("2026-05-10", False, True), ("2026-05-09", False, False), (None, True, False)],
)
def test_the_last_day_is_inclusive(expires_on: str | None, revoked: bool, counts: bool) -> None:
    last = day(expires_on) if expires_on else None
    assert token_counts(day("2026-05-10"), last, now() if revoked else None) is counts


def _drawn(agency: Agency | None = None) -> str:
    return make_api_token(agency)


def test_the_secret_is_kept_nowhere(session: Db) -> None:
    secret = _drawn()
    kept = db.session.scalars(select(ApiToken)).one()
    told = " ".join(f"{e.subject} {e.details}" for e in db.session.scalars(select(AuditEvent)))
    assert secret not in f"{kept.digest} {kept.name} {told}"
    assert kept.digest == tokens.digest_of("api", secret)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"name": " "}, "name"),
        ({"permissions": []}, "permissions"),
        ({"permissions": ["accounts.manage"]}, "permissions"),
        ({"expires_on": day("2020-01-01")}, "expires_on"),
    ],
)
def test_a_wrong_token_is_refused_by_field(session: Db, fields: dict[str, object], where: str) -> None:
    good = {"name": "n", "agency": None, "permissions": list(TOKEN_PERMISSIONS), "expires_on": None, "actor": "a"}
    with pytest.raises(Invalid) as refusal, transaction():
        create_api_token(**(good | fields))  # type: ignore[arg-type]
    assert [problem.where for problem in refusal.value.errors] == [where]


def test_who_holds_a_token(session: Db) -> None:
    agency = make_agency()
    reader = api_reader(_drawn(agency))
    assert isinstance(reader, TokenReader)
    assert reader.scope.agency_id == agency.id
    assert reader.may("dashboards.view")
    assert not reader.may("accounts.manage")
    assert api_reader(tokens.new_token("api")[0]) is None
    assert api_reader("") is None


def test_revoked_is_refused_at_once_and_for_good(client: FlaskClient, session: Db) -> None:
    secret = _drawn()
    assert client.get("/api/v1/surveys", headers=bearing(secret)).status_code == 200
    for _ in range(2):
        with transaction():
            revoke_api_token(db.session.scalars(select(ApiToken)).one(), actor="a")
    answer = client.get("/api/v1/surveys", headers=bearing(secret))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    actions = [event.action for event in db.session.scalars(select(AuditEvent))]
    assert actions.count("accounts.revoke_token") == 1


def test_an_expired_token_is_refused(client: FlaskClient, session: Db) -> None:
    secret = make_api_token(expires_on=today())
    assert client.get("/api/v1/surveys", headers=bearing(secret)).status_code == 200
    with transaction():
        db.session.scalars(select(ApiToken)).one().expires_on = today() - timedelta(days=1)
    assert client.get("/api/v1/surveys", headers=bearing(secret)).status_code == 401


def test_a_token_opens_nothing_but_the_api(app: Flask, client: FlaskClient, session: Db) -> None:
    make_survey(make_agency(), "sample")
    secret = _drawn()
    for path in ("/dashboards", "/dashboards/sample", "/reports", PAGE, "/manage/api"):
        answer = client.get(path, headers=bearing(secret))
        assert (answer.status_code, str(answer.location)[:9]) == (302, "/sign-in?"), path
        assert client.get(f"{path}?token={secret}").status_code == 302
    for path in ("/api/v1/surveys", "/api/v1/surveys/sample/figures/overview"):
        assert client.get(f"{path}?token={secret}").status_code == 401
        assert client.get(path, headers={"Authorization": f"Basic {secret}"}).status_code == 401
        assert client.get(path, headers={"Cookie": f"session={secret}"}).status_code == 401


def test_a_token_of_another_kind_is_refused_even_beside_a_session(client: FlaskClient, session: Db) -> None:
    sign_in(client, make_user())
    assert client.get("/api/v1/surveys").status_code == 200
    for text in (*(tokens.new_token(purpose)[0] for purpose in PURPOSES), "", "x"):
        assert client.get("/api/v1/surveys", headers=bearing(text)).status_code == 401, text


def test_without_the_right_it_is_forbidden(client: FlaskClient, session: Db) -> None:
    secret = make_api_token(permissions=["responses.submit"])
    answer = client.get("/api/v1/surveys", headers=bearing(secret))
    assert answer.status_code == 403
    assert answer.get_json()["code"] == "forbidden"


def _made(client: FlaskClient, **fields: object) -> object:
    found = CSRF.search(client.get(PAGE).text)
    assert found
    form = {"name": "Cổng", "agency": "", "permissions": ["dashboards.view"]} | fields
    return client.post(PAGE, data={"csrf_token": found[1], **form})


def test_the_page_shows_the_secret_once_and_it_works(client: FlaskClient, session: Db) -> None:
    sign_in(client, make_user("administrator"))
    answer = _made(client)
    assert answer.status_code == 201  # type: ignore[attr-defined]
    shown = re.search(r'value="(api_[^"]+)"', answer.text)  # type: ignore[attr-defined]
    assert shown
    assert client.get("/api/v1/surveys", headers=bearing(shown[1])).status_code == 200
    assert shown[1] not in client.get(PAGE).text


def test_nobody_makes_or_revokes_beyond_their_scope(client: FlaskClient, session: Db) -> None:
    mine, other = make_agency(), make_agency()
    make_api_token(other)
    foreign = db.session.scalars(select(ApiToken)).one()
    sign_in(client, make_user("administrator", mine))
    assert _made(client, agency=other.code).status_code == 422  # type: ignore[attr-defined]
    assert _made(client, agency="").status_code == 422  # type: ignore[attr-defined]
    assert _made(client, agency=mine.code).status_code == 201  # type: ignore[attr-defined]
    page = client.get(PAGE).text
    found = CSRF.search(page)
    assert found
    for number in (foreign.id, 999):
        assert client.post(f"{PAGE}/{number}/revoke", data={"csrf_token": found[1]}).status_code == 404
    assert client.post(f"{PAGE}/{foreign.id + 1}/revoke", data={"csrf_token": found[1]}).status_code == 303
    db.session.expire_all()
    assert [token.revoked_at is None for token in db.session.scalars(select(ApiToken).order_by(ApiToken.id))] == [
        True,
        False,
    ]
