"""The dashboard in a real browser: phone and desk, both languages, light, dark and on paper."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from survey_app.access import EVERYWHERE
from survey_app.db import transaction
from survey_app.figures.actions import import_published
from survey_app.figures.builders import build_panel
from survey_app.figures.exports import panel_json
from survey_app.i18n import format_number, in_language
from tests.factories import day, make_agency, make_user, sign_in
from tests.figures.examples import BENTRE, PUBLISHED, add_answers, counted_survey

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
MIXED = {
    "access": {"very_low": 9, "low": 31, "average": 90, "high": 500, "very_high": 420, "no_opinion": 12},
    "transparency": {"low": 3, "high": 100, "very_high": 60},
    "staff": {"high": 12, "very_high": 9},
    "timeliness": {"late": 40, "on_time": 600, "early": 300, "not_received": 8},
    "results": {"satisfied": 2},
}
Axe = Callable[[Page], list[dict[str, Any]]]


@pytest.fixture
def panels(app: Flask, tmp_path: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The panels of two surveys in both languages, by (survey, language): what the pages must show."""
    with app.app_context():
        top = make_agency(name="Ủy ban nhân dân tỉnh Bến Tre", tier="province")
        days = {"opens_on": day("2016-01-01"), "closes_on": day("2016-12-31")}
        known = counted_survey(BENTRE, make_agency(parent=top), code="known", provenance="reconstruction", **days)
        (path := tmp_path / "published.csv").write_text(PUBLISHED, encoding="utf-8")
        with transaction():
            import_published(path, known)
        mixed = counted_survey(MIXED, top, code="mixed", provenance="simulated")
        add_answers(mixed, {"results": {"satisfied": 1}}, agency=make_agency(parent=top), answered_on=day("2016-06-01"))
        found = {}
        for survey in (known, mixed):
            for tag in ("vi", "en"):
                with in_language(tag):
                    panel = build_panel("distribution", survey=survey, scope=EVERYWHERE)
                    numbers = {n: format_number(n) for row in panel.rows for n in _counts(row)}
                    found[survey.code, tag] = {**panel_json(panel), "numbers": numbers}
        return found


def _counts(row: Any) -> list[int]:
    return [count for count in (row.n, *(option.count for option in row.options)) if count is not None]


@pytest.fixture
def reader(app: Flask, panels: object, server: str, page: Page) -> Iterator[Page]:
    """The page of a signed-in leader; its console must stay silent."""
    with app.app_context():
        session = sign_in(app.test_client(), make_user("leader")).get_cookie("session")
    assert session
    page.context.add_cookies([{"name": "session", "value": session.value, "url": server}])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield page
    assert said == []


def opened(page: Page, address: str, size: dict[str, int] = DESK) -> Page:
    """The page at that address, its chart drawn."""
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.goto(address)
    page.wait_for_selector("#distribution-chart svg.main-svg")
    return page


