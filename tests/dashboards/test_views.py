import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select, update

from survey_app.access import EVERYWHERE
from survey_app.agencies.queries import require_agency
from survey_app.clock import now, timezone, today
from survey_app.db import db, transaction
from survey_app.figures.actions import import_published
from survey_app.figures.builders import build_panel
from survey_app.figures.exports import panel_json
from survey_app.questionnaires.queries import version_content
from survey_app.responses.models import Response, TallyQueueItem
from survey_app.surveys.models import Survey
from survey_app.tallies.actions import fold
from tests.factories import day, make_agency, make_response, make_survey, make_user, sign_in
from tests.figures.examples import BENTRE, PUBLISHED, add_answers, counted_survey

pytestmark = pytest.mark.usefixtures("session")
Page = html.HtmlElement
REPORT_NAMES = ("overview", "survey-year")


@pytest.fixture
def reader(client: FlaskClient, session: object) -> FlaskClient:
    return sign_in(client, make_user("leader"))


def page(client: FlaskClient, address: str, status: int = 200) -> Page:
    response = client.get(address)
    assert response.status_code == status
    assert "inline" in response.headers["Content-Security-Policy"] or status != 200 or address.endswith("/dashboards")
    return html.fromstring(response.text)


def text(page: Page, path: str) -> str:
    return " ".join(" ".join(node.text_content().split()) for node in page.xpath(path))


def figures(page: Page) -> dict[str, dict[str, list[str]]]:
    """{question's label: {level: the cells of its row}} of the table."""
    found = {}
    for group in page.xpath("//section[@id='distribution']//tbody"):
        label = " ".join(group.xpath("./tr[1]/th")[0].text_content().split())
        rows = [(row.xpath("./th")[0].text, row.xpath("./td")) for row in group.xpath("./tr[td]")]
        found[label] = {level: [cell.text_content().strip() for cell in cells] for level, cells in rows}
    return found


def reconstruction(folder: Path) -> Survey:
    days = {"opens_on": day("2016-01-01"), "closes_on": day("2016-12-31")}
    survey = counted_survey(BENTRE, code="bentre-2016", provenance="reconstruction", **days)
    (path := folder / "published.csv").write_text(PUBLISHED, encoding="utf-8")
    with transaction():
        import_published(path, survey)
    return survey


def test_only_staff_see_dashboards(client: FlaskClient) -> None:
    survey = counted_survey(BENTRE)
    for address in ("/dashboards", f"/dashboards/{survey.code}"):
        response = client.get(address)
        assert response.status_code == 302
        assert "/sign-in" in response.location


def test_the_list_shows_the_reader_s_surveys(client: FlaskClient) -> None:
    mine, other = make_agency(), make_agency()
    counted_survey(BENTRE, mine, titles={"vi": "Khảo sát của tôi"}, provenance="simulated")
    counted_survey(BENTRE, other, titles={"vi": "Khảo sát của người khác"})
    found = page(sign_in(client, make_user("viewer", mine)), "/dashboards")
    assert text(found, "//article//h2") == "Khảo sát của tôi"
    assert "66" in text(found, "//article")
    assert text(found, "//article//*[contains(@class, 'tag-simulated')]")


def test_an_empty_list_says_so(reader: FlaskClient) -> None:
    assert page(reader, "/dashboards").xpath("//*[@class='empty']")


def test_figures_stand_in_the_page_before_any_script(reader: FlaskClient, tmp_path: Path) -> None:
    survey = reconstruction(tmp_path)
    found = page(reader, "/dashboards/bentre-2016")
    assert len(found.xpath("//h1")) == 1
    assert text(found, "(//ul[@class='kpis'])[1]/li[1]//strong") == "26%"
    assert "n = 66" in text(found, "(//ul[@class='kpis'])[1]/li[1]")
    table = figures(found)
    rows = panel_json(build_panel("distribution", survey=survey, scope=EVERYWHERE))["rows"]
    assert [label.split(" n = ")[0] for label in table] == [row["label"] for row in rows]
    for row, cells in zip(rows, table.values(), strict=True):
        assert [cells[o["label"]][0] for o in row["options"]] == [str(o["count"]) for o in row["options"]]
    assert table["Tiếp cận dịch vụ n = 66"]["Cao"][1:3] == ["74%", "63%–83%"]


