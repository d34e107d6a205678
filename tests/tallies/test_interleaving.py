"""Any interleaving of what can happen to responses gives the numbers of a direct count of the released ones."""

from collections import Counter, defaultdict
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
from survey_app.responses.models import Response, TallyQueueItem
from survey_app.tallies.actions import fold, rebuild, verify
from survey_app.tallies.queries import option_counts
from tests.factories import day, make_agency, make_response, make_survey
from tests.tallies.cuts import Edge, smallest_cut

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
    """What we know of one response: `shown` is what the tallies must hold of it, `unit` and `column` with whom it was
    told, and by procedure: at which fold, and on which day."""

    place: int
    day: date
    channel: str
    procedure: str
    answers: dict[str, str]
    held: bool
    waits: bool = True
    present: bool = True
    shown: bool = False
    unit: tuple[int, date] | None = None
    column: tuple[int, date] | None = None

    @property
    def kind(self) -> tuple[int, str]:
        return self.place, self.channel


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
        self.folds = 0
        self.corrected: set[tuple[int, str]] = set()

    @rule(
        place=Places,
        later=st.integers(0, 3),
        answers=ANSWERS,
        channel=st.sampled_from(["web", "kiosk", "paper"]),
        procedures=st.text("AAB ", min_size=1, max_size=7),
    )
    def record(self, place: int, later: int, answers: dict[str, str], channel: str, procedures: str) -> None:
        live = channel != "paper"
        for number, procedure in enumerate(procedures):
            answered_on = FIRST + timedelta(days=later + number // 3)
            given = make_response(
                self.survey,
                self.agencies[place],
                live=live,
                channel=channel,
                answers=answers,
                answered_on=answered_on,
                procedure_code=procedure.strip() or None,
                comment="x",
            )
            self.models[given.id] = Model(place, answered_on, channel, procedure.strip(), answers, live)

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
        self.corrected.add(model.kind)

    @rule(batch=st.integers(1, 12))
    def count(self, batch: int) -> None:
        fold(batch)
        self.folds += 1
        held = Counter(model.kind for model in self.models.values() if model.waits and model.held)
        for model in self.models.values():
            if model.waits and (not model.held or held[model.kind] >= RELEASE_BATCH):
                model.waits, model.shown = False, model.present
        self.told()

    def told(self) -> None:
        """With whom each answer was told: never with few, nor so that few can be told from the others."""
        behind = set(db.session.scalars(select(TallyQueueItem.response_id)))
        days = {row.id: row for row in db.session.execute(select(Response.id, Response.counted_on, Response.named_on))}
        db.session.rollback()
        units: Counter[Any] = Counter()
        for response_id, model in self.models.items():
            model.day, named_on = days[response_id].counted_on, days[response_id].named_on
            if model.shown and model.unit is None:
                model.unit = self.folds, model.day
                units[model.kind, model.unit] += 1
            if model.shown and model.procedure and model.column is None and response_id not in behind:
                model.column = self.folds, named_on
        assert not [each for each, number in units.items() if number < RELEASE_BATCH and "paper" not in each[0]]
        edges: defaultdict[Any, list[Edge]] = defaultdict(list)
        for model in self.models.values():
            if model.unit and model.held and model.kind not in self.corrected:
                column = (model.procedure, model.column) if model.column else None
                edges[model.kind].append((("unit", model.unit), column))
        assert all((smallest_cut(each) or RELEASE_BATCH) >= RELEASE_BATCH for each in edges.values())

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
            inside &= channel in (None, model.channel)
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
