"""Reports as their readers meet them, in a real browser: composing, finalising, verifying, files that take a while,
sendings, promises and case figures; phone, desk and wall, both languages, light and dark, axe clean."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from survey_app.clock import now
from survey_app.db import db, transaction
from survey_app.deliveries.exports import make_due_exports
from survey_app.deliveries.models import Delivery, Export, Schedule
from survey_app.reports.actions import compose, save_draft
from survey_app.reports.composer import READY
from survey_app.surveys.models import Survey
from tests.factories import (
    make_agency,
    make_case_figures,
    make_commitment,
    make_edition,
    make_export,
    make_publication,
    make_user,
    sign_in,
)
from tests.figures.examples import BENTRE, add_answers, counted_survey

Axe = Callable[[Page], list[dict[str, Any]]]
SCREENS = {"phone": (390, 844), "desk": (1440, 900), "wall": (1920, 1080)}
FIGURES = "/manage/procedures/figures/department/2021-01-01/2021-03-31"
PAGES = (
    "/reports",
    "/reports/stored/1",
    "/reports/stored/2",
    "/reports/exports/1",
    "/reports/exports/2",
    "/reports/exports/3",
    "/manage/reports",
    "/manage/deliveries",
    "/manage/commitments",
    "/manage/commitments/1",
    "/manage/commitments/new/known",
    "/results/known/commitments",
    "/manage/procedures",
    "/manage/procedures/figures",
    "/manage/procedures/figures/new",
    FIGURES,
    "/manage/procedures/scorecards/department/2021-01-01/2021-03-31",
)


@pytest.fixture
def staff(app: Flask, server: str, page: Page) -> Page:
    """The page of a signed-in administrator of an installation with one of everything about reports."""
    with app.app_context():
        department = make_agency("department", name="Sở Khoa học và Công nghệ")
        survey = counted_survey(BENTRE, department, code="known", answered_on="2021-02-10", provenance="reconstruction")
        add_answers(survey, BENTRE, agency=make_agency(parent=department), answered_on=date(2021, 5, 10))
        user = make_user("administrator")
        make_publication(survey)
        make_commitment(survey)
        _draft_and_edition(survey)
        _exports(survey, user.email)
        _schedule(survey)
        counts = {"new_total": 139, "received_online": 55, "received_in_person_or_post": 70, "resolved_total": 139}
        make_case_figures(department, "2021-01-01", "2021-03-31", **counts)
        session = sign_in(app.test_client(), user).get_cookie("session")
    assert session
    page.context.add_cookies([{"name": "session", "value": session.value, "url": server}])
    return page


def _draft_and_edition(survey: Survey) -> None:
    with transaction():
        draft = save_draft(survey, survey.agency, {"name": "overview"}, title="Báo cáo quý", by="a@example.vn")
        compose(draft, READY, title="Báo cáo quý", by="a@example.vn")
    make_edition(survey)


def _exports(survey: Survey, owner: str) -> None:
    """One that is ready, one that waits, one that failed."""
    make_export(survey, owner)
    for state in ("waiting", "failed"):
        export = make_export(survey, owner)
        with transaction():
            export.state, export.done, export.content, export.try_at = state, 0, None, now() + timedelta(days=1)
            export.error = "Bị gián đoạn." if state == "failed" else ""


def _schedule(survey: Survey) -> None:
    schedule = Schedule(survey=survey, agency=survey.agency, report="overview", file_format="docx", language="vi")
    schedule.frequency, schedule.recipients, schedule.created_by = "monthly", ["lanhdao@example.vn"], "a@example.vn"
    schedule.created_at = now()
    for months, state in enumerate(("failed", "sent", "waiting")):
        day = date(2026, 1 + months, 28)
        delivery = Delivery(period_from=day.replace(day=1), period_to=day, try_at=now() + timedelta(days=1))
        delivery.state, delivery.attempts, delivery.delivered_to = state, 1, []
        delivery.error = "" if state == "sent" else "Máy chủ thư từ chối: địa chỉ không tồn tại."
        schedule.deliveries.append(delivery)
    with transaction():
        db.session.add(schedule)


@pytest.mark.parametrize(
    ("screen", "tag", "theme"),
    [("phone", "vi", "light"), ("phone", "en", "dark"), ("desk", "en", "light"), ("wall", "vi", "dark")],
)
def test_everybody_can_use_the_pages(staff: Page, server: str, axe: Axe, screen: str, tag: str, theme: str) -> None:
    width, height = SCREENS[screen]
    staff.set_viewport_size({"width": width, "height": height})
    staff.context.add_cookies([{"name": "theme", "value": theme, "url": server}])
    for address in PAGES:
        staff.goto(f"{address}?lang={tag}")
        assert staff.get_attribute("html", "lang") == tag, address
        assert staff.locator("h1").count() == 1, address
        assert axe(staff) == [], address
        assert staff.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_report_is_composed_finalised_and_verified(staff: Page, axe: Axe) -> None:
    staff.goto("/reports?lang=vi")
    staff.select_option("[name=survey]", "known")
    staff.get_by_role("button", name="Tạo bản nháp").click()
    staff.wait_for_url("**/reports/stored/*")
    staff.get_by_role("button", name="Bắt đầu với các khối thường dùng").click()
    staff.locator("textarea[name=text]").first.wait_for()
    # What is typed before the script has come shows itself only when it is saved.
    staff.wait_for_load_state()
    staff.locator("textarea[name=text]").first.fill("Kiến nghị: mở thêm một quầy.")
    staff.keyboard.press("Tab")
    staff.locator(".report-page", has_text="Kiến nghị: mở thêm một quầy.").wait_for()
    assert staff.evaluate("document.activeElement.closest('#compose') !== null")
    assert staff.url.endswith("#compose")
    assert staff.locator(".report-page img").first.evaluate("image => image.naturalWidth") > 0
    staff.get_by_role("button", name="Chốt bản 1").click()
    staff.get_by_role("heading", name=re.compile("^Bản 1")).wait_for()
    assert axe(staff) == []
    with staff.expect_download() as awaited:
        staff.get_by_role("link", name=re.compile("^TXT")).first.click()
    text = awaited.value.path().read_text(encoding="utf-8")
    assert "Kiến nghị: mở thêm một quầy." in text
    for name, said in (("đúng", text), ("sai", text.replace("74%", "75%"))):
        staff.goto("/reports")
        file = {"name": f"{name}.txt", "mimeType": "text/plain", "buffer": said.encode()}
        staff.locator("[name=file]").set_input_files(file)  # type: ignore[arg-type]
        with staff.expect_navigation():
            staff.get_by_role("button", name="Xác thực").click()
        heading = staff.locator("h1").inner_text()
        assert ("đúng với" in heading) is (name == "đúng"), heading
        assert axe(staff) == []


def test_a_long_preview_comes_after_the_page(app: Flask, staff: Page, axe: Axe) -> None:
    with app.app_context(), transaction():
        survey = db.session.query(Survey).one()
        number = save_draft(survey, survey.agency, {"name": "province"}, title="Báo cáo tỉnh", by="a@example.vn").id
    with staff.expect_response("**preview=1"):
        staff.goto(f"/reports/stored/{number}?lang=vi")
        assert staff.locator("h1").inner_text() == "Báo cáo tỉnh"
    staff.locator(".report-page img").first.wait_for()
    assert axe(staff) == []
    staff.get_by_role("button", name="DOCX").click()
    staff.wait_for_url("**/reports/exports/*")
    staff.goto("/reports/province/known.pdf")
    staff.get_by_role("button", name="Lập tệp PDF").click()
    staff.wait_for_url("**/reports/exports/*")
    assert axe(staff) == []


def test_a_file_that_takes_a_while_shows_how_far_it_is(app: Flask, staff: Page, axe: Axe) -> None:
    with app.app_context(), transaction():
        for export in db.session.query(Export).filter_by(state="waiting"):
            export.state = "failed"
    staff.goto("/reports?lang=vi")
    staff.locator("summary", has_text="Tải về ngay").first.click()
    staff.locator("form[action='/reports/exports'] button", has_text="XLSX").first.click()
    staff.wait_for_url("**/reports/exports/*")
    staff.locator("progress").wait_for()
    assert axe(staff) == []
    with app.app_context():
        assert make_due_exports() == 1
    with staff.expect_download() as awaited:
        staff.get_by_role("link", name=re.compile("^Tải .*xlsx$")).click()
    assert awaited.value.suggested_filename.endswith(".xlsx")
    assert axe(staff) == []


def test_figures_that_do_not_add_up_are_answered_for_by_name(staff: Page, axe: Axe) -> None:
    staff.goto(f"{FIGURES}?lang=vi")
    finding = staff.locator("section", has_text="55").filter(has_text="14").first
    finding.locator("textarea").fill("Mười bốn hồ sơ nộp qua tổ công tác lưu động.")
    finding.get_by_role("button").click()
    staff.get_by_text("Mười bốn hồ sơ nộp qua tổ công tác lưu động.").wait_for()
    assert axe(staff) == []
    staff.goto("/manage/procedures/figures/new")
    staff.select_option("[name=agency]", "department")
    for name, value in {"from_on": "2021-04-01", "to_on": "2021-06-30", "received_online": "7"}.items():
        staff.fill(f"[name={name}]", value)
    staff.get_by_role("button", name="Lưu").click()
    staff.wait_for_url("**/figures/department/2021-04-01/2021-06-30")
    assert axe(staff) == []
