"""The pages about case figures: entering, importing, answering for what does not add up; each within its scope."""

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from survey_app.demo.actions import FILES
from survey_app.procedures.queries import activities_of, case_figures, catalogue
from tests.factories import day, make_agency, make_case_figures, make_user, sign_in
from tests.procedures.forms import BUILDING, LAND, TOTAL, exported

Db = scoped_session[Session]
QUARTER = ("2021-01-01", "2021-03-31")
BROKEN = {"new_total": 139, "received_online": 55, "received_in_person_or_post": 70}
BASE = "/manage/procedures/figures"


@pytest.fixture
def officer(app: Flask, session: Db) -> FlaskClient:
    return sign_in(app.test_client(), make_user("officer"))


def token(client: FlaskClient, path: str = f"{BASE}/new") -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def typed(client: FlaskClient, agency: str, **counts: object):  # type: ignore[no-untyped-def]
    form = {"csrf_token": token(client), "agency": agency, "from_on": QUARTER[0], "to_on": QUARTER[1], **counts}
    return client.post(f"{BASE}/new", data=form)


def test_figures_are_typed_in_and_what_does_not_add_up_is_said(officer: FlaskClient) -> None:
    agency = make_agency("so")
    answer = typed(officer, "so", **BROKEN)
    assert answer.status_code == 303
    page = officer.get(answer.location).text
    assert "139 mới tiếp nhận, 55 trực tuyến + 70 trực tiếp hoặc qua bưu chính = 125" in page
    stored = case_figures(agency_id=agency.id, from_on=day(QUARTER[0]), to_on=day(QUARTER[1]))
    assert stored is not None
    assert (stored.new_total, stored.received_total) == (139, None)
    assert "139" in officer.get(f"{BASE}/new?agency=so&from={QUARTER[0]}&to={QUARTER[1]}").text


@pytest.mark.parametrize(
    "wrong", [{"received_online": "-1"}, {"received_online": "năm"}, {"to_on": "2020-01-01"}, {}, {"agency": "other"}]
)
def test_wrong_input_is_shown_and_nothing_is_stored(officer: FlaskClient, wrong: dict[str, str]) -> None:
    agency = make_agency("so")
    form = {"agency": "so", **({"new_total": "5"} if wrong else {}), **wrong}
    answer = typed(officer, form.pop("agency"), **form)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert case_figures(agency_id=agency.id, from_on=day(QUARTER[0]), to_on=day(QUARTER[1])) is None


def test_the_published_file_is_imported_with_its_fourteen_missing_cases(officer: FlaskClient) -> None:
    make_agency("so", name="Sở Văn hóa, Thể thao và Du lịch")
    raw = (FILES / "case-figures-2021q1.csv").read_bytes()
    answer = _upload(officer, raw, "case-figures-2021q1.csv")
    assert answer.status_code == 200
    assert "còn 14 hồ sơ chưa rõ ở đâu" in answer.text


def test_an_official_form_is_imported(officer: FlaskClient, tmp_path: Path) -> None:
    make_agency("so", name="Sở Mẫu")
    answer = _upload(officer, exported(tmp_path / "x.xlsx", LAND, BUILDING, TOTAL).read_bytes(), "báo cáo.xlsx")
    assert answer.status_code == 200
    assert "Mọi đẳng thức đều đúng" in answer.text


def test_a_file_with_a_wrong_line_is_refused_with_its_number(officer: FlaskClient) -> None:
    make_agency("so")
    raw = b"agency,period_from,period_to,new_total\nso,2021-01-01,2021-03-31,x\nnowhere,2021-01-01,2021-03-31,1\n"
    answer = _upload(officer, raw, "x.csv")
    assert answer.status_code == 422
    assert "Dòng 2" in answer.text
    assert "Dòng 3" in answer.text
    assert _upload(officer, b"", "x.csv").status_code == 422


def _upload(client: FlaskClient, raw: bytes, name: str):  # type: ignore[no-untyped-def]
    form = {"csrf_token": token(client), "file": (io.BytesIO(raw), name)}
    return client.post(f"{BASE}/import", data=form)


