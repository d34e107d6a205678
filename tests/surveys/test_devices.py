"""Devices: paired by a code that works once, known by a token of which only a hash is kept, shut out at once."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, scoped_session

from survey_app.access import EVERYWHERE, Scope
from survey_app.clock import now
from survey_app.db import db, transaction
from survey_app.errors import Gone, Invalid, NotFound
from survey_app.surveys import actions
from survey_app.surveys.devices import claimed_token
from survey_app.surveys.models import Device, Pairing
from survey_app.surveys.queries import device_by_token, devices_in, require_device
from tests.factories import make_agency, make_survey

Db = scoped_session[Session]


def begin() -> tuple[str, str]:
    with transaction():
        return actions.begin_pairing()


def pair(code: str, survey=None, agency=None, **fields) -> Device:  # type: ignore[no-untyped-def]
    survey = survey or make_survey()
    with transaction():
        return actions.pair_device(code=code, survey=survey, agency=agency or survey.agency, actor="officer", **fields)


def test_an_officer_types_the_code_and_the_device_gets_its_token(session: Db) -> None:
    code, secret = begin()
    assert claimed_token(secret) is None
    survey = make_survey()
    device = pair(code.lower().replace("-", " "), survey, place="  Quầy  3 ")
    token = claimed_token(secret)
    identity = device_by_token(token or "")
    assert identity is not None
    assert (identity.id, identity.survey_code, identity.agency_code) == (device.id, survey.code, survey.agency.code)
    assert (device.place, device.revoked_at, device.last_seen_at) == ("Quầy 3", None, None)


def test_a_claim_whose_answer_got_lost_can_be_made_again(session: Db) -> None:
    code, secret = begin()
    pair(code)
    assert claimed_token(secret) == claimed_token(secret) is not None


def test_a_code_works_once(session: Db) -> None:
    code, _secret = begin()
    pair(code)
    with pytest.raises(NotFound):
        pair(code)
    assert len(list(db.session.scalars(select(Device)))) == 1


def test_a_code_and_a_claim_have_ten_minutes(session: Db) -> None:
    with time_machine.travel(now(), tick=False) as travel:
        code, secret = begin()
        travel.shift(timedelta(minutes=10, seconds=1))
        with pytest.raises(NotFound):
            pair(code)
        with pytest.raises(Gone):
            claimed_token(secret)
        code, secret = begin()
        travel.shift(timedelta(minutes=9))
        pair(code)
        travel.shift(timedelta(minutes=9))
        assert claimed_token(secret) is not None
        travel.shift(timedelta(minutes=2))
        with pytest.raises(Gone):
            claimed_token(secret)


def test_pairings_whose_time_is_over_are_forgotten(session: Db) -> None:
    with time_machine.travel(now(), tick=False) as travel:
        begin()
        travel.shift(timedelta(minutes=11))
        begin()
    assert len(list(db.session.scalars(select(Pairing)))) == 1


@pytest.mark.parametrize("text", ["", "XXXX-XXXX", "XXXX", "'; --", "\x00", "０" * 8])
def test_other_codes_pair_nothing(session: Db, text: str) -> None:
    begin()
    with pytest.raises(NotFound):
        pair(text)


@pytest.mark.parametrize("secret", ["", "pairing_", "pairing_" + "a" * 43, "device_" + "a" * 43])
def test_other_secrets_claim_nothing(session: Db, secret: str) -> None:
    begin()
    with pytest.raises(Gone):
        claimed_token(secret)


def test_a_device_collects_where_its_survey_does(session: Db) -> None:
    survey, elsewhere = make_survey(), make_agency()
    below = make_agency(parent=survey.agency)
    code, secret = begin()
    with pytest.raises(Invalid, match="không thu thập"):
        pair(code, survey, elsewhere)
    pair(code, survey, below)
    assert device_by_token(claimed_token(secret) or "").agency_id == below.id  # type: ignore[union-attr]


def test_a_revoked_device_is_unknown_at_once(session: Db) -> None:
    survey = make_survey()
    with transaction():
        token = actions.add_device(survey=survey, agency=survey.agency, actor="x")
    identity = device_by_token(token)
    assert identity is not None
    for _twice in range(2):
        with transaction():
            actions.revoke_device(require_device(identity.id, EVERYWHERE), actor="x")
        assert device_by_token(token) is None


def test_a_new_device_stands_in_for_another(session: Db) -> None:
    code, secret = begin()
    old = pair(code, place="Quầy 1")
    old_token = claimed_token(secret)
    hours = [[["08:00", "12:00"]], *[[]] * 6]
    with transaction():
        actions.change_device(old, place="Quầy 2", opening_hours=hours, actor="x")
    code, secret = begin()
    with transaction():
        new = actions.replace_device(old, code=code, actor="x")
    assert (new.survey_id, new.agency_id, new.place) == (old.survey_id, old.agency_id, "Quầy 2")
    assert new.opening_hours == hours
    assert device_by_token(old_token or "") is None
    assert device_by_token(claimed_token(secret) or "").id == new.id  # type: ignore[union-attr]


def test_what_a_device_says_is_written_down_every_few_seconds_at_most(session: Db) -> None:
    code, _secret = begin()
    device = pair(code)

    def beat(queue: int) -> int:
        with transaction():
            actions.note_heartbeat(device.id, queue_length=queue, oldest_queued_at=None, app_version="1", clock_skew=0)
        db.session.refresh(device)
        return device.queue_length

    with time_machine.travel(now(), tick=False) as travel:
        assert beat(7) == 7
        travel.shift(4)
        assert beat(8) == 7
        travel.shift(2)
        assert beat(9) == 9


def test_a_reader_sees_the_devices_of_their_agencies(session: Db) -> None:
    province = make_agency()
    here, there = make_agency(parent=province), make_agency(parent=province)
    survey = make_survey(province)
    with transaction():
        for agency in (here, there):
            actions.add_device(survey=survey, agency=agency, actor="x")
    assert [device.agency_id for device in devices_in(Scope(here.id))] == [here.id]
    assert len(devices_in(Scope(province.id))) == len(devices_in(EVERYWHERE)) == 2
    with pytest.raises(NotFound):
        require_device(devices_in(Scope(there.id))[0].id, Scope(here.id))


def test_the_database_holds_no_code_secret_or_token(session: Db) -> None:
    code, secret = begin()
    pair(code)
    survey = make_survey()
    with transaction():
        token = actions.add_device(survey=survey, agency=survey.agency, actor="x")
    begun = begin()
    kept = "\n".join(
        str(row)
        for table in inspect(db.engine).get_table_names()
        for row in db.session.connection().exec_driver_sql(f"SELECT * FROM {table}")
    )
    assert survey.code in kept
    for hidden in (code, secret, token, claimed_token(secret), *begun):
        assert str(hidden) not in kept
        assert str(hidden).replace("-", "") not in kept
