import io
from urllib.parse import unquote

import openpyxl
import pytest
from flask.testing import FlaskClient

from survey_app.agencies.models import Agency
from survey_app.reports.writers import WRITERS
from tests.factories import make_agency, make_user, sign_in
from tests.figures.examples import BENTRE, counted_survey

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
