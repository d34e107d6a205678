"""The only door: stored once whatever happens, whole or not at all, and durable before it is acknowledged."""

import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask
from sqlalchemy import delete, event, func, select, text

from survey_app import clock
from survey_app.db import BUSY_SECONDS, db, transaction
from survey_app.errors import Conflict, DomainError, Gone, IdConflict, Invalid
from survey_app.responses.actions import Outcome, erase_response, exclude_response, record_response, store_lines
from survey_app.responses.imports import read_file
from survey_app.responses.models import Response, ResponseText, TallyQueueItem
from survey_app.responses.submission import Recorded, Submission
from survey_app.surveys.models import Device, Survey
from tests.factories import HAPPY, an_id, make_agency, make_response, make_submission, make_survey

THREADS = 64


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def recorded(submission: Submission) -> Recorded:
    with transaction():
        return record_response(submission)


@pytest.mark.usefixtures("session")
class TestRecording:
    def test_a_response_and_its_place_in_the_queue(self) -> None:
        survey = make_survey(opens_on=clock.today())
        at = clock.now()
        submission = make_submission(
            survey,
            answered_at=at,
            channel="qr",
            language="en",
            reasons={"access": ["no_guide"], "staff": []},
            answers={"access": "low"},
            comment=" Chờ\r\nlâu ",
            procedure_code="1.001",
        )
        given = recorded(submission)
        assert given.created
        assert (given.id, given.sha256) == (submission.id, submission.body_hash)
        row = db.session.get_one(Response, (survey.agency_id, submission.id))
        assert (row.survey_id, row.version_id, row.channel, row.language) == (
            survey.id,
            survey.version_id,
            "qr",
            "en",
        )
        assert (row.answers, row.reasons, row.flags, row.flagged) == (
            {"access": "low"},
            {"access": ["no_guide"]},
            [],
            False,
        )
        assert (row.answered_at, row.state, row.verified, row.procedure_code) == (at, "stored", False, "1.001")
        assert db.session.scalars(select(ResponseText.text)).all() == ["Chờ\nlâu"]
        waiting = db.session.scalars(select(TallyQueueItem)).one()
        assert (waiting.response_id, waiting.survey_id, waiting.held, waiting.counted) == (
            submission.id,
            survey.id,
            True,
            {},
        )

    def test_what_is_not_live_is_not_held(self) -> None:
        make_response(make_survey(), live=False)
        assert not db.session.scalars(select(TallyQueueItem.held)).one()

    def test_flags_are_stored(self) -> None:
        survey = make_survey(opens_on=clock.today())
        yesterday = clock.now() - timedelta(days=2)
        make_response(survey, answered_on=clock.today() - timedelta(days=2), answered_at=yesterday)
        row = db.session.scalars(select(Response)).one()
        assert (row.flags, row.flagged) == (["clock", "outside_period"], True)

    def test_the_same_again_is_the_first_one(self) -> None:
        submission = make_submission(make_survey())
        first, again = recorded(submission), recorded(submission)
        assert (first.created, again.created) == (True, False)
        assert (first.sha256, first.receipt) == (again.sha256, again.receipt)
        assert (count(Response), count(TallyQueueItem)) == (1, 1)

    def test_another_body_is_a_conflict_and_the_first_is_kept(self) -> None:
        survey = make_survey()
        first = make_response(survey, id=an_id(1), comment="một")
        with pytest.raises(IdConflict):
            make_response(survey, id=an_id(1), comment="hai", answers={"access": "low"})
        row = db.session.scalars(select(Response)).one()
        assert (row.sha256, row.answers) == (first.sha256, HAPPY)
        assert db.session.scalars(select(ResponseText.text)).all() == ["một"]

    def test_the_same_id_in_another_survey_of_the_agency_is_a_conflict(self) -> None:
        agency = make_agency()
        make_response(make_survey(agency), id=an_id(1))
        with pytest.raises(IdConflict):
            make_response(make_survey(agency), id=an_id(1))

    def test_the_same_id_at_another_agency_is_another_response(self) -> None:
        survey = make_survey()
        first = make_response(survey, id=an_id(1))
        other = make_response(survey, make_agency(parent=survey.agency), id=an_id(1))
        assert other.created
        assert first.receipt != other.receipt
        assert count(Response) == 2

    def test_an_erased_id_stays_taken(self) -> None:
        survey = make_survey()
        submission = make_submission(survey)
        recorded(submission)
        with transaction():
            db.session.get_one(Response, (survey.agency_id, submission.id)).state = "erased"
        with pytest.raises(Gone):
            recorded(submission)

    def test_what_is_wrong_is_named_and_nothing_is_stored(self) -> None:
        survey = make_survey()
        with pytest.raises(Invalid) as caught:
            make_response(survey, answers={"access": "early", "x": "y"}, comment="\x00")
        assert [(p.where, p.code) for p in caught.value.errors] == [
            ("access", "unknown_option"),
            ("x", "unknown_question"),
            ("comment", "forbidden_characters"),
        ]
        with pytest.raises(Invalid) as caught:
            make_response(survey, answers={}, comment=" \r\n ")
        assert [p.code for p in caught.value.errors] == ["empty"]
        assert (count(Response), count(TallyQueueItem), count(ResponseText)) == (0, 0, 0)

    def test_an_unknown_channel_is_a_fault_of_the_entrance(self) -> None:
        with pytest.raises(ValueError, match="fax"):
            make_response(make_survey(), channel="fax")

    def test_a_failure_between_the_rows_leaves_nothing(self) -> None:
        survey = make_survey()

        def fail(*arguments: Any) -> None:
            if "INSERT INTO tally_queue" in arguments[2]:
                raise OSError("the disk is full")

        event.listen(db.engine, "before_cursor_execute", fail)
        try:
            with pytest.raises(OSError, match="full"):
                make_response(survey)
        finally:
            event.remove(db.engine, "before_cursor_execute", fail)
        assert (count(Response), count(TallyQueueItem)) == (0, 0)

    def test_two_statements_without_a_comment(self) -> None:
        survey = make_survey()
        make_response(survey)
        statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
        make_response(survey)
        assert [" ".join(statement.split()[:3]) for statement in statements if "INSERT" in statement] == [
            "INSERT INTO response",
            "INSERT INTO tally_queue",
        ]
        assert len([s for s in statements if not s.startswith("BEGIN")]) == 2


