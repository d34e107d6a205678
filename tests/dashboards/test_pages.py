"""What a page says where much, little or nothing may be told."""

import pytest
from flask.testing import FlaskClient
from lxml import html

from tests.factories import day, make_agency, make_survey, make_user, sign_in
from tests.figures.examples import add_answers

pytestmark = pytest.mark.usefixtures("session")
PAGES = ("", "/findings", "/criteria/staff", "/agencies", "/trend", "/channels", "/procedures", "/quality", "/comments")


@pytest.fixture
def reader(client: FlaskClient, session: object) -> FlaskClient:
    return sign_in(client, make_user("leader"))


def page(client: FlaskClient, address: str) -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == 200
    return html.fromstring(response.text)


def words(found: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(node.text_content().split()) for node in found.xpath(path)]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("answers", "title"), [(0, "Chưa có phiếu trong kỳ này"), (4, "Ẩn vì ít phiếu")])
def test_nothing_to_tell_is_said_once(reader: FlaskClient, name: str, answers: int, title: str) -> None:
    survey = make_survey(make_agency(code="top"), code="few")
    add_answers(survey, {"staff": {"high": answers}})
    found = page(reader, f"/dashboards/{survey.code}{name}?lang=vi")
    assert words(found, "//h1") == [title]
    assert len(words(found, "//*[@class='empty']")) == 1
    assert not found.xpath("//main//table | //main//*[@data-chart] | //*[@class='general']")


def test_what_holds_for_all_figures_stands_once(reader: FlaskClient) -> None:
    survey = make_survey(make_agency(code="top"), code="many", provenance="simulated")
    for month in (3, 4):
        add_answers(survey, {"staff": {"high": 60, "very_high": 90}}, answered_on=day(f"2025-0{month}-10"))
    found = page(reader, "/dashboards/many/criteria/staff?lang=vi")
    assert len(found.xpath("//*[contains(@class, 'chart-frame')]")) > 1
    said = words(found, "//*[@class='general']//li")
    assert len(said) == len(set(said)) > 1
    notes = " ".join(words(found, "//*[@class='source']"))
    assert not any(sentence in notes for sentence in said)
    # What kind of figures they are stands above all of them.
    (kind,) = words(found, "//*[contains(@class, 'note-warning')]")
    assert kind not in said


def test_findings_part_what_to_look_into_from_what_to_learn_from(reader: FlaskClient) -> None:
    top = make_agency(code="top")
    survey = make_survey(top, code="sides")
    for code, share in (("good", 80), ("poor", 30), ("usual", 55)):
        agency = make_agency(code=code, parent=top, name=f"Sở {code}")
        add_answers(survey, {"results": {"satisfied": 300 - 3 * share, "very_satisfied": 3 * share}}, agency=agency)
    found = page(reader, "/dashboards/sides/findings?lang=vi")
    lower, higher = (words(found, f"//section[@aria-labelledby='{side}-title']//li") for side in ("lower", "higher"))
    assert any(text.startswith("Sở poor thấp hơn") for text in lower)
    assert not any("Sở poor" in text for text in higher)
    assert any(text.startswith("Sở good cao hơn") for text in higher)
    assert all("n = 300" in text for text in (*lower, *higher))


def test_hidden_criteria_are_not_called_all(reader: FlaskClient) -> None:
    survey = make_survey(make_agency(code="top"), code="some")
    shares = {"high": 20, "very_high": 20}
    add_answers(survey, {"staff": shares, "access": shares, "transparency": {"high": 3}})
    assert words(page(reader, "/dashboards/some?lang=vi"), "//h1")[0].startswith("2/3 tiêu chí")
