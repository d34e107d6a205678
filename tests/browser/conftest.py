"""A real Chromium against a real server: `server` (its address), `page`, `axe(page)`."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from tests.faults.server import threaded
from tests.needs import missing

NAMES = ("chromium", "chromium-browser", "google-chrome")
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Violation = dict[str, Any]


@pytest.fixture
def database_kind() -> str:
    """Pages are the same on both databases; a browser is slow enough once."""
    return "sqlite"


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """The address of a running server over `app`, without a slash at its end."""
    with threaded(app, threads=8) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


def chromium() -> str | None:
    """The program of an installed Chromium; None: Playwright's own."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for the session: $CHROMIUM, an installed one, or Playwright's own."""
    found = chromium()
    # Chromium's sandbox does not start for root.
    arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)
    try:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
    except Error as error:
        missing(f"no Chromium: {error.message.splitlines()[0]} (try `make browser`)")
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A page of a fresh profile on a wide screen; addresses are relative to the server. Its errors fail the test."""
    context = browser.new_context(base_url=server, locale="vi-VN", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if _is_policy_breach(message) else None)
    yield page
    context.close()
    assert not errors, errors


def _is_policy_breach(message: Any) -> bool:
    return message.type == "error" and "Content Security Policy" in message.text


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[Violation]]:
    """`axe(page)`: the accessibility violations of WCAG 2.2 AA on the page as it stands, each with its nodes."""
    source = AXE.read_text(encoding="utf-8")

    def violations(page: Page) -> list[Violation]:
        # Evaluated, not linked: the page's own content policy stays in force.
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
        found: list[Violation] = page.evaluate("options => axe.run(document, options).then(r => r.violations)", options)
        return found

    return violations
