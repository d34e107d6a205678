"""Sending what is due: each period once, whatever fails on the way."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.db import db, transaction
from survey_app.deliveries.actions import create_schedule, deliver_due, stop_schedule, try_again
from survey_app.deliveries.models import Delivery, Schedule
from survey_app.deliveries.rules import RETRY_AFTER, STALE
from survey_app.errors import Invalid
from survey_app.tallies.actions import fold
from tests.deliveries.conftest import Sink
from tests.factories import HAPPY, make_agency, make_responses, make_survey

NOW = datetime(2026, 4, 2, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _context(session: object) -> None:
    pass


@pytest.fixture
def mailing(app: Flask, sink: Sink) -> Sink:
    url = f"mailto://127.0.0.1:{sink.port}/?from=khaosat@example.vn&mode=insecure"
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_url=url)
    return sink


def scheduled(**changes: str) -> Schedule:
    agency = make_agency("so", name="Sở Mẫu")
    survey = make_survey(agency, "khao-sat", closes_on=date(2026, 3, 31))
    make_responses(survey, [dict(HAPPY)] * 40, answered_on=date(2026, 2, 3))
    fold()
    values = {
        "report": "overview", "file_format": "txt", "language": "vi", "frequency": "quarterly",
        "addresses": "a@example.vn b@example.vn", **changes,
    }  # fmt: skip
    with transaction():
        return create_schedule(survey=survey, agency=agency, actor="lanhdao@example.vn", **values)


def deliveries() -> list[Delivery]:
    db.session.expire_all()
    return list(db.session.scalars(select(Delivery).order_by(Delivery.id)))


def test_a_period_that_has_ended_goes_to_every_recipient_once(mailing: Sink) -> None:
    scheduled()
    assert deliver_due(NOW) == 1
    assert sorted(message["To"] for message in mailing.messages) == ["a@example.vn", "b@example.vn"]
    (delivery,) = deliveries()
    assert (delivery.state, delivery.attempts, delivery.period_to) == ("sent", 1, date(2026, 3, 31))
    (attachment,) = (
        part for part in mailing.messages[0].walk() if part.get_content_type() == "text/plain" and part.get_filename()
    )
    assert attachment.get_filename() == "overview-khao-sat-2026-03-31.txt"
    assert "khảo sát 40 lượt" in attachment.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert deliver_due(NOW + timedelta(days=1)) == 0
    assert len(mailing.messages) == 2
    assert deliver_due(NOW + timedelta(days=91)) == 1


def test_what_the_server_refuses_is_tried_again_and_only_for_who_lacks_it(mailing: Sink) -> None:
    scheduled()
    mailing.refusing = True
    assert deliver_due(NOW) == 0
    (delivery,) = deliveries()
    assert (delivery.state, delivery.attempts) == ("waiting", 1)
    assert delivery.error
    # Not before its time.
    mailing.refusing = False
    assert deliver_due(NOW + timedelta(seconds=30)) == 0
    with transaction():
        delivery.delivered_to = ["a@example.vn"]
    assert deliver_due(NOW + RETRY_AFTER[0]) == 1
    assert [message["To"] for message in mailing.messages] == ["b@example.vn"]
    (delivery,) = deliveries()
    assert (delivery.state, delivery.error, sorted(delivery.delivered_to)) == (
        "sent",
        "",
        ["a@example.vn", "b@example.vn"],
    )


def test_after_the_last_attempt_it_is_given_up_until_somebody_asks(mailing: Sink) -> None:
    scheduled()
    mailing.refusing = True
    moment = NOW
    for wait in (*RETRY_AFTER, timedelta()):
        deliver_due(moment)
        moment += wait
    (delivery,) = deliveries()
    assert (delivery.state, delivery.attempts) == ("failed", len(RETRY_AFTER) + 1)
    mailing.refusing = False
    assert deliver_due(moment + timedelta(days=1)) == 0
    with transaction():
        try_again(delivery)
        delivery.try_at = moment
    assert deliver_due(moment + timedelta(days=1)) == 1


def test_the_owner_is_told_of_what_was_given_up(mailing: Sink) -> None:
    schedule = scheduled()
    (agency,) = {schedule.agency.name}
    with transaction():
        # Breaks the report, not the mail.
        schedule.report = "nothing"
    moment = NOW
    for wait in (*RETRY_AFTER, timedelta()):
        assert mailing.messages == []
        deliver_due(moment)
        moment += wait
    (message,) = mailing.messages
    assert message["To"] == "lanhdao@example.vn"
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert agency in payload.decode()


def test_without_a_mail_server_the_report_waits_and_says_so() -> None:
    scheduled()
    assert deliver_due(NOW) == 0
    (delivery,) = deliveries()
    assert delivery.state == "waiting"
    assert "SURVEY_MAIL_URL" in delivery.error


def test_a_sender_that_died_is_replaced(mailing: Sink) -> None:
    scheduled()
    deliver_due(NOW)
    (delivery,) = deliveries()
    with transaction():
        delivery.state, delivery.try_at, delivery.delivered_to = "sending", NOW + STALE, ["a@example.vn"]
    assert deliver_due(NOW + STALE) == 0
    assert deliver_due(NOW + 2 * STALE) == 1
    assert [message["To"] for message in mailing.messages][2:] == ["b@example.vn"]


def test_one_broken_report_does_not_stop_the_others(mailing: Sink) -> None:
    broken, sound = scheduled(), None
    with transaction():
        broken.report = "gone"
        sound = Schedule(
            survey=broken.survey, agency=broken.agency, report="overview", file_format="csv", language="en",
            frequency="monthly", recipients=["c@example.vn"], created_by="x@example.vn", created_at=NOW,
        )  # fmt: skip
        db.session.add(sound)
    assert deliver_due(NOW) == 1
    assert {delivery.schedule_id: delivery.state for delivery in deliveries()} == {
        broken.id: "waiting",
        sound.id: "sent",
    }


def test_a_stopped_schedule_sends_nothing_more(mailing: Sink) -> None:
    schedule = scheduled()
    with transaction():
        stop_schedule(schedule)
    assert deliver_due(NOW) == 0
    assert deliveries() == []


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"report": "x"}, "report"),
        ({"file_format": "exe"}, "file_format"),
        ({"language": "km"}, "language"),
        ({"frequency": "daily"}, "frequency"),
        ({"addresses": "nobody"}, "addresses"),
        ({"addresses": " "}, "addresses"),
        ({"addresses": " ".join(f"a{i}@b.vn" for i in range(51))}, "addresses"),
    ],
)
def test_a_wrong_schedule_is_refused(changes: dict[str, str], where: str) -> None:
    with pytest.raises(Invalid) as caught:
        scheduled(**changes)
    assert where in {problem.where for problem in caught.value.errors}
