"""No answer that was thanked for is lost or doubled, whatever dies; and each planted fault of the queue is found.

The long form, with 200 answers and 20 kills, is `make faults`.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Playwright

from survey_app.db import transaction
from survey_app.surveys.actions import add_device
from tests.browser.conftest import chromium
from tests.factories import make_agency, make_survey
from tests.faults.kiosk import KioskBrowser, ServerProcess, answer, comments, run, wait_until
from tests.faults.proxy import Proxy

Patches = Mapping[str, Mapping[str, str]]
ADD = "this.queue.add(visit.item(completed, reason))"
REFUSE = "throw new Refusal(reply.status, wait);\n  const"
# Changes of the kiosk's own modules, each a fault that has cost others answers.
DELETES_ON_ANY_SUCCESS: Patches = {
    "network.js": {REFUSE: "return { status: 200, answer: { results: [] } };\n  const"},
    "sending.js": {"if (isStored(item, result)) stored.push": "if (true) stored.push"},
}
THANKS_FIRST: Patches = {"kiosk.js": {f"await {ADD};": f"setTimeout(() => {ADD}, 3000);"}}
NEW_ID_EACH_TIME: Patches = {
    "sending.js": {
        "items.map((item) => item.body)": "items.map((item) => item.body.replace(item.id, crypto.randomUUID()))",
        "result.id === item.id && result.sha256 === item.sha256": "true",
    }
}


@pytest.fixture
def token(app: Flask) -> str:
    """The token of a device."""
    with app.app_context():
        agency = make_agency("stttt", name="Sở Thông tin và Truyền thông")
        survey = make_survey(agency, "ki-ot")
        with transaction():
            return add_device(survey=survey, agency=agency, actor="test")


@pytest.fixture
def database(database_url: str) -> Path:
    return Path(database_url.removeprefix("sqlite:///"))


@pytest.fixture
def proxy(server: str) -> Iterator[Proxy]:
    """A bad network in front of the server."""
    proxy = Proxy(int(server.rpartition(":")[2]), seed=7)
    yield proxy
    proxy.close()


@pytest.fixture
def open_kiosk(playwright: Playwright, token: str, tmp_path: Path) -> Iterator[Callable[..., KioskBrowser]]:
    """`open_kiosk(proxy, patches)`: a paired kiosk in a Chromium with a profile of its own."""
    opened = []

    def open_one(proxy: Proxy, patches: Patches | None = None) -> KioskBrowser:
        opened.append(KioskBrowser(playwright, chromium(), tmp_path / "profile", proxy.address, token, patches))
        return opened[-1]

    yield open_one
    for each in opened:
        each.context.close()


def test_nothing_is_lost_or_doubled(open_kiosk: Callable[..., KioskBrowser], database: Path, token: str) -> None:
    server = ServerProcess(database)
    server.start()
    proxy = Proxy(server.port, seed=7, faulty=0.2)
    try:
        browser = open_kiosk(proxy)
        ledger = run(browser, proxy, database, answers=12, kills=3, seed=1, server=server, server_kills=1)
    finally:
        proxy.close()
        server.kill()
    assert ledger.kills == 3
    assert len(ledger.thanked) >= 9
    assert (ledger.lost, ledger.doubled, ledger.alien) == ([], [], [])


def test_without_a_network_the_kiosk_opens_asks_and_keeps(
    open_kiosk: Callable[..., KioskBrowser], proxy: Proxy, database: Path
) -> None:
    browser = open_kiosk(proxy)
    proxy.away = True
    browser.kill()
    chance = random.Random(2)
    for number in ("phiếu 1", "phiếu 2"):
        assert answer(browser.page, number, chance, None)
        browser.page.click("main .next")
    dot = browser.page.locator(".offline")
    wait_until(lambda: "Chưa có mạng" in dot.inner_text(), "no word of the network")
    assert browser.waiting() == 2
    assert comments(database) == {}
    proxy.away = False
    browser.flush()
    assert comments(database) == {"phiếu 1": 1, "phiếu 2": 1}
    wait_until(lambda: dot.inner_text() == "", "the word of the network stays")


@pytest.mark.parametrize(
    ("patches", "faults", "stop"),
    [
        (DELETES_ON_ANY_SUCCESS, ("portal",), None),
        (THANKS_FIRST, (), "thanks"),
        (NEW_ID_EACH_TIME, ("cut",), None),
    ],
    ids=["deletes on any success", "thanks before it is stored", "a new id for each attempt"],
)
def test_a_planted_fault_is_found(
    open_kiosk: Callable[..., KioskBrowser], proxy: Proxy, database: Path, patches: Patches,
    faults: tuple[str, ...], stop: str | None,
) -> None:  # fmt: skip
    browser = open_kiosk(proxy, patches)
    proxy.faulty, proxy.faults = (0.7, faults) if faults else (0.0, ())
    ledger = run(browser, proxy, database, answers=4, kills=1 if stop else 0, seed=3, stops=(stop or "thanks",))
    assert ledger.lost or ledger.doubled
