"""The pages that explain the figures: the same sections in every language, with the numbers that the code uses."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from lxml import html

from config import LOCALES
from survey_app.figures.builders import PANELS
from tests.conftest import application

pytestmark = [
    pytest.mark.usefixtures("session"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]
Page = html.HtmlElement
SECTIONS = {
    *("counted", "panels", "interval", "claims", "suppression", "release", "rounding", "weighting", "sample-size"),
    *("sipas", "published", "limits", "quality", "flags", "cases", "comments"),
}


def page(client: FlaskClient, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200
    return html.fromstring(response.text)


def text(page: Page) -> str:
    return " ".join(page.xpath("//main")[0].text_content().split())


@pytest.mark.parametrize("tag", LOCALES)
def test_the_method_has_a_section_for_every_panel_and_rule(client: FlaskClient, tag: str) -> None:
    found = page(client, f"/method?lang={tag}")
    anchors = set(found.xpath("//article//@id"))
    assert set(PANELS) | SECTIONS <= anchors
    assert {href[1:] for href in found.xpath("//article//nav//a/@href")} <= anchors
    assert found.xpath("string(/html/@lang)") == tag


def test_every_language_has_the_same_sections(client: FlaskClient) -> None:
    pages = [page(client, f"/method?lang={tag}") for tag in LOCALES]
    assert len({tuple(found.xpath("//article//@id")) for found in pages}) == 1
    statements = [page(client, f"/accessibility?lang={tag}") for tag in LOCALES]
    assert len({len(found.xpath("//article//li")) for found in statements}) == 1
    assert len({text(found) for found in [*pages, *statements]}) == 2 * len(LOCALES)


def test_the_numbers_are_those_of_the_code(client: FlaskClient) -> None:
    said = text(page(client, "/method?lang=en"))
    assert "Cells with 1 to fewer than 5 answers" in said
    assert "at least 2 percentage points" in said
    assert "the adjusted p is under 5%" in said
    assert "counted once at least 5 of an agency wait that are alike" in said
    assert "nobody alike within 7 days" in said
    assert "Too fast: Less than 1.5 seconds a question" in said
    found = page(client, "/method?lang=vi")
    cells = [[cell.text_content() for cell in row] for row in found.xpath("//tbody/tr")]
    assert cells[0] == ["150", "110", "133"]
    assert cells[-1] == ["rất lớn", "400", "1.112"]


def test_without_batches_the_release_reads_otherwise(database_url: str) -> None:
    app = application(database_url)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], release_batch=1, min_cell=3)
    said = text(page(app.test_client(), "/method?lang=en"))
    assert "as soon as they are counted" in said
    assert "Cells with 1 to fewer than 3 answers" in said


def test_every_page_leads_to_the_explanations(client: FlaskClient) -> None:
    links = page(client, "/method").xpath("//footer//a/@href")
    assert {"/method", "/accessibility", "/privacy"} <= set(links)
