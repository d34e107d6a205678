"""Every address: who may open it, by which method and spelling, and what each answer carries.

The routes are read from the application, so a new one is walked as soon as it exists.
"""

import re
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from survey_app.access import PUBLIC, declared_access, public, requires
from survey_app.accounts.rules import PERMISSIONS, ROLES, TOKEN_PERMISSIONS, role_may
from survey_app.clock import now
from survey_app.collect import shell
from survey_app.collect.models import EntryBatch
from survey_app.collect.senders import DEVICE_PERMISSIONS
from survey_app.db import db, transaction
from survey_app.errors import Invalid
from survey_app.questionnaires.actions import store_recording
from survey_app.surveys.actions import add_device
from tests.conftest import application
from tests.factories import (
    make_agency,
    make_case_figures,
    make_commitment,
    make_edition,
    make_export,
    make_link,
    make_publication,
    make_survey,
    make_user,
    sign_in,
)

Db = scoped_session[Session]
ALL = set(ROLES)
# The one table of rights: what each permission is called and who holds it.
HOLDERS = {
    "dashboards.view": ALL,
    "dashboards.comments": ALL - {"viewer"},
    "reports.export": ALL - {"viewer", "officer"},
    "reports.sign": {"administrator", "leader"},
    "agencies.view": {"administrator", "analyst", "officer"},
    "agencies.manage": {"administrator"},
    "accounts.manage": {"administrator"},
    "accounts.tokens": {"administrator"},
    "sharing.links": {"administrator", "analyst", "leader"},
    "sharing.publish": {"administrator", "leader"},
    "questionnaires.view": {"administrator", "analyst", "officer"},
    "questionnaires.translate": {"administrator"},
    "surveys.view": ALL - {"viewer"},
    "surveys.manage": {"administrator", "officer"},
    "surveys.issue": set(),
    "collect.manage": {"administrator", "officer"},
    "responses.export": {"administrator"},
    "responses.rows": {"administrator", "analyst"},
    "responses.exclude": {"administrator"},
    "responses.enter": {"administrator", "officer"},
    "responses.submit": set(),
    "collect.operate": set(),
    "procedures.view": ALL - {"viewer"},
    "procedures.manage": {"administrator", "officer"},
    "procedures.acknowledge": {"administrator", "leader"},
    "commitments.manage": {"administrator", "leader"},
    "deliveries.manage": {"administrator", "leader", "analyst"},
}
# What no role holds: a session opens nothing there, however it was begun.
FOR_TOKENS = {permission for permission, holders in HOLDERS.items() if not holders}
# What stands open without signing in, each with all below it.
OPEN = (
    *("/s", "/k", "/results", "/board", "/share", "/feedback", "/sign-in", "/sign-out", "/language", "/privacy"),
    *("/accessibility", "/method", "/livez", "/readyz", "/robots.txt", "/favicon.ico", "/sw.js"),
    *("/manifest.webmanifest", "/static", "/api/v1/openapi.json", "/.well-known"),
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
RECORDING = b"ID3 a recording"
BATCH = UUID("01900000-0000-7000-8000-000000000001")
# Arguments that lead to something that exists (see `place`); any other argument is filled by its converter.
SAMPLES = {
    "survey": "sample",
    "survey_code": "sample",
    "agency": "sample",
    "code": "sample",
    "panel": "distribution",
    "question": "access",
    "name": "overview",
    "format": "csv",
    "extension": "csv",
    "kind": "csv",
    "filename": "css/app.css",
    "number": 1,
    "edition": 1,
    "first": "2026-01-01",
    "last": "2026-03-31",
    "language": "km",
    "batch": BATCH,
    "sha256": sha256(RECORDING).hexdigest(),
    "device_id": 1,
    "digest": "0" * 64,
}
# What they answer to an empty POST: they do nothing in anybody's name, so no cookie matters and no token is asked.
COOKIELESS = {"kiosk_calls.pairing": 201, "kiosk_calls.claim": 415}
QUESTIONNAIRE = {"code": "five-criteria"}
# Links that `place` makes.
# Whose export there is: nobody else sees it.
OWNER = "owner@example.vn"
LINKS = {kind: f"{kind}_{'a' * 43}" for kind in ("share", "board")}
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def _rules() -> list[Rule]:
    return list(application("sqlite:////nowhere/none.db").url_map.iter_rules())


RULES = _rules()
# The routes of a feature are walked in one test: a database for each of them would take most of the time.
every_feature = pytest.mark.parametrize("feature", sorted({rule.endpoint.partition(".")[0] for rule in RULES}))


def of_feature(name: str) -> list[Rule]:
    """The routes of a feature, or the one of the base with that name."""
    return [rule for rule in RULES if rule.endpoint.partition(".")[0] == name]


def undeclared(app: Flask) -> list[str]:
    """The endpoints whose view declares neither a known permission nor that it is public."""
    return [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if declared_access(app, rule.endpoint) not in {PUBLIC, *HOLDERS}
    ]


def is_open(path: str) -> bool:
    """Whether the contract lets everybody open a path."""
    return path == "/" or any(path == start or path.startswith(f"{start}/") for start in OPEN)


def address(app: Flask, rule: Rule) -> str:
    """A path of the rule, with arguments that fit."""
    samples = SAMPLES | (QUESTIONNAIRE if rule.endpoint.startswith("questionnaires.") else {})
    samples = samples | {"token": LINKS.get(rule.rule.split("/")[1], "")}
    values = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        fallback = sorted(getattr(converter, "items", ())) or ["1"]
        sample = samples.get(name, fallback[0])
        if getattr(converter, "items", None) and sample not in converter.items:
            sample = fallback[0]
        values[name] = int(sample) if "Integer" in type(converter).__name__ else sample
    with app.test_request_context():
        if "shell_version" in values:
            values["shell_version"] = shell.version()
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        path: str = adapter.build(rule.endpoint, values, method=min(rule.methods or {"GET"}))
    return re.sub(r"\Ahttps?://[^/]+", "", path)


@pytest.fixture
def place(session: Db) -> None:
    """Something to look at: an agency and a survey called `sample`, links to it, case figures of a quarter."""
    agency = make_agency("sample")
    survey = make_survey(agency, "sample")
    make_edition(survey)
    make_export(survey, OWNER)
    make_publication(survey)
    make_commitment(survey)
    for kind, token in LINKS.items():
        make_link(survey, kind=kind, token=token)
    day = date(2026, 1, 1)
    members = {"channel": "paper", "language": "vi", "answered_on": day, "created_by": "x@example.vn"}
    with transaction():
        db.session.add(EntryBatch(agency=agency, id=BATCH, survey=survey, created_at=now(), **members))
        store_recording(survey.version, "vi", "access", RECORDING)
    with transaction():
        add_device(survey=survey, agency=agency, actor="x")
    make_case_figures(agency, SAMPLES["first"], SAMPLES["last"], received_total=1)


def test_every_route_declares_its_right_or_says_public(app: Flask) -> None:
    assert undeclared(app) == []


def test_a_route_that_declares_nothing_is_caught_and_opens_for_nobody(app: Flask, session: Db) -> None:
    def forgotten() -> str:
        return "secret"

    def misspelt() -> str:
        return "secret"

    app.add_url_rule("/forgotten", "forgotten", forgotten)
    app.add_url_rule("/misspelt", "misspelt", requires("dashboard.view")(misspelt))
    assert undeclared(app) == ["forgotten", "misspelt"]
    for path in ("/forgotten", "/misspelt"):
        assert app.test_client().get(path).status_code == 302
        assert sign_in(app.test_client(), make_user("administrator")).get(path).status_code == 403


def test_the_table_names_every_permission_and_who_holds_it() -> None:
    assert set().union(FOR_TOKENS, *PERMISSIONS.values()) == set(HOLDERS)
    assert set().union(TOKEN_PERMISSIONS, DEVICE_PERMISSIONS) <= set(HOLDERS)
    for permission, holders in HOLDERS.items():
        assert {role for role in ROLES if role_may(role, permission)} == holders, permission


@SQLITE
def test_public_is_what_the_contract_calls_public(app: Flask) -> None:
    declared = [(rule.rule, declared_access(app, rule.endpoint)) for rule in RULES]
    # A call for programs alone may stand below a public address.
    wrong = [path for path, access in declared if access not in FOR_TOKENS and (access == PUBLIC) != is_open(path)]
    assert wrong == []


def _spellings(path: str) -> Iterator[str]:
    """The path as a server hands it over, decoded, and what somebody might try instead."""
    yield from (path, f"{path}/", f"/{path}", f"/.{path}", f"{path}/.", path.upper(), f"{path}\x00", f"{path};x")
    yield from (f"/s/..{path}", f"/api/..{path}", path.replace("/", "//"), path.replace("/", "\\"), f"{path} ")


def _exactly(client: FlaskClient, path: str, method: str = "GET") -> TestResponse:
    """The answer to this very path; the client itself would read "//x/y" as a host."""
    return client.open("/", method=method, environ_overrides={"PATH_INFO": path})


def _is_refused(answer: TestResponse) -> bool:
    if answer.status_code == 302:
        return str(answer.location).startswith("/sign-in?")
    return answer.status_code in (401, 404)


@SQLITE
@every_feature
def test_a_stranger_gets_nowhere_by_any_method_or_spelling(app: Flask, feature: str, place: None) -> None:
    client = app.test_client()
    for rule in of_feature(feature):
        if declared_access(app, rule.endpoint) == PUBLIC:
            continue
        answers = {
            f"{method} {spelling}": _exactly(client, spelling, method)
            for spelling in _spellings(address(app, rule))
            for method in METHODS
        }
        through = {name: answer.status for name, answer in answers.items() if not _is_refused(answer)}
        assert through == {}
        assert _exactly(client, f"/static/..{address(app, rule)}").status_code == 404


def test_a_public_address_still_says_which_methods_it_takes(client: FlaskClient) -> None:
    answer = client.post("/livez")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@SQLITE
@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_it_may_and_nothing_else(app: Flask, place: None, role: str) -> None:
    client = sign_in(app.test_client(), make_user(role))
    wrong = []
    for rule in app.url_map.iter_rules():
        permission = declared_access(app, rule.endpoint)
        if permission == PUBLIC:
            continue
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            status = client.open(address(app, rule), method=method).status_code
            if (status == 403) != (role not in HOLDERS[str(permission)]) or status in (302, 401, 500):
                wrong.append((method, rule.rule, status))
    assert wrong == []


@SQLITE
def test_the_samples_lead_to_pages_that_exist(app: Flask, place: None) -> None:
    """Otherwise the walks above would only look at "no such page"."""
    client = sign_in(app.test_client(), make_user("administrator", email=OWNER))
    missing = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            with client.get(address(app, rule)) as answer:
                missing += [rule.endpoint] if answer.status_code == 404 else []
    assert missing == []


@SQLITE
def test_without_the_token_nothing_is_changed(app: Flask, place: None) -> None:
    client = sign_in(app.test_client(), make_user("administrator"))
    for rule in app.url_map.iter_rules():
        expected = 403 if declared_access(app, rule.endpoint) in FOR_TOKENS else COOKIELESS.get(rule.endpoint, 400)
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            assert client.open(address(app, rule), method=method).status_code == expected, rule.rule


def _check_headers(answer: TestResponse, what: str) -> None:
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert "unsafe" not in policy["script-src"], what
    assert "*" not in policy["script-src"], what
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'", what
    assert answer.headers["X-Content-Type-Options"] == "nosniff", what
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer", "strict-origin"), what


@SQLITE
@every_feature
def test_every_answer_is_guarded_and_what_is_signed_in_is_not_kept(app: Flask, feature: str, place: None) -> None:
    for client in (app.test_client(), sign_in(app.test_client(), make_user("administrator"))):
        for rule in of_feature(feature):
            for method in ("GET", "POST", "DELETE", "OPTIONS"):
                answer = client.open(address(app, rule), method=method)
                _check_headers(answer, f"{method} {rule.rule} {answer.status}")
                answer.close()
                if declared_access(app, rule.endpoint) != PUBLIC:
                    assert "no-store" in answer.headers["Cache-Control"], rule.rule
                    assert "public" not in answer.headers["Cache-Control"], rule.rule


@SQLITE
def test_errors_are_guarded_too(app: Flask) -> None:
    @public
    def invalid() -> str:
        raise Invalid("wrong")

    @public
    def broken() -> str:
        raise RuntimeError("not for readers")

    app.add_url_rule("/s/invalid", "invalid", invalid)
    app.add_url_rule("/s/broken", "broken", broken)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    client = app.test_client()
    for path, status in (
        ("/nowhere", 404),
        ("/api/nowhere", 404),
        ("/static/nowhere.css", 404),
        ("/s/invalid", 422),
        ("/s/broken", 500),
    ):
        answer = client.get(path)
        assert answer.status_code == status
        assert "not for readers" not in answer.text
        _check_headers(answer, path)


@SQLITE
def test_a_page_whose_database_is_gone_is_guarded_for_who_is_signed_in(app: Flask, session: Db) -> None:
    client = sign_in(app.test_client(), make_user())
    session.connection().exec_driver_sql("ALTER TABLE user_account RENAME TO gone")
    session.commit()
    answer = client.get("/manage/accounts")
    assert answer.status_code == 503
    _check_headers(answer, "503")


@SQLITE
@pytest.mark.parametrize("query", ["endpoint=x", "_external=1", "_scheme=x", "_anchor=x", "_method=x", "values=1"])
def test_no_query_key_breaks_a_page(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/sign-in?{query}")
    assert answer.status_code == 200
    assert f'href="/sign-in?{query}&amp;lang=en"' in answer.text


@SQLITE
def test_links_to_the_other_language_stay_on_this_site(client: FlaskClient) -> None:
    page = _exactly(client, "//evil.example/x").text
    assert 'href="/evil.example/x?lang=en"' in page
    assert 'href="//' not in page
