"""The management pages in a real browser: accessible and within the screen, phone and desk."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from survey_app.clock import today
from survey_app.collect import actions as entry
from survey_app.db import transaction
from survey_app.surveys.actions import add_device
from tests.factories import (
    PASSWORD,
    make_agency,
    make_case_figures,
    make_commitment,
    make_publication,
    make_survey,
    make_user,
)

Axe = Callable[[Page], list[dict[str, Any]]]
PAGES = (
    "/manage/surveys",
    "/manage/surveys/demo?agency=counter",
    "/manage/questionnaires",
    "/manage/questionnaires/five-criteria/1",
    "/manage/questionnaires/five-criteria/1/languages/km",
    "/manage/questionnaires/five-criteria/1/audio",
    "/manage/surveys/demo/prints",
    "/manage/surveys/demo/flags",
    "/manage/surveys/demo/import",
    "/manage/surveys/demo/entry",
    "/manage/surveys/demo/tickets",
    "/manage/devices",
    "/manage/devices/1",
    "/manage/devices/refused",
    "/manage/deliveries",
    "/reports/rows",
    "/manage/commitments",
    "/manage/commitments/new/demo",
    "/manage/commitments/1",
    "/results/demo/commitments",
    "/manage/procedures",
    "/manage/procedures/figures",
    "/manage/procedures/figures/new",
    "/manage/procedures/figures/department/2021-01-01/2021-03-31",
    "/manage/procedures/scorecards/department/2021-01-01/2021-03-31",
)


OF_COLLECTING = re.compile("devices|demo/(prints|flags|import|entry|tickets)|audio|km")
COLLECTING = tuple(filter(OF_COLLECTING.search, PAGES))


@pytest.fixture
def signed_in(app: Flask, page: Page) -> Page:
    """A page of an administrator of an installation with a survey at two agencies."""
    with app.app_context():
        department = make_agency("department", name="Sở Khoa học và Công nghệ")
        make_agency("counter", parent=department, name="Bộ phận Tiếp nhận và Trả kết quả", tier="service_centre")
        survey = make_survey(department, "demo", provenance="simulated")
        make_publication(survey)
        make_commitment(survey)
        with transaction():
            token = add_device(survey=survey, agency=department, actor="test", place="Quầy số 3")
            entry.open_batch(survey, department, channel="paper", language="vi", answered_on=today(), actor="another")
        refused = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        app.test_client().post("/api/v1/surveys/demo/responses", data=b'{"id": 7}', headers=refused)
        counts = {"new_total": 139, "received_online": 55, "received_in_person_or_post": 70}
        make_case_figures(department, "2021-01-01", "2021-03-31", **counts)
        user = make_user()
    page.goto("/sign-in")
    page.fill("[name=email]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_load_state()
    return page


@pytest.mark.parametrize("size", [(390, 844), (1440, 900)], ids=["phone", "desk"])
def test_the_pages_are_accessible_and_fit(signed_in: Page, axe: Axe, size: tuple[int, int]) -> None:
    signed_in.set_viewport_size({"width": size[0], "height": size[1]})
    for address in PAGES:
        signed_in.goto(address)
        assert signed_in.locator("h1").count() == 1, address
        assert axe(signed_in) == [], address
        assert signed_in.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_the_pages_about_collecting_fit_in_english(signed_in: Page, axe: Axe) -> None:
    signed_in.goto("/manage/devices?lang=en")
    for address in COLLECTING:
        for width, height in ((390, 844), (1440, 900)):
            signed_in.set_viewport_size({"width": width, "height": height})
            signed_in.goto(address)
            assert signed_in.locator("html").get_attribute("lang") == "en"
            assert axe(signed_in) == [], address
            assert signed_in.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_a_survey_is_created_and_its_form_opens(signed_in: Page, axe: Axe) -> None:
    signed_in.goto("/manage/surveys")
    signed_in.fill("[name=title_vi]", "Khảo sát quý I")
    signed_in.fill("[name=code]", "Q 1")
    signed_in.locator("main form button").click()
    expect(signed_in).to_have_title(re.compile("^Lỗi: "))
    assert axe(signed_in) == []
    signed_in.fill("[name=code]", "q1")
    signed_in.locator("main form button").click()
    signed_in.wait_for_url("**/manage/surveys/q1")
    assert signed_in.locator("main img").evaluate("image => image.naturalWidth") > 0
    signed_in.goto("/s/q1?qr=counter")
    assert signed_in.locator("h1").inner_text() == "Khảo sát quý I"


@pytest.mark.parametrize("channel", ["paper", "phone"])
def test_a_sheet_is_typed_with_the_keyboard_alone(signed_in: Page, axe: Axe, channel: str) -> None:
    signed_in.goto("/manage/surveys/demo/entry")
    signed_in.select_option("[name=channel]", channel)
    signed_in.locator("main form button").click()
    signed_in.wait_for_url("**/manage/entry/*")
    assert axe(signed_in) == []
    # Two happy answers; an unhappy one with a reason; one skipped; the last one, then the comment.
    for key in ("1", "2", "5", "a", "Enter", "Enter", "1", "Enter"):
        signed_in.keyboard.press(key)
    signed_in.wait_for_selector(".entry-last li")
    assert signed_in.locator(".entry-last li").inner_text().split() == ["1", "2", "5", "–", "1"]
    assert axe(signed_in) == []
    signed_in.set_viewport_size({"width": 390, "height": 844})
    assert signed_in.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_menu_takes_one_line_and_its_end_opens_by_key_and_without_a_script(signed_in: Page, axe: Axe) -> None:
    signed_in.set_viewport_size({"width": 1440, "height": 900})
    for tag, name in (("en", "More"), ("vi", "Thêm")):
        signed_in.goto(f"/manage/agencies?lang={tag}")
        assert signed_in.evaluate("document.querySelector('.masthead').offsetHeight") < 70
        assert signed_in.evaluate("document.documentElement.scrollWidth") <= 1440
        assert signed_in.locator(".nav [aria-current]").is_visible()
        signed_in.locator(".nav summary", has_text=name).press("Enter")
        last = signed_in.locator(".nav a[href='/manage/accounts']")
        assert last.is_visible()
        assert axe(signed_in) == []
        signed_in.keyboard.press("Escape")
        assert not last.is_visible()
    signed_in.click(".nav summary")
    signed_in.click("h1")
    assert not last.is_visible()
    browser = signed_in.context.browser
    assert browser
    plain = browser.new_context(java_script_enabled=False, storage_state=signed_in.context.storage_state())
    page = plain.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(signed_in.url)
    page.click(".nav summary")
    page.click(".nav a[href='/manage/accounts']")
    page.wait_for_url("**/manage/accounts")
    plain.close()