@pytest.mark.usefixtures("session")
class TestCorrections:
    """What the queue says of a changed response (the fold: minus `counted`, plus what the response is now)."""

    ANSWERS: ClassVar[dict[str, str]] = {"access": "low", "staff": "no_opinion"}

    def released(self) -> Survey:
        """A survey with one response whose tallies are up to date."""
        survey = make_survey()
        make_response(survey, id=an_id(1), answers=self.ANSWERS, channel="qr", answered_on=date(2016, 1, 7))
        with transaction():
            db.session.execute(delete(TallyQueueItem))
        return survey

    def change(self, survey: Survey, verb: str) -> None:
        with transaction():
            if verb == "exclude":
                exclude_response(survey, an_id(1), "thử máy", "x@example.vn")
            else:
                erase_response(survey, an_id(1), "x@example.vn")

    @pytest.mark.parametrize("verb", ["exclude", "erase"])
    def test_a_released_one_is_taken_off(self, verb: str) -> None:
        survey = self.released()
        self.change(survey, verb)
        waiting = db.session.scalars(select(TallyQueueItem)).one()
        assert not waiting.held
        assert waiting.counted == {
            "survey_id": survey.id,
            "version_id": survey.version_id,
            "day": "2016-01-07",
            "channel": "qr",
            "verified": False,
            "flagged": False,
            "answers": self.ANSWERS,
            "procedure": "",
            "named_on": None,
        }

    @pytest.mark.parametrize("verb", ["exclude", "erase"])
    @pytest.mark.parametrize("live", [True, False])
    def test_a_waiting_one_keeps_its_row_and_fills_no_batch(self, verb: str, live: bool) -> None:
        survey = make_survey()
        make_response(survey, id=an_id(1), live=live)
        self.change(survey, verb)
        waiting = db.session.scalars(select(TallyQueueItem)).one()
        assert (waiting.held, waiting.counted) == (False, {})

    def test_excluded_and_then_erased_is_taken_off_once(self) -> None:
        survey = self.released()
        self.change(survey, "exclude")
        self.change(survey, "erase")
        assert db.session.scalars(select(TallyQueueItem)).one().counted["answers"] == self.ANSWERS

    def test_excluded_folded_and_then_erased_is_not_taken_off_again(self) -> None:
        survey = self.released()
        self.change(survey, "exclude")
        with transaction():
            db.session.execute(delete(TallyQueueItem))
        self.change(survey, "erase")
        assert db.session.scalars(select(TallyQueueItem)).all() == []

    def test_twice_is_once(self) -> None:
        survey = self.released()
        for _ in range(2):
            self.change(survey, "exclude")
        assert len(db.session.scalars(select(TallyQueueItem)).all()) == 1

    @pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
    def test_a_fold_at_the_same_time_waits_or_is_waited_for(self, app: Flask) -> None:
        """The queue row is taken while an exclusion is not yet committed: it must not be taken away under it."""
        survey = make_survey()
        make_response(survey, id=an_id(1), live=False)
        taken: list[str] = []

        def fold() -> None:
            with app.app_context(), transaction():
                db.session.execute(delete(TallyQueueItem))
                taken.append(db.session.scalars(select(Response.state)).one())

        folding = threading.Thread(target=fold)
        with transaction():
            exclude_response(survey, an_id(1), "thử máy", "x@example.vn")
            folding.start()
            folding.join(0.5)
            assert taken == []
        folding.join()
        assert taken == ["excluded"]


