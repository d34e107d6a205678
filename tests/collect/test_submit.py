"""What devices and programs send: stored once, refused in words, one bad body of many alone."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session, scoped_session

from survey_app.access import EVERYWHERE
from survey_app.audit import AuditEvent
from survey_app.clock import now, today, uuid7
from survey_app.collect import actions
from survey_app.collect.models import RefusedBody
from survey_app.collect.queries import refused_bodies_in
from survey_app.db import db, transaction
from survey_app.questionnaires.actions import draft_version, publish_version
from survey_app.responses.actions import erase_response
from survey_app.responses.models import Response, ResponseText, TallyQueueItem
from survey_app.responses.rules import body_hash
from survey_app.surveys.actions import add_device
from survey_app.surveys.models import Survey
from tests.factories import HAPPY, bearing, make_agency, make_api_token, make_survey, make_user, sign_in

Db = scoped_session[Session]
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ADDRESS = "/api/v1/surveys/thu/responses"


# A Tuesday, 9:00 in Vietnam: at other hours a device's answers bear one flag more.
AT_WORK = datetime(2026, 3, 3, 2, tzinfo=UTC)


@pytest.fixture
def survey(session: Db) -> Survey:
    return make_survey(make_agency("so-mot"), "thu")


@pytest.fixture
def token(survey: Survey) -> str:
    return make_device(survey)


def make_device(survey: Survey, **fields: Any) -> str:
    with transaction():
        return add_device(survey=survey, **{"agency": survey.agency, "actor": "x", **fields})


def body(**changes: Any) -> dict[str, Any]:
    """A good body; a change to ... leaves a member out."""
    members = {
        "id": str(uuid7()),
        "agency": "so-mot",
        "answered_at": now().isoformat(),
        "language": "vi",
        "channel": "kiosk",
        "answers": dict(HAPPY),
        **changes,
    }
    return {name: value for name, value in members.items() if value is not ...}


def send(client: FlaskClient, token: str, sent: Any, address: str = ADDRESS) -> Any:
    return client.post(address, json=sent, headers=bearing(token))


def stored(session: Db) -> list[Response]:
    session.rollback()
    return list(session.scalars(select(Response)))


def test_a_body_is_stored_and_acknowledged(client: FlaskClient, token: str, session: Db) -> None:
    sent = body(comment="Cảm ơn", reasons={}, procedure="1.001", completed=False, end_reason="timeout", version=1)
    answer = send(client, token, sent)
    assert answer.status_code == 201
    assert answer.json == {"id": sent["id"], "sha256": body_hash(sent), "receipt": answer.json["receipt"]}
    response = stored(session)[0]
    assert (str(response.id), response.channel, response.language) == (sent["id"], "kiosk", "vi")
    assert (response.procedure_code, response.completed, response.end_reason) == ("1.001", False, "timeout")
    assert (response.answers, response.answered_on, response.verified) == (HAPPY, today(), False)
    assert response.device_id is not None
    assert session.scalars(select(ResponseText.text)).all() == ["Cảm ơn"]
    assert session.scalars(select(TallyQueueItem.held)).all() == [True]


def test_the_same_again_is_the_same_answer(client: FlaskClient, token: str, session: Db) -> None:
    sent = body()
    first = send(client, token, sent)
    hexadecimal = sent["id"].replace("-", "")
    for spelling in (sent["id"], sent["id"].upper(), f"{{{sent['id']}}}", f"urn:uuid:{sent['id']}", hexadecimal):
        for ticket in ({}, {"ticket": None}, {"ticket": "other"}):
            again = send(client, token, {**reversed_(sent), "id": spelling, **ticket})
            assert (again.status_code, again.json) == (200, first.json)
    assert len(stored(session)) == 1


def reversed_(members: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed(members.items()))


def test_another_body_is_a_conflict_that_the_audit_log_tells(client: FlaskClient, token: str, session: Db) -> None:
    sent = body()
    other = {**sent, "answers": {"access": "low"}}
    first = send(client, token, sent)
    answer = send(client, token, {**other, "id": sent["id"].upper()})
    assert (answer.status_code, answer.json["code"]) == (409, "id_conflict")
    assert [response.answers for response in stored(session)] == [HAPPY]
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "responses.conflict")).one()
    assert event.subject == f"thu/{sent['id']}"
    assert event.details == {"kept": first.json["sha256"], "refused": body_hash(other)}


def test_what_was_erased_stays_erased(client: FlaskClient, token: str, survey: Survey, session: Db) -> None:
    sent = body()
    send(client, token, sent)
    with transaction():
        erase_response(survey, stored(session)[0].id, "x")
    answer = send(client, token, sent)
    assert (answer.status_code, answer.json["code"]) == (410, "erased")


WRONG = [
    *[({member: ...}, member) for member in ("id", "agency", "answered_at", "language", "channel", "answers")],
    *[({member: None}, member) for member in ("id", "agency", "answered_at", "language", "channel", "answers")],
    *[({member: None}, member) for member in ("version", "procedure", "started_at", "completed", "end_reason")],
    *[({"reasons": reasons}, "reasons") for reasons in (None, [], {"access": "slow"}, {"access": [1]})],
    *[({"answers": answers}, "answers") for answers in ([], "x", {"access": None}, {"access": ["high"]}, {"a": 1})],
    *[({"version": version}, "version") for version in (True, 1.0, "1", -1, 2, 2**31)],
    *[({"id": text}, "id") for text in ("", "x", "０" * 32, 5, "00000000-0000-1000-8000-000000000000")],
    *[({"answered_at": text}, "answered_at") for text in (
        "2026-11-22T08:15:00", "2026-11-22", "now", 1763773200, "２０２６-11-22T08:15:00Z", "2026-02-30T08:15:00Z",
        "2026-11-22T25:15:00Z", "2026-W01-1T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")],
    *[({"language": text}, "language") for text in ("", "v", "vi_VN", "a" * 21, "<b>")],
    *[({"channel": text}, "channel") for text in ("", "fax", "Kiosk", "web")],
    *[({"procedure": text}, "procedure") for text in ("", "a" * 41, "a\nb")],
    *[({"started_at": text}, "started_at") for text in ("", "2026-11-22T08:15:00")],
    *[({"completed": value}, "completed") for value in (1, "true", 0)],
    *[({"end_reason": value}, "end_reason") for value in ("", "bored", 1)],
    *[({"comment": value}, "comment") for value in (1, ["x"], "a" * 1001, "a\x07b")],
    *[({"ticket": value}, "ticket") for value in (1, ["x"], False)],
    ({"answers": {"access": "splendid"}}, "access"),
    ({"answers": {"weather": "high"}}, "weather"),
    ({"reasons": {"access": ["no_guide"]}}, "access"),
    ({"answers": {}}, ""),
    ({"answers": {}, "comment": " \n "}, ""),
    ({"more": 1}, "more"),
]  # fmt: skip


@SQLITE
@pytest.mark.parametrize(("changes", "where"), WRONG)
def test_what_is_wrong_is_named(client: FlaskClient, token: str, session: Db, changes: Any, where: str) -> None:
    answer = send(client, token, body(**changes))
    assert answer.status_code == 422
    assert [problem["where"] for problem in answer.json["errors"]] == [where]
    assert all(problem["message"] and problem["code"] for problem in answer.json["errors"])
    assert answer.json["message"]
    assert stored(session) == []


@pytest.mark.parametrize(
    "document",
    [
        b"", b"{", b"[]", b"null", b"5", b'"x"', b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b'{"id": NaN}', b"\xff",
        b'{"id": 1, "id": 2}', b'{"comment": "\\ud800"}', b'{"comment": "\\u0000"}', b'{"\\ud800": 1}', b"\x00",
        b'{"version": 99999999999999999999}', b'{"a": ' * 11 + b"1" + b"}" * 11, b"[" * 60_000, b'{"version": 1e999}',
    ],
)  # fmt: skip
def test_no_document_breaks_anything(client: FlaskClient, token: str, session: Db, document: bytes) -> None:
    answer = client.post(ADDRESS, data=document, content_type="application/json", headers=bearing(token))
    assert answer.status_code == 422
    assert answer.json["code"]
    refused = refused_bodies_in(EVERYWHERE, most=10)
    assert [each.code for each in refused] == [answer.json["code"]]
    assert stored(session) == []


def test_all_no_opinion_is_an_answer_and_so_is_a_comment(client: FlaskClient, token: str, session: Db) -> None:
    assert send(client, token, body(answers=dict.fromkeys(HAPPY, "no_opinion"))).status_code == 201
    assert send(client, token, body(answers={}, comment="Tốt")).status_code == 201
    assert send(client, token, body(answers={"access": "low"}, reasons={"access": ["no_guide"]})).status_code == 201


@SQLITE
def test_large_and_foreign_bodies_are_refused(client: FlaskClient, token: str) -> None:
    large = send(client, token, body(comment="a" * 65_536))
    assert (large.status_code, large.json["code"]) == (413, "request_entity_too_large")
    form = client.post(ADDRESS, data={"id": "x"}, headers=bearing(token))
    assert (form.status_code, form.json["code"]) == (415, "unsupported_media_type")


def test_a_wrong_clock_is_no_reason_to_refuse(client: FlaskClient, token: str, session: Db) -> None:
    with time_machine.travel(AT_WORK, tick=False):
        for days in (399, -728):
            send(client, token, body(answered_at=(now() + timedelta(days=days)).isoformat()))
        late, early = sorted(stored(session), key=lambda response: response.answered_at or now(), reverse=True)
        assert (late.answered_at, late.received_at) == (now() + timedelta(days=399), now())
        # Nobody answers on a day to come.
        assert late.answered_on == today()
        assert early.answered_on == (now() - timedelta(days=728)).astimezone().date() or early.answered_on < today()
        assert late.flags == early.flags == ["clock"]


def test_what_an_older_version_asked_is_stored_as_such(
    client: FlaskClient, token: str, survey: Survey, session: Db
) -> None:
    old = survey.version
    with transaction():
        new = draft_version(old.questionnaire.code, {**old.content, "intro": {"vi": "Mới", "en": "New"}})
        publish_version(new)
        survey.version_id = new.id
    assert send(client, token, body(version=1)).status_code == 201
    assert send(client, token, body(version=2)).status_code == 201
    assert send(client, token, body()).status_code == 201
    assert send(client, token, body(version=3)).json["errors"][0]["code"] == "unknown_version"
    assert sorted(response.version_id for response in stored(session)) == [old.id, new.id, new.id]


def test_a_survey_that_closed_meanwhile_still_takes_what_was_kept(
    client: FlaskClient, token: str, survey: Survey, session: Db
) -> None:
    with time_machine.travel(AT_WORK, tick=False):
        with transaction():
            survey.closes_on = today() - timedelta(days=1)
        assert send(client, token, body()).status_code == 201
        assert stored(session)[0].flags == ["outside_period"]


def test_a_device_submits_to_its_own_survey_and_agency_only(
    client: FlaskClient, token: str, survey: Survey, session: Db
) -> None:
    make_agency("duoi", parent=survey.agency)
    make_survey(survey.agency, "khac")
    for address, agency in (
        (ADDRESS, "duoi"),
        (ADDRESS, "nowhere"),
        (ADDRESS, "\x00"[:0] + "SO-MOT"),
        ("/api/v1/surveys/khac/responses", "so-mot"),
        ("/api/v1/surveys/nowhere/responses", "so-mot"),
    ):
        answer = send(client, token, body(agency=agency), address)
        assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    assert stored(session) == []


def test_an_id_of_another_agency_says_nothing(client: FlaskClient, token: str, survey: Survey, session: Db) -> None:
    below = make_agency("duoi", parent=survey.agency)
    other = make_device(survey, agency=below)
    sent = body()
    assert send(client, other, {**sent, "agency": "duoi", "comment": "x"}).status_code == 201
    assert send(client, token, sent).status_code == 201
    assert len(stored(session)) == 2


def test_a_program_submits_for_the_agencies_of_its_token(client: FlaskClient, survey: Survey, session: Db) -> None:
    below, elsewhere = make_agency("duoi", parent=survey.agency), make_agency("xa")
    program = make_api_token(below, permissions=["responses.submit"])
    for agency, channel in (("duoi", "web"), ("duoi", "kiosk")):
        assert send(client, program, body(agency=agency, channel=channel)).status_code == 201
    for agency, status in (("so-mot", 403), ("xa", 422), ("nowhere", 422)):
        assert send(client, program, body(agency=agency)).status_code == status, agency
    foreign = make_api_token(elsewhere, permissions=["responses.submit"])
    assert send(client, foreign, body(agency="duoi")).status_code == 403
    assert send(client, program, body(agency="duoi"), "/api/v1/surveys/nowhere/responses").status_code == 404
    assert {(response.agency_id, response.device_id) for response in stored(session)} == {(below.id, None)}
    assert session.scalars(select(RefusedBody)).all() == []


def test_no_other_caller_submits(app: Flask, client: FlaskClient, token: str, session: Db) -> None:
    reading = make_api_token(permissions=["dashboards.view"])
    admin = sign_in(app.test_client(), make_user())
    for headers, status in (({}, 401), (bearing("x"), 401), (bearing(token[:-1]), 401), (bearing(reading), 403)):
        for address in (ADDRESS, f"{ADDRESS}/batch"):
            answer = client.post(address, json=body(), headers=headers)
            assert (answer.status_code, answer.is_json) == (status, True)
    assert admin.post(ADDRESS, json=body()).status_code == 403
    for address in ("/api/v1/surveys", "/api/v1/surveys/thu", "/api/v1/surveys/thu/figures/overview"):
        assert client.get(address, headers=bearing(token)).status_code == 403
    assert stored(session) == []


def test_many_at_once_each_with_its_own_status(client: FlaskClient, token: str, survey: Survey, session: Db) -> None:
    before = body()
    send(client, token, before)
    good = [body() for _each in range(5)]
    bodies = [
        good[0],
        before,
        {**before, "comment": "other"},
        body(answers={"access": "splendid"}),
        body(agency="nowhere"),
        body(comment="a" * 70_000),
        {**body(), "more": [[[[[[[[[[[1]]]]]]]]]]]},
        *[5, None, [], {}],
        good[1],
        good[1],
        *good[2:],
    ]
    document = json.dumps({"responses": bodies}).replace('"kiosk"', '"kiosk", "channel": "kiosk"', 1)
    answer = client.post(f"{ADDRESS}/batch", data=document, content_type="application/json", headers=bearing(token))
    assert answer.status_code == 200
    results = answer.json["results"]
    assert [result["status"] for result in results] == [
        422, 200, 409, 422, 403, 413, 422, 422, 422, 422, 422, 201, 200, 201, 201, 201,
    ]  # fmt: skip
    assert results[0]["errors"][0]["code"] == "duplicate_member"
    assert results[11] == {**results[12], "status": 201}
    assert results[11].keys() == {"status", "id", "sha256", "receipt"}
    assert results[6]["code"] == "too_deep"
    assert {str(response.id) for response in stored(session)} == {before["id"], *(each["id"] for each in good[1:])}
    assert len(refused_bodies_in(EVERYWHERE, most=100)) == 7


def test_an_error_of_ours_stops_no_other_body(
    client: FlaskClient, token: str, session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault planted in the middle of storing one body."""
    poisoned = body()
    record = actions.record_response

    def fail_after_storing(submission: Any) -> Any:
        recorded = record(submission)
        if str(submission.id) == poisoned["id"]:
            raise ZeroDivisionError
        return recorded

    monkeypatch.setattr(actions, "record_response", fail_after_storing)
    sent = {"responses": [body(), poisoned, body()]}
    results = send(client, token, sent, f"{ADDRESS}/batch").json["results"]
    assert [result["status"] for result in results] == [201, 500, 201]
    assert results[1]["code"] == "internal"
    assert poisoned["id"] not in {str(response.id) for response in stored(session)}
    monkeypatch.undo()
    assert send(client, token, poisoned).status_code == 201