def test_published_figures_stand_beside_and_are_marked(reader: FlaskClient, tmp_path: Path) -> None:
    reconstruction(tmp_path)
    found = page(reader, "/dashboards/bentre-2016?lang=vi")
    assert found.xpath("//h1/ancestor::main//*[contains(@class, 'tag-reconstruction')]")
    published = "//section[.//*[contains(@class, 'tag-published')]]"
    assert text(found, f"{published}//li[1]//strong") == "25%"
    assert "n =" not in text(found, published)
    assert "95%" not in text(found, published)
    high = figures(found)["Tiếp cận dịch vụ n = 66"]["Cao"]
    assert high[-1].endswith("74%")
    assert high[-1] != "74%"


def test_the_address_is_the_state(reader: FlaskClient) -> None:
    top = make_agency()
    below = make_agency(parent=top)
    survey = counted_survey({"access": {"high": 40}}, top, answered_on="2016-03-05")
    add_answers(survey, {"access": {"high": 50}}, agency=below, answered_on=day("2016-04-05"), channel="kiosk")
    query = f"from=2016-04-01&to=2016-04-30&agency={below.code}&channel=kiosk"
    found = page(reader, f"/dashboards/{survey.code}?{query}")
    assert "n = 50" in text(found, "//ul[@class='kpis']/li[1]")
    assert found.xpath("//input[@name='from']/@value") == ["2016-04-01"]
    assert found.xpath("//select[@name='agency']/option[@selected]/@value") == [below.code]
    assert found.xpath("//select[@name='channel']/option[@selected]/@value") == ["kiosk"]
    assert len(found.xpath("//ul[@class='chips']/li")) == 4
    formats = ("docx", "xlsx", "pdf", "png", "svg", "csv", "txt")
    reports = found.xpath("//details//a[contains(@href, '/reports/')]/@href")
    assert reports[:7] == [f"/reports/overview/{survey.code}.{name}?{query}" for name in formats]
    assert reports[7:] == [f"/reports/survey-year/{survey.code}.{name}?{query}" for name in ("docx", "pdf", "xlsx")]
    charts = found.xpath("//section[@id='distribution']//a[@download]/@href")
    assert [href.split("?")[0] for href in charts] == [
        f"/reports/chart/distribution/{survey.code}.{name}" for name in ("png", "svg", "csv", "xlsx")
    ]


def test_a_report_takes_what_it_can_of_the_state_and_the_page_says_what_it_cannot(reader: FlaskClient) -> None:
    survey = counted_survey(BENTRE)
    found = page(reader, f"/dashboards/{survey.code}/agencies?lang=en&compare=previous&question=access&level=leaves")
    overview, yearly = (found.xpath(f"//a[contains(@href, '/reports/{name}/')]/@href")[0] for name in REPORT_NAMES)
    assert overview.endswith("?compare=previous")
    assert yearly.endswith("?compare=previous&question=access")
    assert "Not taken into reports: Level of agencies." in found.text_content()
    assert "Not taken into reports" not in page(reader, f"/dashboards/{survey.code}?lang=en").text_content()


def test_removing_a_filter_keeps_the_others(reader: FlaskClient) -> None:
    survey = counted_survey(BENTRE)
    address = f"/dashboards/{survey.code}"
    found = page(reader, f"{address}?from=2016-01-01&channel=web")
    assert found.xpath("//ul[@class='chips']//a/@href") == [f"{address}?channel=web", f"{address}?from=2016-01-01"]


@pytest.mark.parametrize(
    ("query", "where"),
    [("from=yesterday&channel=kiosk", "#from"), ("agency=nowhere", "#agency"), ("channel=fax", "#channel"),
     ("from=2016-02-01&to=2016-01-01", "#to")],
)  # fmt: skip
def test_wrong_filters_come_back_to_be_corrected(reader: FlaskClient, query: str, where: str) -> None:
    top = make_agency()
    make_agency(parent=top)
    survey = counted_survey(BENTRE, top)
    found = page(reader, f"/dashboards/{survey.code}?{query}", 422)
    assert found.xpath("//*[@id='error-summary']//a/@href") == [where]
    assert found.xpath(f"//*[@id='{where[1:]}']")
    assert not found.xpath("//table")
    if "kiosk" in query:
        assert found.xpath("//select[@name='channel']/option[@selected]/@value") == ["kiosk"]


