"""Posters, QR codes of procedures and counters, and the form on paper."""

import io
import re

import pikepdf
import pytest
import segno
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from survey_app.access import EVERYWHERE
from survey_app.collect.paper_form import entry_options
from survey_app.collect.posters import qr_modules
from survey_app.db import db, transaction
from survey_app.errors import Invalid
from survey_app.procedures.models import Procedure
from survey_app.questionnaires.queries import version_content
from survey_app.responses.models import Response
from survey_app.surveys.actions import create_qr_code
from survey_app.surveys.models import QrCode, Survey, Ticket
from survey_app.surveys.queries import qr_codes, survey_for_form
from tests.factories import HAPPY, make_agency, make_survey, make_user, sign_in

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
MILLIMETRES = {"a4": (210, 297), "a5": (148, 210)}
PRINTS = "/manage/surveys/demo/prints"


@pytest.fixture
def survey(session: scoped_session[Session]) -> Survey:
    """At a department with a counter; the catalogue holds one procedure."""
    department = make_agency("department", name="Sở Khoa học và Công nghệ")
    make_agency("counter", parent=department, name="Bộ phận Một cửa", tier="service_centre")
    with transaction():
        db.session.add(Procedure(code="1.001", names={"vi": "Cấp giấy phép", "en": "Licence"}, field="Báo chí"))
    return make_survey(department, "demo")


@pytest.fixture
def officer(client: FlaskClient, survey: Survey) -> FlaskClient:
    return sign_in(client, make_user("officer"))


def token(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def pages(pdf: bytes) -> list[tuple[int, int]]:
    """The size of each page in millimetres; the file says that it is for everybody (PDF/UA) and lasts (PDF/A)."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["pdfaid:part"] == "2"
        assert document.Root.MarkInfo.Marked
        boxes = [page.mediabox for page in document.pages]
    return [(round(float(box[2]) / 72 * 25.4), round(float(box[3]) / 72 * 25.4)) for box in boxes]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("paper", ["a4", "a5"])
def test_a_poster_is_one_page(officer: FlaskClient, paper: str, language: str) -> None:
    answer = officer.get(f"/manage/surveys/demo/poster.pdf?qr=counter&paper={paper}&language={language}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert pages(answer.data) == [MILLIMETRES[paper]]
    assert f'lang="{language}"' in answer.data.decode("latin-1") or f"({language}" in answer.data.decode("latin-1")


@pytest.mark.parametrize("query", ["qr=nowhere", "paper=a3", "language=km", "qr=~aaaaaaaa", "qr=%00"])
def test_no_other_posters(officer: FlaskClient, query: str) -> None:
    assert officer.get(f"/manage/surveys/demo/poster.pdf?{query}").status_code == 404


def test_the_drawn_code_is_the_code(session: scoped_session[Session]) -> None:
    address = "https://example.vn/s/demo?qr=~k7f3m2xa"
    matrix = [
        [bool(module) for module in row] for row in segno.make(address, error="q", micro=False).matrix_iter(border=4)
    ]
    drawn = [[False] * len(matrix) for _row in matrix]
    for row, runs in enumerate(qr_modules(address)):
        for first, length in runs:
            drawn[row][first : first + length] = [True] * length
    assert drawn == matrix


@pytest.mark.parametrize("language", ["vi", "en", "km"])
def test_the_form_on_paper_in_each_language(officer: FlaskClient, language: str) -> None:
    answer = officer.get(f"/manage/surveys/demo/form.pdf?agency=counter&language={language}")
    assert answer.status_code == 200
    assert set(pages(answer.data)) == {(210, 297)}
    assert officer.get("/manage/surveys/demo/form.pdf?language=tyz").status_code == 404


def test_a_code_of_a_procedure_at_a_counter(officer: FlaskClient, survey: Survey) -> None:
    page = officer.get(PRINTS).text
    fields = {"csrf_token": token(page), "agency": "counter", "procedure": "1.001", "place": " Quầy  số 3 "}
    assert officer.post(PRINTS, data=fields).status_code == 303
    # The same again is the same code: posters that hang stay right.
    assert officer.post(PRINTS, data=fields).status_code == 303
    made = db.session.scalars(select(QrCode)).one()
    assert re.fullmatch("~[a-z2-9]{8}", made.code)
    assert (made.procedure_code, made.place) == ("1.001", "Quầy số 3")
    assert pages(officer.get("/manage/surveys/demo/poster.pdf", query_string={"qr": made.code}).data) == [(210, 297)]
    form = officer.get(f"/s/demo?qr={made.code}").text
    assert "Bộ phận Một cửa" in form
    assert "Cấp giấy phép" in form
    assert "Quầy số 3" in form
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert officer.post(f"/s/demo?qr={made.code}", data=hidden | HAPPY).status_code == 303
    db.session.rollback()
    stored = db.session.scalars(select(Response)).one()
    assert (stored.channel, stored.procedure_code, stored.agency_id) == ("qr", "1.001", made.agency_id)


def test_a_code_needs_a_procedure_or_a_counter(officer: FlaskClient) -> None:
    fields = {"csrf_token": token(officer.get(PRINTS).text), "agency": "counter"}
    assert officer.post(PRINTS, data=fields).status_code == 422
    assert officer.post(PRINTS, data=fields | {"place": "x" * 500}).status_code == 422
    assert officer.post(PRINTS, data=fields | {"agency": "nowhere", "place": "1"}).status_code == 404
    assert db.session.scalars(select(QrCode)).all() == []


def test_a_code_of_another_survey_or_none_collects_at_the_surveys_own_agency(survey: Survey) -> None:
    other = make_survey(survey.agency, "other")
    with transaction():
        made = create_qr_code(other, survey.agency, None, "1")
    for qr in (made.code, "~aaaaaaaa", "~AAAAAAAA"):
        form = survey_for_form("demo", qr)
        assert form is not None
        assert (form.agency_id, form.procedure, form.place) == (survey.agency_id, None, "")


def test_an_officer_sees_the_codes_of_their_agencies(client: FlaskClient, survey: Survey) -> None:
    with transaction():
        create_qr_code(survey, survey.agency, None, "Quầy 9")
    assert [each.place for each in qr_codes(survey, EVERYWHERE)] == ["Quầy 9"]
    elsewhere = make_agency("elsewhere", parent=survey.agency)
    sign_in(client, make_user("officer", elsewhere))
    assert "Quầy 9" not in client.get(PRINTS).text
    with pytest.raises(Invalid), transaction():
        create_qr_code(survey, elsewhere, None, "\x07")


def test_the_numbers_of_the_options_are_the_same_on_paper_and_on_the_screen(survey: Survey) -> None:
    timeliness = version_content(survey.version_id).by_code["timeliness"]
    assert entry_options(timeliness) == [
        ("1", "early"),
        ("2", "on_time"),
        ("3", "late"),
        ("4", "not_received"),
        ("5", "no_opinion"),
    ]


def test_tickets_as_a_sheet_to_cut_apart(officer: FlaskClient, survey: Survey) -> None:
    page = officer.get("/manage/surveys/demo/tickets").text
    fields = {"csrf_token": token(page), "agency": "counter", "count": "25", "as": "pdf"}
    answer = officer.post("/manage/surveys/demo/tickets", data=fields)
    assert answer.mimetype == "application/pdf", answer.text
    assert pages(answer.data) == [(210, 297)] * 2
    refused = officer.post("/manage/surveys/demo/tickets", data=fields | {"count": "481"})
    assert refused.status_code == 422
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 25
