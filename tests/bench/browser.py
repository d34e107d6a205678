"""What a citizen's device measures, through Chromium's protocol: the form on a slow network, a kiosk's screens."""

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
from tests.factories import make_survey

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
RUNS = 5
LCP = """new Promise((resolve) => new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true }))"""
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
        with transaction():
            token = add_device(survey=survey, agency=survey.agency, actor="bench")
    with _served(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*QUIET, "--no-sandbox"])
        _form(browser, f"{address}/s/bench")
        _kiosk(browser, f"{address}/k?token={token}")
        browser.close()


def _form(browser: Browser, address: str) -> None:
    paints: list[float] = []
    sizes: dict[str, float] = {}
    for _ in range(RUNS):
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        protocol = context.new_cdp_session(page)
        protocol.send("Network.enable")
        protocol.send("Network.emulateNetworkConditions", SLOW)
        protocol.send("Emulation.setCPUThrottlingRate", {"rate": 6})
        sizes = {}
        protocol.on(
            "Network.loadingFinished", lambda e, sizes=sizes: sizes.update({e["requestId"]: e["encodedDataLength"]})
        )
        page.goto(address, wait_until="networkidle")
        paints.append(page.evaluate(LCP))
        context.close()
    say(
        f"citizen's form at 400 kbps, 400 ms, CPU x6: largest paint {median(paints) / 1000:.2f} s (at most 2.5), "
        f"{sum(sizes.values()) / 1000:.1f} kB in {len(sizes)} requests (at most 30 in 4), median of {RUNS}"
    )


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
