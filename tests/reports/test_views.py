import io
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.accounts.models import User
from survey_app.agencies.models import Agency
from survey_app.reports.writers import WRITERS
from tests.factories import make_agency, make_user, sign_in
from tests.figures.examples import BENTRE, add_answers, counted_survey

# What reads the database is tested on both kinds in test_report.py.
pytestmark = [
    pytest.mark.usefixtures("session"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]


@pytest.fixture
def leader(client: FlaskClient) -> FlaskClient:
    """Signed in as one who may export, everywhere."""
    return sign_in(client, make_user("leader"))


@pytest.mark.parametrize("extension", WRITERS)
def test_a_report_is_downloaded_in_every_format(leader: FlaskClient, extension: str) -> None:
    counted_survey(BENTRE, code="bentre-2016")
    response = leader.get(f"/reports/overview/bentre-2016.{extension}")
    assert response.status_code == 200
    assert response.content_type == WRITERS[extension].media_type
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    disposition = response.headers["Content-Disposition"]
    assert disposition.isascii()
    assert f"attachment; filename=overview-bentre-2016.{extension}" in disposition.replace('"', "")
    assert unquote(disposition.split("filename*=UTF-8''")[1]).endswith(f"bentre-2016.{extension}")


def test_the_page_offers_every_format_of_the_readers_surveys(client: FlaskClient) -> None:
    own, other = make_agency("own"), make_agency("other")
    counted_survey({}, own, code="mine", titles={"vi": "Khảo sát <của> tôi"}, provenance="simulated")
    counted_survey({}, other, code="foreign")
    page = sign_in(client, make_user("leader", own)).get("/reports").text
    assert all(f'href="/reports/overview/mine.{extension}"' in page for extension in WRITERS)
    assert "Khảo sát &lt;của&gt; tôi" in page
    assert "foreign" not in page


def test_the_reader_language_and_filters_count(leader: FlaskClient) -> None:
    survey = counted_survey(BENTRE, code="bentre-2016", answered_on="2016-05-10")
    english = leader.get("/reports/overview/bentre-2016.txt?lang=en").text
    assert "Access: over 74% rated high" in english
    narrow = f"?lang=vi&from=2016-06-01&to=2016-06-30&channel=web&agency={survey.agency.code}"
    assert "Chưa có dữ liệu khảo sát trong kỳ." in leader.get(f"/reports/overview/bentre-2016.txt{narrow}").text


def test_a_workbook_from_the_page_holds_the_counts(leader: FlaskClient) -> None:
    counted_survey(BENTRE, code="bentre-2016")
    book = openpyxl.load_workbook(io.BytesIO(leader.get("/reports/overview/bentre-2016.xlsx").data))
    line = next(line for line in book.worksheets[1].values if line[0] == "Tiếp cận dịch vụ")
    assert line[1:7] == (66, 0, 0, 0, 49, 17)


@pytest.mark.parametrize("extension", ["png", "svg", "csv"])
def test_a_chart_is_downloaded_alone(client: FlaskClient, extension: str) -> None:
    counted_survey(BENTRE, code="bentre-2016")
    viewer = sign_in(client, make_user("viewer"))
    response = viewer.get(f"/reports/chart/distribution/bentre-2016.{extension}")
    assert response.status_code == 200
    assert response.content_type == WRITERS[extension].media_type
    assert "distribution-bentre-2016" in response.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reports/weather/bentre-2016.pdf", 404),
        ("/reports/overview/bentre-2016.odt", 404),
        ("/reports/overview/nowhere.pdf", 404),
        ("/reports/chart/distribution/bentre-2016.pdf", 404),
        ("/reports/chart/weather/bentre-2016.png", 404),
        ("/reports/chart/overview/bentre-2016.png", 404),
        ("/reports/overview/bentre-2016.pdf?from=yesterday", 422),
        ("/reports/overview/bentre-2016.pdf?agency=elsewhere", 422),
    ],
)
def test_errors_are_pages(leader: FlaskClient, path: str, status: int) -> None:
    counted_survey(BENTRE, code="bentre-2016")
    response = leader.get(path)
    assert response.status_code == status
    assert response.mimetype == "text/html"


def test_nobody_downloads_without_the_right(client: FlaskClient) -> None:
    counted_survey(BENTRE, code="bentre-2016")
    assert client.get("/reports").status_code == 302
    assert client.get("/reports/overview/bentre-2016.pdf").status_code == 302
    assert client.get("/reports/chart/distribution/bentre-2016.png").status_code == 302
    assert sign_in(client, make_user("officer")).get("/reports/overview/bentre-2016.pdf").status_code == 403


def test_readers_get_their_own_agencies_only(client: FlaskClient) -> None:
    top: Agency = make_agency("top", tier="province")
    inside, outside = make_agency("inside", parent=top), make_agency("outside", parent=top)
    counted_survey(BENTRE, top, code="whole")
    counted_survey(BENTRE, outside, code="foreign")
    reader = sign_in(client, make_user("leader", inside))
    assert reader.get("/reports/overview/foreign.txt").status_code == 404
    assert reader.get("/reports/overview/whole.txt?agency=outside").status_code == 422
    assert "Chưa có dữ liệu" in reader.get("/reports/overview/whole.txt").text


def begin(client: FlaskClient, **fields: str) -> str:
    """A new draft; returns its address."""
    asked = {"report": "overview", "survey": "bentre-2016", "agency": "", "period": "", "language": "vi"} | fields
    answer = client.post("/reports", data=asked | {"csrf_token": token(client, "/reports")})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def token(client: FlaskClient, path: str) -> str:
    return re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)[0]


def press(client: FlaskClient, page: str, path: str, **fields: object) -> TestResponse:
    return client.post(path, data={"csrf_token": token(client, page), **fields})