@pytest.mark.parametrize("tag", ["vi", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("code", ["known", "mixed"])
def test_everybody_can_use_it(reader: Page, axe: Axe, code: str, size: dict[str, int], tag: str) -> None:
    page = opened(reader, f"/dashboards/{code}?lang={tag}", size)
    assert page.get_attribute("html", "lang") == tag
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.get_by_role("button", name="Bảng" if tag == "vi" else "Table").click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("tag", ["vi", "en"])
@pytest.mark.parametrize("code", ["known", "mixed"])
def test_the_table_holds_the_numbers_of_the_panel(
    reader: Page, panels: dict[tuple[str, str], dict[str, Any]], code: str, tag: str
) -> None:
    page, panel = opened(reader, f"/dashboards/{code}?lang={tag}"), panels[code, tag]
    numbers = panel["numbers"] | {None: "…"}
    groups = page.locator("#distribution table tbody").all()
    assert len(groups) == len(panel["rows"])
    for group, row in zip(groups, panel["rows"], strict=True):
        heading = group.locator("tr").first.text_content() or ""
        assert heading.startswith(row["label"])
        assert f"n = {numbers[row['n']]}" in heading
        shown = {cells[0]: cells[1] for cells in group.evaluate(CELLS)}
        for option in row["options"]:
            assert shown[option["label"]].startswith(numbers[option["count"]]), option


CELLS = "body => [...body.rows].slice(1).map(row => [...row.cells].map(cell => cell.textContent.trim()))"


def test_the_chart_draws_the_shares_of_the_panel(reader: Page, panels: dict[tuple[str, str], dict[str, Any]]) -> None:
    page = opened(reader, "/dashboards/known?lang=vi")
    figure = page.evaluate("JSON.parse(document.getElementById('distribution-figure').textContent)")
    drawn = sorted(round(x, 4) for trace in figure["data"] for x in trace["x"])
    shares = [option["share"] for row in panels["known", "vi"]["rows"] for option in row["options"]]
    assert drawn == sorted(round(share, 4) for share in shares if share)
    assert page.locator("#distribution-chart .bars path").count() == len(drawn)
    labels = page.locator("#distribution-chart .bartext").all_text_contents()
    assert {"74%", "26%", "61%"} <= set(labels)
    assert "61%" in (page.get_attribute("#distribution-chart", "aria-label") or "")


def test_chart_and_table_change_places_by_keyboard(reader: Page) -> None:
    page = opened(reader, "/dashboards/known?lang=en")
    chart, table = page.locator("#distribution-chart"), page.locator("#distribution table")
    assert chart.is_visible()
    assert not table.is_visible()
    page.get_by_role("button", name="Table").focus()
    page.keyboard.press("Enter")
    assert table.is_visible()
    assert not chart.is_visible()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert chart.is_visible()
    assert chart.locator("svg.main-svg").first.bounding_box()["width"] > 300  # type: ignore[index]


def test_filters_work_and_stay_in_the_address(reader: Page) -> None:
    page = opened(reader, "/dashboards/mixed?lang=en")
    page.select_option("#channel", "kiosk")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**channel=kiosk**")
    page.get_by_role("link", name="Show everything").click()
    page.wait_for_selector("#distribution-chart svg.main-svg")
    assert "channel" not in page.url


def test_dark_charts_take_the_dark_colours(reader: Page) -> None:
    page = opened(reader, "/dashboards/known?lang=en")
    best = "getComputedStyle([...document.querySelectorAll('#distribution-chart .bars path')].at(-1)).fill"
    light = page.evaluate(best)
    page.get_by_role("button", name="Dark background").click()
    page.wait_for_function(f"{best} !== {light!r}")
    assert page.evaluate(best) == "rgb(165, 222, 221)"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_paper_gets_chart_and_table(reader: Page) -> None:
    page = opened(reader, "/dashboards/known?lang=en")
    page.emulate_media(media="print")
    assert page.locator("#distribution table").is_visible()
    assert page.locator("#distribution-chart").is_visible()
    assert not page.locator(".filters").is_visible()


def test_without_scripts_the_table_is_the_chart(browser: Browser, server: str, reader: Page) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False)
    context.add_cookies(reader.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/dashboards/known?lang=en")
    assert page.locator("#distribution table").is_visible()
    assert not page.locator("#distribution-chart").is_visible()
    page.locator("details.user-menu summary", has_text="Export report").click()
    assert page.get_by_role("link", name="Report as DOCX").is_visible()
    context.close()


def test_the_export_menu_opens_by_keyboard(reader: Page, axe: Axe) -> None:
    page = opened(reader, "/dashboards/known?lang=en")
    page.locator("summary", has_text="Export report").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("link", name="Report as PDF").is_visible()
    assert axe(page) == []


def test_the_list_and_the_states_without_a_chart(reader: Page, axe: Axe) -> None:
    for address in ("/dashboards", "/dashboards/mixed?from=2030-01-01", "/dashboards/mixed?channel=web&lang=en"):
        for size in (PHONE, DESK):
            reader.set_viewport_size({"width": size["width"], "height": size["height"]})
            reader.goto(address)
            assert axe(reader) == []
            assert reader.evaluate("document.documentElement.scrollWidth") <= size["width"]
