"""The kiosk in a real browser: pairing, every screen in every size and language, keys, idleness, no scripts."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from survey_app.db import db, transaction
from survey_app.responses.models import Response
from survey_app.surveys.actions import add_device, pair_device, revoke_device
from survey_app.surveys.models import Device
from tests.factories import make_agency, make_survey

PORTRAIT, TABLET, PHONE = (1080, 1920), (1280, 800), (390, 844)
Axe = Callable[[Page], list[dict[str, Any]]]
IDLE, WARNING, THANKS = 45_000, 20_000, 8_000


@pytest.fixture
def token(app: Flask) -> str:
    """The token of a device of an open survey."""
    with app.app_context():
        agency = make_agency("stttt", name="Sở Thông tin và Truyền thông tỉnh Bến Tre")
        survey = make_survey(agency, "open")
        with transaction():
            return add_device(survey=survey, agency=agency, actor="test")


@pytest.fixture
def context(browser: Browser, server: str) -> Iterator[BrowserContext]:
    """A fresh profile whose pages fail the test with their errors."""
    context = browser.new_context(
        base_url=server, locale="vi-VN", viewport={"width": 1080, "height": 1920}, reduced_motion="reduce"
    )
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert errors == []


@pytest.fixture
def kiosk(context: BrowserContext, token: str) -> Page:
    """A paired kiosk on its first screen; its clock stands until it is moved."""
    page = context.new_page()
    page.clock.install()
    page.goto(f"/k?token={token}")
    page.wait_for_selector(".start")
    return page


def stored(app: Flask) -> list[Response]:
    with app.app_context():
        return list(db.session.scalars(select(Response)))


def sent(app: Flask, page: Page, count: int = 1) -> list[Response]:
    """The stored answers once there are so many."""
    for _ in range(50):
        found = stored(app)
        if len(found) >= count:
            return found
        page.clock.run_for(1_000)
        page.wait_for_timeout(100)
    raise AssertionError(f"{len(stored(app))} answers are stored, not {count}")


def screen(page: Page) -> str:
    return page.get_attribute("#kiosk", "data-screen") or ""


def answer_all(page: Page, row: int = 1) -> None:
    """From the first screen to the comment."""
    page.click(".start")
    while screen(page) in ("question", "reasons"):
        rows = page.locator(".answer")
        rows.nth(min(row, rows.count() - 1)).click() if screen(page) == "question" else page.click("main .next")


def show(page: Page, state: str) -> None:
    """Bring a kiosk from its first screen into a state."""
    if state == "attract":
        return
    if state in ("thanks", "comment"):
        answer_all(page)
        if state == "thanks":
            page.click("main .next")
            page.wait_for_selector("[data-screen=thanks]")
        return
    page.click(".start")
    if state == "reasons":
        page.locator(".answer").nth(3).click()
        page.locator(".tile").first.click()
    if state == "dialog":
        page.clock.run_for(IDLE)
        page.wait_for_selector("dialog[open]")
    if state == "nothing":
        for _ in range(5):
            page.locator(".out[value='']").click()
        page.click("main .next")
    if state == "officer":
        page.keyboard.press("Control+Alt+KeyK")
        page.wait_for_selector("dialog.officer")


def leave(page: Page) -> None:
    """Back to the first screen of the next person."""
    page.reload()
    page.wait_for_selector(".start")


STATES = ("attract", "question", "reasons", "comment", "thanks", "nothing", "dialog", "officer")


def test_an_officer_pairs_a_device_by_the_code_on_its_screen(app: Flask, context: BrowserContext, token: str) -> None:
    page = context.new_page()
    page.goto("/k")
    code = page.locator(".code")
    expect(code).to_have_text(re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$"))
    with app.app_context():
        first = db.session.scalars(select(Device)).one()
        with transaction():
            pair_device(code=code.inner_text(), survey=first.survey, agency=first.agency, actor="test")
    page.wait_for_selector(".start")
    page.reload()
    page.wait_for_selector(".start")


def test_the_address_with_a_token_is_cleared(kiosk: Page, token: str) -> None:
    assert kiosk.evaluate("location.pathname + location.search") == "/k"
    assert token not in kiosk.content()
    kiosk.go_back()
    assert "token" not in kiosk.url


@pytest.mark.parametrize(("size", "tag"), [(PORTRAIT, "vi"), (TABLET, "en"), (PHONE, "km")])
def test_every_screen_is_accessible_and_fits(kiosk: Page, axe: Axe, size: tuple[int, int], tag: str) -> None:
    kiosk.set_viewport_size({"width": size[0], "height": size[1]})
    for state in STATES:
        kiosk.locator(f"nav [lang={tag}]").click()
        show(kiosk, state)
        assert kiosk.locator("html").get_attribute("lang") == tag
        assert kiosk.locator("h1").count() == 1, state
        assert axe(kiosk) == [], state
        assert kiosk.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
        leave(kiosk)


@pytest.mark.parametrize("look", ["larger", "contrast", "forced colours"])
def test_every_look_is_accessible_and_fits(kiosk: Page, axe: Axe, look: str) -> None:
    if look == "forced colours":
        kiosk.emulate_media(forced_colors="active", reduced_motion="reduce")
    for state in ("attract", "question", "reasons", "comment", "thanks"):
        if look != "forced colours":
            kiosk.locator(f"[data-control={look}]").click()
        show(kiosk, state)
        assert axe(kiosk) == [], state
        assert kiosk.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
        leave(kiosk)
        assert kiosk.locator("[aria-pressed=true][data-control]").count() == 0


def test_it_fits_where_everything_is_twice_as_large(kiosk: Page) -> None:
    for width, height in ((540, 960), (640, 400), (320, 640)):
        kiosk.set_viewport_size({"width": width, "height": height})
        for state in STATES:
            show(kiosk, state)
            assert kiosk.evaluate("document.documentElement.scrollWidth <= innerWidth"), (state, width)
            leave(kiosk)


def test_what_is_touched_is_large_and_within_reach(kiosk: Page) -> None:
    kiosk.click(".start")
    rows = [row.bounding_box() or {} for row in kiosk.locator(".answer").all()]
    assert len(rows) == 5
    assert min(box["height"] for box in rows) >= 147
    assert rows[0]["y"] >= 0.28 * 1920
    assert rows[-1]["y"] + rows[-1]["height"] <= 0.75 * 1920
    others = [each.bounding_box() or {} for each in kiosk.locator("button:not(.answer)").all()]
    assert min(min(box["height"], box["width"]) for box in others) >= 95
    sizes = kiosk.evaluate(
        """() => [...document.querySelectorAll("#kiosk *")]
           .filter((e) => e.checkVisibility() && e.firstChild?.nodeType === 3 && e.firstChild.data.trim())
           .map((e) => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert min(sizes) >= 28
    assert kiosk.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_visit_is_stored_with_all_that_was_said(app: Flask, kiosk: Page) -> None:
    kiosk.locator("nav [lang=en]").click()
    kiosk.click(".start")
    kiosk.locator(".answer[value=very_high]").click()
    kiosk.locator(".answer[value=low]").click()
    kiosk.locator(".tile[value=fees_unclear]").click()
    kiosk.click("main .next")
    kiosk.locator(".out[value=no_opinion]").click()
    kiosk.locator(".out[value='']").click()
    kiosk.locator(".answer[value=satisfied]").click()
    kiosk.fill("textarea", "Bảng lệ phí \x07 khó đọc")
    kiosk.click("main .next")
    kiosk.wait_for_selector("[data-screen=thanks]")
    (response,) = sent(app, kiosk)
    assert response.answers == {
        "access": "very_high",
        "transparency": "low",
        "staff": "no_opinion",
        "results": "satisfied",
    }
    assert response.reasons == {"transparency": ["fees_unclear"]}
    assert (response.channel, response.language, response.completed) == ("kiosk", "en", True)
    assert response.started_at is not None


def test_back_shows_what_was_chosen_and_another_choice_drops_the_reasons(app: Flask, kiosk: Page) -> None:
    kiosk.click(".start")
    kiosk.locator(".answer[value=low]").click()
    kiosk.locator(".tile").first.click()
    kiosk.locator("[data-control=back]").click()
    assert kiosk.locator(".answer[aria-pressed=true]").get_attribute("value") == "low"
    kiosk.locator(".answer[value=high]").click()
    kiosk.keyboard.press("Escape")
    kiosk.keyboard.press("Backspace")
    assert screen(kiosk) == "attract"


def test_the_keyboard_is_enough(app: Flask, kiosk: Page) -> None:
    kiosk.focus(".start")
    kiosk.keyboard.press("Enter")
    for key in ("1", "1", "2", "2", "1"):
        kiosk.keyboard.press(key)
    assert screen(kiosk) == "comment"
    kiosk.keyboard.press("Tab")
    kiosk.keyboard.type("12")
    kiosk.keyboard.press("Tab")
    kiosk.keyboard.press("Enter")
    kiosk.wait_for_selector("[data-screen=thanks]")
    assert len(sent(app, kiosk)[0].answers) == 5


def test_nobody_there_is_asked_then_what_was_answered_is_kept_as_partial(app: Flask, kiosk: Page) -> None:
    kiosk.click(".start")
    kiosk.locator(".answer[value=high]").click()
    kiosk.clock.run_for(IDLE - 1_000)
    assert kiosk.locator("dialog").count() == 0
    kiosk.clock.run_for(1_000)
    said = kiosk.locator("dialog [role=status]")
    first = said.inner_text()
    kiosk.clock.run_for(10_000)
    assert said.inner_text() == first
    kiosk.clock.run_for(5_000)
    assert said.inner_text() != first
    kiosk.clock.run_for(5_000)
    kiosk.wait_for_selector(".start")
    (response,) = sent(app, kiosk)
    assert (response.answers, response.completed, response.end_reason) == ({"access": "high"}, False, "timeout")


def test_the_question_can_be_put_off_as_often_as_one_likes(app: Flask, kiosk: Page) -> None:
    kiosk.click(".start")
    for _ in range(11):
        kiosk.clock.run_for(IDLE + WARNING - 2_000)
        kiosk.locator("dialog .next").click()
    assert screen(kiosk) == "question"
    kiosk.clock.run_for(IDLE)
    kiosk.keyboard.press("Escape")
    assert kiosk.locator("dialog").count() == 0
    assert stored(app) == []


def test_thanks_return_to_the_first_screen_by_themselves(kiosk: Page) -> None:
    show(kiosk, "thanks")
    kiosk.clock.run_for(THANKS - 1_000)
    assert screen(kiosk) == "thanks"
    kiosk.clock.run_for(1_000)
    kiosk.wait_for_selector(".start")


def test_nobody_sees_another_persons_answers(kiosk: Page) -> None:
    answer_all(kiosk, row=4)
    kiosk.fill("textarea", "chuyện riêng")
    kiosk.locator("[data-control=larger]").click()
    for move in (kiosk.reload, lambda: kiosk.goto("/livez") and kiosk.go_back()):
        move()
        kiosk.wait_for_selector(".start")
        assert "chuyện riêng" not in kiosk.content()
        kiosk.click(".start")
        assert kiosk.locator(".answer[aria-pressed=true]").count() == 0
        assert kiosk.locator("html[data-larger]").count() == 0


def test_every_answer_looks_the_same_when_it_is_touched(kiosk: Page) -> None:
    kiosk.click(".start")
    looks = set()
    style = "e => ['backgroundColor', 'borderColor', 'boxShadow', 'color'].map((k) => getComputedStyle(e)[k]).join()"
    for row in kiosk.locator(".answer").all():
        row.hover()
        kiosk.mouse.down()
        style = (
            "e => ['backgroundColor', 'borderColor', 'boxShadow', 'color'].map((k) => getComputedStyle(e)[k]).join()"
        )
        kiosk.clock.run_for(200)
        kiosk.wait_for_timeout(100)
        looks.add(row.evaluate(style))
        kiosk.mouse.move(0, 0)
        kiosk.mouse.up()
    assert len(looks) == 1


def test_what_cannot_be_stored_is_not_thanked_for(app: Flask, kiosk: Page) -> None:
    kiosk.evaluate(
        """() => {
            const put = IDBObjectStore.prototype.put;
            window.full = true;
            IDBObjectStore.prototype.put = function (...values) {
                const request = put.apply(this, values);
                if (window.full) this.transaction.abort();
                return request;
            };
        }"""
    )
    answer_all(kiosk)
    kiosk.click("main .next")
    kiosk.wait_for_selector("[data-screen=not-stored]")
    assert "Cảm ơn" not in kiosk.locator("main").inner_text()
    kiosk.evaluate("window.full = false")
    kiosk.click("main .next")
    kiosk.wait_for_selector("[data-screen=thanks]")
    assert len(sent(app, kiosk)) == 1


def test_a_revoked_device_keeps_its_queue_and_asks_to_be_paired(app: Flask, kiosk: Page, token: str) -> None:
    kiosk.context.set_offline(True)
    show(kiosk, "thanks")
    with app.app_context(), transaction():
        device = db.session.scalars(select(Device)).one()
        revoke_device(device, actor="test")
    kiosk.context.set_offline(False)
    kiosk.clock.run_for(THANKS)
    kiosk.clock.run_for(5_000)
    expect(kiosk.locator("main")).to_contain_text("1 phiếu")
    with app.app_context(), transaction():
        again = add_device(survey=device.survey, agency=device.agency, actor="test")
    kiosk.goto(f"/k?token={again}")
    kiosk.wait_for_selector(".start")
    assert len(sent(app, kiosk)) == 1


def test_the_khmer_label_does_not_fetch_its_font(browser: Browser, server: str, token: str) -> None:
    context = browser.new_context(base_url=server, service_workers="block")
    page = context.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"/k?token={token}")
    page.wait_for_selector(".start")
    page.wait_for_load_state("networkidle")
    context.close()
    assert not [address for address in fetched if "khmer" in address]


def test_it_works_without_scripts(app: Flask, browser: Browser, server: str, token: str, axe: Axe) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"/k?token={token}")
    page.wait_for_url("**/k")
    page.click(".start")
    page.click("[value=high]")
    page.click("[value=low]")
    page.check("[value=fees_unclear]", force=True)
    page.click("main .next")
    page.click("[value=back]")
    page.click("main .next")
    page.click("[value=skip]")
    page.click("[value=no_opinion]")
    page.click("[value=very_satisfied]")
    page.fill("textarea", "Không có mã lệnh")
    page.click("main .next")
    expect(page.locator("main")).to_contain_text("Cảm ơn")
    page.click("main .next")
    expect(page.locator(".start")).to_be_visible()
    page.go_back()
    assert "Không có mã lệnh" not in page.content()
    context.close()
    (response,) = stored(app)
    assert response.answers == {
        "access": "high",
        "transparency": "low",
        "timeliness": "no_opinion",
        "results": "very_satisfied",
    }
    assert (response.channel, response.reasons) == ("kiosk", {"transparency": ["fees_unclear"]})