def test_a_reader_of_a_part_sees_that_part_and_no_other(client: FlaskClient) -> None:
    top = make_agency()
    north, south = make_agency(parent=top), make_agency(parent=top)
    survey = counted_survey({"access": {"high": 40}}, south)
    whole = counted_survey({"access": {"high": 33}}, top)
    add_answers(whole, {"access": {"high": 50}}, agency=north)
    reader = sign_in(client, make_user("viewer", north))
    assert reader.get(f"/dashboards/{survey.code}").status_code == 404
    for code in ("nowhere", "%00", "A" * 300, "..%2F"):
        assert reader.get(f"/dashboards/{code}").status_code == 404
    found = page(reader, f"/dashboards/{whole.code}")
    assert "n = 50" in text(found, "//ul[@class='kpis']/li[1]")
    assert not found.xpath("//select[@name='agency']")
    assert reader.get(f"/dashboards/{whole.code}?agency={south.code}").status_code == 422
    assert not found.xpath("//details//a[contains(@href, '/reports/')]")


def test_a_period_without_answers_leads_back(reader: FlaskClient) -> None:
    survey = counted_survey(BENTRE, answered_on="2016-05-10")
    found = page(reader, f"/dashboards/{survey.code}?from=2017-01-01")
    assert found.xpath("//*[@class='empty']//a/@href") == [f"/dashboards/{survey.code}"]
    assert not found.xpath("//ul[@class='kpis']")
    assert not page(reader, f"/dashboards/{make_survey().code}").xpath("//*[@class='empty']//a")


def test_few_answers_show_counts_only(reader: FlaskClient) -> None:
    survey = counted_survey({"access": {"high": 12, "very_high": 8}})
    found = page(reader, f"/dashboards/{survey.code}?lang=en")
    assert "%" not in text(found, "//ul[@class='kpis']/li[1]")
    assert "30" in text(found, "//ul[@class='kpis']/li[1]")
    assert figures(found)["Access n = 20"]["High"] == ["12", "", ""]
    assert not found.xpath("//*[@data-chart]")
    assert not found.xpath("//script[contains(@src, 'plotly')]")


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ({"low": 6, "very_high": 8}, ("Chưa đủ 30 phiếu", "Fewer than 30 answers")),
        ({"low": 3}, ("Ẩn vì ít phiếu", "Small counts hidden")),
        ({}, ("Chưa có phiếu", "No answers yet")),
    ],
)
def test_what_stands_for_a_figure_says_why(
    reader: FlaskClient, margins: dict[str, int], words: tuple[str, str]
) -> None:
    survey = counted_survey({"access": margins, "staff": {"high": 80}})
    for language, expected in zip(("vi", "en"), words, strict=True):
        found = page(reader, f"/dashboards/{survey.code}?lang={language}")
        assert text(found, "//ul[@class='kpis']/li[1]/p[@class='kpi-empty']") == expected


def test_more_than_the_minimum_but_hidden_beside_another_is_not_called_too_few(reader: FlaskClient) -> None:
    top = make_agency(code="top")
    few, more, many = (make_agency(code=code, parent=top) for code in ("few", "more", "many"))
    survey = make_survey(top)
    for agency, count in ((few, 2), (more, 9), (many, 60)):
        add_answers(survey, {"access": {"very_high": count}}, agency=agency)
    found = page(reader, f"/dashboards/{survey.code}?agency=more&lang=vi")
    assert "Chưa đủ" not in text(found, "//main")
    assert text(found, "//main//h1") == text(found, "//p[@class='empty-title']") == "Ẩn vì ít phiếu"
    assert not found.xpath("//main//table")


