"""Counting each response exactly once, releasing, recounting."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, event, insert, select, update

from survey_app.clock import today
from survey_app.db import db, transaction
from survey_app.responses.actions import erase_response, exclude_response, record_response
from survey_app.responses.models import TallyQueueItem
from survey_app.surveys.models import Survey
from survey_app.tallies.actions import fold, rebuild, verify
from survey_app.tallies.models import Tally
from survey_app.tallies.queries import option_counts
from tests.factories import day, make_agency, make_response, make_responses, make_submission, make_survey

YESTERDAY = timedelta(days=-1)


def counted(survey: Survey, agency_id: int | None = None) -> int:
    """The responses that the tallies show."""
    return option_counts(agency_id=agency_id or survey.agency_id, survey_id=survey.id).get(("", ""), 0)


def rows() -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.session.execute(select(Tally.__table__).order_by(*Tally.__table__.primary_key))]


@pytest.fixture(autouse=True)
def _context(session: object) -> None:
    pass


class TestRelease:
    def test_live_answers_wait_for_their_batch(self) -> None:
        survey = make_survey()
        for _ in range(4):
            make_response(survey)
        assert fold() == 0
        assert counted(survey) == 0
        make_response(survey)
        assert fold() == 5
        assert counted(survey) == 5

    def test_each_agency_and_each_survey_waits_for_its_own(self) -> None:
        root = make_agency()
        leaf = make_agency(parent=root)
        one, other = make_survey(root), make_survey(root)
        for _ in range(4):
            make_response(one)
            make_response(one, leaf)
            make_response(other)
        assert fold() == 0
        make_response(one, leaf)
        assert fold() == 5
        assert (counted(one), counted(one, leaf.id), counted(other)) == (5, 5, 0)

    def test_a_closed_survey_releases_all(self) -> None:
        survey = make_survey(closes_on=today())
        make_response(survey)
        assert fold() == 0
        with transaction():
            survey.closes_on = today() + YESTERDAY
        assert fold() == 1
        assert counted(survey) == 1

    def test_imported_answers_do_not_wait_and_release_nobody(self) -> None:
        survey = make_survey()
        make_response(survey)
        make_responses(survey, [{"access": "high"}] * 7)
        assert fold() == 7
        assert counted(survey) == 7

    def test_a_batch_of_one_switches_holding_off(self, app: Flask) -> None:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], release_batch=1)
        survey = make_survey()
        make_response(survey)
        assert fold() == 1

    def test_small_transactions_release_no_less_than_a_batch(self) -> None:
        survey = make_survey()
        for _ in range(13):
            make_response(survey)
        seen: list[int] = []
        assert fold(batch=6, progress=lambda _taken: seen.append(counted(survey))) == 13
        assert seen == [6, 13]


class TestFold:
    def test_counts_at_the_agency_and_every_ancestor_by_day_and_month(self) -> None:
        root = make_agency()
        middle = make_agency(parent=root)
        leaf = make_agency(parent=middle)
        survey = make_survey(root)
        answers = [{"access": "high"}, {"access": "low", "staff": "no_opinion"}]
        make_responses(survey, answers, leaf, channel="paper", answered_on=day("2021-05-06"))
        fold()
        for agency in (root, middle, leaf):
            assert option_counts(agency_id=agency.id, survey_id=survey.id) == {
                ("", ""): 2,
                ("access", "high"): 1,
                ("access", "low"): 1,
                ("staff", "no_opinion"): 1,
            }
        assert {(row[0], row[2], row[4]) for row in rows()} == {
            (agency.id, grain, starts_on)
            for agency in (root, middle, leaf)
            for grain, starts_on in (
                ("day", day("2021-05-06")),
                ("half", day("2021-05-01")),
                ("month", day("2021-05-01")),
                ("total", day("2021-05-01")),
            )
        }
        assert db.session.scalars(select(TallyQueueItem)).all() == []

    def test_small_batches_count_the_same(self) -> None:
        survey = make_survey()
        make_responses(survey, [{"access": "high"}] * 23, answered_on=day("2021-02-28"))
        seen: list[int] = []
        assert fold(batch=5, progress=seen.append) == 23
        assert seen == [5, 10, 15, 20, 23]
        assert counted(survey) == 23

    def test_a_failure_in_the_middle_loses_and_doubles_nothing(self) -> None:
        survey = make_survey()
        make_responses(survey, [{"access": "high"}] * 10)

        def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.startswith("INSERT INTO tally "):
                raise RuntimeError("planted")

        event.listen(db.engine, "after_cursor_execute", fail)
        with pytest.raises(RuntimeError, match="planted"):
            fold(batch=4)
        event.remove(db.engine, "after_cursor_execute", fail)
        assert counted(survey) == 0
        assert fold(batch=4) == 10
        assert counted(survey) == 10
        assert verify() == []

    @pytest.mark.parametrize("erase", [False, True])
    def test_a_response_taken_out_leaves_no_trace_in_the_tallies(self, erase: bool) -> None:
        survey = make_survey()
        make_responses(survey, [{"access": "high"}] * 5)
        fold()
        before = rows()
        gone = make_response(survey, live=False, answers={"access": "very_low"}, comment="x", procedure_code="1.004")
        fold()
        assert len(rows()) == len(before) + 7
        with transaction():
            if erase:
                erase_response(survey, gone.id, "tests")
            else:
                exclude_response(survey, gone.id, "test", "tests")
        assert counted(survey) == 6
        assert fold() == 1
        assert rows() == before

    def test_a_response_taken_out_while_it_waits_is_never_counted(self) -> None:
        survey = make_survey()
        waiting = [make_response(survey) for _ in range(5)]
        with transaction():
            exclude_response(survey, waiting[0].id, "test", "tests")
            erase_response(survey, waiting[1].id, "tests")
        # Three are no batch.
        assert fold() == 2
        assert counted(survey) == 0
        for _ in range(2):
            make_response(survey)
        assert fold() == 5
        assert counted(survey) == 5


class TestRecount:
    def test_rebuild_gives_the_rows_that_the_fold_gave(self) -> None:
        survey = self._mixed()
        before = rows()
        with transaction():
            db.session.execute(delete(Tally))
        assert counted(survey) == 0
        rebuild()
        assert rows() == before

    def test_rebuild_counts_what_corrections_still_hold(self) -> None:
        survey = self._mixed()
        gone = make_response(survey, live=False, procedure_code="1.004")
        fold()
        before = rows()
        with transaction():
            erase_response(survey, gone.id, "tests")
        rebuild()
        assert rows() == before
        assert verify() == []
        fold()
        rebuild()
        assert verify() == []
        assert counted(survey) == 12

    def test_what_waits_is_no_difference(self) -> None:
        survey = self._mixed()
        make_response(survey)
        make_response(survey, live=False)
        assert verify() == []

    @pytest.mark.parametrize("action", [rebuild, verify])
    def test_progress_ends_with_the_last_step(self, action: Callable[..., object]) -> None:
        self._mixed()
        steps: list[tuple[int, int]] = []
        action(lambda done, total: steps.append((done, total)))
        assert [done for done, _ in steps] == list(range(1, len(steps) + 1))
        assert steps[-1] == (len(steps), len(steps))

    def test_verify_finds_a_response_counted_twice(self) -> None:
        survey = self._mixed()
        agency_id, response_id = survey.agency_id, make_response(survey, live=False).id
        fold()
        with transaction():
            row = {"agency_id": agency_id, "response_id": response_id, "survey_id": survey.id}
            db.session.execute(insert(TallyQueueItem).values(row | {"held": False, "counted": {}}))
        fold()
        found = verify()
        assert found
        assert all(each.counted == each.recounted + 1 for each in found)
        self._mended()

    @pytest.mark.parametrize("fault", ["row", "ancestor", "number", "surplus", "all"])
    def test_verify_finds_planted_faults_and_rebuild_mends_them(self, fault: str) -> None:
        survey = self._mixed()
        root, leaf = survey.agency_id, survey.agency_id + 1
        one = (Tally.agency_id == leaf, Tally.question == "access", Tally.grain == "day")
        surplus = dict(zip(Tally.__table__.columns.keys(), (*rows()[0][:-2], "no such", 1), strict=True))
        statement = {
            "row": delete(Tally).where(*one),
            "ancestor": delete(Tally).where(Tally.agency_id == root),
            "number": update(Tally).where(*one).values(count=Tally.count + 1),
            "surplus": insert(Tally).values(surplus),
            "all": delete(Tally),
        }[fault]
        before = rows()
        with transaction():
            db.session.execute(statement)
        planted = {row[:-1] for row in set(before) ^ set(rows())}
        assert planted
        assert {each.cell for each in verify()} == planted
        self._mended()

    def _mixed(self) -> Survey:
        """A root with 7 and a leaf with 5 responses over two months and channels, folded."""
        root = make_agency()
        leaf = make_agency(parent=root)
        survey = make_survey(root)
        make_responses(survey, [{"access": "high"}] * 5, leaf, answered_on=day("2021-02-28"))
        make_responses(survey, [{"access": "low", "results": "satisfied"}] * 4, answered_on=day("2021-02-28"))
        make_responses(
            survey, [{}] * 3, comment="x", answered_on=day("2021-03-01"), channel="paper", procedure_code="1.004"
        )
        fold()
        return survey

    def _mended(self) -> None:
        rebuild()
        assert verify() == []


def test_flagged_responses_are_counted_apart_and_shown_together() -> None:
    survey = make_survey(opens_on=day("2021-01-02"))
    with transaction():
        for answered_on in (day("2021-01-01"), day("2021-01-02")):
            record_response(make_submission(survey, answered_on=answered_on, live=False))
    fold()
    assert counted(survey) == 2
    assert {row[8] for row in rows()} == {False, True}