def test_a_draft_is_made_finalised_corrected_and_verified(leader: FlaskClient) -> None:
    counted_survey(BENTRE, code="bentre-2016", answered_on="2016-05-10")
    page = begin(leader, number="7", date_on="2017-01-05")
    drafted = leader.get(page).text
    assert "Số: 07/BC-…" in drafted
    assert "cao đạt trên 74%" in drafted
    assert leader.get(f"{page}.txt").status_code == 200
    assert press(leader, page, f"{page}/finalise").status_code == 303
    frozen = leader.get(f"{page}/1.txt").data
    assert "Mã xác thực: " in frozen.decode()
    assert press(leader, page, f"{page}/finalise").status_code == 422
    assert press(leader, page, f"{page}/finalise", change="sửa số hiệu").status_code == 303
    assert "sửa số hiệu" in leader.get(page).text
    assert leader.get(f"{page}/2.pdf").status_code == 200
    assert leader.get(f"{page}/3.pdf").status_code == 404
    right = press(leader, "/reports", "/reports/verify", file=(io.BytesIO(frozen), "a.txt"))
    assert "Số liệu đúng với báo cáo đã chốt" in right.text
    forged = frozen.replace("trên 74%".encode(), "trên 79%".encode())
    wrong = press(leader, "/reports", "/reports/verify", file=(io.BytesIO(forged), "a.txt"))
    assert "trên 79%" in wrong.text
    assert press(leader, "/reports", "/reports/verify").status_code == 303


def test_blocks_are_composed_moved_and_kept_as_a_template(leader: FlaskClient) -> None:
    counted_survey(BENTRE, code="bentre-2016", answered_on="2016-05-10")
    page = begin(leader)
    assert press(leader, page, f"{page}/blocks", do="begin").status_code == 303
    sent = {"kind": ["text", "sentences", "introduction"], "panel": ["distribution"] * 3}
    sent["text"] = ["Xin <b>chào</b>.", "", ""]
    press(leader, page, f"{page}/blocks", do="down-0", title="Báo cáo riêng", **sent)
    said = leader.get(f"{page}.txt").text
    assert said.index("cao đạt trên 74%") < said.index("Xin <b>chào</b>.")
    assert "Xin &lt;b&gt;chào&lt;/b&gt;." in leader.get(page).text
    press(leader, page, f"{page}/blocks", do="keep", kind=["weather"], panel=["x"], text=[""])
    assert "weather" in leader.get(page).text
    assert "Xin <b>chào</b>." in leader.get(f"{page}.txt").text
    assert press(leader, page, f"{page}/template", title="Mẫu tháng", period="month").status_code == 303
    value = re.findall(r'<option value="(template-\d+)">Mẫu tháng', leader.get("/reports").text)[0]
    other = begin(leader, report=value, date_on="2016-06-20")
    assert "từ 01/05/2016 đến 31/05/2016" in leader.get(other).text
    assert "Xin <b>chào</b>." in leader.get(f"{other}.txt").text
    press(leader, other, f"{other}/finalise")
    press(leader, other, f"{other}/blocks", do="add", **sent)
    assert leader.get(f"{other}/1.txt").text.count("Xin") == 1


def test_what_the_form_cannot_mean_is_said_beside_it(leader: FlaskClient) -> None:
    counted_survey(BENTRE, code="bentre-2016")
    asked = {"report": "overview", "survey": "nowhere", "language": "vi", "from_on": "yesterday"}
    answer = press(leader, "/reports", "/reports", **asked)
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text


def test_letterheads_are_kept_by_those_who_sign(client: FlaskClient) -> None:
    own, other = make_agency("own", name="Sở Mẫu"), make_agency("other")
    counted_survey(BENTRE, own, code="bentre-2016")
    leader = sign_in(client, make_user("leader", own))
    assert press(leader, "/manage/reports", "/manage/reports?agency=own", symbol="SM", place="Mẫu").status_code == 303
    said = leader.get("/reports/overview/bentre-2016.txt").text
    assert "/BC-SM" in said
    assert "Mẫu, ngày" in said
    assert press(leader, "/manage/reports", "/manage/reports", symbol="S" * 41).status_code == 422
    assert other.name not in leader.get("/manage/reports?agency=other").text
    assert sign_in(client, make_user("analyst", own)).get("/manage/reports").status_code == 403


def test_drafts_of_others_are_not_there(client: FlaskClient) -> None:
    own, other = make_agency("own"), make_agency("other")
    counted_survey(BENTRE, own, code="bentre-2016")
    page = begin(sign_in(client, make_user("leader", own)))
    stranger = sign_in(client, make_user("leader", other))
    for path in (page, f"{page}.txt", f"{page}/1.txt"):
        assert stranger.get(path).status_code == 404
    assert page not in stranger.get("/reports").text


def test_twenty_leaders_at_once_each_get_their_own_figures(app: Flask) -> None:
    top = make_agency("top", tier="province")
    survey = counted_survey({}, top, code="whole")
    readers = []
    for number in range(20):
        agency = make_agency(f"a{number}", parent=top)
        add_answers(survey, {"access": {"high": 30 + number, "very_high": 10}}, agency=agency)
        readers.append((number, make_user("leader", agency)))

    def export(each: tuple[int, User]) -> tuple[int, list[object]]:
        number, user = each
        content = sign_in(app.test_client(), user).get("/reports/overview/whole.xlsx").data
        book = openpyxl.load_workbook(io.BytesIO(content))
        return number, next(list(line) for line in book.worksheets[1].values if line[0] == "Tiếp cận dịch vụ")

    with ThreadPoolExecutor(20) as pool:
        for number, line in pool.map(export, readers):
            assert line[1:7] == [40 + number, 0, 0, 0, 30 + number, 10]
