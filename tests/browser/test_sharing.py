"""What needs no sign-in, and the pages that make it, in a real browser: phone and desk, both languages, axe clean."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from survey_app.clock import today
from survey_app.db import transaction
from survey_app.sharing.actions import publish_results
from tests.factories import day, make_agency, make_api_token, make_link, make_user, sign_in
from tests.figures.examples import add_answers, counted_survey

PHONE, DESK, WALL = {"width": 390, "height": 844}, {"width": 1440, "height": 900}, {"width": 1920, "height": 1080}
MARGINS = {
    "access": {"average": 60, "high": 80, "very_high": 60},
    "timeliness": {"late": 20, "on_time": 100, "early": 80},
    "results": {"neutral": 20, "satisfied": 100, "very_satisfied": 80},
}
Axe = Callable[[Page], list[dict[str, Any]]]


@pytest.fixture
def addresses(app: Flask) -> dict[str, str]:
    """Where to look, by what for."""
    with app.app_context():
        top = make_agency("top", name="Ủy ban nhân dân tỉnh Mẫu", tier="province")
        survey = counted_survey(MARGINS, top, code="known", provenance="simulated", answered_on="2026-01-15")
        add_answers(survey, MARGINS, agency=make_agency(parent=top), answered_on=today() - timedelta(days=2))
        with transaction():
            publish_results(survey, from_on=None, to_on=day("2099-01-01"), actor="a")
        make_api_token(name="Cổng dịch vụ công")
        return {kind: f"/{kind}/{make_link(survey, kind=kind)}" for kind in ("share", "board")}


@pytest.fixture
def staff(app: Flask, addresses: object, server: str, page: Page) -> Page:
    """The page of a signed-in administrator."""
    with app.app_context():
        session = sign_in(app.test_client(), make_user("administrator")).get_cookie("session")
    assert session
    page.context.add_cookies([{"name": "session", "value": session.value, "url": server}])
    return page


def everybody_can_use(page: Page, axe: Axe, address: str, size: dict[str, int], tag: str) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(f"{address}?lang={tag}")
    assert page.get_attribute("html", "lang") == tag
    assert axe(page) == [], address
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address


@pytest.mark.parametrize(("size", "tag"), [(PHONE, "vi"), (DESK, "en"), (WALL, "vi")], ids=["phone", "desk", "wall"])
def test_everybody_can_read_what_is_public(
    page: Page, addresses: dict[str, str], axe: Axe, size: dict[str, int], tag: str
) -> None:
    for address in ("/results", "/results/known", addresses["share"]):
        everybody_can_use(page, axe, address, size, tag)
        if address != "/results":
            page.wait_for_selector("#distribution-chart svg.main-svg")


@pytest.mark.parametrize(("size", "tag"), [(PHONE, "vi"), (DESK, "en")], ids=["phone", "desk"])
def test_staff_can_use_the_pages_that_share(staff: Page, axe: Axe, size: dict[str, int], tag: str) -> None:
    pages = ("/manage/sharing", "/manage/sharing/known", "/manage/api-tokens", "/manage/api")
    for address in (*pages, "/manage/agencies/successions"):
        everybody_can_use(staff, axe, address, size, tag)


def test_results_can_be_read_without_a_script(page: Page, addresses: object, server: str) -> None:
    browser = page.context.browser
    assert browser
    context = browser.new_context(base_url=server, java_script_enabled=False)
    plain = context.new_page()
    plain.goto("/results/known?lang=en")
    assert plain.locator("table").first.is_visible()
    assert plain.get_by_text("40%").first.is_visible()
    plain.goto("/results/known/badge.svg?lang=en")
    assert "n = " in plain.content()
    context.close()


@pytest.mark.parametrize("tag", ["vi", "en"])
def test_the_board_fills_a_screen_with_letters_for_a_hall(
    page: Page, addresses: dict[str, str], axe: Axe, tag: str
) -> None:
    everybody_can_use(page, axe, addresses["board"], WALL, tag)
    sizes = page.evaluate(
        """[...document.querySelectorAll('#board *')].filter(e => [...e.childNodes].some(
            n => n.nodeType === 3 && n.textContent.trim()) && e.getClientRects().length)
            .map(e => [e.textContent.trim(), parseFloat(getComputedStyle(e).fontSize)])"""
    )
    assert [each for each in sizes if each[1] < 32] == []
    over = page.evaluate(
        """[...document.querySelectorAll('#board section, #board header, #board footer')].filter(e =>
            e.scrollHeight > e.clientHeight + 1 || e.getBoundingClientRect().bottom > innerHeight)
            .map(e => e.className)"""
    )
    assert over == []


def test_the_board_renews_itself_and_says_when_it_cannot(page: Page, addresses: dict[str, str]) -> None:
    page.clock.install()
    page.goto(addresses["board"])
    page.evaluate("document.querySelector('.big').textContent = 'old'")
    with page.expect_response("**/board/**"):
        page.clock.run_for(61_000)
    expect(page.locator(".big").first).not_to_have_text("old")
    page.route("**/board/**", lambda route: route.abort())
    page.clock.run_for(61_000)
    page.wait_for_selector(".lost:not([hidden])")


def test_a_link_is_narrowed_by_its_form(page: Page, addresses: dict[str, str]) -> None:
    page.goto(f"{addresses['share']}?lang=en")
    page.locator("details.filters").evaluate("e => { e.open = true }")
    page.select_option("#channel", "kiosk")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**channel=kiosk**")
    page.go_back()
    assert "channel=kiosk" not in page.url
