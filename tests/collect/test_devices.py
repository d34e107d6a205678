"""The officer's pages about devices, and what devices sent in vain."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.agencies.models import Agency
from survey_app.clock import now
from survey_app.collect.models import RefusedBody
from survey_app.db import transaction
from survey_app.surveys.actions import add_device, begin_pairing, note_heartbeat
from survey_app.surveys.models import Device
from survey_app.surveys.opening_hours import OFFICE_HOURS
from survey_app.surveys.queries import device_by_token
from survey_app.surveys.rules import device_state
from tests.factories import bearing, make_agency, make_survey, make_user, sign_in

Db = scoped_session[Session]
PAGE = "/manage/devices"
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def agency(session: Db) -> Agency:
    """With a survey `thu` above it, and another agency beside it."""
    province = make_agency("tinh", name="Tỉnh Thử")
    make_survey(province, "thu")
    make_agency("xa", parent=province, name="Xã Khác")
    return make_agency("so-mot", parent=province, name="Sở Một")


@pytest.fixture
def officer(client: FlaskClient, agency: Agency) -> FlaskClient:
    return sign_in(client, make_user("officer", agency))


def post(client: FlaskClient, address: str, page: str = PAGE, **fields: Any) -> Any:
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(page).text)
    assert token
    return client.post(address, data={"csrf_token": token[1], **fields})


def code_shown() -> str:
    with transaction():
        return begin_pairing()[0]


def devices(session: Db) -> list[Device]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Device).order_by(Device.id)))


def test_an_officer_pairs_changes_replaces_and_shuts_out(officer: FlaskClient, session: Db) -> None:
    paired = post(officer, PAGE, code=code_shown().lower(), survey="thu", agency="so-mot", place="Quầy 3")
    assert paired.status_code == 303
    first = devices(session)[0]
    one = f"{PAGE}/{first.id}"
    assert "Quầy 3" in officer.get(PAGE).text
    hours = {f"day_{day}": "" for day in range(7)} | {"day_0": "8h00-11h30; 13:30-16:30"}
    assert post(officer, one, one, place="Quầy 4", **hours).status_code == 303
    changed = devices(session)[0]
    assert (changed.place, changed.opening_hours[:2]) == ("Quầy 4", [[["08:00", "11:30"], ["13:30", "16:30"]], []])
    assert "08:00-11:30, 13:30-16:30" in officer.get(one).text
    for wrong in ({"day_1": "morning"}, {"place": "a" * 121}):
        assert post(officer, one, one, **({"place": "x"} | hours | wrong)).status_code == 422
    assert post(officer, f"{one}/replace", one, code=code_shown()).status_code == 303
    old, new = devices(session)
    assert old.revoked_at is not None
    assert (new.place, new.opening_hours, new.revoked_at) == ("Quầy 4", old.opening_hours, None)
    assert post(officer, f"{PAGE}/{new.id}/revoke", f"{PAGE}/{new.id}").status_code == 303
    assert all(device.revoked_at for device in devices(session))


def test_a_code_that_no_device_shows_is_said_beside_it(officer: FlaskClient, session: Db) -> None:
    used = code_shown()
    fields = {"survey": "thu", "agency": "so-mot"}
    assert post(officer, PAGE, code=used, **fields).status_code == 303
    for code in (used, "ABCD-EFGH", "", "x"):
        refused = post(officer, PAGE, code=code, **fields)
        assert refused.status_code == 422
        assert 'id="code-error"' in refused.text
    assert len(devices(session)) == 1


@SQLITE
def test_codes_cannot_be_tried_out(officer: FlaskClient, session: Db) -> None:
    fields = {"survey": "thu", "agency": "so-mot"}
    statuses = [post(officer, PAGE, code="ABCD-EFGH", **fields).status_code for _each in range(11)]
    assert statuses == [422] * 10 + [429]
    assert post(officer, PAGE, code=code_shown(), **fields).status_code == 429


def test_nobody_reaches_devices_of_other_agencies(officer: FlaskClient, agency: Agency, session: Db) -> None:
    survey = make_survey(make_agency("noi-khac"), "khac")
    with transaction():
        add_device(survey=survey, agency=survey.agency, actor="x", place="Nơi khác")
    foreign = devices(session)[0].id
    assert "Nơi khác" not in officer.get(PAGE).text
    for path in (f"{PAGE}/{foreign}", f"{PAGE}/999"):
        assert officer.get(path).status_code == 404
        for verb in ("", "/replace", "/revoke"):
            assert post(officer, f"{path}{verb}", code=code_shown()).status_code == 404
    for wrong in ({"agency": "xa"}, {"agency": "noi-khac"}, {"survey": "khac"}):
        fields = {"code": code_shown(), "survey": "thu", "agency": "so-mot"} | wrong
        assert post(officer, PAGE, **fields).status_code == 422
    assert [device.revoked_at for device in devices(session)] == [None]


def test_how_a_device_does_is_said_in_words(officer: FlaskClient, agency: Agency, session: Db) -> None:
    survey = make_survey(agency)
    with transaction():
        token = add_device(survey=survey, agency=agency, actor="x")
    device = device_by_token(token)
    assert device is not None
    assert "chưa liên lạc" in officer.get(PAGE).text
    with transaction():
        note_heartbeat(
            device.id,
            queue_length=51,
            oldest_queued_at=now() - timedelta(minutes=30),
            app_version="1.2.3",
            clock_skew=-7200,
        )
    page = officer.get(PAGE).text
    assert "dồn ý kiến chưa gửi" in page
    assert "51, cũ nhất từ" in page
    assert "1.2.3" in page
    assert "chậm 2 giờ" in officer.get(f"{PAGE}/{device.id}").text


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "ok"),
        ({"last_seen_at": timedelta(hours=1, minutes=59)}, "ok"),
        ({"last_seen_at": timedelta(hours=2, minutes=1)}, "silent"),
        ({"last_seen_at": None}, "waiting"),
        ({"last_seen_at": None, "created_at": timedelta(hours=3)}, "silent"),
        ({"queue_length": 50}, "ok"),
        ({"queue_length": 51}, "queue"),
        ({"queue_length": 1, "oldest_queued_at": timedelta(minutes=61)}, "queue"),
        ({"queue_length": 1, "oldest_queued_at": timedelta(minutes=59)}, "ok"),
        ({"last_seen_at": timedelta(hours=3), "revoked": True}, "revoked"),
    ],
)
def test_the_state_of_a_device(fields: dict[str, Any], state: str) -> None:
    monday = datetime(2026, 11, 23, 11, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    known: dict[str, Any] = {
        "created_at": timedelta(0),
        "last_seen_at": timedelta(0),
        "oldest_queued_at": None,
        **fields,
    }
    for name in ("created_at", "last_seen_at", "oldest_queued_at"):
        known[name] = monday - known[name] if known[name] is not None else None
    known = {"revoked": False, "queue_length": 0} | known
    assert device_state(**known, hours=OFFICE_HOURS, now=monday) == state


def test_an_administrator_sees_and_erases_what_was_refused(client: FlaskClient, agency: Agency, session: Db) -> None:
    survey = make_survey(agency, "rieng")
    with transaction():
        token = add_device(survey=survey, agency=agency, actor="x", place="Quầy <3>")
    sent = client.post("/api/v1/surveys/rieng/responses", json={"comment": "<b>bí mật</b>"}, headers=bearing(token))
    assert sent.status_code == 422
    sign_in(client, make_user("administrator", make_agency("noi-khac")))
    page = f"{PAGE}/refused"
    assert "bí mật" not in client.get(page).text
    kept = session.scalars(select(RefusedBody)).one()
    address = f"{PAGE}/{kept.device_id}/refused/{kept.sha256}/erase"
    assert post(client, address).status_code == 404
    sign_in(client, make_user("administrator", agency))
    shown = client.get(page).text
    assert "&lt;b&gt;bí mật&lt;/b&gt;" in shown
    assert "missing" in shown
    assert post(client, address).status_code == 303
    session.rollback()
    assert session.scalars(select(RefusedBody)).all() == []
    assert post(client, address).status_code == 404
    sign_in(client, make_user("officer", agency))
    assert client.get(page).status_code == 403


def test_old_pairings_do_not_pair(officer: FlaskClient, session: Db) -> None:
    with time_machine.travel(now(), tick=False) as travel:
        code = code_shown()
        travel.shift(timedelta(minutes=11))
        assert post(officer, PAGE, code=code, survey="thu", agency="so-mot").status_code == 422
