"""A batch is counted at once; by channel, marks and procedure only what is common to enough of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from survey_app.clock import today
from survey_app.db import db, transaction
from survey_app.responses.actions import erase_response, exclude_response
from survey_app.responses.models import Response, TallyQueueItem
from survey_app.surveys.models import Survey
from survey_app.tallies.actions import fold, rebuild, verify
from survey_app.tallies.queries import grouped_counts, option_counts
from survey_app.tallies.rules import ONE_DAY, Slice, told_apart
from tests.factories import make_response, make_survey

BATCH = 5


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30)))
def test_neither_who_is_told_apart_nor_who_is_left_is_a_small_group(waiting: dict[str, int]) -> None:
    taken = told_apart(waiting, BATCH)
    left = sum(waiting.values()) - sum(taken.values())
    assert all(BATCH <= number <= waiting[group] for group, number in taken.items())
    assert left == 0 or left >= BATCH or not taken
    # Nobody waits without need: at most four of each group, and as many as the small groups need with them.
    assert left <= 4 * len(waiting) + BATCH + 4


@pytest.mark.parametrize(
    ("waiting", "taken"),
    [
        ({"kiosk": 5}, {"kiosk": 5}),
        ({"kiosk": 4, "web": 1}, {}),
        ({"kiosk": 9, "web": 1}, {"kiosk": 5}),
        ({"kiosk": 8, "web": 1}, {}),
        ({"kiosk": 6, "web": 5}, {"kiosk": 6, "web": 5}),
        ({"kiosk": 6, "web": 7, "paper": 2}, {"kiosk": 6}),
        ({}, {}),
    ],
)
def test_how_many_are_told_apart(waiting: dict[str, int], taken: dict[str, int]) -> None:
    assert told_apart(waiting, BATCH) == taken


def live(survey: Survey, channels: Sequence[str], **given: Any) -> list[Any]:
    return [make_response(survey, channel=channel, **given).id for channel in channels]


def responses(survey: Survey, **asked: Any) -> int:
    return option_counts(agency_id=survey.agency_id, survey_id=survey.id, **asked).get(("", ""), 0)


def by(survey: Survey, mark: str) -> dict[Any, int]:
    found = grouped_counts(Slice(survey.id, (survey.agency_id,)), (mark,))
    return {key: counts["", ""] for (key,), counts in found.items()}


@pytest.mark.usefixtures("session")
class TestRelease:
    def test_a_mixed_batch_is_in_the_whole_and_in_no_channel(self) -> None:
        survey = make_survey()
        live(survey, ["kiosk"] * 4 + ["web"])
        assert fold() == 5
        assert (responses(survey), by(survey, "channel"), by(survey, "verified")) == (5, {}, {})
        assert responses(survey, from_on=today(), to_on=today()) == 5
        live(survey, ["kiosk"] * 5)
        assert fold() == 5
        # Five at the kiosk are told; the web stays with as many as hide it.
        assert (responses(survey), by(survey, "channel")) == (10, {"kiosk": 5})
        live(survey, ["web"] * 4 + ["kiosk"])
        fold()
        assert (responses(survey), by(survey, "channel")) == (15, {"kiosk": 10, "web": 5})
        assert verify() == []
        assert db.session.scalars(select(TallyQueueItem)).all() == []

    def test_a_batch_that_is_alike_is_told_at_once(self) -> None:
        survey = make_survey()
        live(survey, ["kiosk"] * 5)
        fold()
        assert by(survey, "channel") == {"kiosk": 5}
        assert db.session.scalars(select(TallyQueueItem)).all() == []

    def test_marks_are_told_by_groups_too(self) -> None:
        survey = make_survey()
        ids = live(survey, ["web"] * 7)
        with transaction():
            db.session.execute(update(Response).where(Response.id == ids[0]).values(flagged=True))
        fold()
        assert (responses(survey), by(survey, "flagged")) == (7, {})

    def test_the_procedure_follows_the_channel(self) -> None:
        survey = make_survey()
        live(survey, ["web"] * 4, procedure_code="A")
        live(survey, ["web"], procedure_code="B")
        fold()
        assert (by(survey, "channel"), by(survey, "procedure")) == ({"web": 5}, {})
        live(survey, ["web"] * 5, procedure_code="B")
        fold()
        assert (by(survey, "channel"), by(survey, "procedure")) == ({"web": 10}, {"B": 5})
        part_of_month = {"from_on": today() - ONE_DAY, "to_on": today()}
        assert responses(survey, procedure="B", **part_of_month) == 5
        assert verify() == []

    def test_a_closed_survey_keeps_nothing_back(self) -> None:
        survey = make_survey(closes_on=today())
        live(survey, ["kiosk"] * 4 + ["web"], procedure_code="A")
        fold()
        with transaction():
            survey.closes_on = today() - ONE_DAY
        fold()
        assert by(survey, "channel") == {"kiosk": 4, "web": 1}
        assert by(survey, "procedure") == {"A": 5}
        assert verify() == []

    def test_without_batches_nothing_is_kept_back(self, app: Flask) -> None:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], release_batch=1)
        survey = make_survey()
        live(survey, ["kiosk", "web"], procedure_code="A")
        fold()
        assert (by(survey, "channel"), by(survey, "procedure")) == ({"kiosk": 1, "web": 1}, {"A": 2})

    @pytest.mark.parametrize("verb", ["exclude", "erase"])
    def test_who_is_not_told_apart_yet_is_taken_out_at_once(self, verb: str) -> None:
        survey = make_survey()
        first, *_ = live(survey, ["kiosk"] * 4 + ["web"], answers={"access": "low"})
        fold()
        with transaction():
            exclude_response(survey, first, "thử", "x") if verb == "exclude" else erase_response(survey, first, "x")
        fold()
        assert option_counts(agency_id=survey.agency_id, survey_id=survey.id) == {("", ""): 4, ("access", "low"): 4}
        assert len(db.session.scalars(select(TallyQueueItem)).all()) == 4
        assert verify() == []

    def test_who_was_taken_out_fills_no_batch(self) -> None:
        survey = make_survey()
        first, *_ = live(survey, ["kiosk"] * 5)
        with transaction():
            exclude_response(survey, first, "thử", "x")
        fold()
        assert responses(survey) == 0
        live(survey, ["kiosk"])
        fold()
        assert responses(survey) == 5

    def test_a_recount_keeps_what_is_kept_back(self) -> None:
        survey = make_survey()
        live(survey, ["kiosk"] * 11 + ["web"], procedure_code="A")
        fold()
        before = (by(survey, "channel"), by(survey, "procedure"))
        rebuild()
        assert (by(survey, "channel"), by(survey, "procedure")) == before == ({"kiosk": 7}, {"A": 7})
        assert responses(survey) == 12

    def test_imports_are_told_at_once(self) -> None:
        survey = make_survey()
        live(survey, ["paper", "web"], live=False)
        fold()
        assert Counter(by(survey, "channel")) == {"paper": 1, "web": 1}