@pytest.mark.usefixtures("session")
def test_the_same_file_imported_twice_at_once_is_stored_once(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    lines = [f"2016-01-{number % 28 + 1:02},high,high,high,late,neutral\n" for number in range(1200)]
    path.write_text("answered_on,access,transparency,staff,timeliness,results\n" + "".join(lines), encoding="utf-8")
    survey_id = make_survey().id
    db.session.commit()
    outcomes: list[Outcome] = []
    start = threading.Barrier(4)

    def run() -> None:
        with app.app_context(), read_file(path, db.session.get_one(Survey, survey_id)) as reading:
            start.wait()
            with transaction():
                outcomes.append(store_lines(reading))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.stored for outcome in outcomes) == [0, 0, 0, 1200]
    assert sorted(outcome.already for outcome in outcomes) == [0, 1200, 1200, 1200]
    assert (count(Response), count(TallyQueueItem)) == (1200, 1200)


class Race:
    """The same call by many threads, each with a session of its own, started together."""

    def __init__(self, app: Flask, submissions: list[Submission]) -> None:
        self.app = app
        self.results: list[Recorded | DomainError] = []
        self._start = threading.Barrier(len(submissions))
        threads = [threading.Thread(target=self._run, args=(submission,)) for submission in submissions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run(self, submission: Submission) -> None:
        with self.app.app_context():
            self._start.wait()
            try:
                self.results.append(recorded(submission))
            except DomainError as error:
                self.results.append(error)


@pytest.mark.usefixtures("session")
def test_64_identical_submissions_at_once_are_one_response(app: Flask) -> None:
    submission = make_submission(make_survey(), comment="một lần")
    db.session.commit()
    race = Race(app, [submission] * THREADS)
    assert len(race.results) == THREADS
    assert sorted(result.created for result in race.results if isinstance(result, Recorded)) == [False] * 63 + [True]
    assert len({result.receipt for result in race.results if isinstance(result, Recorded)}) == 1
    db.session.rollback()
    assert (count(Response), count(TallyQueueItem), count(ResponseText)) == (1, 1, 1)


@pytest.mark.usefixtures("session")
def test_of_two_bodies_at_once_the_first_is_kept(app: Flask) -> None:
    survey = make_survey()
    bodies = [make_submission(survey, id=an_id(1), comment=f"{number}") for number in range(2)]
    db.session.commit()
    race = Race(app, bodies * 8)
    stored = db.session.scalars(select(Response.sha256)).one()
    conflicts = [result for result in race.results if isinstance(result, Conflict)]
    kept = [result for result in race.results if isinstance(result, Recorded)]
    assert (len(conflicts), len(kept)) == (8, 8)
    assert {result.sha256 for result in kept} == {stored}
    assert all(isinstance(result, IdConflict) for result in conflicts)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("session")
class TestSQLite:
    @pytest.mark.parametrize(
        ("pragma", "value"),
        [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)],
    )
    def test_settings_of_every_connection(self, pragma: str, value: object) -> None:
        assert db.session.scalar(text(f"PRAGMA {pragma}")) == value

    def test_a_writer_waits_for_another(self) -> None:
        assert db.session.scalar(text("PRAGMA busy_timeout")) == BUSY_SECONDS * 1000

    def test_a_write_begins_as_one(self) -> None:
        statements: list[str] = []
        db.session.connection().connection.driver_connection.set_trace_callback(statements.append)  # type: ignore[union-attr]
        db.session.commit()
        make_response(make_survey())
        db.session.connection().connection.driver_connection.set_trace_callback(None)  # type: ignore[union-attr]
        begun = [statement for statement in statements if statement.startswith("BEGIN")]
        response = next(n for n, statement in enumerate(statements) if "INTO response " in statement)
        before = [statement for statement in statements[:response] if statement.startswith("BEGIN")]
        assert before[-1] == "BEGIN IMMEDIATE"
        assert "BEGIN IMMEDIATE" in begun


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("session")
def test_postgresql_acknowledges_what_is_on_disk() -> None:
    """Also where the server's own default is off, as in these tests."""
    assert db.session.scalar(text("SHOW synchronous_commit")) == "on"


