"""Submitting, taking out, folding, reading and recounting at the same time."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey_app.clock import today
from survey_app.db import db, transaction
from survey_app.responses.actions import erase_response, exclude_response, record_response
from survey_app.responses.models import Response, TallyQueueItem
from survey_app.surveys.queries import require_survey
from survey_app.tallies.actions import fold, lock_folding, rebuild, verify
from survey_app.tallies.queries import option_counts
from survey_app.tallies.rules import ONE_DAY
from tests.factories import HAPPY, an_id, make_agency, make_response, make_responses, make_submission, make_survey

SUBMITTERS, EACH = 4, 40
AGENCIES = 3


class Crowd:
    """Threads, each in an application context of its own; the first failure of any is raised at the end."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.threads: list[threading.Thread] = []
        self.failures: list[BaseException] = []
        self.over = threading.Event()

    def start(self, work: Callable[[], None], *, until_over: bool = False) -> None:
        def run() -> None:
            try:
                while True:
                    with self.app.app_context():
                        work()
                    if not until_over or self.over.is_set():
                        return
            except BaseException as error:
                self.failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        self.threads.append(thread)

    def wait(self) -> None:
        """Until those who do a fixed amount of work have done it, then end the others."""
        for thread in self.threads[:SUBMITTERS]:
            thread.join()
        self.over.set()
        for thread in self.threads:
            thread.join()
        for failure in self.failures:
            raise failure


@pytest.fixture
def survey_code(app: Flask) -> str:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], release_batch=1)
    with app.app_context():
        root = make_agency("root")
        for number in range(1, AGENCIES):
            make_agency(f"below-{number}", parent=root)
        return make_survey(root).code


def fold_while_answers_come_and_go(app: Flask, survey_code: str) -> None:
    """Two folders at once, and somebody who adds up."""
    crowd = Crowd(app)
    for number in range(SUBMITTERS):
        crowd.start(lambda number=number: submit_and_take_out(survey_code, number))  # type: ignore[misc]
    for _ in range(2):
        crowd.start(lambda: fold(7), until_over=True)  # type: ignore[arg-type, return-value]
    crowd.start(lambda: sums_agree(survey_code), until_over=True)
    crowd.wait()


def test_units_are_told_while_answers_come_and_go(app: Flask, survey_code: str) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], release_batch=5)
    fold_while_answers_come_and_go(app, survey_code)
    with app.app_context():
        fold()
        assert verify() == []
        moved = select(func.count()).select_from(Response).where(Response.moved_from.is_not(None))
        assert db.session.execute(moved).scalar_one() > 0
        # Of each agency fewer than a unit are left.
        assert len(db.session.scalars(select(TallyQueueItem).where(TallyQueueItem.counted == {})).all()) < 5 * AGENCIES


def test_who_is_being_taken_out_is_not_told_meanwhile(app: Flask, survey_code: str) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], release_batch=5)
    crowd = Crowd(app)
    with app.app_context():
        survey = require_survey(survey_code)
        for number in range(1, 7):
            make_response(survey, id=an_id(number), answered_on=today() - (number % 3) * ONE_DAY)
        # The third is one whose day the fold would move.
        with transaction():
            response = db.session.scalars(select(Response).where(Response.id == an_id(3)).with_for_update()).one()
            day = response.answered_on
            crowd.start(fold)  # type: ignore[arg-type]
            crowd.threads[0].join(1)
            exclude_response(survey, an_id(3), "test", "tests")
        crowd.wait()
        assert verify() == []
        fold()
        assert option_counts(agency_id=survey.agency_id, survey_id=survey.id)["", ""] == 5
        assert verify() == []
        assert response.answered_on == day


def test_two_folders_count_every_answer_once_while_answers_come_and_go(app: Flask, survey_code: str) -> None:
    fold_while_answers_come_and_go(app, survey_code)
    with app.app_context():
        fold()
        survey = require_survey(survey_code)
        kept = SUBMITTERS * EACH - 2 * SUBMITTERS * (EACH // 10)
        counts = option_counts(agency_id=survey.agency_id, survey_id=survey.id)
        assert counts == {("", ""): kept} | dict.fromkeys(HAPPY.items(), kept)
        assert verify() == []


def test_readers_and_submitters_go_on_during_a_rebuild(app: Flask, survey_code: str) -> None:
    with app.app_context():
        make_responses(require_survey(survey_code), [HAPPY] * 500)
        fold()
    crowd = Crowd(app)
    for number in range(SUBMITTERS):
        crowd.start(lambda number=number: submit_and_take_out(survey_code, number))  # type: ignore[misc]
    crowd.start(rebuild_now_and_then, until_over=True)
    crowd.start(lambda: fold(20), until_over=True)  # type: ignore[arg-type, return-value]
    crowd.start(lambda: never_less_than(survey_code, 500), until_over=True)
    crowd.wait()
    with app.app_context():
        assert verify() == []


def submit_and_take_out(survey_code: str, number: int) -> None:
    """EACH answers at agencies in turn; of every ten one is excluded and one erased a little later."""
    survey = require_survey(survey_code)
    for turn in range(EACH):
        key = 1 + number * EACH + turn
        about = {"procedure_code": "A" if turn % 5 else "B", "answered_on": today() - (turn % 4) * ONE_DAY}
        submission = replace(
            make_submission(survey, live=turn % 2 == 0, **about),
            id=an_id(key),
            agency_id=survey.agency_id + turn % AGENCIES,
        )
        with transaction():
            record_response(submission)
        if turn % 10 == 9:
            with transaction():
                exclude_response(survey, an_id(key - 5), "test", "tests")
            with transaction():
                erase_response(survey, an_id(key - 7), "tests")


def rebuild_now_and_then() -> None:
    rebuild()
    time.sleep(0.2)


def sums_agree(survey_code: str) -> None:
    """Everybody answers every question: at every moment each question sums to the number of responses."""
    survey = require_survey(survey_code)
    counts = option_counts(agency_id=survey.agency_id, survey_id=survey.id)
    assert set(counts.values()) <= {counts.get(("", ""), 0)}


def never_less_than(survey_code: str, least: int) -> None:
    survey = require_survey(survey_code)
    counts = option_counts(agency_id=survey.agency_id, survey_id=survey.id)
    assert counts["", ""] >= least


@pytest.mark.parametrize("action", [fold, rebuild])
def test_only_one_at_a_time_changes_tallies(app: Flask, survey_code: str, action: Callable[[], object]) -> None:
    done = threading.Event()

    def work() -> None:
        with app.app_context():
            action()
            done.set()

    with app.app_context():
        make_responses(require_survey(survey_code), [HAPPY])
        with db.engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE") as other, other.begin():
            lock_folding(other)
            thread = threading.Thread(target=work)
            thread.start()
            assert not done.wait(0.5)
        thread.join()
        assert done.is_set()