def test_hidden_figures_are_nowhere_in_the_page(reader: FlaskClient) -> None:
    margins = {"access": {"low": 3, "average": 1717, "high": 2211, "very_high": 2423}, "results": {"satisfied": 2}}
    survey = counted_survey(margins)
    response = reader.get(f"/dashboards/{survey.code}")
    cells = figures(html.fromstring(response.text))["Tiếp cận dịch vụ n = 6.354"]
    assert [cells[level][0][:1] for level in ("Thấp", "Trung bình", "Cao")] == ["…", "…", "2"]
    assert "n = …" in " ".join(figures(html.fromstring(response.text)))
    # A number that no time of day can be.
    assert not re.search(r"\b1[.,]?717\b", re.sub(r"<svg.*?</svg>|v=\w+", "", response.text, flags=re.DOTALL))


def test_the_page_is_light(reader: FlaskClient, tmp_path: Path) -> None:
    reconstruction(tmp_path)
    assert len(reader.get("/dashboards/bentre-2016").data) < 60_000


# The pages of a survey


@pytest.fixture
def months() -> Survey:
    """Two agencies over three months by two channels; one far below the other."""
    top = make_agency(code="top")
    good, poor = (
        make_agency(code="good", parent=top, name="Sở Tốt"),
        make_agency(code="poor", parent=top, name="Xã Kém"),
    )
    survey = make_survey(top, code="months", opens_on=day("2025-01-01"), closes_on=day("2025-12-31"))
    for month in (1, 2, 3):
        for agency, share, channel in ((good, 80, "kiosk"), (poor, 30, "web")):
            margins = {"results": {"satisfied": 100 - share, "very_satisfied": share}, "staff": {"high": 100}}
            add_answers(survey, margins, agency=agency, answered_on=day(f"2025-0{month}-10"), channel=channel)
    return survey


PAGES = ("", "/findings", "/criteria/staff", "/agencies", "/trend", "/channels", "/procedures", "/quality", "/comments")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_survey_keeps_the_filters(reader: FlaskClient, months: Survey, name: str) -> None:
    query = "from=2025-02-01&to=2025-03-31&compare=previous"
    found = page(reader, f"/dashboards/months{name}?{query}")
    assert len(found.xpath("//h1")) == 1
    tabs = found.xpath("//nav[@class='tabs']//a/@href")
    assert len(tabs) == len(PAGES)
    assert all(query in href for href in tabs)
    assert len(found.xpath("//nav[@class='tabs']//a[@aria-current='page']")) == 1
    for frame in found.xpath("//section[contains(@class, 'chart-frame')]"):
        assert frame.xpath(".//table") or frame.xpath(".//p[@class='muted']"), frame.get("id")
        drawn = bool(frame.xpath(".//*[@data-chart]"))
        formats = [href.split("?")[0].rsplit(".", 1)[1] for href in frame.xpath(".//a[@download]/@href")]
        assert formats == (["png", "svg", "csv", "xlsx"] if drawn else ["csv", "xlsx"])
        assert all(reader.get(href).status_code == 200 for href in frame.xpath(".//a[@download]/@href")[-2:])


def test_the_title_is_the_finding(reader: FlaskClient, months: Survey) -> None:
    assert "Xã Kém" in text(page(reader, "/dashboards/months/agencies?lang=vi"), "//h1")
    assert text(page(reader, "/dashboards/months?agency=poor&lang=vi"), "//h1").startswith("2/5 tiêu chí")


def test_agencies_lead_down_and_are_ranked_with_intervals_only(reader: FlaskClient, months: Survey) -> None:
    found = page(reader, "/dashboards/months/agencies?channel=kiosk&question=results")
    assert "agency=good" in " ".join(found.xpath("//table//a/@href"))
    assert all("channel=kiosk" in href for href in found.xpath("//table//a/@href"))
    ranked = page(reader, "/dashboards/months/agencies?view=rank&question=results&lang=vi")
    assert not ranked.xpath("//*[@data-chart]")
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in ranked.xpath("//table//tr[td]")]
    assert [row[:4] for row in rows] == [["1", "Sở Tốt", "300", "80%"], ["2", "Xã Kém", "300", "30%"]]
    assert all("đến" in row[5] for row in rows)


