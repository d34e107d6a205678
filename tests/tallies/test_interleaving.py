"""Any interleaving of what can happen to responses gives the numbers of a direct count of the released ones."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from survey_app.db import db, transaction
from survey_app.responses.actions import erase_response, exclude_response
from survey_app.responses.models import TallyQueueItem
from survey_app.tallies.actions import fold, rebuild, verify
from survey_app.tallies.queries import option_counts
from tests.factories import day, make_agency, make_response, make_survey

RELEASE_BATCH = 5
FIRST = day("2021-01-30")
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "access": st.sampled_from(["very_low", "low", "high", "no_opinion"]),
        "timeliness": st.sampled_from(["late", "early"]),
    },
)
Places = st.integers(0, 4)


@dataclass
class Model:
    """What we know of one response: `shown` is what the tallies must hold of it."""

    place: int
    day: date
    channel: str
    answers: dict[str, str]
    held: bool
    waits: bool = True
    present: bool = True
    shown: bool = False
    apart: bool = False


class Responses(RuleBasedStateMachine):
    """A tree of five agencies (0 above 1 and 2, 1 above 3, 2 above 4), one survey, answers of four days."""

    parents = (None, 0, 0, 1, 2)

    @initialize()
    def plant(self) -> None:
        self.models: dict[UUID, Model] = {}
        self.agencies: list[Any] = []
        for parent in self.parents:
            self.agencies.append(make_agency(parent=None if parent is None else self.agencies[parent]))
        self.survey = make_survey(self.agencies[0])

    @rule(
        place=Places,
        later=st.integers(0, 3),
        answers=ANSWERS,
        channel=st.sampled_from(["web", "kiosk", "paper"]),
        many=st.integers(1, 6),
    )
    def record(self, place: int, later: int, answers: dict[str, str], channel: str, many: int) -> None:
        live = channel != "paper"
        for _ in range(many):
            answered_on = FIRST + timedelta(days=later)
            given = make_response(
                self.survey,
                self.agencies[place],
                live=live,
                channel=channel,
                answers=answers,
                answered_on=answered_on,
                comment="x",
            )
            self.models[given.id] = Model(place, answered_on, channel, answers, live)

    @precondition(lambda self: self.models)
    @rule(pick=st.integers(0), erase=st.booleans())
    def take_out(self, pick: int, erase: bool) -> None:
        response_id = list(self.models)[pick % len(self.models)]
        model = self.models[response_id]
        if not model.present and not erase:
            return
        with transaction():
            if erase:
                erase_response(self.survey, response_id, "tests")
            else:
                exclude_response(self.survey, response_id, "test", "tests")
        if model.present:
            model.waits, model.held = True, False
        model.present = False

    @rule(batch=st.integers(1, 12))
    def count(self, batch: int) -> None:
        fold(batch)
        held = Counter(model.place for model in self.models.values() if model.waits and model.held)
        for model in self.models.values():
            if model.waits and (not model.held or held[model.place] >= RELEASE_BATCH):
                model.waits, model.shown = False, model.present
        self.told_apart()

    def told_apart(self) -> None:
        """Which of the shown are told by channel: the queue says it, and lets no small group be told, or be left."""
        behind = {item.response_id: item.counted for item in db.session.scalars(select(TallyQueueItem))}
        db.session.rollback()
        told: Counter[tuple[int, str]] = Counter()
        for response_id, model in self.models.items():
            before, form = model.apart, behind.get(response_id)
            model.apart = model.shown and (form is None or bool(form.get("channel")))
            told[model.place, model.channel] += model.apart and not before
        assert not [key for key, number in told.items() if 0 < number < RELEASE_BATCH and key[1] != "paper"]

    @rule()
    def recount(self) -> None:
        rebuild()

    @rule(place=Places, first=st.integers(-1, 4), last=st.integers(-1, 4), channel=st.sampled_from([None, "web"]))
    def read(self, place: int, first: int, last: int, channel: str | None) -> None:
        from_on, to_on = FIRST + timedelta(days=first), FIRST + timedelta(days=last)
        found = option_counts(
            agency_id=self.agencies[place].id, survey_id=self.survey.id, from_on=from_on, to_on=to_on, channel=channel
        )
        assert found == self.expected(place, from_on, to_on, channel)

    @invariant()
    def every_agency_shows_the_released(self) -> None:
        for place, agency in enumerate(getattr(self, "agencies", [])):
            found = option_counts(agency_id=agency.id, survey_id=self.survey.id)
            assert found == self.expected(place, date.min, date.max, None)

    def teardown(self) -> None:
        assert verify() == []

    def expected(self, place: int, from_on: date, to_on: date, channel: str | None) -> Counter[tuple[str, str]]:
        counts: Counter[tuple[str, str]] = Counter()
        for model in self.models.values():
            inside = from_on <= model.day <= to_on
            inside &= channel is None or (model.apart and channel == model.channel)
            if model.shown and inside and place in self.line(model.place):
                counts.update([("", ""), *model.answers.items()])
        return counts

    def line(self, place: int | None) -> list[int]:
        return [] if place is None else [place, *self.line(self.parents[place])]


@pytest.mark.usefixtures("session")
def test_any_interleaving() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Responses,
        settings=settings(
            max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
