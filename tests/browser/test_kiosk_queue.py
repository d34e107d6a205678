"""The kiosk's queue in a real browser: what empties it and what does not, and what outlives a change on the server."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route
from sqlalchemy import select

from survey_app.clock import today
from survey_app.collect import shell
from survey_app.db import db, transaction
from survey_app.questionnaires.actions import draft_version, publish_version
from survey_app.questionnaires.queries import require_version
from survey_app.responses.models import Response
from survey_app.responses.rules import body_hash, canonical_json
from survey_app.surveys.actions import add_device
from survey_app.surveys.models import Survey
from tests.browser.test_kiosk import answer_all
from tests.factories import make_agency, make_survey
from tests.faults.kiosk import wait_until

Body = dict[str, Any]
Reply = Callable[[Route, list[Body]], None]
BODIES = [
    {"id": "a", "comment": 'Rất tốt, “cảm ơn” ỷ ữ \\ / " \n\t\r\u2028 \u007f 😀 ខ្មែរ'},
    {"z": True, "a": {"b": ["x", "y"], "a": None}, "Z": False, "version": 12},
    {"comment": "x" * 1000},
    {"comment": ""},
    {"comment": "55 bytes are one block, 56 are two" + "." * 8},
]
SEND = """async ([folder, items, failures]) => {
    const { Queue } = await import(folder + "queue.js");
    const { Sender } = await import(folder + "sending.js");
    const queue = new Queue();
    for (const item of items) await queue.add(item);
    let sender;
    const state = await new Promise((resolve) => {
        sender = new Sender(queue, resolve);
        Object.assign(sender, { token: "a token", failures });
        sender.soon();
    });
    const { waiting, aside } = await queue.summary();
    const problems = (await queue.all()).map((item) => item.problem).filter(Boolean);
    sender.token = null;
    return { state, waiting, aside, problems, pause: (sender.notBefore - Date.now()) / 1000 };
}"""


@pytest.fixture
def folder(app: Flask, page: Page) -> str:
    """Where the modules lie, on a page that nobody has paired."""
    page.goto("/k/shell")
    with app.test_request_context():
        return shell.file_address("")


def item(number: int, survey: str = "a-survey") -> Body:
    body = {"id": f"019{number:05d}", "comment": f"phiếu {number}"}
    kept = {"id": body["id"], "survey": survey, "body": canonical_json(body).decode(), "sha256": body_hash(body)}
    return {**kept, "queued_at": "2026-11-26T08:00:00Z", "state": "waiting", "problem": ""}


def stored(body: Body) -> Body:
    return {"status": 201, "id": body["id"], "sha256": body_hash(body), "receipt": "ABCD-EFGH"}


def results(route: Route, answers: list[Body]) -> None:
    route.fulfill(json={"results": answers})


def send(page: Page, folder: str, items: list[Body], reply: Reply, failures: int = 0) -> Body:
    """What a turn of the sender leaves behind when the server replies so."""
    page.route("**/responses/batch", lambda route: reply(route, route.request.post_data_json["responses"]))
    outcome: Body = page.evaluate(SEND, [folder, items, failures])
    return outcome


def start_anew(page: Page) -> None:
    """The page without a queue and without replies."""
    page.unroute_all()
    page.goto("/k/shell")
    deleted = """new Promise((resolve, reject) => {
        Object.assign(indexedDB.deleteDatabase("kiosk"), { onsuccess: resolve, onerror: reject, onblocked: reject });
    }).then(() => true)"""
    assert page.evaluate(deleted)


def test_the_hash_is_the_servers(page: Page, folder: str) -> None:
    script = """async ([folder, bodies]) => {
        const { canonicalJson, sha256 } = await import(folder + "identity.js");
        return bodies.map((body) => [canonicalJson(body), sha256(canonicalJson(body))]);
    }"""
    computed = page.evaluate(script, [folder, BODIES])
    assert computed == [[canonical_json(body).decode(), body_hash(body)] for body in BODIES]


def test_ids_and_times_are_what_the_server_takes(page: Page, folder: str) -> None:
    script = """async (folder) => {
        const { uuid7, zonedTime } = await import(folder + "identity.js");
        return [uuid7(1700000000123), uuid7(1700000000123), zonedTime(new Date(0))];
    }"""
    first, second, moment = page.evaluate(script, folder)
    assert first != second
    assert (UUID(first).version, UUID(first).variant) == (7, "specified in RFC 4122")
    assert UUID(first).int >> 80 == 1700000000123
    assert moment[10] == "T"
    assert moment[-6] in "+-"


def test_what_is_acknowledged_leaves(page: Page, folder: str) -> None:
    outcome = send(page, folder, [item(n) for n in range(3)], lambda r, sent: results(r, [stored(b) for b in sent]))
    assert (outcome["state"], outcome["waiting"], outcome["aside"]) == ("sent", 0, 0)


LIES: dict[str, Reply] = {
    "captive portal": lambda r, sent: r.fulfill(body="<h1>Wi-Fi</h1>", content_type="text/html"),
    "nothing": lambda r, sent: r.fulfill(status=204),
    "login page": lambda r, sent: r.fulfill(status=302, headers={"Location": "/sign-in"}),
    "half an answer": lambda r, sent: r.fulfill(
        body=json.dumps({"results": [stored(b) for b in sent]})[:-9], content_type="application/json"
    ),
    "right answer as a page": lambda r, sent: r.fulfill(
        body=json.dumps({"results": [stored(b) for b in sent]}), content_type="text/html"
    ),
    "another id": lambda r, sent: results(r, [stored(b) | {"id": "0198"} for b in sent]),
    "another hash": lambda r, sent: results(r, [stored(b) | {"sha256": "0" * 64} for b in sent]),
    "no status": lambda r, sent: results(r, [{"id": b["id"], "sha256": body_hash(b)} for b in sent]),
    "too few": lambda r, sent: results(r, []),
    "not a list": lambda r, sent: r.fulfill(json={"results": {}}),
    "another list": lambda r, sent: r.fulfill(json=[1]),
    "refused by a proxy": lambda r, sent: r.fulfill(status=403, body="no", content_type="text/html"),
    "busy": lambda r, sent: r.fulfill(status=503, json={"code": "unavailable"}),
    "item busy": lambda r, sent: results(r, [{"status": 503, "code": "unavailable"} for b in sent]),
    "cut": lambda r, sent: r.abort(),
}


def test_whatever_else_comes_back_it_stays(page: Page, folder: str) -> None:
    for name, reply in LIES.items():
        outcome = send(page, folder, [item(1), item(2)], reply)
        assert (outcome["state"], outcome["waiting"], outcome["aside"]) == ("failed", 2, 0), name
        assert 0.5 < outcome["pause"] <= 2, name
        start_anew(page)


def test_a_refused_item_is_set_aside_and_stops_nobody(page: Page, folder: str) -> None:
    for status, code in ((409, "id_conflict"), (410, "erased"), (422, "invalid")):
        bad = {"status": status, "code": code}

        def reply(route: Route, sent: list[Body], bad: Body = bad) -> None:
            results(route, [bad if body["id"].endswith("2") else stored(body) for body in sent])

        outcome = send(page, folder, [item(n) for n in range(5)], reply)
        assert (outcome["state"], outcome["waiting"], outcome["problems"]) == ("sent", 0, [code])
        start_anew(page)


def test_one_item_that_spoils_its_batch_is_found(page: Page, folder: str) -> None:
    def reply(route: Route, sent: list[Body]) -> None:
        if any(body["id"].endswith("13") for body in sent):
            route.fulfill(status=422, json={"code": "invalid"})
        else:
            results(route, [stored(body) for body in sent])

    outcome = send(page, folder, [item(n) for n in range(30)], reply)
    assert (outcome["waiting"], outcome["problems"]) == (0, ["invalid"])


def test_what_one_survey_is_refused_keeps_no_other(page: Page, folder: str) -> None:
    def reply(route: Route, sent: list[Body]) -> None:
        if "/busy/" in route.request.url:
            route.fulfill(status=503, json={"code": "unavailable"})
        else:
            results(route, [stored(body) for body in sent])

    outcome = send(page, folder, [item(1, "busy"), item(2, "open")], reply)
    assert (outcome["state"], outcome["waiting"]) == ("failed", 1)


def test_a_revoked_token_keeps_the_queue(page: Page, folder: str) -> None:
    outcome = send(page, folder, [item(1)], lambda r, sent: r.fulfill(status=401, json={"code": "unauthorized"}))
    assert (outcome["state"], outcome["waiting"]) == ("unpaired", 1)


def test_the_pause_grows_to_five_minutes_and_obeys_the_server(page: Page, folder: str) -> None:
    def busy(route: Route, sent: list[Body]) -> None:
        route.fulfill(status=429, json={"code": "too_many_requests"}, headers={"Retry-After": "77"})

    assert 76 < send(page, folder, [item(1)], busy)["pause"] <= 77
    page.unroute("**/responses/batch")
    assert 149 < send(page, folder, [item(1)], LIES["busy"], failures=30)["pause"] <= 300


def test_two_windows_send_each_answer_once(page: Page, folder: str) -> None:
    posted: list[str] = []

    def reply(route: Route, sent: list[Body]) -> None:
        posted.extend(body["id"] for body in sent)
        results(route, [stored(body) for body in sent])

    other = page.context.new_page()
    other.goto("/k/shell")
    page.context.route("**/responses/batch", lambda r: reply(r, r.request.post_data_json["responses"]))
    start = f"([folder, items]) => {{ window.turn = ({SEND})([folder, items, 0]); }}"
    page.evaluate(start, [folder, [item(n) for n in range(150)]])
    other.evaluate(start, [folder, []])
    count = "async (folder) => new (await import(folder + 'queue.js')).Queue().summary()"
    wait_until(lambda: page.evaluate(count, folder)["waiting"] == 0, "the queue did not empty")
    assert sorted(posted) == [item(n)["id"] for n in range(150)]


@pytest.fixture
def kiosk(app: Flask, browser: Browser, server: str) -> Any:
    """A paired kiosk that its service worker controls."""
    with app.app_context():
        agency = make_agency("stttt")
        survey = make_survey(agency, "open")
        with transaction():
            token = add_device(survey=survey, agency=agency, actor="test")
    context = browser.new_context(base_url=server, locale="vi-VN", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"/k?token={token}")
    page.wait_for_selector(".start")
    wait_until(lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"), "no service worker")
    yield page
    context.close()


def test_answers_keep_the_version_they_were_shown_and_a_survey_that_closed_takes_them(app: Flask, kiosk: Page) -> None:
    kiosk.context.set_offline(True)
    answer_all(kiosk)
    kiosk.click("main .next")
    kiosk.wait_for_selector("[data-screen=thanks]")
    with app.app_context(), transaction():
        survey = db.session.scalars(select(Survey)).one()
        shown = survey.version_id
        document = json.loads(json.dumps(survey.version.content))
        document["titles"]["vi"] += " (2)"
        publish_version(draft_version("five-criteria", document))
        survey.version = require_version("five-criteria")
        survey.closes_on = today() - timedelta(days=1)
    kiosk.context.set_offline(False)
    kiosk.click("main .next")
    kiosk.evaluate("dispatchEvent(new Event('online'))")
    found = sent_now(app, kiosk)
    assert [response.version_id for response in found] == [shown]


def test_a_new_version_of_the_kiosk_keeps_the_queue(app: Flask, kiosk: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    kiosk.route("**/responses/batch", lambda route: route.abort())
    answer_all(kiosk)
    kiosk.click("main .next")
    kiosk.wait_for_selector("[data-screen=thanks]")
    before = kiosk.locator("html").get_attribute("data-version")
    monkeypatch.setattr(shell, "_version", lambda words: "b" * 12)
    kiosk.evaluate("navigator.serviceWorker.ready.then((registration) => void registration.update())")
    wait_until(lambda: kiosk.evaluate("caches.keys()") == ["kiosk-bbbbbbbbbbbb"], "the new version was not taken")
    assert kiosk.locator("html").get_attribute("data-version") == before
    kiosk.click("main .next")
    kiosk.wait_for_selector("html[data-version=bbbbbbbbbbbb] .start")
    kiosk.unroute("**/responses/batch")
    kiosk.evaluate("dispatchEvent(new Event('online'))")
    assert len(sent_now(app, kiosk)) == 1


def sent_now(app: Flask, page: Page) -> list[Response]:
    for _ in range(100):
        with app.app_context():
            if found := list(db.session.scalars(select(Response))):
                return found
        page.wait_for_timeout(100)
    return []