def test_a_change_is_told_by_shape_points_and_words(reader: FlaskClient, months: Survey) -> None:
    margins = {"results": {"satisfied": 20, "very_satisfied": 130}, "staff": {"high": 100}}
    for agency, channel in (("good", "kiosk"), ("poor", "web")):
        add_answers(months, margins, agency=require_agency(agency), answered_on=day("2025-04-10"), channel=channel)
    found = page(reader, "/dashboards/months?from=2025-04-01&to=2025-04-30&compare=previous&lang=vi")
    results = "(//ul[@class='kpis'])[1]/li[5]"
    assert found.xpath(f"{results}//*[contains(@class, 'shape-up')]")
    assert "tăng" in text(found, results)
    assert "+32 điểm" in text(found, results)
    assert "chưa đủ phiếu" in text(found, "(//ul[@class='kpis'])[1]/li[1]")


def test_presets_keep_what_is_asked(reader: FlaskClient, months: Survey) -> None:
    found = page(reader, "/dashboards/months/criteria/staff?channel=kiosk")
    links = found.xpath("//details[contains(@class, 'presets')]//a/@href")
    assert len(links) == 10
    assert all(
        "channel=kiosk" in href and "from=" in href and href.startswith("/dashboards/months/criteria/staff?")
        for href in links
    )


def test_an_unknown_criterion_is_not_there(reader: FlaskClient, months: Survey) -> None:
    assert reader.get("/dashboards/months/criteria/weather").status_code == 404


def test_viewers_read_no_comments(client: FlaskClient, months: Survey) -> None:
    viewer = sign_in(client, make_user("viewer"))
    assert viewer.get("/dashboards/months/comments").status_code == 403
    assert viewer.get("/reports/chart/comments/months.csv").status_code == 403
    assert viewer.get("/api/v1/surveys/months/figures/comments").status_code == 403
    assert "comments" not in " ".join(page(viewer, "/dashboards/months").xpath("//nav//a/@href"))


def test_surveys_side_by_side_stand_in_one_table(reader: FlaskClient) -> None:
    one = counted_survey(BENTRE, code="one")
    counted_survey({"access": {"high": 30, "very_high": 30}}, code="two")
    found = html.fromstring(reader.get("/dashboards?survey=one&survey=two&survey=nowhere").text)
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in found.xpath("//table//tr[td]")]
    assert "n = 66" in rows[0][1] + rows[0][2]
    assert "50%" in rows[0][1] + rows[0][2]
    assert not html.fromstring(reader.get(f"/dashboards?survey={one.code}").text).xpath("//table")


def test_all_units_stand_beside_each_other_and_the_address_keeps_it(reader: FlaskClient) -> None:
    top = make_agency(tier="province")
    ward, other = (make_agency(parent=top, tier="commune") for _ in range(2))
    units = [make_agency(parent=ward, tier="unit") for _ in range(2)]
    survey = make_survey(top, code="deep")
    for agency in (*units, other):
        add_answers(survey, {"results": {"satisfied": 20, "very_satisfied": 20}}, agency=agency, channel="web")
    flat = page(reader, f"/dashboards/deep/agencies?lang=en&agency={ward.code}")
    assert not flat.xpath("//nav[@aria-label='Which agencies']")
    found = page(reader, "/dashboards/deep/agencies?lang=en&view=dots&level=leaves&channel=web")
    assert text(found, "//nav[@aria-label='Which agencies']/a[@aria-current]") == "All units"
    links = found.xpath("//section[@aria-labelledby='table-title']//th[@scope='row']/a/@href")
    assert {link.split("agency=")[1].split("&")[0] for link in links} == {each.code for each in (*units, other)}
    assert all("channel=web" in link and "level=leaves" in link for link in links)
    kept = found.xpath("//form[ancestor::details[@class='filters']]//input[@type='hidden']")
    assert {each.get("name"): each.get("value") for each in kept} == {"level": "leaves", "view": "dots"}
    (download,) = found.xpath("//section[@id='agencies']//a[text()='CSV']/@href")
    rows = reader.get(download).text
    assert all(each.code in rows for each in (*units, other))
    assert ward.code not in rows
    assert reader.get("/dashboards/deep/agencies?level=wards").status_code == 422