@SQLITE
def test_a_batch_has_its_bounds(client: FlaskClient, token: str) -> None:
    address = f"{ADDRESS}/batch"
    assert send(client, token, {"responses": []}, address).json == {"results": []}
    assert send(client, token, {"responses": [1] * 101}, address).status_code == 413
    assert send(client, token, {"responses": ["a" * 8_400_000]}, address).status_code == 413
    for wrong in ([], {}, {"responses": {}}, {"responses": [], "more": 1}):
        assert send(client, token, wrong, address).status_code == 422


@SQLITE
def test_a_device_may_always_send_twenty_a_second(app: Flask, client: FlaskClient, token: str) -> None:
    with time_machine.travel(now(), tick=False) as travel:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], address_limit=10)
        sent = body()
        statuses = [send(client, token, sent).status_code for _each in range(35)]
        assert statuses == [201] + [200] * 29 + [429] * 5
        assert send(client, token, sent).headers["Retry-After"] == "1"
        travel.shift(1.1)
        assert [send(client, token, sent).status_code for _each in range(21)] == [200] * 20 + [429]


def test_refused_bodies_are_kept_once_and_not_without_end(
    client: FlaskClient, token: str, session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_KEPT", 3)
    same = body(answers={"access": "splendid"})
    for sent in (same, same, body(more=1), body(more=2), body(more=3)):
        assert send(client, token, sent).status_code == 422
    kept = refused_bodies_in(EVERYWHERE, most=10)
    assert len(kept) == 3
    assert json.loads(kept[-1].body) == same
    assert kept[-1].errors == [{"where": "access", "code": "unknown_option"}]


def test_answers_to_words_are_words(client: FlaskClient, session: Db) -> None:
    with transaction():
        version = draft_version("loi-ngo", {
            "format": 1,
            "titles": {"vi": "Lời ngỏ"},
            "questions": [{"code": "idea", "kind": "text", "label": {"vi": "Ý"}, "text": {"vi": "Ý kiến?"}}],
        })  # fmt: skip
        publish_version(version)
    survey = make_survey(make_agency("so-mot"), "thu", version_id=version.id)
    assert send(client, make_device(survey), body(answers={"idea": "Thêm ghế"})).status_code == 201
    assert session.scalars(select(ResponseText.text)).all() == ["Thêm ghế"]


@SQLITE
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_error_is_json_in_the_language_asked_for(client: FlaskClient, token: str, language: str) -> None:
    for method, path, status in (
        ("GET", "/api/v1/nowhere", 404), ("GET", "/api", 404), ("PUT", ADDRESS, 405), ("GET", f"{ADDRESS}/batch", 405),
        ("POST", ADDRESS, 415), ("GET", ADDRESS, 405),
    ):  # fmt: skip
        answer = client.open(f"{path}?lang={language}", method=method, headers=bearing(token))
        assert (answer.status_code, answer.is_json) == (status, True), path
        assert answer.json["code"] == answer.json["code"].lower()
        assert answer.json["message"].isascii() == (language == "en"), answer.json


def test_two_statements_and_who_sends(client: FlaskClient, token: str, session: Db) -> None:
    """The path of an answer: token, neighbours, response, queue. A survey is read once a second, nothing is counted."""
    send(client, token, body())
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert send(client, token, body()).status_code == 201
    asked = [statement.split(" ")[0] for statement in statements if not statement.startswith("BEGIN")]
    assert asked == ["SELECT", "SELECT", "INSERT", "INSERT"]
    assert not any("count(" in statement.lower() for statement in statements)