def test_a_leader_answers_for_a_finding_by_name(app: Flask, session: Db) -> None:
    make_case_figures(make_agency("so"), *QUARTER, **BROKEN)
    client = sign_in(app.test_client(), make_user("leader", email="lanhdao@example.vn"))
    address = f"{BASE}/so/{QUARTER[0]}/{QUARTER[1]}"
    form = {
        "csrf_token": token(client, address),
        "identity": "new_total = received_online + received_in_person_or_post",
    }
    assert client.post(f"{address}/acknowledge", data=form).status_code == 422
    answer = client.post(f"{address}/acknowledge", data={**form, "reason": "Hồ sơ giấy chưa nhập"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "lanhdao@example.vn" in page
    assert "Hồ sơ giấy chưa nhập" in page
    assert client.post(f"{address}/acknowledge", data={**form, "identity": "x", "reason": "y"}).status_code == 404


def test_named_figures_are_kept_with_the_period(officer: FlaskClient) -> None:
    agency = make_agency("so")
    make_case_figures(agency, *QUARTER, received_total=1)
    address = f"{BASE}/so/{QUARTER[0]}/{QUARTER[1]}"
    form = {"csrf_token": token(officer, address), "name": "Tin, bài đã đăng", "count": "4"}
    assert officer.post(f"{address}/activities", data=form).status_code == 303
    period = {"agency_id": agency.id, "from_on": day(QUARTER[0]), "to_on": day(QUARTER[1])}
    assert [each.count for each in activities_of(**period)] == [4]
    assert officer.post(f"{address}/activities", data={**form, "count": "-4"}).status_code == 422


def test_the_catalogue_takes_a_procedure_and_its_shorter_term(officer: FlaskClient) -> None:
    form = {
        "csrf_token": token(officer, "/manage/procedures"),
        "code": "1.012345", "name": "Cấp giấy phép", "field": "Báo chí",
        "from_on": "2010-01-01", "statutory_days": "15", "committed_days": "15",
    }  # fmt: skip
    assert officer.post("/manage/procedures", data=form).status_code == 303
    shorter = {**form, "from_on": "2016-01-01", "committed_days": "4"}
    assert officer.post("/manage/procedures", data=shorter).status_code == 303
    assert [len(each.terms) for each in catalogue()] == [2]
    assert "từ 01/01/2016: 4 trên 15 ngày" in officer.get("/manage/procedures").text
    assert officer.post("/manage/procedures", data={**form, "committed_days": "16"}).status_code == 422


def test_nobody_sees_or_stores_figures_outside_their_agencies(app: Flask, session: Db) -> None:
    mine, other = make_agency("mine"), make_agency("other", name="Sở Khác")
    make_case_figures(other, *QUARTER, **BROKEN)
    client = sign_in(app.test_client(), make_user("officer", agency=mine))
    assert "Sở Khác" not in client.get(BASE).text
    assert client.get(f"{BASE}/other/{QUARTER[0]}/{QUARTER[1]}").status_code == 404
    assert client.get(f"{BASE}/new?agency=other&from={QUARTER[0]}&to={QUARTER[1]}").status_code == 404
    assert typed(client, "other", new_total=1).status_code == 422
    raw = b"agency,period_from,period_to,new_total\nother,2021-01-01,2021-03-31,1\n"
    answer = _upload(client, raw, "x.csv")
    assert (answer.status_code, "other" in answer.text) == (422, True)


def test_a_scorecard_is_filled_in_and_graded(officer: FlaskClient) -> None:
    make_agency("so")
    address = f"/manage/procedures/scorecards/so/{QUARTER[0]}/{QUARTER[1]}"
    form = {"csrf_token": token(officer, address), **{f"own_{number}": "1,7" for number in range(1, 10)}}
    assert officer.post(address, data={**form, "own_3": "2.5"}).status_code == 422
    assert officer.post(address, data=form).status_code == 303
    page = officer.get(address).text
    assert "15,3" in page
    assert "Xuất sắc" in page
    assert officer.get(f"{address}?rules=other").status_code == 404
    assert officer.get(f"/manage/procedures/scorecards/so/{QUARTER[1]}/{QUARTER[0]}").status_code == 404
