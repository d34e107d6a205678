import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from survey_app.surveys.models import Survey
from survey_app.surveys.queries import require_survey, survey_by_code
from tests.factories import make_agency, make_survey, make_user, sign_in

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
DatabaseSession = scoped_session[Session]


def new(**changes: object) -> dict[str, object]:
    fields = {"title_vi": "Khảo sát quý I", "code": "q1", "version": "five-criteria 1", "agency": "department"}
    return {**fields, "channels": ["web", "qr"], **changes}


@pytest.fixture
def survey(session: DatabaseSession) -> Survey:
    """At a department of a province, with a counter below."""
    province = make_agency("province", tier="province")
    department = make_agency("department", parent=province)
    make_agency("counter", parent=department, name="Bộ phận Một cửa", tier="service_centre")
    return make_survey(department, "demo")


@pytest.fixture
def administrator(client: FlaskClient, survey: Survey) -> FlaskClient:
    client.application.config["WTF_CSRF_ENABLED"] = False
    return sign_in(client, make_user())


def test_the_list_names_the_surveys(administrator: FlaskClient) -> None:
    page = administrator.get("/manage/surveys").text
    assert 'href="/manage/surveys/demo"' in page
    assert 'name="title_vi"' in page


def test_who_may_not_manage_sees_no_form(client: FlaskClient, survey: Survey) -> None:
    page = sign_in(client, make_user("analyst")).get("/manage/surveys")
    assert page.status_code == 200
    assert 'name="title_vi"' not in page.text
    assert client.post("/manage/surveys", data=new()).status_code in (400, 403)
    assert survey_by_code("q1") is None


def test_a_survey_is_created(administrator: FlaskClient) -> None:
    answer = administrator.post("/manage/surveys", data=new(title_en="First quarter", opens_on="2026-01-01"))
    assert (answer.status_code, answer.location) == (303, "/manage/surveys/q1")
    survey = require_survey("q1")
    assert survey.titles == {"vi": "Khảo sát quý I", "en": "First quarter"}
    assert (survey.channels, survey.agency.code) == (["web", "qr"], "department")
    assert str(survey.opens_on) == "2026-01-01"


@pytest.mark.parametrize(
    "changes",
    [
        {"title_vi": ""},
        {"code": "Q 1"},
        {"code": "demo"},
        {"agency": "nobody"},
        {"version": "five-criteria 2"},
        {"channels": []},
        {"channels": ["fax"]},
        {"opens_on": "2026-02-01", "closes_on": "2026-01-01"},
        {"opens_on": "soon"},
    ],
)
def test_wrong_input_is_shown_beside_its_field(administrator: FlaskClient, changes: dict[str, object]) -> None:
    answer = administrator.post("/manage/surveys", data=new(**changes))
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text
    assert survey_by_code("q1") is None


def test_an_officer_creates_within_their_own_agencies(client: FlaskClient, survey: Survey) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = False
    sign_in(client, make_user("officer", survey.agency))
    assert client.post("/manage/surveys", data=new(agency="province")).status_code == 422
    assert client.post("/manage/surveys", data=new(agency="counter")).status_code == 303


def test_a_survey_shows_its_link_and_a_qr_code_for_each_agency(administrator: FlaskClient) -> None:
    page = administrator.get("/manage/surveys/demo?agency=counter").text
    assert "http://localhost/s/demo" in page
    assert "http://localhost/s/demo?qr=counter" in page
    assert '<option value="counter" selected>Bộ phận Một cửa</option>' in page


@pytest.mark.parametrize(
    ("kind", "mimetype", "begins"), [("svg", "image/svg+xml", b"<?xml"), ("png", "image/png", b"\x89PNG")]
)
def test_qr_codes_are_pictures(administrator: FlaskClient, kind: str, mimetype: str, begins: bytes) -> None:
    answer = administrator.get(f"/manage/surveys/demo/qr.{kind}?agency=counter&download=1")
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    assert answer.data.startswith(begins)
    assert answer.headers["Content-Disposition"] == f"attachment; filename=qr-demo-counter.{kind}"
    assert answer.data != administrator.get(f"/manage/surveys/demo/qr.{kind}").data


@pytest.mark.parametrize("path", ["/none", "/none/qr.svg", "/demo/qr.svg?agency=province", "/demo?agency=province"])
def test_what_does_not_exist_is_not_found(administrator: FlaskClient, path: str) -> None:
    assert administrator.get(f"/manage/surveys{path}").status_code == 404


def test_another_agencys_survey_is_not_found(client: FlaskClient, survey: Survey) -> None:
    sign_in(client, make_user("officer", make_agency()))
    assert "demo" not in client.get("/manage/surveys").text
    assert client.get("/manage/surveys/demo").status_code == 404
    assert client.get("/manage/surveys/demo/qr.svg").status_code == 404
