"""What a device measures, through Chromium's protocol: form and overview on a slow network, a kiosk's screens."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from waitress import create_server, wasyncore

from survey_app.db import transaction
from survey_app.surveys.actions import add_device
from tests.bench.installation import say
from tests.browser.conftest import QUIET, chromium
from tests.factories import make_survey, make_user, sign_in
from tests.figures.examples import add_answers

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
RUNS = 5
LCP = """new Promise((resolve) => new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true }))"""
SHIFTS = """window.shifts = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifts += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });"""
# Largest paint in ms, layout shifts, bytes, requests.
Visit = tuple[float, float, float, int]
# From the touch to the second frame after it: by then the next question is on the screen.
TOUCH = """() => new Promise((resolve) => {
    const start = performance.now();
    document.querySelector(".answer").click();
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
})"""


def measure_browser(app: Flask) -> None:
    """Print largest paint, bytes and requests of a first visit, and what a kiosk's screen change takes."""
    with app.app_context():
        survey = make_survey(code="bench")
        add_answers(survey, {"results": {"dissatisfied": 40, "satisfied": 200, "very_satisfied": 260}})
        with transaction():
            token = add_device(survey=survey, agency=survey.agency, actor="bench")
        session = sign_in(app.test_client(), make_user("leader")).get_cookie("session")
    with _served(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*QUIET, "--no-sandbox"])
        _form(browser, f"{address}/s/bench")
        cookies = [{"name": "session", "value": session.value, "url": address}] if session else []
        _overview(browser, f"{address}/dashboards/bench", cookies)
        _kiosk(browser, f"{address}/k?token={token}")
        browser.close()


def _form(browser: Browser, address: str) -> None:
    visits = [_visit(browser, address, rate=6) for _ in range(RUNS)]
    _, _, size, requests = visits[-1]
    say(
        f"citizen's form at 400 kbps, 400 ms, CPU x6: largest paint {_paint(visits):.2f} s (at most 2.5), "
        f"{size / 1000:.1f} kB in {requests} requests (at most 30 in 4), median of {RUNS}"
    )


def _overview(browser: Browser, address: str, cookies: list[Any]) -> None:
    """A leader's first visit on a phone, and one with everything but the page in its cache."""
    for name, known in (("first visit", False), ("with a cache", True)):
        visits = [_visit(browser, address, rate=4, cookies=cookies, known=known) for _ in range(RUNS)]
        moved, size = max(visit[1] for visit in visits), visits[-1][2] / 1000
        say(
            f"overview at 400 kbps, 400 ms, CPU x4, {name}: largest paint {_paint(visits):.2f} s (at most 2.5), moved "
            f"{moved:.4f} (at most 0.02), {size:.0f} kB, median of {RUNS}"
        )


def _paint(visits: list[Visit]) -> float:
    """The median of the largest paints in seconds."""
    return median(paint for paint, _, _, _ in visits) / 1000


def _visit(browser: Browser, address: str, *, rate: int, cookies: Any = (), known: bool = False) -> Visit:
    """One visit on a slow network with a processor slowed down so many times: largest paint in ms, layout shifts,
    bytes, requests. `known`: everything but the page is in the cache."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies(list(cookies))
    page = context.new_page()
    if known:
        page.goto(address, wait_until="networkidle")
    page.add_init_script(SHIFTS)
    protocol = context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.send("Network.emulateNetworkConditions", SLOW)
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    sizes: dict[str, float] = {}
    protocol.on("Network.loadingFinished", lambda event: _weigh(sizes, event))
    page.goto(address, wait_until="networkidle", timeout=60_000)
    found = page.evaluate(LCP), page.evaluate("window.shifts"), sum(sizes.values()), len(sizes)
    context.close()
    return found


def _weigh(sizes: dict[str, float], event: dict[str, Any]) -> None:
    sizes[event["requestId"]] = event["encodedDataLength"]


def _kiosk(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1080, "height": 1920}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    changes = []
    for _ in range(RUNS):
        page.click(".start")
        changes += [page.evaluate(TOUCH) for _ in range(5)]
        page.reload()
    context.close()
    say(
        f"kiosk: a screen change takes {median(changes):.0f} ms, the slowest of {len(changes)} "
        f"{max(changes):.0f} ms (at most 100)"
    )


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join()
        server.task_dispatcher.shutdown()