@pytest.mark.usefixtures("session")
class TestFlags:
    """A device's answers are judged by when they were given, whatever the order in which they arrive."""

    def _device(self, survey: Survey) -> Device:
        with transaction():
            device = Device(
                survey_id=survey.id,
                agency_id=survey.agency_id,
                place="",
                token_hash=f"{survey.id} {clock.uuid7()}",
                opening_hours=[[["00:00", "24:00"]]] * 7,
                created_at=clock.now(),
            )
            db.session.add(device)
        return device

    def _answers(self, survey: Survey, device: Device, moments: list[float]) -> list[Response]:
        """Stored in this order at so many seconds before now; then as they stand, by time."""
        start = clock.now()
        for moment in moments:
            at = start - timedelta(seconds=moment)
            recorded(make_submission(survey, device_id=device.id, channel="kiosk", answered_at=at))
        db.session.expire_all()
        return list(db.session.scalars(select(Response).where(Response.device_id == device.id).order_by("answered_at")))

    def test_an_answer_right_after_another_on_the_same_device(self) -> None:
        survey = make_survey()
        stored = self._answers(survey, self._device(survey), [60, 58, 20])
        assert [row.flags for row in stored] == [[], ["device_interval"], []]
        # Another device is another queue of people.
        assert self._answers(survey, self._device(survey), [59])[0].flags == []

    def test_a_burst_is_flagged_from_its_beginning_and_counted_again(self) -> None:
        survey = make_survey()
        device = self._device(survey)
        moments = [9.0 * number for number in range(13)]
        first = self._answers(survey, device, moments[:12])
        assert [row.flags for row in first] == [[]] * 12
        with transaction():
            db.session.execute(delete(TallyQueueItem))
        stored = self._answers(survey, device, [-9.0])
        assert [row.flags for row in stored] == [["burst"]] * 13
        assert all(row.flagged for row in stored)
        # Released ones are taken off where they were counted as plain.
        corrections = db.session.scalars(select(TallyQueueItem).where(~TallyQueueItem.held)).all()
        assert len(corrections) == 12
        assert not any(item.counted["flagged"] for item in corrections)

    def test_a_burst_that_arrives_out_of_order_is_found_too(self) -> None:
        survey = make_survey()
        moments = [9.0 * number for number in (5, 12, 0, 7, 3, 9, 1, 11, 2, 8, 4, 10, 6)]
        stored = self._answers(survey, self._device(survey), moments)
        assert [row.flags for row in stored] == [["burst"]] * 13

    def test_a_device_asks_for_one_statement_more_and_others_for_none(self) -> None:
        survey = make_survey()
        device = self._device(survey)
        recorded(make_submission(survey))
        sent: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *arguments: sent.append(arguments[2].split()[0]))
        recorded(make_submission(survey))
        assert sent.count("SELECT") == 0
        recorded(make_submission(survey, device_id=device.id, answered_at=clock.now()))
        assert sent.count("SELECT") == 1
