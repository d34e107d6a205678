"""The citizen's form in a real browser: both languages, phone and desk, keyboard, no scripts, weight and sizes."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from survey_app.clock import today
from survey_app.db import db
from survey_app.responses.models import Response
from tests.factories import make_agency, make_survey

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
NARROW = {"width": 320, "height": 640}
MOST_BYTES, MOST_REQUESTS = 30 * 1000, 4
RECEIPT = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
Axe = Callable[[Page], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def surveys(app: Flask) -> None:
    """One open survey and one that is over."""
    with app.app_context():
        agency = make_agency("stttt", name="Sở Thông tin và Truyền thông tỉnh Bến Tre")
        make_survey(agency, "open")
        make_survey(agency, "over", closes_on=today() - timedelta(days=1))


def stored(app: Flask) -> list[dict[str, str]]:
    with app.app_context():
        return list(db.session.scalars(select(Response.answers)))


def go_on(page: Page, steps: int = 99) -> None:
    """Some questions further, or to the end; without scripts everything is on one page."""
    following = page.get_by_role("button", name=re.compile("^(Tiếp tục|Continue|បន្ត)$"))
    while steps and following.count():
        following.click()
        steps -= 1


def send(page: Page) -> None:
    go_on(page)
    with page.expect_navigation():
        page.locator("#send").click()


def show(page: Page, state: str, tag: str) -> None:
    """Bring the page into one of the states that a citizen can see."""
    address = {"privacy": "/privacy", "landing": "/", "over": "/s/over"}.get(state, "/s/open")
    page.goto(f"{address}?lang={tag}")
    if state == "unhappy":
        go_on(page, 2)
        page.check("[name=staff][value=low]")
    if state == "thanks":
        page.check("[name=access][value=high]")
    if state in ("refused", "thanks"):
        send(page)


@pytest.mark.parametrize("tag", ["vi", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_state_is_accessible_and_fits(page: Page, axe: Axe, tag: str, size: Any) -> None:
    page.set_viewport_size(size)
    for state in ("landing", "blank", "unhappy", "refused", "thanks", "privacy", "over"):
        show(page, state, tag)
        assert page.locator("html").get_attribute("lang") == tag, state
        assert page.locator("h1").count() == 1, state
        assert axe(page) == [], state
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state


def test_it_fits_where_everything_is_twice_as_large(page: Page) -> None:
    page.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    for state in ("blank", "unhappy", "refused", "thanks"):
        show(page, state, "vi")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_citizen_answers_on_a_phone(app: Flask, browser: Browser, server: str, scripts: bool) -> None:
    context = browser.new_context(base_url=server, viewport=PHONE, java_script_enabled=scripts)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/s/open")
    assert page.locator("input:checked").count() == 0
    page.get_by_text("Rất cao", exact=True).first.click()
    go_on(page, 1)
    page.get_by_label("Thấp", exact=True).nth(1).check()
    page.check("[name=reasons-transparency][value=fees_unclear]")
    go_on(page)
    page.fill("[name=comment]", "Bảng lệ phí khó đọc")
    send(page)
    assert page.url.endswith("/s/open/thanks")
    assert RECEIPT.search(page.content())
    context.close()
    assert stored(app) == [{"access": "very_high", "transparency": "low"}]


def test_the_keyboard_is_enough(app: Flask, page: Page) -> None:
    page.goto("/s/open")
    page.focus("[name=access]")
    for _ in range(5):
        page.keyboard.press("Space")
        # Enter goes on, and sends only at the end.
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "comment"
    passed = []
    while "send" not in passed and len(passed) < 4:
        page.keyboard.press("Tab")
        passed.append(page.evaluate("document.activeElement.id"))
    assert passed[-1] == "send", passed
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks")
    assert len(stored(app)[0]) == 5


def test_one_question_at_a_time_and_back(page: Page) -> None:
    page.goto("/s/open")
    assert page.locator("fieldset:visible").count() == 1
    page.check("[name=access][value=high]")
    go_on(page, 1)
    assert page.locator("fieldset:visible").count() == 1
    assert page.locator("[name=transparency]:visible").count() > 0
    page.go_back()
    assert page.locator("[name=access][value=high]").is_checked()
    assert page.locator("fieldset:visible [name=access]").count() > 0
    page.get_by_role("button", name="Chữ to hơn").click()
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 20


def test_a_double_click_is_one_answer(app: Flask, page: Page) -> None:
    page.goto("/s/open")
    page.check("[name=access][value=high]")
    go_on(page)
    page.locator("#send").dblclick()
    page.wait_for_url("**/thanks")
    assert RECEIPT.search(page.content())
    assert stored(app) == [{"access": "high"}]


def test_the_error_summary_leads_to_the_question(page: Page) -> None:
    page.goto("/s/open")
    send(page)
    assert page.title().startswith("Lỗi: ")
    summary = page.locator("#error-summary")
    assert summary.evaluate("e => e === document.activeElement")
    summary.get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.name") == "access"


def test_the_first_visit_is_light(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    protocol.send("Network.enable")
    sizes: dict[str, float] = {}
    protocol.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    page.goto("/s/open", wait_until="networkidle")
    context.close()
    assert 3 <= len(sizes) <= MOST_REQUESTS
    assert sum(sizes.values()) <= MOST_BYTES


def test_what_is_touched_is_large_enough(page: Page) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.goto("/s/open")
    rows = [box for row in page.locator("label.answer").all() if (box := row.bounding_box())]
    assert len(rows) == 5 + 1
    assert min(box["height"] for box in rows) >= 66
    assert min(box["width"] for box in rows) >= 350
    others = page.locator("button, header a, textarea").all()
    boxes = [box for control in others if (box := control.bounding_box())]
    assert min(box["height"] for box in boxes) >= 44


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_khmer_is_accessible_and_loads_its_font_only_where_it_stands(page: Page, axe: Axe, size: Any) -> None:
    page.set_viewport_size(size)
    fonts: list[str] = []
    page.on("request", lambda request: fonts.append(request.url) if "khmer" in request.url else None)
    show(page, "blank", "vi")
    assert page.locator('a[hreflang="km"] svg').get_attribute("aria-label") == "ខ្មែរ"
    assert fonts == []
    for state in ("blank", "unhappy", "refused", "thanks"):
        show(page, state, "km")
        assert page.locator("html").get_attribute("lang") == "vi", state
        assert page.locator('main [lang="km"]').count() > 0, state
        assert axe(page) == [], state
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
    assert fonts