def test_comments_come_a_page_at_a_time_and_reasons_a_chart_a_question(reader: FlaskClient) -> None:
    survey = counted_survey({"access": {"very_low": 30}, "staff": {"very_low": 30}}, code="said")
    known = {question.code: question.reasons[0].code for question in version_content(survey.version_id).choices}
    reasons = {code: [known[code]] for code in ("access", "staff")}
    low = {"access": {"very_low": 60}, "staff": {"very_low": 60}}
    add_answers(survey, low, answered_on=day("2025-03-04"), comment="Chờ lâu.", reasons=reasons)
    add_answers(survey, {"staff": {"high": 15}}, answered_on=day("2025-03-04"), comment="Tốt.")
    first = page(reader, "/dashboards/said/comments?lang=en")
    assert len(first.xpath("//ul[@class='remarks']/li")) == 50
    assert "n = 75" in text(first, "//section[@id='comments']")
    assert first.xpath("//section[starts-with(@id, 'reasons-')]/@id") == ["reasons-access", "reasons-staff"]
    (following,) = first.xpath("//a[@rel='next']/@href")
    second = page(reader, following)
    assert len(second.xpath("//ul[@class='remarks']/li")) == 25
    assert "Page 2 of 2" in text(second, "//nav[@class='pagination']")
    assert not second.xpath("//a[@rel='next']")
    assert len(page(reader, "/dashboards/said/comments?page=99").xpath("//ul[@class='remarks']/li")) == 25
    groups = {each.text_content(): each.get("href") for each in first.xpath("//nav[@class='chips']/a")}
    assert list(groups) == ["All", "Nothing rated low (15)", "Several criteria rated low (60)"]
    happy = page(reader, groups["Nothing rated low (15)"])
    assert [each.text_content() for each in happy.xpath("//ul[@class='remarks']/li/p[1]")] == ["Tốt."] * 15
    assert happy.xpath("//nav[@class='chips']/a[@aria-current]/text()") == ["Nothing rated low (15)"]
    (download,) = happy.xpath("//section[@id='comments']//a[text()='CSV']/@href")
    assert reader.get(download).text.count("Tốt.") == 15
    assert reader.get("/dashboards/said/comments?rating=angry").status_code == 422


def test_figures_say_when_they_were_counted_and_roughly_how_many_answers_wait(reader: FlaskClient) -> None:
    survey = counted_survey(BENTRE, code="late", opens_on=None, closes_on=None)
    address = "/dashboards/late?lang=en"
    hour = now().astimezone(timezone()).hour
    assert re.search(rf"Last counted on \d\d/\d\d/\d{{4}} after ({hour - 1}|{hour}):00", reader.get(address).text)
    for minutes, waiting, behind in ((5, 1, False), (20, 1, False), (20, 5, True), (5, 5, False)):
        for _ in range(waiting):
            make_response(survey)
        came(now() - timedelta(minutes=minutes))
        shown = reader.get(address).text
        words = "Fewer than 5 answers wait" if waiting < 5 else "At least 5 answers wait"
        assert words in shown
        assert ("figures are behind" in shown) is behind
        fold_all()


def test_what_waits_of_a_closed_survey_lags(reader: FlaskClient) -> None:
    survey = counted_survey(BENTRE, code="late", opens_on=None, closes_on=None)
    make_response(survey)
    came(now() - timedelta(hours=1))
    assert "figures are behind" not in reader.get("/dashboards/late?lang=en").text
    with transaction():
        db.session.merge(survey).closes_on = today() - timedelta(days=1)
    assert "figures are behind" in reader.get("/dashboards/late?lang=en").text


def came(at: datetime) -> None:
    """Every response that waits came at that moment."""
    with transaction():
        waiting = select(TallyQueueItem.response_id)
        db.session.execute(update(Response).where(Response.id.in_(waiting)).values(received_at=at))


def fold_all() -> None:
    """Nothing waits any more, a batch or not."""
    with transaction():
        db.session.execute(update(TallyQueueItem).values(held=False))
    fold()
