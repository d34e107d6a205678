"""Every page of a survey in a real browser: both languages, light and dark, phone and desk, and on paper."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.factories import make_agency, make_survey, make_user, sign_in
from tests.figures.examples import add_answers

PAGES = (
    *("", "/criteria/results", "/agencies", "/agencies?view=rank", "/agencies?view=weighted", "/findings", "/trend"),
    *("/channels", "/procedures", "/quality", "/comments"),
)
# Words of a chart that lie over its edge or over other words of it.
COLLISIONS = """[...document.querySelectorAll('.chart-room')].flatMap(room => {
    const edge = room.getBoundingClientRect();
    const words = [...room.querySelectorAll('.main-svg text')].filter(each => each.textContent.trim())
        .map(each => [each.textContent, each.getBoundingClientRect()]).filter(([, box]) => box.width);
    const outside = words.filter(([, box]) => box.left < edge.left - 1 || box.right > edge.right + 1);
    const over = words.filter(([, a], i) => words.slice(0, i).some(([, b]) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5));
    return [...outside, ...over].map(([text]) => text);
})"""
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
LOOKS: tuple[tuple[str, Any, Any], ...] = (("vi", "light", PHONE), ("en", "dark", DESK))
Axe = Callable[[Page], list[dict[str, Any]]]


@pytest.fixture
def reader(app: Flask, server: str, page: Page) -> Iterator[Page]:
    """A signed-in leader of a survey with agencies, thirteen months, channels, reasons and comments."""
    with app.app_context():
        top = make_agency(name="Tỉnh Mẫu", tier="province")
        names = ("Trung tâm Phục vụ hành chính công tỉnh Mẫu", "Sở Xây dựng tỉnh Mẫu")
        below = [make_agency(parent=top, name=name) for name in names]
        survey = make_survey(top, code="demo", opens_on=date(2024, 12, 1), closes_on=date(2025, 12, 31))
        for i in range(13):
            day = date(2024 + (i + 11) // 12, (i + 11) % 12 + 1, 10)
            for agency, top_level in ((below[0], 60 - i % 3), (below[1], 20 + i % 4)):
                margins = {"results": {"dissatisfied": 5, "satisfied": 35, "very_satisfied": top_level}}
                fields = {"channel": "kiosk" if i % 2 else "web", "comment": "Cán bộ nhiệt tình." if i == 3 else ""}
                add_answers(survey, margins, agency=agency, answered_on=day, **fields)
        make_survey(top, code="other")
        unhappy = {"results": {"dissatisfied": 12}}
        add_answers(survey, unhappy, answered_on=date(2025, 12, 5), reasons={"results": ["wrong"]})
        session = sign_in(app.test_client(), make_user("leader")).get_cookie("session")
    assert session
    page.context.add_cookies([{"name": "session", "value": session.value, "url": server}])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield page
    assert said == []


def drawn(page: Page, address: str) -> None:
    page.goto(address)
    for chart in page.locator(".chart[data-chart]").all():
        chart.locator("svg.main-svg").first.wait_for()


def test_every_page_is_for_everybody(reader: Page, axe: Axe) -> None:
    for tag, scheme, size in LOOKS:
        reader.emulate_media(color_scheme=scheme)
        reader.set_viewport_size(size)
        for name in PAGES:
            query = "&" if "?" in name else "?"
            drawn(reader, f"/dashboards/demo{name}{query}lang={tag}&from=2025-07-01&to=2025-12-31&compare=previous")
            assert axe(reader) == [], (name, tag)
            assert reader.evaluate("document.documentElement.scrollWidth") <= size["width"], (name, tag)
            assert reader.evaluate(COLLISIONS) == [], (name, tag)


def test_the_first_page_with_saved_views_and_surveys_side_by_side_is_for_everybody(reader: Page, axe: Axe) -> None:
    drawn(reader, "/dashboards/demo?lang=en&channel=kiosk")
    reader.locator("summary", has_text="Save view").click()
    reader.fill("#view-name", "Kiosks")
    with reader.expect_navigation():
        reader.locator(".user-panel button", has_text="Save").click()
    for tag, scheme, size in LOOKS:
        reader.emulate_media(color_scheme=scheme)
        reader.set_viewport_size(size)
        for address in ("/dashboards?", "/dashboards?survey=demo&survey=other&"):
            reader.goto(f"{address}lang={tag}")
            assert reader.get_by_text("Kiosks").count()
            assert axe(reader) == [], (address, tag)
            assert reader.evaluate("document.documentElement.scrollWidth") <= size["width"], (address, tag)


SHIFTS = """window.shifts = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifts += entry.value; }))
  .observe({ type: "layout-shift", buffered: true });"""


@pytest.mark.parametrize("name", ["", "/agencies"])
def test_nothing_moves_when_the_charts_are_drawn(reader: Page, name: str) -> None:
    reader.add_init_script(SHIFTS)
    drawn(reader, f"/dashboards/demo{name}?lang=vi")
    assert reader.evaluate("window.shifts") < 0.02


def test_paper_is_light_and_holds_every_chart_and_table(reader: Page) -> None:
    reader.emulate_media(color_scheme="dark")
    drawn(reader, "/dashboards/demo?lang=vi")
    reader.emulate_media(media="print")
    assert reader.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not reader.locator(".filters").is_visible()
    columns = reader.evaluate("getComputedStyle(document.querySelector('.kpis')).gridTemplateColumns.split(' ').length")
    assert columns == 5
    for frame in reader.locator(".chart-frame").all():
        assert frame.locator(".chart-room").is_visible()
        assert frame.locator("table").is_visible()


def test_the_filters_work_without_a_script(reader: Page, server: str) -> None:
    browser = reader.context.browser
    assert browser
    context = browser.new_context(
        base_url=server, java_script_enabled=False, storage_state=reader.context.storage_state()
    )
    plain = context.new_page()
    plain.goto("/dashboards/demo?lang=vi")
    plain.select_option("#compare", "year_ago")
    plain.fill("#from", "2025-12-01")
    plain.get_by_role("button", name="Áp dụng").click()
    plain.wait_for_url("**compare=year_ago**")
    assert "from=2025-12-01" in plain.url
    expect(plain.locator("#distribution table")).to_be_visible()
    assert not plain.locator(".chart-room").first.is_visible()
    context.close()


def test_a_phone_sees_the_tab_of_its_page_and_folds_the_periods(reader: Page) -> None:
    reader.set_viewport_size(PHONE)  # type: ignore[arg-type]
    drawn(reader, "/dashboards/demo/procedures?lang=vi")
    expect(reader.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)
    reader.locator(".filters > summary").click()
    reader.locator(".presets > summary").click()
    reader.locator(".presets a").first.click()
    reader.wait_for_url("**from=**")
    assert "/procedures" in reader.url
