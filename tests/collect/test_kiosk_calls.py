"""What a kiosk asks for over HTTP: pairing, configuration, a sign of life."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from survey_app.access import EVERYWHERE
from survey_app.clock import now
from survey_app.db import db, transaction
from survey_app.surveys.actions import add_device, pair_device, revoke_device
from survey_app.surveys.models import Device
from survey_app.surveys.queries import device_by_token, require_device
from tests.factories import make_agency, make_survey

Db = scoped_session[Session]
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def token(session: Db) -> str:
    survey = make_survey(make_agency("so-mot", name="Sở Một"), "thu")
    with transaction():
        return add_device(survey=survey, agency=survey.agency, actor="x", place="Quầy 3")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def beat(**changes: object) -> dict[str, object]:
    return {"queue": 0, "oldest_at": None, "app_version": "1.0", "sent_at": now().isoformat()} | changes


def test_from_the_code_to_the_token(client: FlaskClient, session: Db) -> None:
    shown = client.post("/k/pairing")
    assert (shown.status_code, shown.json["expires_in"]) == (201, 600)
    secret = {"secret": shown.json["secret"]}
    assert client.post("/k/pairing/claim", json=secret).json == {"state": "waiting"}
    survey = make_survey()
    with transaction():
        pair_device(code=shown.json["code"], survey=survey, agency=survey.agency, actor="officer")
    claimed = client.post("/k/pairing/claim", json=secret)
    assert claimed.json["state"] == "paired"
    config = client.get("/k/config", headers=bearer(claimed.json["token"]))
    assert config.json["survey"]["code"] == survey.code


def test_a_claim_that_is_over_is_gone(client: FlaskClient, session: Db) -> None:
    with time_machine.travel(now(), tick=False) as travel:
        secret = client.post("/k/pairing").json["secret"]
        travel.shift(timedelta(minutes=11))
        answer = client.post("/k/pairing/claim", json={"secret": secret})
    assert (answer.status_code, answer.json["code"]) == (410, "pairing_over")


@SQLITE
def test_an_address_gets_so_many_codes_a_minute(client: FlaskClient) -> None:
    statuses = [client.post("/k/pairing").status_code for _time in range(61)]
    assert statuses == [201] * 60 + [429]
    last = client.post("/k/pairing")
    assert last.json["code"] == "too_many_requests"
    assert int(last.headers["Retry-After"]) > 0


def test_the_configuration_says_all_that_the_screens_need(client: FlaskClient, token: str) -> None:
    config = client.get("/k/config", headers=bearer(token)).json
    assert config["agency"] == {"code": "so-mot", "name": "Sở Một", "above": ""}
    assert config["device"]["place"] == "Quầy 3"
    assert config["device"]["opening_hours"][0] == [["07:30", "11:30"], ["13:30", "17:00"]]
    assert config["questionnaire"]["version"] == 1
    access = config["questionnaire"]["questions"][0]
    assert [option["code"] for option in access["options"]] == [
        "very_high", "high", "average", "low", "very_low", "no_opinion",
    ]  # fmt: skip
    assert access["options"][0]["icon"] == "face-5"
    assert [option["code"] for option in access["options"] if option["unhappy"]] == ["average", "low", "very_low"]
    assert {language["tag"] for language in config["languages"]} >= {"vi", "en"}
    assert config["addresses"]["submit"] == "/api/v1/surveys/thu/responses"
    assert config["addresses"]["phone"].endswith("/s/thu?qr=so-mot")


def test_the_hash_tells_when_the_configuration_changed(client: FlaskClient, token: str, session: Db) -> None:
    first = client.get("/k/config", headers=bearer(token))
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/k/config", headers=bearer(token) | tag).status_code == 304
    beaten = client.post("/k/heartbeat", json=beat(), headers=bearer(token))
    assert beaten.json["config"] == first.json["hash"]
    device = session.get(Device, device_by_token(token).id)  # type: ignore[union-attr]
    with transaction():
        device.place = "Quầy 4"  # type: ignore[union-attr]
    changed = client.get("/k/config", headers=bearer(token) | tag)
    assert (changed.status_code, changed.json["device"]["place"]) == (200, "Quầy 4")
    assert client.post("/k/heartbeat", json=beat(), headers=bearer(token)).json["config"] == changed.json["hash"]


def test_a_heartbeat_is_noted_in_our_time(client: FlaskClient, token: str, session: Db) -> None:
    with time_machine.travel(now().replace(microsecond=0), tick=False):
        ahead = now() + timedelta(days=400)
        said = beat(queue=3, oldest_at=(ahead - timedelta(hours=2)).isoformat(), sent_at=ahead.isoformat())
        assert client.post("/k/heartbeat", json=said, headers=bearer(token)).status_code == 200
        device = session.get(Device, device_by_token(token).id)  # type: ignore[union-attr]
        assert device is not None
        assert (device.queue_length, device.app_version, device.last_seen_at) == (3, "1.0", now())
        assert device.oldest_queued_at == now() - timedelta(hours=2)
        assert device.clock_skew == 400 * 24 * 3600


@pytest.mark.parametrize(
    "changes",
    [
        {"queue": -1}, {"queue": True}, {"queue": 1.0}, {"queue": 2**31}, {"queue": None}, {"more": 1},
        {"sent_at": "2026-11-22T08:15:00"}, {"sent_at": "yesterday"}, {"oldest_at": 5}, {"app_version": "a" * 41},
        {"app_version": "<b>"},
    ],
)  # fmt: skip
@SQLITE
def test_a_wrong_heartbeat_is_refused(client: FlaskClient, token: str, changes: dict[str, object]) -> None:
    answer = client.post("/k/heartbeat", json=beat(**changes), headers=bearer(token))
    assert answer.status_code == 422
    assert [problem["where"] for problem in answer.json["errors"]] == list(changes)
    assert all(problem["message"] for problem in answer.json["errors"])


@SQLITE
def test_any_two_moments_can_be_told(client: FlaskClient, token: str, session: Db) -> None:
    for sent_at, oldest_at in (("1900-01-01T00:00:00Z", "9999-12-30T00:00:00Z"),
                               ("9999-12-30T00:00:00Z", "1900-01-01T00:00:00Z")):  # fmt: skip
        said = beat(sent_at=sent_at, oldest_at=oldest_at)
        assert client.post("/k/heartbeat", json=said, headers=bearer(token)).status_code == 200


@pytest.mark.parametrize("call", ["/k/config", "/k/heartbeat"])
def test_no_other_token_opens_anything(client: FlaskClient, token: str, session: Db, call: str) -> None:
    secret = client.post("/k/pairing").json["secret"]
    device = device_by_token(token)
    method = "GET" if call == "/k/config" else "POST"

    def status(headers: dict[str, str]) -> int:
        answer = client.open(call, method=method, json=beat() if method == "POST" else None, headers=headers)
        assert answer.is_json
        if answer.status_code == 401:
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        return answer.status_code

    assert status(bearer(token)) == 200
    for other in ("", "x", secret, token[:-1], token[3:], f"pairing_{token[7:]}", token.swapcase()):
        assert status(bearer(other)) == 401, other
    assert status({}) == 401
    assert status({"Authorization": f"Basic {token}"}) == 401
    with transaction():
        revoke_device(require_device(device.id, EVERYWHERE), actor="x")  # type: ignore[union-attr]
    assert status(bearer(token)) == 401


@SQLITE
def test_only_json_is_taken(client: FlaskClient, token: str) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", ""):
        answer = client.post("/k/pairing/claim", data=b"{}", content_type=content_type)
        assert (answer.status_code, answer.is_json) == (415, True), content_type
    packed = client.post("/k/pairing/claim", data=b"{}", content_type="application/json",
                         headers={"Content-Encoding": "gzip"})  # fmt: skip
    assert packed.status_code == 415
    large = client.post("/k/pairing/claim", json={"secret": "a" * 70_000})
    assert (large.status_code, large.json["code"]) == (413, "request_entity_too_large")


@SQLITE
def test_the_commands_pair_and_revoke(app: Flask, client: FlaskClient, cli, session: Db) -> None:  # type: ignore[no-untyped-def]
    survey = make_survey()
    args = ["collect", "pair-device", "--survey", survey.code, "--agency"]
    paired = cli.invoke(args=[*args, survey.agency.code])
    assert paired.exit_code == 0
    token = paired.stdout.splitlines()[-1]
    assert client.get("/k/config", headers=bearer(token)).status_code == 200
    assert cli.invoke(args=["collect", "revoke-device", token]).exit_code == 0
    assert client.get("/k/config", headers=bearer(token)).status_code == 401
    again = cli.invoke(args=["collect", "revoke-device", token])
    assert (again.exit_code, again.output) == (1, "Error: Không có thiết bị nào có mã này.\n")
    for agency in ("nowhere", make_agency().code):
        refused = cli.invoke(args=[*args, agency])
        assert refused.exit_code == 1
        assert refused.output.startswith("Error: ")
    assert db.session.query(Device).count() == 1
