"""No answer that was thanked for is lost or doubled, whatever dies; and each planted fault of the queue is found.

The long form, with 200 answers and 20 kills, is `make faults`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.browser.conftest import chromium
from tests.faults.kiosk import KioskBrowser, Ledger, ServerProcess, kiosk_server, run, wait_until
from tests.faults.proxy import Proxy

Kiosk = tuple[ServerProcess, Proxy, str]
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
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    with kiosk_server(tmp_path) as (server, token):
        proxy = Proxy(server.port, seed=7)
        yield server, proxy, token
        proxy.close()


def opened(
    playwright: Playwright, kiosk: Kiosk, profile: Path, patches: Mapping[str, Mapping[str, str]]
) -> KioskBrowser:
    _server, proxy, token = kiosk
    return KioskBrowser(playwright, chromium(), profile, proxy.address, token, patches)


def test_nothing_is_lost_or_doubled(playwright: Playwright, kiosk: Kiosk, tmp_path: Path) -> None:
    server, proxy, _token = kiosk
    browser = opened(playwright, kiosk, tmp_path / "profile", {})
    proxy.faulty = 0.2
    ledger = run(browser, server, proxy, answers=12, kills=3, server_kills=1, seed=1)
    browser.context.close()
    assert ledger.kills == 3
    assert len(ledger.thanked) >= 9
    assert (ledger.lost, ledger.doubled, ledger.alien) == ([], [], [])


def test_without_a_network_the_kiosk_opens_asks_and_keeps(playwright: Playwright, kiosk: Kiosk, tmp_path: Path) -> None:
    server, proxy, _token = kiosk
    browser = opened(playwright, kiosk, tmp_path / "profile", {})
    proxy.away = True
    browser.kill()
    ledger = Ledger()
    for place in range(2):
        browser.page.click(".start")
        while browser.page.get_attribute("#kiosk", "data-screen") == "question":
            browser.page.locator(".answer").first.click()
        browser.page.fill("textarea", f"phiếu {place}")
        browser.page.click("main .next")
        browser.page.wait_for_selector("[data-screen=thanks]")
        ledger.thanked.append(f"phiếu {place}")
        browser.page.click("main .next")
    wait_until(lambda: "Chưa có mạng" in browser.page.locator(".offline").inner_text(), "no word of the network")
    assert browser.waiting() == 2
    assert server.comments() == {}
    proxy.away = False
    browser.flush()
    browser.context.close()
    ledger.stored = server.comments()
    assert (ledger.lost, ledger.doubled) == ([], [])


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
    playwright: Playwright, kiosk: Kiosk, tmp_path: Path, patches: Patches,
    faults: tuple[str, ...], stop: str | None,
) -> None:  # fmt: skip
    server, proxy, _token = kiosk
    browser = opened(playwright, kiosk, tmp_path / "profile", patches)
    proxy.faulty, proxy.faults = (0.7, faults) if faults else (0.0, ())
    ledger = run(
        browser, server, proxy, answers=4, kills=1 if stop else 0, server_kills=0, seed=3, stops=(stop or "thanks",)
    )
    browser.context.close()
    assert ledger.lost or ledger.doubled
