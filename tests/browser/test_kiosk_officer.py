"""A kiosk and the management pages together, as an officer uses both."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from config import ROOT
from survey_app.responses.models import Response
from tests.browser.test_kiosk import answer_all, stored
from tests.factories import PASSWORD, make_agency, make_survey, make_user
from tests.faults.kiosk import wait_until

Axe = Callable[[Page], list[dict[str, Any]]]
RECORDING = ROOT / "survey_app" / "demo" / "files" / "access.vi.opus"
COUNT_WHAT_PLAYS = """() => {
    window.played = 0;
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
        this.addEventListener("playing", () => (window.played += 1), { once: true });
        return play.call(this);
    };
}"""


@pytest.fixture
def office(app: Flask, page: Page) -> Page:
    """The desk of a signed-in administrator of a survey."""
    with app.app_context():
        make_survey(make_agency("stttt", name="Sở Thông tin và Truyền thông"), "open")
        user = make_user()
    page.goto("/sign-in")
    page.fill("[name=email]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_load_state()
    return page


@pytest.fixture
def kiosk(office: Page, browser: Browser, server: str) -> Iterator[Page]:
    """A kiosk on another machine, paired through the pages by the code that it shows."""
    context = browser.new_context(base_url=server, locale="vi-VN", reduced_motion="reduce", accept_downloads=True)
    page = context.new_page()
    page.goto("/k")
    code = page.locator(".code").inner_text()
    office.goto("/manage/devices")
    office.fill("[name=code]", code.lower().replace("-", " "))
    office.locator("[name=place]").fill("Quầy số 3")
    office.locator("main form button").last.click()
    page.wait_for_selector(".start", timeout=15_000)
    yield page
    context.close()


def upload(office: Page, place: str, count: int) -> None:
    office.goto("/manage/questionnaires/five-criteria/1/audio")
    office.select_option("select[name=place]", place)
    office.select_option("select[name=language]", "vi")
    office.set_input_files("[name=file]", RECORDING)
    office.get_by_role("button", name="Lưu bản ghi âm").click()
    office.wait_for_selector(f"audio[aria-label] >> nth={count - 1}", state="attached")


def officer_corner(kiosk: Page) -> None:
    kiosk.keyboard.press("Control+Alt+KeyK")
    kiosk.wait_for_selector("dialog.officer")


def test_what_is_recorded_in_the_office_is_read_aloud_on_the_kiosk(office: Page, kiosk: Page, axe: Axe) -> None:
    kiosk.click(".start")
    assert kiosk.locator("[data-control=listen]").count() == 0
    upload(office, "access", 1)
    upload(office, "access.high", 2)
    kiosk.reload()
    # It starts with what it knows, and asks for the recordings meanwhile.
    kiosk.wait_for_load_state("networkidle")
    kiosk.click(".start")
    kiosk.evaluate(COUNT_WHAT_PLAYS)
    listen = kiosk.locator("[data-control=listen]")
    listen.click()
    expect(listen).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: kiosk.evaluate("window.played") == 1, "nothing is heard")
    assert axe(kiosk) == []
    # The question first, then the answer that has a recording, its row marked; then it is over.
    kiosk.wait_for_selector(".answer.read[value=high]", timeout=20_000)
    expect(listen).to_have_attribute("aria-pressed", "false", timeout=20_000)
    assert kiosk.evaluate("window.played") == 2
    kiosk.locator("nav [lang=en]").click()
    assert listen.count() == 0


def test_the_queue_that_a_kiosk_saves_is_imported_and_then_sent_again_in_vain(
    app: Flask, office: Page, kiosk: Page, tmp_path: Path
) -> None:
    kiosk.route("**/responses/batch", lambda route: route.abort())
    for tag, words in (("vi", "Ghế “chờ” ít\n\tquá \\ / 😀"), ("km", "ល្អ"), ("en", "")):
        kiosk.locator(f"nav [lang={tag}]").click()
        answer_all(kiosk, row=3)
        kiosk.fill("textarea", words)
        kiosk.click("main .next")
        kiosk.wait_for_selector("[data-screen=thanks]")
        kiosk.click("main .next")
        kiosk.wait_for_selector(".start")
    officer_corner(kiosk)
    with kiosk.expect_download() as download:
        kiosk.get_by_role("button", name="tệp").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert imported(office, file, "3")
    first = {(str(row.id), row.sha256, row.language) for row in stored(app)}
    assert {tag for _id, _hash, tag in first} == {"vi", "km", "en"}
    result = app.test_cli_runner().invoke(args=["collect", "import-queue", str(file)])
    assert result.output == "read 3 stored 0 already 3 refused 0\n"
    # Now the kiosk reaches the server: each answer is there already, and leaves the queue.
    kiosk.unroute("**/responses/batch")
    kiosk.get_by_role("button", name="Gửi").click()
    kiosk.wait_for_timeout(1500)
    kiosk.reload()
    kiosk.wait_for_selector(".start")
    officer_corner(kiosk)
    expect(kiosk.locator("dialog.officer dd").nth(1)).to_have_text("0")
    rows: list[Response] = stored(app)
    assert {(str(row.id), row.sha256, row.language) for row in rows} == first
    assert len(rows) == 3


def imported(office: Page, file: Path, count: str) -> bool:
    office.goto("/manage/surveys/open/import")
    office.set_input_files("[name=file]", file)
    if office.locator("[name=dry_run]").is_checked():
        office.uncheck("[name=dry_run]")
    with office.expect_navigation():
        office.locator("main form button").click()
    return office.locator("dl.definition dd").all_inner_texts() == [count, count, "0", "0"]
